// The numeric tower: which arithmetic applies to a pair of numbers.
//
// A pair is handled by the higher form of the two: integers by bignum.cpp, ratios by
// rational.cpp, flonums here, complex ones by complex.cpp.  Two fixnums and two flonums
// come first, because nearly every pair is one of these.
#include "vm/number.hpp"

#include <algorithm>
#include <cmath>

#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/rational.hpp"

namespace fermata::vm {

namespace {

enum class Form : std::uint8_t { integer, ratio, flonum, complex, none };  // in order of contagion

Form form_of(Value v) {
  if (v.is_fixnum()) return Form::integer;
  if (v.is_immediate_flonum()) return Form::flonum;
  if (!v.is_object()) return Form::none;
  switch (v.object()->kind()) {
    case Kind::bignum:
      return Form::integer;
    case Kind::ratnum:
      return Form::ratio;
    case Kind::flonum:
      return Form::flonum;
    case Kind::compnum:
      return Form::complex;
    default:
      return Form::none;
  }
}

Outcome divide_by_zero(Machine& m) {
  const std::string name(m.native_name());
  return m.error(ConditionKind::divide, name + (name.empty() ? "" : ": ") + "division by zero");
}

struct Arithmetic {
  Outcome (*integers)(Machine&, Value, Value);
  Outcome (*rationals)(Machine&, Value, Value);
  double (*flonums)(double, double);
  Outcome (*complexes)(Machine&, Value, Value);
};

constexpr Arithmetic kAddition = {integer_add, rational_add,
                                  [](double a, double b) { return a + b; }, complex_add};
constexpr Arithmetic kSubtraction = {integer_subtract, rational_subtract,
                                     [](double a, double b) { return a - b; }, complex_subtract};
constexpr Arithmetic kMultiplication = {integer_multiply, rational_multiply,
                                        [](double a, double b) { return a * b; }, complex_multiply};
constexpr Arithmetic kDivision = {make_rational, rational_divide,
                                  [](double a, double b) { return a / b; }, complex_divide};

Outcome apply(Machine& m, Value a, Value b, const Arithmetic& arithmetic) {
  const Form x = form_of(a), y = form_of(b);
  switch (std::max(x, y)) {
    case Form::integer:
      return arithmetic.integers(m, a, b);
    case Form::ratio:
      return arithmetic.rationals(m, a, b);
    case Form::flonum:
      return m.heap.make_flonum(arithmetic.flonums(to_double(a), to_double(b)));
    case Form::complex:
      return arithmetic.complexes(m, a, b);
    default:
      break;
  }
  return x == Form::none ? m.wrong_type(1, "a number", a) : m.wrong_type(2, "a number", b);
}

}  // namespace

// ---- predicates -------------------------------------------------------------------
bool is_number(Value v) { return form_of(v) != Form::none; }
bool is_real(Value v) { return form_of(v) < Form::complex; }
bool is_flonum(Value v) { return form_of(v) == Form::flonum; }
bool is_exact_integer(Value v) { return form_of(v) == Form::integer; }
bool is_exact_rational(Value v) { return form_of(v) <= Form::ratio; }
bool is_exact(Value v) { return is_exact_rational(real_part(v)); }
bool is_exact_zero(Value v) { return v == Value::fixnum(0); }

bool is_integer(Value v) {
  if (!is_flonum(v)) return is_exact_integer(v);
  const double d = flonum_value(v);
  return std::isfinite(d) && d == std::trunc(d);
}
bool is_rational(Value v) {
  return is_flonum(v) ? std::isfinite(flonum_value(v)) : is_exact_rational(v);
}
bool is_zero(Value v) {
  switch (form_of(v)) {
    case Form::integer:
      return is_exact_zero(v);
    case Form::flonum:
      return flonum_value(v) == 0;
    case Form::complex:
      return to_complex(v) == 0.0 && !is_exact(v);
    default:
      return false;
  }
}

double flonum_value(Value v) {
  return v.is_immediate_flonum() ? v.immediate_flonum() : as<Flonum>(v).value;
}

// ---- arithmetic ---------------------------------------------------------------------
// An exact zero leaves the other operand of + as it is, a flonum apart, and (- 0 x) is (- x).
Outcome number_add(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) return integer_from(m.heap, a.fixnum() + b.fixnum());
  // With a flonum 0 counts as 0.: the sum of 0 and -0. is 0., as the machine's own addition says.
  if (is_exact_zero(a) && form_of(b) != Form::flonum && is_number(b)) return b;
  if (is_exact_zero(b) && form_of(a) != Form::flonum && is_number(a)) return a;
  return apply(m, a, b, kAddition);
}

Outcome number_subtract(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) return integer_from(m.heap, a.fixnum() - b.fixnum());
  if (is_exact_zero(b) && is_number(a)) return a;
  if (is_exact_zero(a) && is_number(b)) return number_negate(m, b);
  return apply(m, a, b, kSubtraction);
}

