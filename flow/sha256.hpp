// SHA-256 (FIPS 180-4): names programs by their content, checks arguments and records.
//
// One hash serves all three, so that the journal format needs no second algorithm:
// programs use the whole of it in hexadecimal, arguments and records its leading bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fermata::flow {

class Sha256 {
 public:
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
  void block(const std::uint8_t* p);
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> buffer_{};
  std::uint64_t length_ = 0;
};

std::string sha256_hex(std::string_view bytes);
// The leading 60 bits: never negative, fits a fixnum and an SQL integer.
std::int64_t sha256_60(Sha256& hash);
std::int64_t sha256_60(std::string_view bytes);

}  // namespace fermata::flow
