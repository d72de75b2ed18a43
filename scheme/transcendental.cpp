// Roots, powers, logarithms and the trigonometric functions, real and complex.
//
// What has an exact answer is answered exactly: (sqrt 1/4), (sqrt -4), (expt 2/3 -33),
// (exp 0).  A real number outside the real domain of a function has a complex value; branch
// cuts are those of R7RS 6.2.6, which follows Common Lisp.  Exact numbers too large or too
// small for a double still have logarithms and roots: they are scaled first.
#include <cmath>
#include <complex>
#include <numbers>

#include "scheme/number_tables.hpp"
#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

using Complex = std::complex<double>;

constexpr char kNumber[] = "a number";
constexpr char kReal[] = "a real number";

// fraction * 2^exponent, for an exact number whose double would overflow or vanish.
struct Scaled {
  double fraction;
  std::int64_t exponent;
};

Scaled scale_integer(Machine& m, Value n) {
  const auto drop = static_cast<std::int64_t>(IntegerView(n).bits()) - 64;
  if (drop <= 0) return {integer_to_double(n), 0};
  return {integer_to_double(integer_shift(m, n, -drop).value), drop};
}

// Requires: q > 0, exact.
Scaled scale(Machine& m, Value q) {
  const double d = to_double(q);
  if (std::isnormal(d)) return {d, 0};
  const Scaled n = scale_integer(m, exact_numerator(q));
  const Scaled k = scale_integer(m, exact_denominator(q));
  return {n.fraction / k.fraction, n.exponent - k.exponent};
}

double sqrt_of_exact(Machine& m, Value q) {
  const Scaled s = scale(m, q);
  const bool odd = s.exponent % 2 != 0;
  const double root = std::sqrt(odd ? s.fraction * 2 : s.fraction);
  return std::ldexp(root, static_cast<int>((s.exponent - (odd ? 1 : 0)) / 2));
}

// The exponent's part is the larger one; with ln 2 in two pieces, of which the first has few
// digits and so an exact product, the sum is rounded once.
double log_of_exact(Machine& m, Value q) {
  constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 0x1.a39ef35793c76p-33;
  const Scaled s = scale(m, q);
  if (s.exponent == 0) return std::log(s.fraction);
  int more = 0;
  const double fraction = std::frexp(s.fraction, &more);
  const auto exponent = static_cast<double>(s.exponent + more);
  return exponent * kLn2High + (std::log(fraction) + exponent * kLn2Low);
}

// The exact square root of an exact number with an imaginary part, or #f.
Outcome exact_complex_sqrt(Machine& m, Value z) {
  const Value a = real_part(z), b = imaginary_part(z), half = Value::fixnum(2);
  FERMATA_TRY(aa, rational_multiply(m, a, a));
  FERMATA_TRY(bb, rational_multiply(m, b, b));
  FERMATA_TRY(norm, rational_add(m, aa, bb));
  FERMATA_TRY(size, rational_sqrt(m, norm));
  if (size == kFalse) return kFalse;
  FERMATA_TRY(sum, rational_add(m, size, a));
  FERMATA_TRY(difference, rational_subtract(m, size, a));
  FERMATA_TRY(half_sum, rational_divide(m, sum, half));
  FERMATA_TRY(half_difference, rational_divide(m, difference, half));
  FERMATA_TRY(real, rational_sqrt(m, half_sum));
  FERMATA_TRY(imaginary, rational_sqrt(m, half_difference));
  if (real == kFalse || imaginary == kFalse) return kFalse;
  if (rational_sign(b) > 0) return make_rectangular(m.heap, real, imaginary);
  FERMATA_TRY(minus, rational_negate(m, imaginary));
  return make_rectangular(m.heap, real, minus);
}

// Requires: q >= 0, exact.
Outcome sqrt_of_rational(Machine& m, Value q) {
  FERMATA_TRY(root, rational_sqrt(m, q));
  return root == kFalse ? m.heap.make_flonum(sqrt_of_exact(m, q)) : root;
}

}  // namespace

