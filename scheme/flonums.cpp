// Flonums (SRFI 144): arithmetic on inexact reals alone, as the C library has it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "scheme/builtins.hpp"
#include "scheme/order.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {
namespace {
struct Real {
  double value;
  operator double() const { return value; }
};
}  // namespace
}  // namespace fermata::scheme

namespace fermata::vm {
template <> struct Parse<scheme::Real> {
  static bool check(Value v) { return is_flonum(v); }
  static scheme::Real get(Value v) { return {flonum_value(v)}; }
  static const char* wanted() { return "a flonum"; }
};
}  // namespace fermata::vm

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome two_values(Machine& m, Value a, Value b) {
  Values& both = m.heap.make_values(2);
  both.slots()[0] = a;
  both.slots()[1] = b;
  return value_of(&both);
}

// ---- functions of one or two flonums ----------------------------------------------------

template <double (*f)(double)>
Outcome unary(Machine& m, Real x) { return m.heap.make_flonum(f(x)); }
template <double (*f)(double, double)>
Outcome binary(Machine& m, Real x, Real y) { return m.heap.make_flonum(f(x, y)); }
template <bool (*f)(double)>
Outcome test(Machine&, Real x) { return Value::boolean(f(x)); }

double fl_sign(double x) { return std::copysign(1.0, x); }
double fl_square(double x) { return x * x; }
double fl_absolute_difference(double x, double y) { return std::fabs(x - y); }
double fl_quotient(double x, double y) { return std::trunc(x / y); }

bool fl_is_integer(double x) { return std::isfinite(x) && std::trunc(x) == x; }
bool fl_is_zero(double x) { return x == 0; }
bool fl_is_positive(double x) { return x > 0; }
bool fl_is_negative(double x) { return x < 0; }
bool fl_is_finite(double x) { return std::isfinite(x); }
bool fl_is_infinite(double x) { return std::isinf(x); }
bool fl_is_nan(double x) { return std::isnan(x); }
bool fl_is_normalized(double x) { return std::isnormal(x); }
bool fl_is_denormalized(double x) { return std::fpclassify(x) == FP_SUBNORMAL; }

Outcome is_flonum_object(Machine&, Value v) { return Value::boolean(is_flonum(v)); }

Outcome flonum(Machine& m, Value x) {
  if (!is_real(x)) return m.wrong_type(1, "a real number", x);
  return m.heap.make_flonum(to_double(x));
}

template <int parity>
Outcome has_parity(Machine& m, Real x) {
  if (!fl_is_integer(x)) return m.wrong_type(1, "an integer flonum", m.heap.make_flonum(x));
  return Value::boolean((std::fmod(x, 2.0) != 0) == (parity == 1));
}

// ---- any number of flonums ---------------------------------------------------------------

template <Order order>
Outcome compare(Machine& m, Real first, Args rest) {
  bool good = true;
  double last = first;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!is_flonum(rest[i])) return m.wrong_type(i + 2, "a flonum", rest[i]);
    const double next = flonum_value(rest[i]);
    good = good && in_order(order, last, next);
    last = next;
  }
  return Value::boolean(good);
}

Outcome unordered(Machine&, Real x, Real y) { return Value::boolean(std::isunordered(x, y)); }

// (f (f neutral x1) x2) ...
template <double (*f)(double, double)>
Outcome fold(Machine& m, double so_far, Args all, std::size_t first_argument) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_flonum(all[i])) return m.wrong_type(i + first_argument, "a flonum", all[i]);
    so_far = f(so_far, flonum_value(all[i]));
  }
  return m.heap.make_flonum(so_far);
}

