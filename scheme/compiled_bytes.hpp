// Bytes that may be anything: every length and every number is checked where it is read.
#pragma once

#include <cstdint>
#include <string_view>

#include "scheme/compiled.hpp"

namespace fermata::scheme {

class UntrustedBytes {
 public:
  explicit UntrustedBytes(std::string_view bytes) : in_(bytes) {}

  [[noreturn]] static void damaged(const char* what) {
    throw CompiledError(std::string("the compiled program is damaged: ") + what);
  }
  std::size_t left() const { return in_.size() - at_; }

  std::uint8_t byte() {
    if (left() == 0) damaged("it ends too early");
    return static_cast<std::uint8_t>(in_[at_++]);
  }
  bool flag() {
    const std::uint8_t b = byte();
    if (b > 1) damaged("neither yes nor no");
    return b != 0;
  }
  template <class Tag>
  Tag tag(Tag last) {
    const std::uint8_t b = byte();
    if (b > static_cast<std::uint8_t>(last)) damaged("an unknown tag");
    return static_cast<Tag>(b);
  }
  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t b = byte();
      if (shift == 63 && b > 1) break;
      n |= std::uint64_t{b & 0x7fu} << shift;
      if (b < 0x80) return n;
    }
    damaged("a number that is too large");
  }
  std::int64_t signed_number() {
    const std::uint64_t n = number();
    return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
  }
  std::uint64_t number_below(std::uint64_t limit, const char* what) {
    const std::uint64_t n = number();
    if (n >= limit) damaged(what);
    return n;
  }
  // How many of something follow, each of which takes a byte at least: so what is made for them
  // is never out of proportion to what came in.
  std::size_t count() {
    const std::uint64_t n = number();
    if (n > left()) damaged("it ends too early");
    return n;
  }
  std::string_view text() {
    const std::size_t size = count();
    at_ += size;
    return in_.substr(at_ - size, size);
  }

 private:
  std::string_view in_;
  std::size_t at_ = 0;
};

}  // namespace fermata::scheme
