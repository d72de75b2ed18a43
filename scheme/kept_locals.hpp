// Whether what is compiled keeps tables of its local variables (vm/locals.hpp), for who looks at
// a computation that stands still.
#pragma once

#include <cstdint>

#include "vm/machine.hpp"

namespace fermata::scheme {

enum class Locals : std::uintptr_t {
  none,
  kept,  // of the variables that the code has anyway
  all    // the code is plain: no variable is optimised away, and a call in tail position keeps its
         // frame, because what it was called from is to be seen too
};

inline constexpr std::size_t kLocalsService = 3;  // slot in Machine::services, a Locals

inline Locals kept_locals(const vm::Machine& m) {
  return static_cast<Locals>(reinterpret_cast<std::uintptr_t>(m.services[kLocalsService]));
}
inline void keep_locals(vm::Machine& m, Locals which) {
  m.services[kLocalsService] = reinterpret_cast<void*>(static_cast<std::uintptr_t>(which));
}

}  // namespace fermata::scheme
