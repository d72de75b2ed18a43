// Hashes that nobody outside can foresee, for tables whose keys a stranger may choose.
//
// SipHash-1-3 (Aumasson and Bernstein) under a key that each process draws when it first hashes.
// No order that a program sees depends on it: tables are walked in order of insertion.  A
// hash that programs see (string-hash, equal-hash) is another one, the same in every process.
#pragma once

#include <cstdint>
#include <string_view>

namespace fermata::vm {

struct String;

std::uint64_t keyed_hash(std::string_view bytes);
std::uint64_t keyed_hash(const String& s);  // equal for equal texts of any width
std::uint64_t keyed_hash(std::uint64_t word);

// The function itself, by a given key.
std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view bytes);

}  // namespace fermata::vm
