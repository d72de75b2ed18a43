// Spreads the bits of a word over the whole of it: the last step of a hash.
#pragma once

#include <cstdint>

namespace fermata::scheme {

constexpr std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 29;
  return h;
}

}  // namespace fermata::scheme
