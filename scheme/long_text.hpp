// Long texts to UTF-8 and back, in pieces between which a turn may end.
//
// The result is measured first and then filled, so nothing is copied while it grows.  Others may
// change what is converted between two pieces; when the measure does not hold any more, it is
// taken again.
#pragma once

#include "vm/machine.hpp"

namespace fermata::scheme {

// From so many characters or bytes on a text is long.
inline constexpr std::size_t kLongText = std::size_t{1} << 20;

vm::Outcome encode_in_pieces(vm::Machine& m, vm::String& s, std::size_t start, std::size_t end);
vm::Outcome decode_in_pieces(vm::Machine& m, vm::Bytevector& b, std::size_t start, std::size_t end);

}  // namespace fermata::scheme
