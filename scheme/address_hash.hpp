// Hashing of addresses, for tables of objects that do not move.
//
// Objects made one after another lie beside each other, and are looked up in that order:
// so sixteen granules in a row stay neighbours in the table, and only the rest of the
// address is mixed.  With large data the table does not fit the processor's cache, and
// most look-ups then find their entry beside the one before.
#pragma once

#include <cstdint>

namespace fermata::scheme {

constexpr std::uint64_t address_hash(std::uint64_t address) {
  return ((address >> 8) * 0x9e3779b97f4a7c15u >> 20) << 4 | (address >> 4 & 15);
}

}  // namespace fermata::scheme