Outcome number_multiply(Machine& m, Value a, Value b) { return apply(m, a, b, kMultiplication); }

Outcome number_divide(Machine& m, Value a, Value b) {
  if (is_exact_zero(b) && is_number(a)) return divide_by_zero(m);
  if (a.is_fixnum() && b.is_fixnum() && a.fixnum() % b.fixnum() == 0) {
    return integer_from(m.heap, a.fixnum() / b.fixnum());
  }
  return apply(m, a, b, kDivision);
}

Outcome number_negate(Machine& m, Value a) {
  switch (form_of(a)) {
    case Form::integer:
      return integer_negate(m, a);
    case Form::ratio:
      return rational_negate(m, a);
    case Form::flonum:
      return m.heap.make_flonum(-flonum_value(a));
    case Form::complex: {
      FERMATA_TRY(real, number_negate(m, real_part(a)));
      FERMATA_TRY(imaginary, number_negate(m, imaginary_part(a)));
      return value_of(&m.heap.make<Compnum>(real, imaginary));
    }
    default:
      return m.wrong_type(1, "a number", a);
  }
}

Outcome number_exact(Machine& m, Value a) {
  switch (form_of(a)) {
    case Form::integer:
    case Form::ratio:
      return a;
    case Form::flonum:
      if (!std::isfinite(flonum_value(a))) return m.out_of_range(1, "a finite number", a);
      return exact_from_double(m.heap, flonum_value(a));
    case Form::complex: {
      FERMATA_TRY(real, number_exact(m, real_part(a)));
      FERMATA_TRY(imaginary, number_exact(m, imaginary_part(a)));
      return make_rectangular(m.heap, real, imaginary);
    }
    default:
      return m.wrong_type(1, "a number", a);
  }
}

Outcome number_inexact(Machine& m, Value a) {
  switch (form_of(a)) {
    case Form::integer:
    case Form::ratio:
      return m.heap.make_flonum(rational_to_double(a));
    case Form::flonum:
      return a;
    case Form::complex:
      return make_complex(m.heap, to_complex(a));
    default:
      return m.wrong_type(1, "a number", a);
  }
}

// ---- integer division: one rounding for quotient and remainder ----------------------
namespace {

enum class Rounding : std::uint8_t { truncate, floor };
enum class Part : std::uint8_t { quotient, remainder };

double divide_flonums(double a, double b, Rounding rounding, Part part) {
  if (part == Part::quotient) {
    return rounding == Rounding::truncate ? std::trunc(a / b) : std::floor(a / b);
  }
  double r = std::fmod(a, b);
  if (rounding == Rounding::floor && r != 0 && (r < 0) != (b < 0)) r += b;
  return r + 0.0;  // no remainder is -0.0
}

Outcome divide_integers(Machine& m, Value a, Value b, Rounding rounding, Part part) {
  Value q, r;
  FERMATA_TRY(done, integer_divide(m, a, b, q, r));
  static_cast<void>(done);
  const bool adjust =
      rounding == Rounding::floor && !is_exact_zero(r) && integer_sign(r) != integer_sign(b);
  if (part == Part::quotient) return adjust ? integer_subtract(m, q, Value::fixnum(1)) : Outcome(q);
  return adjust ? integer_add(m, r, b) : Outcome(r);
}

Outcome divide(Machine& m, Value a, Value b, Rounding rounding, Part part) {
  if (!is_integer(a)) return m.wrong_type(1, "an integer", a);
  if (!is_integer(b)) return m.wrong_type(2, "an integer", b);
  if (is_zero(b)) return divide_by_zero(m);
  if (is_exact_integer(a) && is_exact_integer(b)) return divide_integers(m, a, b, rounding, part);
  const double x = to_double(a), y = to_double(b);
  // Below 2^53 the rounding of a/b never crosses an integer.
  if (std::fabs(x) < 0x1p53 && std::fabs(y) < 0x1p53) {
    return m.heap.make_flonum(divide_flonums(x, y, rounding, part));
  }
  FERMATA_TRY(exact_a, number_exact(m, a));
  FERMATA_TRY(exact_b, number_exact(m, b));
  FERMATA_TRY(result, divide_integers(m, exact_a, exact_b, rounding, part));
  const bool minus_zero = part == Part::quotient && is_exact_zero(result) &&
                          std::signbit(x) != std::signbit(y);
  return minus_zero ? m.heap.make_flonum(-0.0) : number_inexact(m, result);
}

}  // namespace

Outcome truncate_quotient(Machine& m, Value a, Value b) {
  return divide(m, a, b, Rounding::truncate, Part::quotient);
}
Outcome truncate_remainder(Machine& m, Value a, Value b) {
  return divide(m, a, b, Rounding::truncate, Part::remainder);
}
Outcome floor_quotient(Machine& m, Value a, Value b) {
  return divide(m, a, b, Rounding::floor, Part::quotient);
}
Outcome floor_remainder(Machine& m, Value a, Value b) {
  return divide(m, a, b, Rounding::floor, Part::remainder);
}

