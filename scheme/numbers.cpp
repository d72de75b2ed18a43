// Numbers: what they are, comparison, the four operations, exactness, text.
//
// The arithmetic itself is vm/number; here are the procedures of R7RS 6.2 on top of it.
// Every argument is checked, also those that could not change the answer any more.
#include <cmath>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/number_tables.hpp"
#include "scheme/number_text.hpp"
#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

Outcome two_values(Machine& m, Value first, Value second) {
  Values& both = m.heap.make_values(2);
  both.slots()[0] = first;
  both.slots()[1] = second;
  return value_of(&both);
}

namespace {

// ---- kinds of numbers ------------------------------------------------------------
template <bool (*test)(Value)>
Outcome predicate(Machine&, Value v) {
  return Value::boolean(test(v));
}

// The same for questions that only numbers can be asked.
template <bool (*test)(Value)>
Outcome number_predicate(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, "a number", z);
  return Value::boolean(test(z));
}

template <bool (*test)(Value)>
Outcome real_predicate(Machine& m, Value x) {
  if (!is_real(x)) return m.wrong_type(1, "a real number", x);
  return Value::boolean(test(x));
}

bool is_inexact(Value v) { return !is_exact(v); }
bool is_finite(Value v) { return is_rational(real_part(v)) && is_rational(imaginary_part(v)); }
bool is_infinite_part(Value v) { return is_flonum(v) && std::isinf(flonum_value(v)); }
bool is_infinite(Value v) {
  return is_infinite_part(real_part(v)) || is_infinite_part(imaginary_part(v));
}
bool is_nan_part(Value v) { return is_flonum(v) && std::isnan(flonum_value(v)); }
bool is_nan(Value v) { return is_nan_part(real_part(v)) || is_nan_part(imaginary_part(v)); }
bool is_positive(Value v) { return real_sign(v) > 0; }
bool is_negative(Value v) { return real_sign(v) < 0; }

bool is_odd(Value v) {
  return is_flonum(v) ? std::fmod(flonum_value(v), 2) != 0 : integer_is_odd(v);
}
bool is_even(Value v) { return !is_odd(v); }

template <bool (*test)(Value)>
Outcome integer_predicate(Machine& m, Value n) {
  if (!is_integer(n)) return m.wrong_type(1, "an integer", n);
  return Value::boolean(test(n));
}

// ---- comparison --------------------------------------------------------------------
using Comparison = Outcome (*)(Machine&, Value, Value);

Outcome greater(Machine& m, Value a, Value b) { return number_less(m, b, a); }
Outcome greater_equal(Machine& m, Value a, Value b) { return number_less_equal(m, b, a); }

template <Comparison test, bool (*domain)(Value), const char* wanted>
Outcome compare(Machine& m, Value first, Args rest) {
  if (!domain(first)) return m.wrong_type(1, wanted, first);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!domain(rest[i])) return m.wrong_type(i + 2, wanted, rest[i]);
  }
  Value before = first;
  for (const Value next : rest) {
    FERMATA_TRY(holds, test(m, before, next));
    if (holds == kFalse) return kFalse;
    before = next;
  }
  return kTrue;
}

constexpr char kNumber[] = "a number";
constexpr char kReal[] = "a real number";

// The extreme of all; inexact as soon as one argument is, NaN as soon as one is.
template <int wanted_order>
Outcome extreme(Machine& m, Value first, Args rest) {
  if (!is_real(first)) return m.wrong_type(1, kReal, first);
  Value best = first;
  std::size_t i = 0;
  if (first.is_fixnum())  // fixnums at the beginning, mostly all
    for (; i < rest.size() && rest[i].is_fixnum(); ++i)
      if (wanted_order > 0 ? rest[i].fixnum() > best.fixnum() : rest[i].fixnum() < best.fixnum())
        best = rest[i];
  bool exact = is_exact(first);
  for (; i < rest.size(); ++i) {
    if (!is_real(rest[i])) return m.wrong_type(i + 2, kReal, rest[i]);
    exact = exact && is_exact(rest[i]);
    if (is_nan(best)) continue;
    FERMATA_TRY(order, real_compare(m, rest[i], best));
    if (order == kFalse || order == Value::fixnum(wanted_order)) best = rest[i];
  }
  return exact ? Outcome(best) : number_inexact(m, best);
}

// ---- arithmetic -----------------------------------------------------------------------
using Operation = Outcome (*)(Machine&, Value, Value);

