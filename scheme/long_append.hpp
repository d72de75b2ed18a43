// Joining and copying what is long, in pieces between which a turn may end.
//
// A hundred megabytes take tens of milliseconds, most of them the system's, which has to find
// the memory.  So string-append, string-copy and the like make a long result without looking at
// its elements, and go on as a native that copies a piece and calls itself for the next.
#pragma once

#include "vm/machine.hpp"

namespace fermata::scheme {

// From so many bytes on a result is long.
inline constexpr std::size_t kLongResult = std::size_t{1} << 20;

// Fills the result, of exactly the size of all parts together, and returns it.  All are strings, the
// result as wide as the widest part, or all bytevectors, or all vectors.
vm::Outcome append_in_pieces(vm::Machine& m, vm::Value result, vm::Args parts);
// The same with what `from` has from element start on, at least as many as the result takes.
vm::Outcome copy_in_pieces(vm::Machine& m, vm::Value result, vm::Value from, std::size_t start);

}  // namespace fermata::scheme
