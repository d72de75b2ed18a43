// Sums, products, quotients, powers and roots of exact integers.
//
// Every function has a path for two fixnums, which is the common case; the rest goes
// through IntegerView, so the mixed cases need no code of their own.
#include "vm/bignum.hpp"

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "vm/number.hpp"

namespace fermata::vm {

static_assert(std::is_same_v<mp_limb_t, Limb> && GMP_NUMB_BITS == 64);

namespace {

constexpr std::size_t kSmallLimbs = 64;  // below that nobody is asked and little is charged

Limb* scratch(Machine& m, std::size_t limbs) {
  return static_cast<Limb*>(m.heap.atomic(limbs * sizeof(Limb)));
}

mp_size_t signed_size(std::size_t n) { return static_cast<mp_size_t>(n); }

// Schoolbook below about fifty limbs, then closer and closer to linear.
std::size_t multiplication_work(std::size_t a, std::size_t b) {
  const std::size_t small = std::min(a, b), large = std::max(a, b);
  return large *
         std::min<std::size_t>(small, 48 + 8 * static_cast<std::size_t>(std::bit_width(small)));
}

int compare_magnitudes(const IntegerView& a, const IntegerView& b) {
  if (a.count() != b.count()) return a.count() < b.count() ? -1 : 1;
  const int c = a.count() ? mpn_cmp(a.limbs(), b.limbs(), signed_size(a.count())) : 0;
  return c < 0 ? -1 : c > 0;
}

Outcome add_views(Machine& m, const IntegerView& x, const IntegerView& y, bool y_negative) {
  const int order = compare_magnitudes(x, y);
  const IntegerView& a = order >= 0 ? x : y;  // the larger one
  const IntegerView& b = order >= 0 ? y : x;
  const bool negative = order >= 0 ? x.is_negative() : y_negative;
  const std::size_t n = a.count();
  if (!integer_has_room(m, n + 1)) return integer_too_big(m, n + 1);
  m.charge(n / 64);
  if (x.is_negative() == y_negative) {
    Bignum& r = m.heap.make_bignum(n + 1, false);
    r.limbs()[n] = mpn_add(r.limbs(), a.limbs(), signed_size(n), b.limbs(), signed_size(b.count()));
    return integer_finish(r, negative);
  }
  if (order == 0) return Value::fixnum(0);
  Bignum& r = m.heap.make_bignum(n, false);
  mpn_sub(r.limbs(), a.limbs(), signed_size(n), b.limbs(), signed_size(b.count()));
  return integer_finish(r, negative);
}

Value copy_with_sign(Machine& m, const IntegerView& a, bool negative) {
  Bignum& r = m.heap.make_bignum(a.count(), false);
  std::copy_n(a.limbs(), a.count(), r.limbs());
  return integer_finish(r, negative);
}

}  // namespace

std::size_t IntegerView::bits() const {
  return count_ ? count_ * 64 - static_cast<std::size_t>(std::countl_zero(limbs()[count_ - 1])) : 0;
}

bool integer_has_room(Machine& m, std::size_t limbs) {
  if (limbs <= kSmallLimbs) return true;
  return limbs <= kMaxIntegerBits / 64 + 1 && m.heap.can_allocate(limbs * sizeof(Limb) * 2);
}

Outcome integer_too_big(Machine& m, std::size_t limbs) {
  if (limbs <= kMaxIntegerBits / 64 + 1) return m.out_of_memory(limbs * sizeof(Limb));
  const std::string_view name = m.native_name();
  return m.error(ConditionKind::memory, std::string(name) + (name.empty() ? "" : ": ") +
                                            "the result would be an integer of more than " +
                                            std::to_string(kMaxIntegerBits) + " bits, the most there are");
}

Value integer_finish(Bignum& b, bool negative) {
  std::size_t n = b.count();
  const Limb* limbs = b.limbs();
  while (n > 0 && limbs[n - 1] == 0) --n;
  if (n == 0) return Value::fixnum(0);
  constexpr Limb kLimit = Limb{1} << 62;
  if (n == 1 && limbs[0] < kLimit + (negative ? 1 : 0)) {
    const auto k = static_cast<std::int64_t>(limbs[0]);
    return Value::fixnum(negative ? -k : k);
  }
  b.header = make_header(Kind::bignum, n, negative ? Bignum::kNegative : 0);
  return value_of(&b);
}

Value integer_from(Heap& heap, std::int64_t n) {
  if (Value::fits_fixnum(n)) return Value::fixnum(n);
  Bignum& b = heap.make_bignum(1, n < 0);
  b.limbs()[0] = n < 0 ? 0 - static_cast<Limb>(n) : static_cast<Limb>(n);
  return value_of(&b);
}

Value integer_from_unsigned(Heap& heap, std::uint64_t n) {
  if (n <= static_cast<std::uint64_t>(Value::kFixnumMax)) {
    return Value::fixnum(static_cast<std::int64_t>(n));
  }
  Bignum& b = heap.make_bignum(1, false);
  b.limbs()[0] = n;
  return value_of(&b);
}

std::optional<std::int64_t> to_int64(Value v) {
  if (v.is_fixnum()) return v.fixnum();
  const Bignum* b = cast<Bignum>(v);
  if (b == nullptr || b->count() != 1) return std::nullopt;
  const Limb n = as<Bignum>(v).limbs()[0];
  constexpr Limb kTop = Limb{1} << 63;
  if (b->is_negative()) {
    if (n > kTop) return std::nullopt;
    return static_cast<std::int64_t>(0 - n);
  }
  if (n >= kTop) return std::nullopt;
  return static_cast<std::int64_t>(n);
}

Outcome integer_add(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) return integer_from(m.heap, a.fixnum() + b.fixnum());
  const IntegerView x(a), y(b);
  return add_views(m, x, y, y.is_negative());
}

