// Exact integers as bits: two's complement with endless sign bits, as in SRFI 151.
//
// Bignums are sign and magnitude; a negative operand is turned into two's complement in a
// buffer one limb longer than either operand, and a negative result is turned back.
#include <gmp.h>

#include <algorithm>
#include <bit>

#include "vm/bignum.hpp"
#include "vm/number.hpp"

namespace fermata::vm {

namespace {

// Changes limbs from magnitude to two's complement of the negative, or back.
void complement(Limb* limbs, std::size_t n) { mpn_neg(limbs, limbs, static_cast<mp_size_t>(n)); }

Bignum& complemented(Machine& m, const IntegerView& v, std::size_t n) {
  Bignum& b = m.heap.make_bignum(n, false);
  std::copy_n(v.limbs(), v.count(), b.limbs());
  std::fill(b.limbs() + v.count(), b.limbs() + n, 0);
  if (v.is_negative()) complement(b.limbs(), n);
  return b;
}

std::int64_t combine(BitOperation operation, std::int64_t a, std::int64_t b) {
  switch (operation) {
    case BitOperation::conjunction:
      return a & b;
    case BitOperation::disjunction:
      return a | b;
    default:
      return a ^ b;
  }
}

Outcome shift_left(Machine& m, const IntegerView& x, std::size_t bits) {
  if (bits > kMaxIntegerBits) return integer_too_big(m, ~std::size_t{0});
  const std::size_t skip = bits / 64, n = x.count() + skip + 1;
  if (!integer_has_room(m, n)) return integer_too_big(m, n);
  m.charge(n / 64);
  Bignum& r = m.heap.make_bignum(n, false);
  std::fill(r.limbs(), r.limbs() + skip, 0);
  if (bits % 64) {
    r.limbs()[n - 1] = mpn_lshift(r.limbs() + skip, x.limbs(), static_cast<mp_size_t>(x.count()),
                                  static_cast<unsigned>(bits % 64));
  } else {
    std::copy_n(x.limbs(), x.count(), r.limbs() + skip);
    r.limbs()[n - 1] = 0;
  }
  return integer_finish(r, x.is_negative());
}

Outcome shift_right(Machine& m, const IntegerView& x, std::size_t bits) {
  const std::size_t skip = bits / 64;
  if (skip >= x.count()) return Value::fixnum(x.is_negative() ? -1 : 0);
  const std::size_t n = x.count() - skip;
  m.charge(n / 64);
  Bignum& r = m.heap.make_bignum(n + 1, false);
  r.limbs()[n] = 0;
  Limb lost = 0;
  for (std::size_t i = 0; i < skip; ++i) lost |= x.limbs()[i];
  if (bits % 64) {
    lost |= mpn_rshift(r.limbs(), x.limbs() + skip, static_cast<mp_size_t>(n),
                       static_cast<unsigned>(bits % 64));
  } else {
    std::copy_n(x.limbs() + skip, n, r.limbs());
  }
  if (x.is_negative() && lost) mpn_add_1(r.limbs(), r.limbs(), static_cast<mp_size_t>(n + 1), 1);
  return integer_finish(r, x.is_negative());
}

}  // namespace

Outcome integer_shift(Machine& m, Value a, std::int64_t bits) {
  if (bits == 0 || a == Value::fixnum(0)) return a;
  if (a.is_fixnum()) {
    const std::int64_t n = a.fixnum();
    if (bits < 0) return Value::fixnum(n >> std::min<std::int64_t>(-(bits + 1), 62) >> 1);
    std::int64_t shifted;
    if (bits < 62 && !__builtin_mul_overflow(n, std::int64_t{1} << bits, &shifted)) {
      return integer_from(m.heap, shifted);
    }
  }
  const IntegerView x(a);
  if (bits > 0) return shift_left(m, x, static_cast<std::size_t>(bits));
  return shift_right(m, x, 0 - static_cast<std::size_t>(bits));
}

Outcome integer_bits(Machine& m, BitOperation operation, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) {
    return Value::fixnum(combine(operation, a.fixnum(), b.fixnum()));
  }
  const IntegerView x(a), y(b);
  const std::size_t n = std::max(x.count(), y.count()) + 1;
  if (!integer_has_room(m, 2 * n)) return integer_too_big(m, 2 * n);
  m.charge(n / 16);
  Bignum& r = complemented(m, x, n);
  const Bignum& s = complemented(m, y, n);
  Limb* p = r.limbs();
  const Limb* q = const_cast<Bignum&>(s).limbs();
  bool negative = false;
  switch (operation) {
    case BitOperation::conjunction:
      mpn_and_n(p, p, q, static_cast<mp_size_t>(n));
      negative = x.is_negative() && y.is_negative();
      break;
    case BitOperation::disjunction:
      mpn_ior_n(p, p, q, static_cast<mp_size_t>(n));
      negative = x.is_negative() || y.is_negative();
      break;
    case BitOperation::difference:
      mpn_xor_n(p, p, q, static_cast<mp_size_t>(n));
      negative = x.is_negative() != y.is_negative();
      break;
  }
  if (negative) complement(p, n);
  return integer_finish(r, negative);
}

Outcome integer_not(Machine& m, Value a) { return integer_subtract(m, Value::fixnum(-1), a); }

std::size_t integer_bit_count(Value a) {
  if (a.is_fixnum()) {
    const std::int64_t n = a.fixnum();
    return static_cast<std::size_t>(std::popcount(static_cast<std::uint64_t>(n < 0 ? ~n : n)));
  }
  const IntegerView x(a);
  const std::size_t ones = mpn_popcount(x.limbs(), static_cast<mp_size_t>(x.count()));
  if (!x.is_negative()) return ones;
  // The ones of |a| - 1: the lowest one becomes zero, the zeros below it become ones.
  return ones - 1 + mpn_scan1(x.limbs(), 0);
}

std::size_t integer_length(Value a) {
  const IntegerView x(a);
  if (!x.is_negative()) return x.bits();
  const bool power_of_two = mpn_scan1(x.limbs(), 0) == x.bits() - 1;
  return x.bits() - (power_of_two ? 1 : 0);
}

}  // namespace fermata::vm