Outcome number_sqrt(Machine& m, Value z) {
  if (is_flonum(z)) {
    const double d = flonum_value(z);
    return d < 0 ? make_complex(m.heap, {0.0, std::sqrt(-d)}) : m.heap.make_flonum(std::sqrt(d));
  }
  if (is_real(z)) {
    if (rational_sign(z) >= 0) return sqrt_of_rational(m, z);
    FERMATA_TRY(size, rational_negate(m, z));
    FERMATA_TRY(root, sqrt_of_rational(m, size));
    return make_rectangular(m.heap, Value::fixnum(0), root);
  }
  if (is_exact(z)) {
    FERMATA_TRY(root, exact_complex_sqrt(m, z));
    if (root != kFalse) return root;
  }
  return make_complex(m.heap, std::sqrt(to_complex(z)));
}

namespace {

Outcome square_root(Machine& m, Value z) {
  return is_number(z) ? number_sqrt(m, z) : m.wrong_type(1, kNumber, z);
}

// ---- functions of one number --------------------------------------------------------
struct Elementary {
  double (*real)(double);
  Complex (*complex)(const Complex&);
  bool (*is_real_at)(double);  // whether a real argument has a real value
  int exact_argument, exact_value;
};

bool anywhere(double) { return true; }
bool within_one(double x) { return !(std::fabs(x) > 1); }

constexpr Elementary kExp = {std::exp, std::exp<double>, anywhere, 0, 1};
constexpr Elementary kSin = {std::sin, std::sin<double>, anywhere, 0, 0};
constexpr Elementary kCos = {std::cos, std::cos<double>, anywhere, 0, 1};
constexpr Elementary kTan = {std::tan, std::tan<double>, anywhere, 0, 0};
constexpr Elementary kAsin = {std::asin, [](const Complex& z) { return std::asin(z); }, within_one,
                              0, 0};
constexpr Elementary kAcos = {std::acos, [](const Complex& z) { return std::acos(z); }, within_one,
                              1, 0};

template <const Elementary& function>
Outcome elementary(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  if (z == Value::fixnum(function.exact_argument)) return Value::fixnum(function.exact_value);
  if (!is_real(z)) return make_complex(m.heap, function.complex(to_complex(z)));
  const double x = to_double(z);
  if (function.is_real_at(x)) return m.heap.make_flonum(function.real(x));
  // On the cut from 1 up the value continues the fourth quadrant, from -1 down the second.
  return make_complex(m.heap, function.complex({x, x > 0 ? -0.0 : 0.0}));
}

// ---- logarithm -------------------------------------------------------------------------
Outcome natural_log(Machine& m, Value z) {
  if (!is_real(z)) return make_complex(m.heap, std::log(to_complex(z)));
  if (z == Value::fixnum(1)) return Value::fixnum(0);
  // The logarithm of -0.0 is that of what comes near it from below.
  const bool negative = is_flonum(z) ? std::signbit(to_double(z)) && !std::isnan(to_double(z))
                                     : real_sign(z) < 0;
  FERMATA_TRY(size, negative ? number_negate(m, z) : Outcome(z));
  const double log =
      is_flonum(size) || is_exact_zero(size) ? std::log(to_double(size)) : log_of_exact(m, size);
  return negative ? make_complex(m.heap, {log, std::numbers::pi}) : m.heap.make_flonum(log);
}

Outcome logarithm(Machine& m, Value z, std::optional<Value> base) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  if (!base) return natural_log(m, z);
  if (!is_number(*base)) return m.wrong_type(2, kNumber, *base);
  // The library's own logarithms hit whole results exactly, a quotient may miss them.
  const bool plain = is_real(z) && real_sign(z) > 0 && std::isnormal(to_double(z));
  if (plain && is_real(*base) && to_double(*base) == 2) {
    return m.heap.make_flonum(std::log2(to_double(z)));
  }
  if (plain && is_real(*base) && to_double(*base) == 10) {
    return m.heap.make_flonum(std::log10(to_double(z)));
  }
  FERMATA_TRY(log_z, natural_log(m, z));
  FERMATA_TRY(log_base, natural_log(m, *base));
  // In base 1 everything is infinitely far away, as it is in base 1.0.
  return number_divide(m, log_z, is_exact_zero(log_base) ? m.heap.make_flonum(0) : log_base);
}

