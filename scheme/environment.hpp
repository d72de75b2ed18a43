// Environments: what a name means at top level, in a library, in a program, at the prompt.
#pragma once

#include "vm/heap.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

// A denotation is a Value: a Cell (variable), a Macro, or a fixnum (core form, by its row in
// core_forms.def).  Local variables never stand here.
struct Environment : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::environment;
  vm::Value name;      // library name, or a Symbol such as `program`
  vm::Value table;     // identifier -> entry; see environment.cpp
  std::uint64_t mode;  // EnvironmentMode, tagged as a fixnum
};

enum class EnvironmentMode : std::uint8_t {
  library,   // imports and finished definitions never change: compiled as constants
  program,   // imports never change; definitions may
  prompt     // anything may be defined again; callers see it
};

Environment& make_environment(vm::Machine& m, vm::Value name, EnvironmentMode mode);
// kUnbound when the name means nothing there.
vm::Value lookup(const Environment& env, vm::Value identifier);
bool is_imported(const Environment& env, vm::Value identifier);
void bind_import(vm::Machine& m, Environment& env, vm::Value identifier, vm::Value denotation);
// The cell to define; made when new, or when the name was an import (at the prompt).
vm::Cell& define(vm::Machine& m, Environment& env, vm::Value identifier);
void define_value(vm::Machine& m, Environment& env, std::string_view name, vm::Value value);
void define_syntax(vm::Machine& m, Environment& env, vm::Value identifier, vm::Value denotation);
// All names, for completion and hints.
void for_each_name(const Environment& env, void (*visit)(void*, vm::Value name, vm::Value denotation),
                   void* context);

}  // namespace fermata::scheme
