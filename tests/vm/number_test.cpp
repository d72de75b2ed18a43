// The numeric tower against GMP's own integers and rationals, on seeded random operands,
// and around every size where the representation changes.
#include "vm/number.hpp"

#include <gmpxx.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/condition.hpp"
#include "vm/rational.hpp"

using namespace fermata::vm;

namespace {

struct Fixture {
  Fixture() : m(Machine::create()), random(20240607) {}
  ~Fixture() { Machine::destroy(m); }

  Machine& m;
  std::mt19937_64 random;

  Value integer(const mpz_class& z) {
    const std::size_t n = mpz_size(z.get_mpz_t());
    Bignum& b = m.heap.make_bignum(n, false);
    for (std::size_t i = 0; i < n; ++i)
      b.limbs()[i] = mpz_getlimbn(z.get_mpz_t(), static_cast<mp_size_t>(i));
    return integer_finish(b, sgn(z) < 0);
  }
  Value rational(const mpq_class& q) {
    return make_rational(m, integer(q.get_num()), integer(q.get_den())).value;
  }
  // Sizes from a few bits to some hundred limbs, often near a power of two.
  mpz_class random_integer(std::size_t max_bits = 3000) {
    const std::size_t bits = random() % (random() % 4 == 0 ? max_bits : 140);
    mpz_class z;
    if (random() % 3 == 0) {
      z = 1;
      z <<= bits;
      z += static_cast<long>(random() % 5) - 2;
    } else {
      for (std::size_t i = 0; i <= bits / 64; ++i) z = (z << 64) + mpz_class(random());
      z >>= 64 - bits % 64;
    }
    return random() % 2 ? -z : z;
  }
  mpq_class random_rational() {
    mpz_class d = random_integer(800);
    if (d == 0) d = 7;
    mpq_class q(random_integer(800), d);
    q.canonicalize();
    return q;
  }
};

mpz_class to_mpz(Value v) {
  REQUIRE(is_exact_integer(v));
  const IntegerView view(v);
  mpz_class z;
  mpz_import(z.get_mpz_t(), view.count(), -1, 8, 0, 0, view.limbs());
  return view.is_negative() ? -z : z;
}
mpq_class to_mpq(Value v) {
  return mpq_class(to_mpz(exact_numerator(v)), to_mpz(exact_denominator(v)));
}

template <class T>
std::string text(const T& number) {  // GMP's own output operators are in another library
  if constexpr (std::is_same_v<T, double>)
    return std::to_string(number);
  else
    return number.get_str();
}

bool is_normal(Value v) {  // a bignum only when it has to be one
  if (!is<Bignum>(v)) return true;
  Bignum& b = as<Bignum>(v);
  if (b.count() == 0 || b.limbs()[b.count() - 1] == 0) return false;
  const mpz_class z = to_mpz(v);
  return z > mpz_class(Value::kFixnumMax) || z < mpz_class(Value::kFixnumMin);
}

// What mpz_class lacks.
mpz_class floor_quotient_of(const mpz_class& a, const mpz_class& b) {
  mpz_class q;
  mpz_fdiv_q(q.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  return q;
}
mpz_class floor_remainder_of(const mpz_class& a, const mpz_class& b) {
  mpz_class r;
  mpz_fdiv_r(r.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  return r;
}

void check_integer(const Outcome& got, const mpz_class& wanted) {
  REQUIRE(got.is_value());
  REQUIRE(is_normal(got.value));
  REQUIRE((to_mpz(got.value) == wanted));
}

void check_rational(const Outcome& got, const mpq_class& wanted) {
  REQUIRE(got.is_value());
  REQUIRE(is_normal(exact_numerator(got.value)));
  REQUIRE(is_normal(exact_denominator(got.value)));
  if (is<Ratnum>(got.value)) REQUIRE((to_mpz(exact_denominator(got.value)) > 1));
  REQUIRE((to_mpq(got.value) == wanted));
}

void check_integers(Fixture& f, const mpz_class& a, const mpz_class& b) {
  Machine& m = f.m;
  const Value x = f.integer(a), y = f.integer(b);
  INFO(text(a) << " " << text(b));
  check_integer(number_add(m, x, y), a + b);
  check_integer(number_subtract(m, x, y), a - b);
  check_integer(number_multiply(m, x, y), a * b);
  check_integer(number_negate(m, x), -a);
  check_integer(integer_gcd(m, x, y), gcd(a, b));
  check_integer(integer_bits(m, BitOperation::conjunction, x, y), a & b);
  check_integer(integer_bits(m, BitOperation::disjunction, x, y), a | b);
  check_integer(integer_bits(m, BitOperation::difference, x, y), a ^ b);
  check_integer(integer_not(m, x), ~a);
  REQUIRE(number_less(m, x, y).value == Value::boolean(a < b));
  REQUIRE(number_less_equal(m, x, y).value == Value::boolean(a <= b));
  REQUIRE(number_equal(m, x, y).value == Value::boolean(a == b));
  REQUIRE(numbers_eqv(x, y) == (a == b));
  REQUIRE((number_hash(x) == number_hash(f.integer(a))));
  REQUIRE(integer_is_odd(x) == (mpz_odd_p(a.get_mpz_t()) != 0));
  if (a >= 0) {
    REQUIRE(integer_bit_count(x) == mpz_popcount(a.get_mpz_t()));
    Value root, rest;
    REQUIRE(integer_sqrt(m, x, root, rest).is_value());
    check_integer(root, sqrt(a));
    check_integer(rest, a - sqrt(a) * sqrt(a));
  } else {
    const mpz_class other = ~a;
    REQUIRE(integer_bit_count(x) == mpz_popcount(other.get_mpz_t()));
  }
  const mpz_class positive = a < 0 ? mpz_class(~a) : a;
  REQUIRE(integer_length(x) == (positive == 0 ? 0 : mpz_sizeinbase(positive.get_mpz_t(), 2)));
  if (b == 0) return;
  check_integer(truncate_quotient(m, x, y), a / b);
  check_integer(truncate_remainder(m, x, y), a % b);
  check_integer(floor_quotient(m, x, y), floor_quotient_of(a, b));
  check_integer(floor_remainder(m, x, y), floor_remainder_of(a, b));
  mpq_class q(a, b);
  q.canonicalize();
  check_rational(number_divide(m, x, y), q);
}

ConditionKind kind_raised(const Outcome& outcome) {
  REQUIRE(outcome.kind == Outcome::Kind::raise);
  return as<Condition>(outcome.value).condition_kind();
}

// The double nearest to q, by a search among doubles with exact comparisons.
bool is_nearest(const mpq_class& q, double d) {
  if (std::isinf(d)) {
    mpq_class limit(std::numeric_limits<double>::max());
    mpq_class half_step = limit - mpq_class(std::nextafter(std::numeric_limits<double>::max(), 0));
    half_step /= 2;
    return abs(q) >= limit + half_step && (q > 0) == (d > 0);
  }
  const mpq_class distance = abs(q - mpq_class(d));
  for (const double neighbour : {std::nextafter(d, HUGE_VAL), std::nextafter(d, -HUGE_VAL)}) {
    if (std::isinf(neighbour)) continue;
    const mpq_class other = abs(q - mpq_class(neighbour));
    if (other < distance) return false;
    if (other == distance && (std::bit_cast<std::uint64_t>(d) & 1)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("integers agree with GMP around every boundary of the representation", "[number]") {
  Fixture f;
  std::vector<mpz_class> edges = {0, 1, 2, 3, 10};
  for (const int bits : {31, 32, 52, 53, 61, 62, 63, 64, 65, 127, 128, 129}) {
    for (int d = -2; d <= 2; ++d) edges.push_back((mpz_class(1) << bits) + d);
  }
  const std::size_t n = edges.size();
  for (std::size_t i = 0; i < n; ++i) edges.push_back(-edges[i]);
  for (const auto& a : edges) {
    for (const auto& b : edges) check_integers(f, a, b);
  }
}

TEST_CASE("integers agree with GMP on random operands", "[number]") {
  Fixture f;
  for (int i = 0; i < 4000; ++i) check_integers(f, f.random_integer(), f.random_integer());
  const mpz_class huge = f.random_integer(400000) + (mpz_class(1) << 300000);
  check_integers(f, huge, f.random_integer(200000));
  check_integers(f, huge * 3 + 1, huge);
}

TEST_CASE("shifts round down and grow as needed", "[number]") {
  Fixture f;
  for (int i = 0; i < 3000; ++i) {
    const mpz_class a = f.random_integer();
    const auto bits = static_cast<std::int64_t>(f.random() % 400) - 200;
    mpz_class wanted;
    if (bits >= 0) {
      wanted = a << bits;
    } else {
      mpz_fdiv_q_2exp(wanted.get_mpz_t(), a.get_mpz_t(), static_cast<mp_bitcnt_t>(-bits));
    }
    INFO(text(a) << " " << bits);
    check_integer(integer_shift(f.m, f.integer(a), bits), wanted);
  }
  REQUIRE(integer_shift(f.m, Value::fixnum(-5), Value::kFixnumMin).value == Value::fixnum(-1));
  REQUIRE(integer_shift(f.m, Value::fixnum(5), Value::kFixnumMin).value == Value::fixnum(0));
}

TEST_CASE("powers agree with GMP", "[number]") {
  Fixture f;
  for (int i = 0; i < 400; ++i) {
    const mpz_class base = f.random_integer(200);
    const std::size_t exponent = f.random() % 40;
    mpz_class wanted;
    mpz_pow_ui(wanted.get_mpz_t(), base.get_mpz_t(), exponent);
    check_integer(integer_power(f.m, f.integer(base), exponent), wanted);
  }
}

TEST_CASE("rationals agree with GMP", "[number]") {
  Fixture f;
  for (int i = 0; i < 3000; ++i) {
    const mpq_class a = f.random_rational(), b = f.random_rational();
    const Value x = f.rational(a), y = f.rational(b);
    INFO(text(a) << " " << text(b));
    check_rational(number_add(f.m, x, y), a + b);
    check_rational(number_subtract(f.m, x, y), a - b);
    check_rational(number_multiply(f.m, x, y), a * b);
    if (b != 0) check_rational(number_divide(f.m, x, y), a / b);
    check_rational(number_negate(f.m, x), -a);
    REQUIRE(number_less(f.m, x, y).value == Value::boolean(a < b));
    REQUIRE(number_equal(f.m, x, y).value == Value::boolean(a == b));
    check_integer(rational_floor(f.m, x), floor_quotient_of(a.get_num(), a.get_den()));
    const mpq_class square = a * a;
    check_rational(rational_sqrt(f.m, f.rational(square)), abs(a));
    REQUIRE(numbers_eqv(x, f.rational(a)));
    REQUIRE(number_hash(x) == number_hash(f.rational(a)));
  }
}

TEST_CASE("rounding goes to the nearest integer, ties to the even one", "[number]") {
  Fixture f;
  for (int n = -41; n <= 41; ++n) {
    for (int d = 1; d <= 8; ++d) {
      const double exact = static_cast<double>(n) / d;
      if (n % d != 0 && d % 2 != 0 && std::fabs(exact - std::floor(exact) - 0.5) < 1e-9) continue;
      mpq_class q(n, d);
      q.canonicalize();
      INFO(text(q));
      check_integer(rational_round(f.m, f.rational(q)), mpz_class(std::nearbyint(exact)));
    }
  }
}

TEST_CASE("exact numbers become doubles with one correct rounding", "[number]") {
  Fixture f;
  for (int i = 0; i < 4000; ++i) {
    mpq_class q = f.random_rational();
    if (i % 3 == 0) {  // subnormal, smallest and largest doubles
      const auto shift = static_cast<mp_bitcnt_t>(1000 + f.random() % 90);
      q = f.random() % 2 ? mpq_class(q.get_num() % 1000000007, 1) : q;
      if (f.random() % 2)
        mpq_div_2exp(q.get_mpq_t(), q.get_mpq_t(), shift);
      else
        mpq_mul_2exp(q.get_mpq_t(), q.get_mpq_t(), shift);
    }
    INFO(text(q));
    REQUIRE(is_nearest(q, to_double(f.rational(q))));
  }
  // A double and a half step: ties, and just beside them.
  for (int i = 0; i < 2000; ++i) {
    const double d = std::bit_cast<double>(f.random() & ~(std::uint64_t{1} << 63));
    if (!std::isfinite(d) || std::isinf(std::nextafter(d, HUGE_VAL))) continue;
    mpq_class q = (mpq_class(d) + mpq_class(std::nextafter(d, HUGE_VAL))) / 2;
    if (i % 3) q += mpq_class(i % 3 == 1 ? 1 : -1, mpz_class(1) << 1200);
    REQUIRE(is_nearest(q, to_double(f.rational(q))));
    REQUIRE(is_nearest(-q, to_double(f.rational(-q))));
  }
}

TEST_CASE("every finite double has an exact value and comes back from it", "[number]") {
  Fixture f;
  std::vector<double> doubles = {0.5,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 2.2250738585072009e-308,
                                 std::numeric_limits<double>::max(),
                                 0x1p62,
                                 -0x1p62,
                                 0x1p63,
                                 0x1.fffffffffffffp61,
                                 4611686018427387904.0,
                                 1e22,
                                 0.1};
  for (int i = 0; i < 5000; ++i) doubles.push_back(std::bit_cast<double>(f.random()));
  for (const double d : doubles) {
    if (!std::isfinite(d)) continue;
    const Value v = f.m.heap.make_flonum(d);
    const Outcome exact = number_exact(f.m, v);
    check_rational(exact, mpq_class(d));
    REQUIRE(flonum_value(number_inexact(f.m, exact.value).value) == d);
    REQUIRE(number_equal(f.m, exact.value, v).value == kTrue);
  }
}

TEST_CASE("exact and inexact numbers are compared exactly", "[number]") {
  Fixture f;
  for (int i = 0; i < 4000; ++i) {
    double d = std::bit_cast<double>(f.random());
    if (i % 2)
      d = std::ldexp(static_cast<double>(static_cast<std::int64_t>(f.random())), i % 7 - 3);
    if (!std::isfinite(d)) continue;
    mpq_class q = i % 3 == 0 ? f.random_rational() : mpq_class(d);
    if (i % 3 == 1)
      q += mpq_class(static_cast<int>(f.random() % 3) - 1, mpz_class(1) << (i % 1200));
    const Value x = f.rational(q), y = f.m.heap.make_flonum(d);
    const int order = cmp(q, mpq_class(d));
    INFO(text(q) << " " << d);
    REQUIRE(number_less(f.m, x, y).value == Value::boolean(order < 0));
    REQUIRE(number_less(f.m, y, x).value == Value::boolean(order > 0));
    REQUIRE(number_equal(f.m, x, y).value == Value::boolean(order == 0));
    REQUIRE(number_less_equal(f.m, y, x).value == Value::boolean(order >= 0));
    REQUIRE_FALSE(numbers_eqv(x, y));
  }
  const Value nan = f.m.heap.make_flonum(std::nan("")), infinity = f.m.heap.make_flonum(HUGE_VAL);
  const Value huge = f.integer(mpz_class(1) << 2000);
  for (const Value v : {Value::fixnum(0), huge, infinity, nan}) {
    REQUIRE(number_less(f.m, v, nan).value == kFalse);
    REQUIRE(number_less_equal(f.m, nan, v).value == kFalse);
    REQUIRE(number_equal(f.m, nan, v).value == kFalse);
  }
  REQUIRE(number_less(f.m, huge, infinity).value == kTrue);
  REQUIRE(number_equal(f.m, huge, infinity).value == kFalse);
  REQUIRE(number_less(f.m, infinity, huge).value == kFalse);
}

TEST_CASE("inexact integer division is exact whatever the size", "[number]") {
  Fixture f;
  for (int i = 0; i < 3000; ++i) {
    const int a_bits = static_cast<int>(f.random() % 100),
              b_bits = static_cast<int>(f.random() % 60);
    const double a = std::trunc(
        std::ldexp(static_cast<double>(static_cast<std::int64_t>(f.random())), a_bits - 63));
    const double b = std::trunc(
        std::ldexp(static_cast<double>(static_cast<std::int64_t>(f.random())), b_bits - 63));
    if (b == 0) continue;
    const Value x = f.m.heap.make_flonum(a), y = f.m.heap.make_flonum(b);
    const mpz_class p(a), q(b);
    INFO(text(a) << " " << text(b));
    REQUIRE(is_nearest(mpq_class(p / q), to_double(truncate_quotient(f.m, x, y).value)));
    REQUIRE(is_nearest(mpq_class(p % q), to_double(truncate_remainder(f.m, x, y).value)));
    REQUIRE(
        is_nearest(mpq_class(floor_quotient_of(p, q)), to_double(floor_quotient(f.m, x, y).value)));
    REQUIRE(is_nearest(mpq_class(floor_remainder_of(p, q)),
                       to_double(floor_remainder(f.m, x, y).value)));
  }
}

TEST_CASE("both forms of a flonum are one number", "[number]") {
  Fixture f;
  for (const double d : {1.5, 0.0, -0.0, 1e300, 1e-300, 5e-324, HUGE_VAL, -HUGE_VAL, 1e77, 1e78}) {
    const Value a = f.m.heap.make_flonum(d), b = f.m.heap.make_flonum(d);
    REQUIRE(is_flonum(a));
    REQUIRE(std::signbit(flonum_value(a)) == std::signbit(d));
    REQUIRE(flonum_value(a) == d);
    REQUIRE(numbers_eqv(a, b));
    REQUIRE(number_hash(a) == number_hash(b));
    REQUIRE(number_equal(f.m, a, b).value == kTrue);
  }
  const Value nan = f.m.heap.make_flonum(std::nan("")),
              other = f.m.heap.make_flonum(-std::nan("7"));
  REQUIRE(numbers_eqv(nan, other));
  REQUIRE(number_hash(nan) == number_hash(other));
  REQUIRE_FALSE(numbers_eqv(f.m.heap.make_flonum(0.0), f.m.heap.make_flonum(-0.0)));
}

TEST_CASE("int64 conversions cover the whole range and refuse the rest", "[number]") {
  Fixture f;
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
  constexpr auto kHigh = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t n :
       {kLow, kLow + 1, Value::kFixnumMin - 1, Value::kFixnumMin, std::int64_t{-1}, std::int64_t{0},
        Value::kFixnumMax, Value::kFixnumMax + 1, kHigh}) {
    const Value v = integer_from(f.m.heap, n);
    REQUIRE(is_normal(v));
    REQUIRE((to_mpz(v) == mpz_class(n)));
    REQUIRE(to_int64(v) == n);
  }
  REQUIRE_FALSE(to_int64(f.integer(mpz_class(1) << 63)));
  REQUIRE_FALSE(to_int64(f.integer(-(mpz_class(1) << 63) - 1)));
  REQUIRE_FALSE(to_int64(f.m.heap.make_flonum(1.0)));
  REQUIRE((to_mpz(integer_from_unsigned(f.m.heap, ~std::uint64_t{0})) == (mpz_class(1) << 64) - 1));
}

TEST_CASE("numbers refuse what is no number, naming the argument", "[number]") {
  Fixture f;
  const Value big = f.integer(mpz_class(1) << 70), half = f.m.heap.make_flonum(0.5);
  for (const Value v : {Value::fixnum(1), Value::fixnum(0), big, half}) {
    for (const auto operation : {number_add, number_subtract, number_multiply, number_divide,
                                 number_equal, number_less, number_less_equal}) {
      REQUIRE(kind_raised(operation(f.m, v, kTrue)) == ConditionKind::type);
      REQUIRE(kind_raised(operation(f.m, kTrue, v)) == ConditionKind::type);
    }
  }
  REQUIRE(kind_raised(number_divide(f.m, big, Value::fixnum(0))) == ConditionKind::divide);
  REQUIRE(kind_raised(truncate_quotient(f.m, big, Value::fixnum(0))) == ConditionKind::divide);
  REQUIRE(kind_raised(floor_remainder(f.m, Value::fixnum(2), f.m.heap.make_flonum(0.0))) ==
          ConditionKind::divide);
  REQUIRE(kind_raised(floor_remainder(f.m, Value::fixnum(2), half)) == ConditionKind::type);
  REQUIRE(kind_raised(number_exact(f.m, f.m.heap.make_flonum(HUGE_VAL))) == ConditionKind::range);
}

TEST_CASE("results that would be too large are refused before they are computed", "[number]") {
  Fixture f;
  REQUIRE(kind_raised(integer_power(f.m, Value::fixnum(3), std::size_t{1} << 50)) ==
          ConditionKind::memory);
  REQUIRE(kind_raised(integer_power(f.m, Value::fixnum(2), kMaxIntegerBits * 2)) ==
          ConditionKind::memory);
  REQUIRE(kind_raised(integer_shift(f.m, Value::fixnum(1), std::int64_t{1} << 45)) ==
          ConditionKind::memory);
  f.m.heap.set_limit(1 << 20);
  const Value big = f.integer(mpz_class(1) << 6000000);
  REQUIRE(kind_raised(number_multiply(f.m, big, big)) == ConditionKind::memory);
  REQUIRE(kind_raised(number_add(f.m, big, big)) == ConditionKind::memory);
  REQUIRE(kind_raised(integer_shift(f.m, big, 6000000)) == ConditionKind::memory);
}

TEST_CASE("complex numbers keep both parts exact or both inexact", "[number]") {
  Fixture f;
  Heap& heap = f.m.heap;
  const Value z = make_rectangular(heap, Value::fixnum(1), Value::fixnum(2));
  const Value w = make_rectangular(heap, Value::fixnum(3), Value::fixnum(-4));
  const auto same = [&](const Outcome& got, Value real, Value imaginary) {
    REQUIRE(got.is_value());
    return numbers_eqv(got.value, make_rectangular(heap, real, imaginary));
  };
  REQUIRE(same(number_add(f.m, z, w), Value::fixnum(4), Value::fixnum(-2)));
  REQUIRE(same(number_multiply(f.m, z, w), Value::fixnum(11), Value::fixnum(2)));
  REQUIRE(same(number_divide(f.m, number_multiply(f.m, z, w).value, w), Value::fixnum(1),
               Value::fixnum(2)));
  REQUIRE(number_subtract(f.m, z, z).value == Value::fixnum(0));
  const Value mixed = make_rectangular(heap, Value::fixnum(1), heap.make_flonum(0.0));
  REQUIRE(is<Compnum>(mixed));
  REQUIRE(is_flonum(real_part(mixed)));
  REQUIRE_FALSE(is_real(mixed));
  REQUIRE(number_equal(f.m, mixed, Value::fixnum(1)).value == kTrue);
  REQUIRE(kind_raised(number_less(f.m, z, w)) == ConditionKind::type);
}