// ---- arc tangent --------------------------------------------------------------------------
// The angle of the point (x, y).
Outcome arc_tangent_of_point(Machine& m, Value y, Value x) {
  if (is_exact_zero(y) && is_exact_rational(x)) {
    if (rational_sign(x) >= 0) return y;
  }
  double dy = to_double(y), dx = to_double(x);
  const bool fits = std::isfinite(dy) && std::isfinite(dx) && (dy != 0 || dx != 0);
  if (!fits && is_exact_rational(y) && is_exact_rational(x) && !is_exact_zero(x)) {
    FERMATA_TRY(slope, rational_divide(m, y, x));
    dy = std::fabs(to_double(slope)) * (rational_sign(y) < 0 ? -1 : 1);
    dx = rational_sign(x);
  }
  return m.heap.make_flonum(std::atan2(dy, dx));
}

Outcome arc_tangent(Machine& m, Value z, std::optional<Value> x) {
  if (x) {
    if (!is_real(z)) return m.wrong_type(1, kReal, z);
    if (!is_real(*x)) return m.wrong_type(2, kReal, *x);
    return arc_tangent_of_point(m, z, *x);
  }
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  if (is_exact_zero(z)) return z;
  if (is_real(z)) return m.heap.make_flonum(std::atan(to_double(z)));
  const Value imaginary = imaginary_part(z);
  if (is_exact_zero(real_part(z)) &&
      (imaginary == Value::fixnum(1) || imaginary == Value::fixnum(-1))) {
    return m.out_of_range(1, "other than +i and -i", z);
  }
  return make_complex(m.heap, std::atan(to_complex(z)));
}

// ---- powers ---------------------------------------------------------------------------------
Outcome divide_by_zero(Machine& m) {
  return m.error(ConditionKind::divide, std::string(m.native_name()) + ": division by zero");
}

// Any two numbers but 0; by e^(exponent log base).  The size of a negative number's power is
// more exact than that.
Outcome general_power(Machine& m, Value base, Value exponent) {
  if (is_real(base) && is_real(exponent) && real_sign(base) < 0) {
    const double b = to_double(base), e = to_double(exponent);
    if (std::isfinite(b) && std::isfinite(e)) {
      return make_complex(m.heap, std::polar(std::pow(-b, e), std::numbers::pi * e));
    }
  }
  FERMATA_TRY(log, natural_log(m, base));
  // A real exponent has no imaginary part that an infinite size could turn into NaN.
  const Complex product = is_real(exponent) ? to_complex(log) * to_double(exponent)
                                            : to_complex(log) * to_complex(exponent);
  const Complex z = std::exp(product);
  return is_real(log) && is_real(exponent) ? m.heap.make_flonum(z.real()) : make_complex(m.heap, z);
}

// A double can not tell whether a large exponent is odd, the integer can.
double flonum_power(double base, Value exponent) {
  const double size = std::pow(std::fabs(base), to_double(exponent));
  return std::signbit(base) && integer_is_odd(exponent) ? -size : size;
}

Outcome complex_power(Machine& m, Value base, std::int64_t exponent) {
  const auto size = exponent < 0 ? 0 - static_cast<std::uint64_t>(exponent)
                                 : static_cast<std::uint64_t>(exponent);
  Value result = is_exact(base) ? Value::fixnum(1) : make_complex(m.heap, 1.0);
  for (int bit = static_cast<int>(std::bit_width(size)) - 1; bit >= 0; --bit) {
    FERMATA_TRY(squared, number_multiply(m, result, result));
    result = squared;
    if (size >> bit & 1) {
      FERMATA_TRY(product, number_multiply(m, result, base));
      result = product;
    }
  }
  return exponent < 0 ? number_divide(m, Value::fixnum(1), result) : Outcome(result);
}