double plus(double x, double y) { return x + y; }
double minus(double x, double y) { return x - y; }
double times(double x, double y) { return x * y; }
double over(double x, double y) { return x / y; }
double larger(double x, double y) { return std::fmax(x, y); }
double smaller(double x, double y) { return std::fmin(x, y); }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Outcome sum(Machine& m, Args all) {
  // -0.0 is neutral even for -0.0.
  return all.size() == 0 ? m.heap.make_flonum(0.0) : fold<plus>(m, -0.0, all, 1);
}
Outcome product(Machine& m, Args all) { return fold<times>(m, 1.0, all, 1); }
Outcome maximum(Machine& m, Args all) { return fold<larger>(m, -kInfinity, all, 1); }
Outcome minimum(Machine& m, Args all) { return fold<smaller>(m, kInfinity, all, 1); }
Outcome difference(Machine& m, Real x, Args rest) {
  if (rest.size() == 0) return m.heap.make_flonum(-x.value);
  return fold<minus>(m, x, rest, 2);
}
Outcome ratio(Machine& m, Real x, Args rest) {
  if (rest.size() == 0) return m.heap.make_flonum(1 / x.value);
  return fold<over>(m, x, rest, 2);
}
Outcome multiply_add(Machine& m, Real x, Real y, Real z) {
  return m.heap.make_flonum(std::fma(x.value, y.value, z.value));
}

Outcome arc_tangent(Machine& m, Real y, std::optional<Real> x) {
  return m.heap.make_flonum(x ? std::atan2(y.value, x->value) : std::atan(y.value));
}

// ---- parts ---------------------------------------------------------------------------------

Outcome scale(Machine& m, Real x, Fixnum n) {
  const auto exponent = static_cast<int>(std::clamp<std::int64_t>(n, -10000, 10000));
  return m.heap.make_flonum(std::ldexp(x, exponent));
}

Outcome integer_fraction(Machine& m, Real x) {
  double whole;
  const double fraction = std::modf(x, &whole);
  return two_values(m, m.heap.make_flonum(whole), m.heap.make_flonum(fraction));
}

Outcome integer_exponent(Machine&, Real x) { return Value::fixnum(std::ilogb(x.value)); }

Outcome fraction_exponent(Machine& m, Real x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  return two_values(m, m.heap.make_flonum(fraction),
                    Value::fixnum(std::isfinite(x.value) ? exponent : 0));
}

Outcome sign_bit(Machine&, Real x) { return Value::fixnum(std::signbit(x.value) ? 1 : 0); }

// Every finite flonum is a ratio whose denominator is a power of two.
double denominator_of(double x) {
  if (std::isnan(x)) return x;
  double denominator = 1;
  if (std::isinf(x) || fl_is_integer(x)) return denominator;
  int exponent;
  const double fraction = std::frexp(x, &exponent);
  double bits = std::ldexp(fraction, 53);
  int power = 53 - exponent;
  while (std::fmod(bits, 2.0) == 0) bits /= 2, --power;
  return std::ldexp(1.0, power);  // infinite for some denormalized numbers
}
double numerator_of(double x) {
  if (!std::isfinite(x) || fl_is_integer(x)) return x;
  int exponent;
  double bits = std::ldexp(std::frexp(x, &exponent), 53);
  while (std::fmod(bits, 2.0) == 0) bits /= 2;
  return bits;
}

Outcome remainder_quotient(Machine& m, Real x, Real y) {
  int quotient = 0;
  const double remainder = std::remquo(x, y, &quotient);
  return two_values(m, m.heap.make_flonum(remainder), Value::fixnum(quotient));
}

Outcome log_gamma(Machine& m, Real x) {
  int sign = 1;
  const double value = ::lgamma_r(x, &sign);
  return two_values(m, m.heap.make_flonum(value), m.heap.make_flonum(sign < 0 ? -1.0 : 1.0));
}

template <double (*f)(int, double)>
Outcome bessel(Machine& m, Fixnum n, Real x) {
  if (n < -100000 || n > 100000)
    return m.out_of_range(1, "between -100000 and 100000", Value::fixnum(n));
  m.charge(static_cast<std::size_t>(n < 0 ? -n.value : n.value) / 16);
  return m.heap.make_flonum(f(static_cast<int>(n.value), x));
}

