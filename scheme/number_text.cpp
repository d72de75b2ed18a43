// Numbers as text.
//
// A flonum gets the shortest digits that read back as itself: from std::to_chars in radix
// ten, by Steele and White's free-format algorithm (as in Burger and Dybvig, 1996) in any
// other.  Very large and very small ones use an exponent, which R7RS has in radix ten only.
#include "scheme/number_text.hpp"

#include <gmpxx.h>

#include <charconv>
#include <cmath>

#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// The value 0.digits * radix^point.
struct Digits {
  std::string digits;
  int point;
};

// Requires: d > 0, finite.
Digits shortest_decimal(double d) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const auto e = text.find('e');
  const char* exponent_text = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  int exponent = 0;
  std::from_chars(exponent_text, end, exponent);
  Digits r{std::string(1, text[0]), exponent + 1};
  if (e > 2) r.digits += text.substr(2, e - 2);
  return r;
}

// Requires: d > 0, finite.
Digits shortest_in_radix(double d, int radix) {
  int exponent;
  const double fraction = std::frexp(d, &exponent);
  exponent = std::max(exponent - 53, -1074);
  const auto mantissa = static_cast<unsigned long>(std::ldexp(d, -exponent));
  // Between the neighbours' midpoints, (r - below) / s and (r + above) / s, any digits will do;
  // the midpoints themselves round to an even mantissa.
  const bool even = mantissa % 2 == 0;
  const bool uneven_gap = fraction == 0.5 && exponent > -1074;  // the lower gap is half as wide
  mpz_class r = mantissa, s = 1, below = 1, above = 1;
  if (exponent >= 0) {
    r <<= exponent;
    below <<= exponent;
    above <<= exponent;
  } else {
    s <<= -exponent;
  }
  r *= uneven_gap ? 4 : 2;
  s *= uneven_gap ? 4 : 2;
  if (uneven_gap) above *= 2;

  const auto reaches = [&](const mpz_class& low, const mpz_class& high) {
    return even ? low >= high : low > high;
  };
  int point = 0;
  while (reaches(r + above, s)) s *= radix, ++point;
  while (!reaches((r + above) * radix, s)) r *= radix, above *= radix, below *= radix, --point;

  Digits result{"", point};
  for (;;) {
    r *= radix;
    above *= radix;
    below *= radix;
    const mpz_class q = r / s;
    r -= q * s;
    auto digit = static_cast<int>(q.get_si());
    const bool low = even ? r <= below : r < below;
    const bool high = reaches(r + above, s);
    if (high && (!low || r * 2 >= s)) ++digit;
    result.digits += static_cast<char>(digit < 10 ? '0' + digit : 'a' + digit - 10);
    if (low || high) return result;
  }
}

std::string lay_out(const Digits& d, int radix) {
  const auto n = static_cast<int>(d.digits.size());
  if (radix == 10 && (d.point > 21 || d.point < -5)) {
    const std::string fraction = n > 1 ? "." + d.digits.substr(1) : "";
    return d.digits.substr(0, 1) + fraction + "e" + std::to_string(d.point - 1);
  }
  if (d.point <= 0) return "0." + std::string(static_cast<std::size_t>(-d.point), '0') + d.digits;
  if (d.point >= n)
    return d.digits + std::string(static_cast<std::size_t>(d.point - n), '0') + ".0";
  const auto point = static_cast<std::size_t>(d.point);
  return d.digits.substr(0, point) + "." + d.digits.substr(point);
}

std::string flonum_to_text(double d, int radix) {
  if (std::isnan(d)) return "+nan.0";
  const std::string sign = std::signbit(d) ? "-" : "";
  if (std::isinf(d)) return (sign.empty() ? "+" : "-") + std::string("inf.0");
  if (d == 0) return sign + "0.0";
  const double size = std::fabs(d);
  const std::string text =
      lay_out(radix == 10 ? shortest_decimal(size) : shortest_in_radix(size, radix), radix);
  // Where i, n, f and a are digits, some numbers would begin as infinity or NaN is written.
  const bool looks_special =
      !sign.empty() && (text.starts_with("inf.0") || text.starts_with("nan.0"));
  return sign + (looks_special ? "0" : "") + text;
}

std::string imaginary_to_text(Machine& m, Value v, int radix) {
  if (v == Value::fixnum(1)) return "+i";
  if (v == Value::fixnum(-1)) return "-i";
  const std::string text = number_to_text(m, v, radix);
  return (text[0] == '+' || text[0] == '-' ? "" : "+") + text + "i";
}

}  // namespace

std::string number_to_text(Machine& m, Value v, int radix) {
  if (is_flonum(v)) return flonum_to_text(flonum_value(v), radix);
  if (is_exact_integer(v)) return integer_to_digits(m, v, radix);
  if (is_exact_rational(v)) {
    return integer_to_digits(m, exact_numerator(v), radix) + "/" +
           integer_to_digits(m, exact_denominator(v), radix);
  }
  // A real part of 0 or 0.0 goes without saying; -0.0 does not.
  const Value real = real_part(v), zero = m.heap.make_flonum(0.0);
  const bool silent = is_exact_zero(real) || numbers_eqv(real, zero);
  return (silent ? "" : number_to_text(m, real, radix)) +
         imaginary_to_text(m, imaginary_part(v), radix);
}

}  // namespace fermata::scheme
