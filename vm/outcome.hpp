// How a native procedure ends.
//
// A native never calls the machine.  It returns one of these, and the machine goes on:
//   value      here is the result
//   raise      a condition (or any object) is raised; made by Machine's error functions
//   tail_call  call that procedure instead of me; made by Machine::tail_call
//   retry      I would have to wait (the request says for what); run me again when it is over
//   park       I wait; whoever resumes the task supplies my result
//   uncaught   nothing handles this object: the task ends
//   exit       the program ends with this status
// Two words, returned in registers.
#pragma once

#include "vm/value.hpp"

namespace fermata::vm {

struct Outcome {
  enum class Kind : std::uint64_t { value, raise, raise_continuable, tail_call, retry, park, uncaught, exit };

  Value value;
  Kind kind = Kind::value;

  Outcome(Value v) : value(v) {}  // NOLINT: a plain value is the common ending
  Outcome(Value v, Kind k) : value(v), kind(k) {}
  bool is_value() const { return kind == Kind::value; }
};
static_assert(sizeof(Outcome) == 16);

}  // namespace fermata::vm

// Gives the value of an Outcome expression to `name`, or returns the Outcome if it is no value.
#define FERMATA_TRY(name, expression)                     \
  const ::fermata::vm::Outcome name##_outcome = (expression); \
  if (!name##_outcome.is_value()) return name##_outcome;  \
  [[maybe_unused]] const ::fermata::vm::Value name = name##_outcome.value