constexpr Builtin kFlonums[] = {
    builtin<is_flonum_object>("(flonum? obj)", "Whether obj is an inexact real."),
    builtin<flonum>("(flonum x)", "The flonum nearest to the real number."),
    builtin<binary<std::nextafter>>("(fladjacent x y)", "The flonum next to x, towards y."),
    builtin<binary<std::copysign>>("(flcopysign x y)", "x with the sign of y."),
    builtin<scale>("(make-flonum x n)", "x times 2 to the power n."),
    builtin<integer_fraction>("(flinteger-fraction x)", "Two values: integer part and fraction."),
    builtin<unary<std::logb>>("(flexponent x)", "The exponent of x to the base 2, as a flonum."),
    builtin<integer_exponent>("(flinteger-exponent x)", "The same as an exact integer."),
    builtin<fraction_exponent>("(flnormalized-fraction-exponent x)",
                               "Two values f and n: x is f times 2 to the n, f from 1/2 below 1."),
    builtin<sign_bit>("(flsign-bit x)", "1 when the sign of x is negative, else 0."),
    builtin<compare<Order::equal>>("(fl=? x1 x2 ...)", "Whether all are equal."),
    builtin<compare<Order::less>>("(fl<? x1 x2 ...)", "Whether each is below the next."),
    builtin<compare<Order::greater>>("(fl>? x1 x2 ...)", "Whether each is above the next."),
    builtin<compare<Order::less_equal>>("(fl<=? x1 x2 ...)", "Whether each is at most the next."),
    builtin<compare<Order::greater_equal>>("(fl>=? x1 x2 ...)", "Whether each is at least the next."),
    builtin<unordered>("(flunordered? x y)", "Whether one of them is NaN."),
    builtin<maximum>("(flmax x ...)", "The largest; -inf.0 of none."),
    builtin<minimum>("(flmin x ...)", "The smallest; +inf.0 of none."),
    builtin<test<fl_is_integer>>("(flinteger? x)", "Whether x has no fraction."),
    builtin<test<fl_is_zero>>("(flzero? x)", "Whether x is 0.0 or -0.0."),
    builtin<test<fl_is_positive>>("(flpositive? x)", "Whether x is above 0."),
    builtin<test<fl_is_negative>>("(flnegative? x)", "Whether x is below 0."),
    builtin<has_parity<1>>("(flodd? x)", "Whether the integer x is odd."),
    builtin<has_parity<0>>("(fleven? x)", "Whether the integer x is even."),
    builtin<test<fl_is_finite>>("(flfinite? x)", "Whether x is neither infinite nor NaN."),
    builtin<test<fl_is_infinite>>("(flinfinite? x)", "Whether x is infinite."),
    builtin<test<fl_is_nan>>("(flnan? x)", "Whether x is NaN."),
    builtin<test<fl_is_normalized>>("(flnormalized? x)", "Whether x has its full precision."),
    builtin<test<fl_is_denormalized>>("(fldenormalized? x)", "Whether x has lost precision near 0."),
    builtin<sum>("(fl+ x ...)", "Their sum."),
    builtin<product>("(fl* x ...)", "Their product."),
    builtin<multiply_add>("(fl+* x y z)", "x times y plus z, rounded once."),
    builtin<difference>("(fl- x y ...)", "x minus the others; of x alone, -x."),
    builtin<ratio>("(fl/ x y ...)", "x divided by the others; of x alone, 1/x."),
    builtin<unary<std::fabs>>("(flabs x)", "x without its sign."),
    builtin<binary<fl_absolute_difference>>("(flabsdiff x y)", "How far x and y are apart."),
    builtin<binary<std::fdim>>("(flposdiff x y)", "x minus y, or 0.0 when that is negative."),
    builtin<unary<fl_sign>>("(flsgn x)", "1.0 or -1.0, with the sign of x."),
    builtin<unary<numerator_of>>("(flnumerator x)", "The numerator of x in lowest terms."),
    builtin<unary<denominator_of>>("(fldenominator x)", "The denominator of x in lowest terms."),
    builtin<unary<std::floor>>("(flfloor x)", "The largest integer up to x."),
    builtin<unary<std::ceil>>("(flceiling x)", "The smallest integer from x on."),
    builtin<unary<std::nearbyint>>("(flround x)", "The nearest integer; the even one of two."),
    builtin<unary<std::trunc>>("(fltruncate x)", "x without its fraction."),
    builtin<unary<std::exp>>("(flexp x)", "e to the power x."),
    builtin<unary<std::exp2>>("(flexp2 x)", "2 to the power x."),
    builtin<unary<std::expm1>>("(flexp-1 x)", "e to the power x, minus 1; exact near 0."),
    builtin<unary<fl_square>>("(flsquare x)", "x times x."),
    builtin<unary<std::sqrt>>("(flsqrt x)", "The square root of x."),
    builtin<unary<std::cbrt>>("(flcbrt x)", "The cube root of x."),
    builtin<binary<std::hypot>>("(flhypot x y)", "The length of the hypotenuse."),
    builtin<binary<std::pow>>("(flexpt x y)", "x to the power y."),
    builtin<unary<std::log>>("(fllog x)", "The natural logarithm of x."),
    builtin<unary<std::log1p>>("(fllog1+ x)", "The logarithm of x plus 1; exact near 0."),
    builtin<unary<std::log2>>("(fllog2 x)", "The logarithm of x to the base 2."),
    builtin<unary<std::log10>>("(fllog10 x)", "The logarithm of x to the base 10."),
    builtin<unary<std::sin>>("(flsin x)", "The sine of x radians."),
    builtin<unary<std::cos>>("(flcos x)", "The cosine of x radians."),
    builtin<unary<std::tan>>("(fltan x)", "The tangent of x radians."),
    builtin<unary<std::asin>>("(flasin x)", "The angle whose sine is x."),
    builtin<unary<std::acos>>("(flacos x)", "The angle whose cosine is x."),
    builtin<arc_tangent>("(flatan y [x])",
                         "The angle whose tangent is y, or the angle of the point (x, y)."),
    builtin<unary<std::sinh>>("(flsinh x)", "The hyperbolic sine of x."),
    builtin<unary<std::cosh>>("(flcosh x)", "The hyperbolic cosine of x."),
    builtin<unary<std::tanh>>("(fltanh x)", "The hyperbolic tangent of x."),
    builtin<unary<std::asinh>>("(flasinh x)", "What has the hyperbolic sine x."),
    builtin<unary<std::acosh>>("(flacosh x)", "What has the hyperbolic cosine x."),
    builtin<unary<std::atanh>>("(flatanh x)", "What has the hyperbolic tangent x."),
    builtin<binary<fl_quotient>>("(flquotient x y)", "x divided by y, truncated."),
    builtin<binary<std::fmod>>("(flremainder x y)", "What the truncated division leaves."),
    builtin<remainder_quotient>("(flremquo x y)",
                                "Two values: what the rounded division leaves, and the quotient's "
                                "lowest bits."),
    builtin<unary<std::tgamma>>("(flgamma x)", "The gamma function."),
    builtin<log_gamma>("(flloggamma x)",
                       "Two values: the logarithm of |gamma(x)|, and gamma's sign."),
    builtin<bessel<::jn>>("(flfirst-bessel n x)", "The Bessel function of the first kind."),
    builtin<bessel<::yn>>("(flsecond-bessel n x)", "The Bessel function of the second kind."),
    builtin<unary<std::erf>>("(flerf x)", "The error function."),
    builtin<unary<std::erfc>>("(flerfc x)", "1 minus the error function."),
};

}  // namespace

std::span<const Builtin> flonum_builtins() { return kFlonums; }

}  // namespace fermata::scheme
