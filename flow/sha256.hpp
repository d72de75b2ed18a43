// SHA-256 (FIPS 180-4, by libsodium): names programs by their content, checks arguments and records.
//
// One hash serves all three, so that the journal format needs no second algorithm:
// programs use the whole of it in hexadecimal, arguments and records its leading bits.
#pragma once

#include <sodium/crypto_hash_sha256.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fermata::flow {

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes);
  // A number, as eight bytes, most significant first.
  void add_number(std::uint64_t n);
  // A text preceded by its length, so that two neighbours cannot trade characters.
  void add_field(std::string_view text) {
    add_number(text.size());
    add(text);
  }
  std::array<std::uint8_t, 32> finish();  // once

 private:
  crypto_hash_sha256_state state_;
};

std::string sha256_hex(std::string_view bytes);
// The leading 60 bits: never negative, fits a fixnum and an SQL integer.
std::int64_t sha256_60(Sha256& hash);
std::int64_t sha256_60(std::string_view bytes);

}  // namespace fermata::flow