Outcome integer_subtract(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) return integer_from(m.heap, a.fixnum() - b.fixnum());
  const IntegerView x(a), y(b);
  return add_views(m, x, y, !y.is_negative());
}

Outcome integer_multiply(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) {
    std::int64_t product;
    if (!__builtin_mul_overflow(a.fixnum(), b.fixnum(), &product)) {
      return integer_from(m.heap, product);
    }
  }
  const IntegerView x(a), y(b);
  if (x.count() == 0 || y.count() == 0) return Value::fixnum(0);
  const std::size_t n = x.count() + y.count();
  if (!integer_has_room(m, n)) return integer_too_big(m, n);
  m.charge(multiplication_work(x.count(), y.count()) / 16);
  Bignum& r = m.heap.make_bignum(n, false);
  const IntegerView& large = x.count() >= y.count() ? x : y;
  const IntegerView& small = x.count() >= y.count() ? y : x;
  if (a == b) {
    mpn_sqr(r.limbs(), x.limbs(), signed_size(x.count()));
  } else if (small.count() == 1) {
    r.limbs()[n - 1] =
        mpn_mul_1(r.limbs(), large.limbs(), signed_size(large.count()), small.limbs()[0]);
  } else {
    mpn_mul(r.limbs(), large.limbs(), signed_size(large.count()), small.limbs(),
            signed_size(small.count()));
  }
  return integer_finish(r, x.is_negative() != y.is_negative());
}

Outcome integer_negate(Machine& m, Value a) {
  if (a.is_fixnum()) return integer_from(m.heap, -a.fixnum());
  const IntegerView x(a);
  if (!integer_has_room(m, x.count())) return integer_too_big(m, x.count());
  return copy_with_sign(m, x, !x.is_negative());
}

Outcome integer_magnitude(Machine& m, Value a) {
  return integer_sign(a) < 0 ? integer_negate(m, a) : Outcome(a);
}

Outcome integer_divide(Machine& m, Value a, Value b, Value& quotient, Value& remainder) {
  if (a.is_fixnum() && b.is_fixnum()) {
    quotient = integer_from(m.heap, a.fixnum() / b.fixnum());
    remainder = Value::fixnum(a.fixnum() % b.fixnum());
    return kUnspecified;
  }
  const IntegerView x(a), y(b);
  if (compare_magnitudes(x, y) < 0) {
    quotient = Value::fixnum(0);
    remainder = a;
    return kUnspecified;
  }
  const std::size_t xn = x.count(), yn = y.count(), qn = xn - yn + 1;
  if (!integer_has_room(m, xn + yn)) return integer_too_big(m, xn + yn);
  m.charge(multiplication_work(qn, yn) / 8);
  Bignum& q = m.heap.make_bignum(qn, false);
  Bignum& r = m.heap.make_bignum(yn, false);
  if (yn == 1) {
    r.limbs()[0] = mpn_divrem_1(q.limbs(), 0, x.limbs(), signed_size(xn), y.limbs()[0]);
  } else {
    mpn_tdiv_qr(q.limbs(), r.limbs(), 0, x.limbs(), signed_size(xn), y.limbs(), signed_size(yn));
  }
  quotient = integer_finish(q, x.is_negative() != y.is_negative());
  remainder = integer_finish(r, x.is_negative());
  return kUnspecified;
}

