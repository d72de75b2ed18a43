// The natives on numbers, by the file that implements them; number_builtins() joins them.
#pragma once

#include <span>

#include "vm/native.hpp"

namespace fermata::scheme {

std::span<const vm::Builtin> arithmetic_builtins();      // numbers.cpp
std::span<const vm::Builtin> integer_builtins();         // integers.cpp
std::span<const vm::Builtin> rounding_builtins();        // rounding.cpp
std::span<const vm::Builtin> transcendental_builtins();  // transcendental.cpp

// What several of these files need.
vm::Outcome two_values(vm::Machine& m, vm::Value first, vm::Value second);
// The exact root where there is one, complex for what is negative.  Requires: is_number(z).
vm::Outcome number_sqrt(vm::Machine& m, vm::Value z);  // transcendental.cpp

}  // namespace fermata::scheme
