#include "flow/sha256.hpp"

namespace fermata::flow {

void Sha256::add(std::string_view bytes) {
  crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

void Sha256::add_number(std::uint64_t n) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(n >> (56 - 8 * i));
  crypto_hash_sha256_update(&state_, bytes, sizeof bytes);
}

std::array<std::uint8_t, 32> Sha256::finish() {
  std::array<std::uint8_t, 32> hash;
  crypto_hash_sha256_final(&state_, hash.data());
  return hash;
}

std::string sha256_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  Sha256 hash;
  hash.add(bytes);
  std::string text;
  for (const std::uint8_t byte : hash.finish()) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::int64_t sha256_60(Sha256& hash) {
  const auto bytes = hash.finish();
  std::uint64_t n = 0;
  for (int i = 0; i < 8; ++i) n = n << 8 | bytes[static_cast<std::size_t>(i)];
  return static_cast<std::int64_t>(n >> 4);
}

std::int64_t sha256_60(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return sha256_60(hash);
}

}  // namespace fermata::flow