Outcome integer_quotient(Machine& m, Value a, Value b) {
  Value q, r;
  FERMATA_TRY(done, integer_divide(m, a, b, q, r));
  static_cast<void>(done);
  return q;
}

Outcome integer_remainder(Machine& m, Value a, Value b) {
  Value q, r;
  FERMATA_TRY(done, integer_divide(m, a, b, q, r));
  static_cast<void>(done);
  return r;
}

Outcome integer_gcd(Machine& m, Value a, Value b) {
  const IntegerView x(a), y(b);
  if (x.count() == 0) return integer_magnitude(m, b);
  if (y.count() == 0) return integer_magnitude(m, a);
  if (x.count() == 1 && y.count() == 1) {
    return integer_from_unsigned(m.heap, std::gcd(x.limbs()[0], y.limbs()[0]));
  }
  if (x.count() == 1 || y.count() == 1) {
    const IntegerView& large = x.count() > 1 ? x : y;
    const IntegerView& small = x.count() > 1 ? y : x;
    return integer_from_unsigned(
        m.heap, mpn_gcd_1(large.limbs(), signed_size(large.count()), small.limbs()[0]));
  }
  const std::size_t total = x.count() + y.count();
  if (!integer_has_room(m, total + std::min(x.count(), y.count())))
    return integer_too_big(m, total);
  m.charge(multiplication_work(x.count(), y.count()));

  // mpn_gcd wants one operand odd and destroys both: copies, without their factors of two.
  struct Odd {
    Limb* limbs;
    std::size_t count, twos;
  };
  const auto odd_part = [&](const IntegerView& v) {
    const std::size_t twos = mpn_scan1(v.limbs(), 0), skip = twos / 64;
    Odd o{scratch(m, v.count()), v.count() - skip, twos};
    if (twos % 64) {
      mpn_rshift(o.limbs, v.limbs() + skip, signed_size(o.count), static_cast<unsigned>(twos % 64));
    } else {
      std::copy_n(v.limbs() + skip, o.count, o.limbs);
    }
    while (o.limbs[o.count - 1] == 0) --o.count;
    return o;
  };
  Odd p = odd_part(x), q = odd_part(y);
  const std::size_t twos = std::min(p.twos, q.twos);
  if (p.count < q.count) std::swap(p, q);
  Bignum& r = m.heap.make_bignum(q.count, false);
  const auto n = mpn_gcd(r.limbs(), p.limbs, signed_size(p.count), q.limbs, signed_size(q.count));
  std::fill(r.limbs() + n, r.limbs() + q.count, 0);
  return integer_shift(m, integer_finish(r, false), static_cast<std::int64_t>(twos));
}

Outcome integer_power(Machine& m, Value base, std::size_t exponent) {
  if (exponent == 0) return Value::fixnum(1);
  const IntegerView view(base);
  if (view.count() == 0) return base;
  // base = odd * 2^twos: the twos become one shift, which matters for 2 and for 10.
  const std::size_t twos = mpn_scan1(view.limbs(), 0);
  const std::size_t bits = view.bits();
  if (bits == twos + 1 && twos == 0) {  // 1 or -1
    return view.is_negative() && exponent % 2 ? base : Value::fixnum(1);
  }
  if (exponent > kMaxIntegerBits || (bits - 1) * exponent > kMaxIntegerBits) {
    return integer_too_big(m, ~std::size_t{0});
  }
  const std::size_t limbs = std::min(bits * exponent, kMaxIntegerBits) / 64 + 1;  // or a little less
  if (!integer_has_room(m, limbs)) return integer_too_big(m, limbs);
  FERMATA_TRY(odd, integer_shift(m, base, -static_cast<std::int64_t>(twos)));
  Value result = Value::fixnum(1);
  if (odd != Value::fixnum(1)) {
    for (int bit = static_cast<int>(std::bit_width(exponent)) - 1; bit >= 0; --bit) {
      FERMATA_TRY(square, integer_multiply(m, result, result));
      result = square;
      if (exponent >> bit & 1) {
        FERMATA_TRY(product, integer_multiply(m, result, odd));
        result = product;
      }
    }
  }
  return integer_shift(m, result, static_cast<std::int64_t>(twos * exponent));
}

