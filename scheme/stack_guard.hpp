// The compiler recurses on nested expressions (never along tail positions), so it asks
// before each step whether the C++ stack has room.  Works on any thread.
#pragma once

#include <cstdint>

#include "scheme/syntax.hpp"

namespace fermata::scheme {

class StackGuard {
 public:
  StackGuard();
  // Throws SyntaxError when little is left.
  void check(vm::Span span) const {
    if (reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < limit_) overflow(span);
  }

 private:
  [[noreturn]] static void overflow(vm::Span span);
  std::uintptr_t limit_;
};

}  // namespace fermata::scheme
