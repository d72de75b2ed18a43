// equal?, member and assoc of what is large, in pieces between which a turn may end.
//
// What untrusted code compares may be as large as its heap, and a list may hold the same large
// thing many times.  So these begin as any native does, and after kPieceOfSearch comparisons
// they go on as a native that does a piece and calls itself for the next.
#pragma once

#include "scheme/lists.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kPieceOfSearch = std::size_t{1} << 16;  // comparisons: a millisecond

enum class Search : std::uint8_t { member, assoc };

// Both begin anew.
vm::Outcome compare_in_pieces(vm::Machine& m, vm::Value a, vm::Value b);
// Looks for obj from where the walk stands.
vm::Outcome search_in_pieces(vm::Machine& m, Search what, vm::Value obj, const ListWalk& walk);

}  // namespace fermata::scheme