Outcome integer_sqrt(Machine& m, Value a, Value& root, Value& rest) {
  const IntegerView x(a);
  if (x.count() == 0) {
    root = rest = a;
    return kUnspecified;
  }
  const std::size_t n = x.count();
  if (!integer_has_room(m, 2 * n)) return integer_too_big(m, 2 * n);
  m.charge(multiplication_work(n, n) / 16);
  Bignum& s = m.heap.make_bignum((n + 1) / 2, false);
  Bignum& r = m.heap.make_bignum(n, false);
  const auto used =
      static_cast<std::size_t>(mpn_sqrtrem(s.limbs(), r.limbs(), x.limbs(), signed_size(n)));
  std::fill(r.limbs() + used, r.limbs() + n, 0);
  root = integer_finish(s, false);
  rest = integer_finish(r, false);
  return kUnspecified;
}

int integer_compare(Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) {
    return a.fixnum() < b.fixnum() ? -1 : a.fixnum() > b.fixnum();
  }
  const IntegerView x(a), y(b);
  if (x.is_negative() != y.is_negative()) return x.is_negative() ? -1 : 1;
  return x.is_negative() ? compare_magnitudes(y, x) : compare_magnitudes(x, y);
}

int integer_sign(Value a) {
  if (a.is_fixnum()) return a.fixnum() < 0 ? -1 : a.fixnum() > 0;
  return as<Bignum>(a).is_negative() ? -1 : 1;
}

bool integer_is_odd(Value a) { return IntegerView(a).is_odd(); }
bool integer_is_one(Value a) { return a == Value::fixnum(1); }

double round_to_double(std::uint64_t q, bool inexact, std::int64_t exponent, bool negative) {
  if (q == 0) return negative ? -0.0 : 0.0;
  const auto bits = static_cast<std::int64_t>(std::bit_width(q));
  if (bits + exponent > 1100) return negative ? -HUGE_VAL : HUGE_VAL;
  if (bits + exponent < -1100) return negative ? -0.0 : 0.0;
  // The last bit that a double of this size has: fewer than 53 stay when it is subnormal.
  const std::int64_t last = std::max<std::int64_t>(bits - 53 + exponent, -1074);
  const std::int64_t drop = last - exponent;
  if (drop > 0) {
    const std::uint64_t kept = drop >= 64 ? 0 : q >> drop;
    const std::uint64_t lost = drop >= 64 ? q : q & ((std::uint64_t{1} << drop) - 1);
    const std::uint64_t half = drop > 64 ? 0 : std::uint64_t{1} << (drop - 1);
    const bool above = half && (lost > half || (lost == half && inexact));
    const bool tie = half && lost == half && !inexact;
    q = kept + (above || (tie && (kept & 1)) ? 1 : 0);
    exponent = last;
  }
  const double d = std::ldexp(static_cast<double>(q), static_cast<int>(exponent));
  return negative ? -d : d;
}

double integer_to_double(Value a) {
  if (a.is_fixnum()) return static_cast<double>(a.fixnum());
  const IntegerView x(a);
  const std::size_t n = x.count();
  if (n == 1) return round_to_double(x.limbs()[0], false, 0, x.is_negative());
  if (n > 17) return x.is_negative() ? -HUGE_VAL : HUGE_VAL;
  const int shift = std::countl_zero(x.limbs()[n - 1]);
  Limb top = x.limbs()[n - 1] << shift, rest = x.limbs()[n - 2] << shift;
  if (shift) top |= x.limbs()[n - 2] >> (64 - shift);
  for (std::size_t i = 0; i + 2 < n; ++i) rest |= x.limbs()[i];
  return round_to_double(top, rest != 0, static_cast<std::int64_t>((n - 1) * 64) - shift,
                         x.is_negative());
}

Value integer_from_double(Heap& heap, double d) {
  if (std::fabs(d) < 0x1p62) return Value::fixnum(static_cast<std::int64_t>(d));
  int exponent;
  const double fraction = std::frexp(std::fabs(d), &exponent);
  const auto mantissa = static_cast<Limb>(std::ldexp(fraction, 53));
  const auto shift = static_cast<std::size_t>(exponent - 53);
  Bignum& b = heap.make_bignum(shift / 64 + 2, false);
  std::fill(b.limbs(), b.limbs() + b.count(), 0);
  b.limbs()[shift / 64] = mantissa << shift % 64;
  if (shift % 64) b.limbs()[shift / 64 + 1] = mantissa >> (64 - shift % 64);
  return integer_finish(b, d < 0);
}

}  // namespace fermata::vm
