// Arithmetic of exact rationals.
#include "vm/rational.hpp"

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "vm/number.hpp"

namespace fermata::vm {

namespace {

using IntegerOperation = Outcome (*)(Machine&, Value, Value);

// Requires: lowest terms, d > 0.
Value ratio(Heap& heap, Value n, Value d) {
  return integer_is_one(d) ? n : value_of(&heap.make<Ratnum>(n, d));
}

Outcome exact_quotient(Machine& m, Value a, Value divisor) {
  return integer_is_one(divisor) ? Outcome(a) : integer_quotient(m, a, divisor);
}

Outcome add_or_subtract(Machine& m, Value a, Value b, IntegerOperation combine) {
  const Value an = exact_numerator(a), ad = exact_denominator(a);
  const Value bn = exact_numerator(b), bd = exact_denominator(b);
  FERMATA_TRY(g, integer_gcd(m, ad, bd));
  FERMATA_TRY(ad_rest, exact_quotient(m, ad, g));
  FERMATA_TRY(bd_rest, exact_quotient(m, bd, g));
  FERMATA_TRY(left, integer_multiply(m, an, bd_rest));
  FERMATA_TRY(right, integer_multiply(m, bn, ad_rest));
  FERMATA_TRY(n, combine(m, left, right));
  if (integer_sign(n) == 0) return n;
  FERMATA_TRY(common, integer_is_one(g) ? Outcome(g) : integer_gcd(m, n, g));
  FERMATA_TRY(numerator, exact_quotient(m, n, common));
  FERMATA_TRY(bd_final, exact_quotient(m, bd, common));
  FERMATA_TRY(denominator, integer_multiply(m, ad_rest, bd_final));
  return ratio(m.heap, numerator, denominator);
}

// (an/ad) * (bn/bd), each fraction in lowest terms, the denominators of any sign.
Outcome multiply_fractions(Machine& m, Value an, Value ad, Value bn, Value bd) {
  FERMATA_TRY(g, integer_gcd(m, an, bd));
  FERMATA_TRY(h, integer_gcd(m, bn, ad));
  FERMATA_TRY(an_rest, exact_quotient(m, an, g));
  FERMATA_TRY(bd_rest, exact_quotient(m, bd, g));
  FERMATA_TRY(bn_rest, exact_quotient(m, bn, h));
  FERMATA_TRY(ad_rest, exact_quotient(m, ad, h));
  FERMATA_TRY(n, integer_multiply(m, an_rest, bn_rest));
  FERMATA_TRY(d, integer_multiply(m, ad_rest, bd_rest));
  if (integer_sign(d) > 0) return ratio(m.heap, n, d);
  FERMATA_TRY(minus_n, integer_negate(m, n));
  FERMATA_TRY(minus_d, integer_negate(m, d));
  return ratio(m.heap, minus_n, minus_d);
}

}  // namespace

Outcome make_rational(Machine& m, Value n, Value d) {
  FERMATA_TRY(g, integer_gcd(m, n, d));
  FERMATA_TRY(numerator, exact_quotient(m, n, g));
  FERMATA_TRY(denominator, exact_quotient(m, d, g));
  if (integer_sign(denominator) > 0) return ratio(m.heap, numerator, denominator);
  FERMATA_TRY(minus_n, integer_negate(m, numerator));
  FERMATA_TRY(minus_d, integer_negate(m, denominator));
  return ratio(m.heap, minus_n, minus_d);
}

Outcome rational_add(Machine& m, Value a, Value b) { return add_or_subtract(m, a, b, integer_add); }
Outcome rational_subtract(Machine& m, Value a, Value b) {
  return add_or_subtract(m, a, b, integer_subtract);
}
Outcome rational_multiply(Machine& m, Value a, Value b) {
  return multiply_fractions(m, exact_numerator(a), exact_denominator(a), exact_numerator(b),
                            exact_denominator(b));
}
Outcome rational_divide(Machine& m, Value a, Value b) {
  return multiply_fractions(m, exact_numerator(a), exact_denominator(a), exact_denominator(b),
                            exact_numerator(b));
}

Outcome rational_negate(Machine& m, Value a) {
  FERMATA_TRY(n, integer_negate(m, exact_numerator(a)));
  return ratio(m.heap, n, exact_denominator(a));
}

int rational_sign(Value a) { return integer_sign(exact_numerator(a)); }

Outcome rational_compare(Machine& m, Value a, Value b) {
  if (!is<Ratnum>(a) && !is<Ratnum>(b)) return Value::fixnum(integer_compare(a, b));
  if (rational_sign(a) != rational_sign(b)) {
    return Value::fixnum(rational_sign(a) < rational_sign(b) ? -1 : 1);
  }
  FERMATA_TRY(left, integer_multiply(m, exact_numerator(a), exact_denominator(b)));
  FERMATA_TRY(right, integer_multiply(m, exact_numerator(b), exact_denominator(a)));
  return Value::fixnum(integer_compare(left, right));
}

Outcome rational_floor(Machine& m, Value a) {
  if (!is<Ratnum>(a)) return a;
  FERMATA_TRY(q, integer_quotient(m, exact_numerator(a), exact_denominator(a)));
  return rational_sign(a) < 0 ? integer_subtract(m, q, Value::fixnum(1)) : Outcome(q);
}

Outcome rational_round(Machine& m, Value a) {
  if (!is<Ratnum>(a)) return a;
  FERMATA_TRY(moved, rational_add(
                         m, a, value_of(&m.heap.make<Ratnum>(Value::fixnum(1), Value::fixnum(2)))));
  FERMATA_TRY(floor, rational_floor(m, moved));
  const bool tie = exact_denominator(a) == Value::fixnum(2);
  return tie && integer_is_odd(floor) ? integer_subtract(m, floor, Value::fixnum(1))
                                      : Outcome(floor);
}

Outcome rational_power(Machine& m, Value base, std::int64_t exponent) {
  const auto size =
      exponent < 0 ? 0 - static_cast<std::size_t>(exponent) : static_cast<std::size_t>(exponent);
  FERMATA_TRY(n, integer_power(m, exact_numerator(base), size));
  FERMATA_TRY(d, integer_power(m, exact_denominator(base), size));
  if (exponent >= 0) return ratio(m.heap, n, d);
  if (integer_sign(n) > 0) return ratio(m.heap, d, n);
  FERMATA_TRY(minus_n, integer_negate(m, n));
  FERMATA_TRY(minus_d, integer_negate(m, d));
  return ratio(m.heap, minus_d, minus_n);
}

Outcome rational_sqrt(Machine& m, Value a) {
  Value n, d, rest;
  FERMATA_TRY(n_done, integer_sqrt(m, exact_numerator(a), n, rest));
  static_cast<void>(n_done);
  if (rest != Value::fixnum(0)) return kFalse;
  FERMATA_TRY(d_done, integer_sqrt(m, exact_denominator(a), d, rest));
  static_cast<void>(d_done);
  if (rest != Value::fixnum(0)) return kFalse;
  return ratio(m.heap, n, d);
}

double rational_to_double(Value a) {
  if (!is<Ratnum>(a)) return integer_to_double(a);
  const IntegerView n(exact_numerator(a)), d(exact_denominator(a));
  // Scale so that the quotient has 63 or 64 bits; what is left over only says "and some more".
  const auto scale = 63 - static_cast<std::int64_t>(n.bits()) + static_cast<std::int64_t>(d.bits());
  if (scale < -1200) return n.is_negative() ? -HUGE_VAL : HUGE_VAL;
  if (scale > 1300) return n.is_negative() ? -0.0 : 0.0;
  const auto scaled = [&](const IntegerView& v, std::int64_t bits) {
    const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(bits, 0)) / 64;
    const auto by = static_cast<unsigned>(std::max<std::int64_t>(bits, 0) % 64);
    std::vector<Limb> limbs(v.count() + skip + 1);
    if (by) {
      limbs.back() =
          mpn_lshift(limbs.data() + skip, v.limbs(), static_cast<mp_size_t>(v.count()), by);
    } else {
      std::copy_n(v.limbs(), v.count(), limbs.data() + skip);
    }
    while (limbs.back() == 0) limbs.pop_back();
    return limbs;
  };
  const std::vector<Limb> top = scaled(n, scale), bottom = scaled(d, -scale);
  std::vector<Limb> q(top.size() - bottom.size() + 1), r(bottom.size());
  mpn_tdiv_qr(q.data(), r.data(), 0, top.data(), static_cast<mp_size_t>(top.size()), bottom.data(),
              static_cast<mp_size_t>(bottom.size()));
  const bool inexact = std::any_of(r.begin(), r.end(), [](Limb limb) { return limb != 0; });
  return round_to_double(q[0], inexact, -scale, n.is_negative());
}

Value exact_from_double(Heap& heap, double d) {
  if (d == std::trunc(d)) return integer_from_double(heap, d);
  int exponent;
  const double fraction = std::frexp(d, &exponent);
  const auto n = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  const int twos = std::countr_zero(static_cast<std::uint64_t>(n));
  // The denominator may be 2^1074, which is no double.
  const auto bits = static_cast<std::size_t>(53 - exponent - twos);
  Bignum& denominator = heap.make_bignum(bits / 64 + 1, false);
  std::fill_n(denominator.limbs(), bits / 64, 0);
  denominator.limbs()[bits / 64] = Limb{1} << bits % 64;
  return value_of(&heap.make<Ratnum>(Value::fixnum(n >> twos), integer_finish(denominator, false)));
}

}  // namespace fermata::vm