Outcome integer_exponent(Machine& m, Value base, Value exponent) {
  if (is_exact_zero(exponent)) return Value::fixnum(1);
  if (is_flonum(base)) return m.heap.make_flonum(flonum_power(flonum_value(base), exponent));
  if (is_exact_zero(base) && integer_sign(exponent) < 0) return divide_by_zero(m);
  if (!exponent.is_fixnum()) {
    if (is_exact_zero(base) || base == Value::fixnum(1)) return base;
    if (base == Value::fixnum(-1)) return Value::fixnum(integer_is_odd(exponent) ? -1 : 1);
    return is_exact(base) ? integer_too_big(m, ~std::size_t{0}) : general_power(m, base, exponent);
  }
  const std::int64_t n = exponent.fixnum();
  if (is_exact_rational(base)) return rational_power(m, base, n);
  constexpr std::int64_t kMultiplied = 1 << 16;  // beyond that the errors add up to more
  if (is_exact(base) || (n < kMultiplied && n > -kMultiplied)) return complex_power(m, base, n);
  return general_power(m, base, exponent);
}

Outcome power_of_zero(Machine& m, Value base, Value exponent) {
  // (expt 0 1.5) is 0.0, as it is in other systems; R6RS shows an exact 0 for 0^(5+.00003i).
  const bool exact = is_exact_zero(base) && !is_flonum(exponent);
  const auto answer = [&](int n) { return exact ? Value::fixnum(n) : m.heap.make_flonum(n); };
  if (is_zero(exponent)) return m.heap.make_flonum(1);  // exact zeros do not come here
  if (real_sign(real_part(exponent)) > 0) return answer(0);
  return m.out_of_range(2, "a number whose real part is positive", exponent);
}

Outcome power(Machine& m, Value base, Value exponent) {
  if (!is_number(base)) return m.wrong_type(1, kNumber, base);
  if (!is_number(exponent)) return m.wrong_type(2, kNumber, exponent);
  if (is_exact_integer(exponent)) return integer_exponent(m, base, exponent);
  if (is_exact_zero(base) || (is_zero(base) && !(is_real(base) && is_real(exponent)))) {
    return power_of_zero(m, base, exponent);
  }
  if (is<Ratnum>(exponent) && exact_denominator(exponent) == Value::fixnum(2) && is_exact(base)) {
    FERMATA_TRY(root, number_sqrt(m, base));
    if (is_exact(root)) return integer_exponent(m, root, exact_numerator(exponent));
  }
  const bool turns =
      real_sign(real_part(base)) < 0 && is_rational(exponent) && !is_integer(exponent);
  if (is_real(base) && is_real(exponent) && !turns) {
    const double b = to_double(base);
    if (is_flonum(base) || std::isnormal(b)) {
      return m.heap.make_flonum(std::pow(b, to_double(exponent)));
    }
    if (real_sign(base) < 0) {  // too large for a double, to an inexact integer
      FERMATA_TRY(exact, number_exact(m, exponent));
      FERMATA_TRY(size, number_negate(m, base));
      FERMATA_TRY(result, general_power(m, size, exponent));
      return integer_is_odd(exact) ? number_negate(m, result) : Outcome(result);
    }
  }
  return general_power(m, base, exponent);
}

constexpr Builtin kTranscendental[] = {
    builtin<square_root>("(sqrt z)", "The root of z in the right half plane; exact if it can be."),
    builtin<power>("(expt base exponent)", "base to the power exponent; exact if both are."),
    builtin<elementary<kExp>>("(exp z)", "e to the power z."),
    builtin<logarithm>("(log z [base])", "The logarithm of z; of base e when none is given."),
    builtin<elementary<kSin>>("(sin z)", "The sine of z radians."),
    builtin<elementary<kCos>>("(cos z)", "The cosine of z radians."),
    builtin<elementary<kTan>>("(tan z)", "The tangent of z radians."),
    builtin<elementary<kAsin>>("(asin z)", "The angle whose sine is z."),
    builtin<elementary<kAcos>>("(acos z)", "The angle whose cosine is z."),
    builtin<arc_tangent>("(atan z [x])",
                         "The angle whose tangent is z; with x, of the point at x across, z up."),
};

}  // namespace

std::span<const Builtin> transcendental_builtins() { return kTranscendental; }

}  // namespace fermata::scheme
