// Exact integers as digits, both ways.  GMP's conversions divide and conquer, so a million
// digits take milliseconds.
#include <gmp.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "vm/bignum.hpp"
#include "vm/number.hpp"

namespace fermata::vm {

namespace {

constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

unsigned char digit_value(char c) {
  return static_cast<unsigned char>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

}  // namespace

std::string integer_to_digits(Machine& m, Value a, int radix) {
  if (a.is_fixnum()) {
    char buffer[72];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, a.fixnum(), radix).ptr;
    return {buffer, end};
  }
  const IntegerView x(a);
  const std::size_t n = x.count();
  const auto bits_per_digit =
      static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(radix))) - 1;
  m.charge(n * static_cast<std::size_t>(std::bit_width(n)) / 4);
  // mpn_get_str clobbers its operand and wants one limb more.
  auto* limbs = static_cast<Limb*>(m.heap.atomic((n + 1) * sizeof(Limb)));
  std::copy_n(x.limbs(), n, limbs);
  std::string text(1 + x.bits() / bits_per_digit + 2, '-');
  auto* out = reinterpret_cast<unsigned char*>(text.data()) + 1;
  const std::size_t count = mpn_get_str(out, radix, limbs, static_cast<mp_size_t>(n));
  const std::size_t zeros = static_cast<std::size_t>(
      std::find_if(out, out + count, [](unsigned char d) { return d != 0; }) - out);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<unsigned char>(kDigits[out[i]]);
  text.resize(1 + count);
  text.erase(x.is_negative() ? 1 : 0, zeros + (x.is_negative() ? 0 : 1));
  return text;
}

Outcome integer_from_digits(Machine& m, std::string_view digits, int radix) {
  std::int64_t small;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), small, radix);
  if (read.ec == std::errc()) return integer_from(m.heap, small);
  const auto bits_per_digit =
      static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(radix - 1)));
  const std::size_t limbs = digits.size() / 64 * bits_per_digit + bits_per_digit + 2;
  if (!integer_has_room(m, limbs + digits.size() / sizeof(Limb))) return integer_too_big(m, limbs);
  m.charge(digits.size() * static_cast<std::size_t>(std::bit_width(digits.size())) / 16);
  auto* values = static_cast<unsigned char*>(m.heap.atomic(digits.size()));
  std::transform(digits.begin(), digits.end(), values, digit_value);
  Bignum& b = m.heap.make_bignum(limbs, false);
  const auto used = static_cast<std::size_t>(mpn_set_str(b.limbs(), values, digits.size(), radix));
  std::fill(b.limbs() + used, b.limbs() + limbs, 0);
  return integer_finish(b, false);
}

}  // namespace fermata::vm
