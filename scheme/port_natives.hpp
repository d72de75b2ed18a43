// What the natives on ports share: finding the port an argument, or a parameter, means.
#pragma once

#include "scheme/ports.hpp"

namespace fermata::scheme {

enum class Use : std::uint8_t { read_text, read_bytes, write_text, write_bytes };

// Whether the argument is an open port of that use with nothing behind it but memory.
inline bool is_memory_port(std::optional<vm::Value> given, Use use) {
  const std::uint64_t wanted =
      (use == Use::read_text || use == Use::read_bytes ? Port::kInput : Port::kOutput) |
      (use == Use::read_text || use == Use::write_text ? Port::kTextual : Port::kBinary);
  const Port* const p = given ? vm::cast<Port>(*given) : nullptr;
  return p != nullptr && (p->aux() & wanted) == wanted && p->is_open() && p->open == nullptr;
}

// The open port of that use: the argument, or what current-input-port or
// current-output-port gives when it is left out.
vm::Outcome usable_port(vm::Machine& m, std::optional<vm::Value> given, std::size_t argument,
                        Use use);

// Rows of natives that call themselves to go on.
const vm::Builtin& read_row();        // input_builtins.cpp
const vm::Builtin& print_more_row();  // output_builtins.cpp

}  // namespace fermata::scheme

// Declares `name` as the Port, or returns the error.
#define FERMATA_PORT(name, machine, given, argument, use)                                   \
  FERMATA_TRY(name##_value,                                                                 \
              ::fermata::scheme::is_memory_port(given, use)                                 \
                  ? ::fermata::vm::Outcome(*given)                                          \
                  : ::fermata::scheme::usable_port(machine, given, argument, use));         \
  ::fermata::scheme::Port& name = ::fermata::vm::as<::fermata::scheme::Port>(name##_value)