template <Operation operation, int unit>
Outcome fold(Machine& m, Args numbers) {
  Value result = Value::fixnum(unit);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_number(numbers[i])) return m.wrong_type(i + 1, kNumber, numbers[i]);
    if (i == 0) {
      result = numbers[0];
      continue;
    }
    FERMATA_TRY(next, operation(m, result, numbers[i]));
    result = next;
  }
  return result;
}

// One argument: the inverse; more: from the left.
template <Operation operation, Outcome (*inverse)(Machine&, Value)>
Outcome fold_inverse(Machine& m, Value first, Args rest) {
  if (!is_number(first)) return m.wrong_type(1, kNumber, first);
  if (rest.size() == 0) return inverse(m, first);
  Value result = first;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!is_number(rest[i])) return m.wrong_type(i + 2, kNumber, rest[i]);
    FERMATA_TRY(next, operation(m, result, rest[i]));
    result = next;
  }
  return result;
}

Outcome reciprocal(Machine& m, Value z) { return number_divide(m, Value::fixnum(1), z); }

Outcome absolute(Machine& m, Value x) {
  if (!is_real(x)) return m.wrong_type(1, kReal, x);
  if (is_flonum(x)) return m.heap.make_flonum(std::fabs(flonum_value(x)));
  return real_sign(x) < 0 ? number_negate(m, x) : Outcome(x);
}

Outcome square(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  return number_multiply(m, z, z);
}

// ---- complex parts ---------------------------------------------------------------------
Outcome rectangular(Machine& m, Value real, Value imaginary) {
  if (!is_real(real)) return m.wrong_type(1, kReal, real);
  if (!is_real(imaginary)) return m.wrong_type(2, kReal, imaginary);
  return make_rectangular(m.heap, real, imaginary);
}

Outcome polar(Machine& m, Value magnitude, Value angle) {
  if (!is_real(magnitude)) return m.wrong_type(1, kReal, magnitude);
  if (!is_real(angle)) return m.wrong_type(2, kReal, angle);
  if (is_exact_zero(angle) || is_exact_zero(magnitude)) return magnitude;
  const double size = to_double(magnitude), a = to_double(angle);
  return make_complex(m.heap, {size * std::cos(a), size * std::sin(a)});
}

Outcome real_part_of(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  return real_part(z);
}

Outcome imaginary_part_of(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  return imaginary_part(z);
}

Outcome magnitude(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  if (is_real(z)) return absolute(m, z);
  if (!is_exact(z)) return m.heap.make_flonum(std::abs(to_complex(z)));
  FERMATA_TRY(rr, number_multiply(m, real_part(z), real_part(z)));
  FERMATA_TRY(ii, number_multiply(m, imaginary_part(z), imaginary_part(z)));
  FERMATA_TRY(norm, number_add(m, rr, ii));
  return number_sqrt(m, norm);
}

Outcome angle(Machine& m, Value z) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  if (is_exact_rational(z) && rational_sign(z) >= 0) return Value::fixnum(0);
  return m.heap.make_flonum(std::arg(to_complex(z)));
}

// ---- text ---------------------------------------------------------------------------------
Outcome check_radix(Machine& m, std::optional<Value> radix) {
  const Value r = radix.value_or(Value::fixnum(10));
  if (!is_exact_integer(r)) return m.wrong_type(2, "a radix from 2 to 36", r);
  if (r.is_fixnum() && r.fixnum() >= 2 && r.fixnum() <= 36) return r;
  return m.out_of_range(2, "a radix from 2 to 36", r);
}

// About how many characters an exact number has at most.
std::size_t text_size(Value v) {
  if (!is_exact_rational(v)) return 0;
  return integer_length(exact_numerator(v)) + integer_length(exact_denominator(v));
}

Outcome number_to_string(Machine& m, Value z, std::optional<Value> radix) {
  if (!is_number(z)) return m.wrong_type(1, kNumber, z);
  FERMATA_TRY(r, check_radix(m, radix));
  const std::size_t size = text_size(real_part(z)) + text_size(imaginary_part(z));
  if (size > 4096 && !m.heap.can_allocate(2 * size)) return m.out_of_memory(2 * size);
  return value_of(&make_string(m.heap, number_to_text(m, z, static_cast<int>(r.fixnum()))));
}

Outcome string_to_number(Machine& m, String& text, std::optional<Value> radix) {
  FERMATA_TRY(r, check_radix(m, radix));
  if (text.length > 4096 && !m.heap.can_allocate(4 * text.length)) {
    return m.out_of_memory(4 * text.length);
  }
  return parse_number(m, to_utf8(text), static_cast<int>(r.fixnum())).value_or(kFalse);
}