// ---- comparison ------------------------------------------------------------------------
namespace {

Outcome compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kFalse;
  return Value::fixnum(a < b ? -1 : a > b);
}

// Rounding keeps order, so doubles that differ decide; equal ones must be looked at exactly.
Outcome compare_mixed(Machine& m, Value exact, double d) {
  const double rounded = rational_to_double(exact);
  if (rounded != d || !std::isfinite(d)) {
    if (std::isinf(d)) return Value::fixnum(d > 0 ? -1 : 1);
    return compare_doubles(rounded, d);
  }
  return rational_compare(m, exact, exact_from_double(m.heap, d));
}

Outcome check_comparable(Machine& m, Value a, Value b) {
  if (!is_real(a)) return m.wrong_type(1, "a real number", a);
  if (!is_real(b)) return m.wrong_type(2, "a real number", b);
  return kUnspecified;
}

}  // namespace

Outcome real_compare(Machine& m, Value a, Value b) {
  if (a.is_fixnum() && b.is_fixnum()) {
    return Value::fixnum(a.fixnum() < b.fixnum() ? -1 : a.fixnum() > b.fixnum());
  }
  const bool a_inexact = is_flonum(a), b_inexact = is_flonum(b);
  if (a_inexact && b_inexact) return compare_doubles(flonum_value(a), flonum_value(b));
  if (b_inexact) return compare_mixed(m, a, flonum_value(b));
  if (!a_inexact) return rational_compare(m, a, b);
  FERMATA_TRY(order, compare_mixed(m, b, flonum_value(a)));
  return order == kFalse ? kFalse : Value::fixnum(-order.fixnum());
}

int real_sign(Value v) {
  if (!is_flonum(v)) return rational_sign(v);
  const double d = flonum_value(v);
  return d < 0 ? -1 : d > 0;
}

Outcome number_equal(Machine& m, Value a, Value b) {
  if (!is_number(a)) return m.wrong_type(1, "a number", a);
  if (!is_number(b)) return m.wrong_type(2, "a number", b);
  FERMATA_TRY(real_order, real_compare(m, real_part(a), real_part(b)));
  if (real_order != Value::fixnum(0)) return kFalse;
  FERMATA_TRY(order, real_compare(m, imaginary_part(a), imaginary_part(b)));
  return Value::boolean(order == Value::fixnum(0));
}

Outcome number_less(Machine& m, Value a, Value b) {
  FERMATA_TRY(checked, check_comparable(m, a, b));
  static_cast<void>(checked);
  FERMATA_TRY(order, real_compare(m, a, b));
  return Value::boolean(order == Value::fixnum(-1));
}

Outcome number_less_equal(Machine& m, Value a, Value b) {
  FERMATA_TRY(checked, check_comparable(m, a, b));
  static_cast<void>(checked);
  FERMATA_TRY(order, real_compare(m, a, b));
  return Value::boolean(order == Value::fixnum(-1) || order == Value::fixnum(0));
}

// ---- identity ---------------------------------------------------------------------------
bool numbers_eqv(Value a, Value b) {
  if (a == b) return true;
  const Form form = form_of(a);
  if (form != form_of(b)) return false;
  switch (form) {
    case Form::integer:
      return integer_compare(a, b) == 0;
    case Form::ratio:
      return integer_compare(exact_numerator(a), exact_numerator(b)) == 0 &&
             integer_compare(exact_denominator(a), exact_denominator(b)) == 0;
    case Form::flonum: {
      const double x = flonum_value(a), y = flonum_value(b);
      return std::isnan(x) ? std::isnan(y) : x == y && std::signbit(x) == std::signbit(y);
    }
    case Form::complex:
      return numbers_eqv(real_part(a), real_part(b)) &&
             numbers_eqv(imaginary_part(a), imaginary_part(b));
    default:
      return false;
  }
}

std::uint64_t number_hash(Value v) {
  const auto mix = [](std::uint64_t h, std::uint64_t x) {
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
  };
  switch (form_of(v)) {
    case Form::integer: {
      const IntegerView view(v);
      std::uint64_t h = view.is_negative();
      for (std::size_t i = 0; i < view.count(); ++i) h = mix(h, view.limbs()[i]);
      return mix(h, 1);
    }
    case Form::flonum: {
      const double d = flonum_value(v);
      return mix(std::isnan(d) ? 2 : std::bit_cast<std::uint64_t>(d), 3);
    }
    case Form::ratio:
      return mix(number_hash(exact_numerator(v)), number_hash(exact_denominator(v)));
    default:
      return mix(number_hash(real_part(v)), number_hash(imaginary_part(v)) + 1);
  }
}

double to_double(Value v) {
  if (v.is_fixnum()) return static_cast<double>(v.fixnum());
  if (is_flonum(v)) return flonum_value(v);
  return rational_to_double(v);
}

}  // namespace fermata::vm
