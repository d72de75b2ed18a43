// From reals to integers and simple ratios.
#include <cmath>

#include "scheme/number_tables.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr char kReal[] = "a real number";

Outcome rational_ceiling(Machine& m, Value q) {
  FERMATA_TRY(floor, rational_floor(m, q));
  return is<Ratnum>(q) ? integer_add(m, floor, Value::fixnum(1)) : Outcome(floor);
}

Outcome rational_truncate(Machine& m, Value q) {
  return rational_sign(q) < 0 ? rational_ceiling(m, q) : rational_floor(m, q);
}

template <double (*inexact)(double), Outcome (*exact)(Machine&, Value)>
Outcome to_integer(Machine& m, Value x) {
  if (!is_real(x)) return m.wrong_type(1, kReal, x);
  if (is_flonum(x)) return m.heap.make_flonum(inexact(flonum_value(x)));
  return exact(m, x);
}

template <Value (*part)(Value)>
Outcome part_of_ratio(Machine& m, Value q) {
  if (!is_real(q)) return m.wrong_type(1, "a rational number", q);
  if (!is_rational(q)) return m.out_of_range(1, "a rational number", q);
  if (is_exact(q)) return part(q);
  if (part == exact_numerator && is_integer(q)) return q;  // -0.0 too
  FERMATA_TRY(exact, number_exact(m, q));
  return number_inexact(m, part(exact));
}

// The fraction with the smallest denominator between low and high.  Their continued
// fractions agree for a while: those terms are kept, and the first that may be chosen
// freely is made as small as possible.  Requires: 0 < low <= high.
Outcome simplest_between(Machine& m, Value low, Value high) {
  GcVector<Value> terms(m.heap);
  Value last;
  for (;;) {
    FERMATA_TRY(whole, rational_floor(m, low));
    if (!is<Ratnum>(low)) {
      last = whole;
      break;
    }
    FERMATA_TRY(other, rational_floor(m, high));
    if (integer_compare(whole, other) < 0) {
      FERMATA_TRY(above, integer_add(m, whole, Value::fixnum(1)));
      last = above;
      break;
    }
    terms.push_back(whole);
    FERMATA_TRY(low_rest, rational_subtract(m, low, whole));
    FERMATA_TRY(high_rest, rational_subtract(m, high, whole));
    FERMATA_TRY(new_low, rational_divide(m, Value::fixnum(1), high_rest));
    FERMATA_TRY(new_high, rational_divide(m, Value::fixnum(1), low_rest));
    low = new_low;
    high = new_high;
  }
  while (!terms.empty()) {
    FERMATA_TRY(inverse, rational_divide(m, Value::fixnum(1), last));
    FERMATA_TRY(next, rational_add(m, terms.pop_back(), inverse));
    last = next;
  }
  return last;
}

Outcome rationalize_exact(Machine& m, Value x, Value tolerance) {
  FERMATA_TRY(size,
              rational_sign(tolerance) < 0 ? rational_negate(m, tolerance) : Outcome(tolerance));
  FERMATA_TRY(low, rational_subtract(m, x, size));
  FERMATA_TRY(high, rational_add(m, x, size));
  if (rational_sign(low) > 0) return simplest_between(m, low, high);
  if (rational_sign(high) >= 0) return Value::fixnum(0);
  FERMATA_TRY(minus_high, rational_negate(m, high));
  FERMATA_TRY(minus_low, rational_negate(m, low));
  FERMATA_TRY(size_of_result, simplest_between(m, minus_high, minus_low));
  return rational_negate(m, size_of_result);
}

Outcome rationalize(Machine& m, Value x, Value tolerance) {
  if (!is_real(x)) return m.wrong_type(1, kReal, x);
  if (!is_real(tolerance)) return m.wrong_type(2, kReal, tolerance);
  if (is_exact(x) && is_exact(tolerance)) return rationalize_exact(m, x, tolerance);
  const double d = to_double(x), t = to_double(tolerance);
  if (std::isnan(d) || std::isnan(t)) return m.heap.make_flonum(std::nan(""));
  if (is_flonum(tolerance) && std::isinf(t)) {
    return m.heap.make_flonum(is_flonum(x) && std::isinf(d) ? std::nan("") : 0.0);
  }
  if (is_flonum(x) && std::isinf(d)) return x;
  FERMATA_TRY(exact_x, number_exact(m, x));
  FERMATA_TRY(exact_tolerance, number_exact(m, tolerance));
  FERMATA_TRY(result, rationalize_exact(m, exact_x, exact_tolerance));
  return number_inexact(m, result);
}

double round_even(double d) { return std::nearbyint(d); }

constexpr Builtin kRounding[] = {
    builtin<to_integer<std::floor, rational_floor>>("(floor x)", "The largest integer up to x."),
    builtin<to_integer<std::ceil, rational_ceiling>>("(ceiling x)",
                                                     "The smallest integer from x on."),
    builtin<to_integer<std::trunc, rational_truncate>>("(truncate x)", "x without its fraction."),
    builtin<to_integer<round_even, rational_round>>(
        "(round x)", "The integer nearest to x; the even one of two equally near."),
    builtin<part_of_ratio<exact_numerator>>("(numerator q)", "The numerator in lowest terms."),
    builtin<part_of_ratio<exact_denominator>>("(denominator q)",
                                              "The denominator in lowest terms; positive."),
    builtin<rationalize>("(rationalize x tolerance)",
                         "The simplest rational number not further from x than tolerance."),
};

}  // namespace

std::span<const Builtin> rounding_builtins() { return kRounding; }

}  // namespace fermata::scheme