constexpr Builtin kArithmetic[] = {
    builtin<predicate<is_number>>("(number? obj)", "Whether obj is a number."),
    builtin<predicate<is_number>>("(complex? obj)", "Whether obj is a number; all are complex."),
    builtin<predicate<is_real>>("(real? obj)", "Whether obj is a number without imaginary part."),
    builtin<predicate<is_rational>>("(rational? obj)",
                                    "Whether obj is a real number, neither infinite nor NaN."),
    builtin<predicate<is_integer>>("(integer? obj)", "Whether obj is an integer, exact or not."),
    builtin<predicate<is_exact_integer>>("(exact-integer? obj)",
                                         "Whether obj is an exact integer."),
    builtin<predicate<is_exact_rational>>("(exact-rational? obj)",
                                          "Whether obj is an exact rational number."),
    builtin<number_predicate<is_exact>>("(exact? z)", "Whether z is exact."),
    builtin<number_predicate<is_inexact>>("(inexact? z)", "Whether z is inexact."),
    builtin<number_predicate<is_finite>>("(finite? z)", "Whether no part of z is infinite or NaN."),
    builtin<number_predicate<is_infinite>>("(infinite? z)", "Whether a part of z is infinite."),
    builtin<number_predicate<is_nan>>("(nan? z)", "Whether a part of z is NaN."),
    builtin<number_predicate<is_zero>>("(zero? z)", "Whether z is 0, exact or not."),
    builtin<real_predicate<is_positive>>("(positive? x)", "Whether x is above 0."),
    builtin<real_predicate<is_negative>>("(negative? x)", "Whether x is below 0."),
    builtin<integer_predicate<is_odd>>("(odd? n)", "Whether n is odd."),
    builtin<integer_predicate<is_even>>("(even? n)", "Whether n is even."),

    builtin<compare<number_equal, is_number, kNumber>>(
        "(= z1 z2 ...)", "Whether all are equal; exact and inexact are compared exactly."),
    builtin<compare<number_less, is_real, kReal>>("(< x1 x2 ...)",
                                                  "Whether each is below the next."),
    builtin<compare<greater, is_real, kReal>>("(> x1 x2 ...)", "Whether each is above the next."),
    builtin<compare<number_less_equal, is_real, kReal>>("(<= x1 x2 ...)",
                                                        "Whether none is above the next."),
    builtin<compare<greater_equal, is_real, kReal>>("(>= x1 x2 ...)",
                                                    "Whether none is below the next."),
    builtin<extreme<1>>("(max x1 x2 ...)", "The largest; inexact when any argument is."),
    builtin<extreme<-1>>("(min x1 x2 ...)", "The smallest; inexact when any argument is."),

    builtin<fold<number_add, 0>>("(+ z ...)", "The sum."),
    builtin<fold<number_multiply, 1>>("(* z ...)", "The product."),
    builtin<fold_inverse<number_subtract, number_negate>>(
        "(- z1 z2 ...)", "What is left of z1 without the others; of one argument, its negative."),
    builtin<fold_inverse<number_divide, reciprocal>>(
        "(/ z1 z2 ...)", "z1 divided by the others in turn; of one argument, its reciprocal."),
    builtin<absolute>("(abs x)", "The size of x without its sign."),
    builtin<square>("(square z)", "z times z."),

    builtin<rectangular>("(make-rectangular x y)", "The complex number x + yi."),
    builtin<polar>("(make-polar magnitude angle)",
                   "The complex number of that magnitude and angle, in radians."),
    builtin<real_part_of>("(real-part z)", "The real part of z."),
    builtin<imaginary_part_of>("(imag-part z)", "The imaginary part of z."),
    builtin<magnitude>("(magnitude z)", "The distance of z from 0."),
    builtin<angle>("(angle z)", "The angle of z in radians, above -pi and at most pi."),

    builtin<number_exact>("(exact z)", "The exact number equal to z."),
    builtin<number_exact>("(inexact->exact z)", "The exact number equal to z."),
    builtin<number_inexact>("(inexact z)", "The inexact number nearest to z."),
    builtin<number_inexact>("(exact->inexact z)", "The inexact number nearest to z."),
    builtin<number_to_string>("(number->string z [radix])",
                              "The text of z; an inexact one is as short as reads back the same."),
    builtin<string_to_number>("(string->number string [radix])",
                              "The number that string denotes, or #f."),
};

}  // namespace

std::span<const Builtin> arithmetic_builtins() { return kArithmetic; }

std::span<const Builtin> number_builtins() {
  static const std::vector<Builtin> all = [] {
    std::vector<Builtin> rows;
    for (const auto part : {arithmetic_builtins(), integer_builtins(), rounding_builtins(),
                            transcendental_builtins()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return all;
}

}  // namespace fermata::scheme
