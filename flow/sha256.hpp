// SHA-256 (FIPS 180-4, by libsodium): names programs by their content, and compares arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fermata::flow {

std::string sha256_hex(std::string_view bytes);
// The leading 60 bits: never negative, fits a fixnum and an SQL integer.
std::int64_t sha256_60(std::string_view bytes);

}  // namespace fermata::flow
