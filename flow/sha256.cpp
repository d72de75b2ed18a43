#include "flow/sha256.hpp"

#include <sodium/crypto_hash_sha256.h>

#include <array>

namespace fermata::flow {

namespace {

std::array<std::uint8_t, crypto_hash_sha256_BYTES> sha256(std::string_view bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : sha256(bytes)) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::int64_t sha256_60(std::string_view bytes) {
  const auto hash = sha256(bytes);
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < 8; ++i) n = n << 8 | hash[i];
  return static_cast<std::int64_t>(n >> 4);
}

}  // namespace fermata::flow
