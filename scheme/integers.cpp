// Integers: division, common divisors, exact roots, bits.
//
// Division and divisors take inexact integers too and then answer inexactly (R7RS 6.2.6);
// the bitwise procedures, named as in SRFI 151, want exact ones.
#include "scheme/number_tables.hpp"
#include "vm/bignum.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

using Division = Outcome (*)(Machine&, Value, Value);

template <Division quotient, Division remainder>
Outcome divide(Machine& m, Value n, Value d) {
  FERMATA_TRY(q, quotient(m, n, d));
  FERMATA_TRY(r, remainder(m, n, d));
  return two_values(m, q, r);
}

Outcome least_common_multiple(Machine& m, Value a, Value b) {
  FERMATA_TRY(divisor, integer_gcd(m, a, b));
  if (is_exact_zero(divisor)) return divisor;
  FERMATA_TRY(rest, integer_quotient(m, b, divisor));
  FERMATA_TRY(multiple, integer_multiply(m, a, rest));
  return integer_magnitude(m, multiple);
}

template <Division combine, int unit>
Outcome fold_integers(Machine& m, Args numbers) {
  Value result = Value::fixnum(unit);
  bool exact = true;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_integer(numbers[i])) return m.wrong_type(i + 1, "an integer", numbers[i]);
    exact = exact && is_exact(numbers[i]);
    FERMATA_TRY(n, number_exact(m, numbers[i]));
    FERMATA_TRY(next, combine(m, result, n));
    result = next;
  }
  return exact ? Outcome(result) : number_inexact(m, result);
}

Outcome exact_integer_sqrt(Machine& m, Value k) {
  if (!is_exact_integer(k)) return m.wrong_type(1, "an exact non-negative integer", k);
  if (integer_sign(k) < 0) return m.out_of_range(1, "an exact non-negative integer", k);
  Value root, rest;
  FERMATA_TRY(done, integer_sqrt(m, k, root, rest));
  static_cast<void>(done);
  return two_values(m, root, rest);
}

// ---- bits ---------------------------------------------------------------------------
constexpr char kExactInteger[] = "an exact integer";

template <BitOperation operation, int unit>
Outcome fold_bits(Machine& m, Args numbers) {
  Value result = Value::fixnum(unit);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_exact_integer(numbers[i])) return m.wrong_type(i + 1, kExactInteger, numbers[i]);
    FERMATA_TRY(next, integer_bits(m, operation, result, numbers[i]));
    result = next;
  }
  return result;
}

Outcome bitwise_not(Machine& m, Value n) {
  if (!is_exact_integer(n)) return m.wrong_type(1, kExactInteger, n);
  return integer_not(m, n);
}

Outcome arithmetic_shift(Machine& m, Value n, Value bits) {
  if (!is_exact_integer(n)) return m.wrong_type(1, kExactInteger, n);
  if (!is_exact_integer(bits)) return m.wrong_type(2, kExactInteger, bits);
  if (bits.is_fixnum()) return integer_shift(m, n, bits.fixnum());
  if (integer_sign(bits) < 0) return Value::fixnum(integer_sign(n) < 0 ? -1 : 0);
  return is_exact_zero(n) ? Outcome(n) : integer_too_big(m, ~std::size_t{0});
}

template <std::size_t (*count)(Value)>
Outcome count_bits(Machine& m, Value n) {
  if (!is_exact_integer(n)) return m.wrong_type(1, kExactInteger, n);
  return Value::fixnum(static_cast<std::int64_t>(count(n)));
}

constexpr Builtin kIntegers[] = {
    builtin<divide<floor_quotient, floor_remainder>>(
        "(floor/ n d)", "Quotient rounded down, and remainder: two values."),
    builtin<floor_quotient>("(floor-quotient n d)", "n/d rounded down."),
    builtin<floor_remainder>("(floor-remainder n d)", "What n/d rounded down leaves; signed as d."),
    builtin<divide<truncate_quotient, truncate_remainder>>(
        "(truncate/ n d)", "Quotient rounded towards 0, and remainder: two values."),
    builtin<truncate_quotient>("(truncate-quotient n d)", "n/d rounded towards 0."),
    builtin<truncate_remainder>("(truncate-remainder n d)",
                                "What n/d rounded towards 0 leaves; signed as n."),
    builtin<truncate_quotient>("(quotient n d)", "n/d rounded towards 0."),
    builtin<truncate_remainder>("(remainder n d)",
                                "What n/d rounded towards 0 leaves; signed as n."),
    builtin<floor_remainder>("(modulo n d)", "What n/d rounded down leaves; signed as d."),
    builtin<fold_integers<integer_gcd, 0>>("(gcd n ...)", "The greatest common divisor."),
    builtin<fold_integers<least_common_multiple, 1>>("(lcm n ...)", "The least common multiple."),
    builtin<exact_integer_sqrt>("(exact-integer-sqrt k)",
                                "The largest s with s*s <= k, and k - s*s: two values."),

    builtin<fold_bits<BitOperation::conjunction, -1>>("(bitwise-and n ...)",
                                                      "The bits that all have."),
    builtin<fold_bits<BitOperation::disjunction, 0>>("(bitwise-ior n ...)",
                                                     "The bits that any has."),
    builtin<fold_bits<BitOperation::difference, 0>>("(bitwise-xor n ...)",
                                                    "The bits that an odd number of them have."),
    builtin<bitwise_not>("(bitwise-not n)", "All bits of n turned over: -1 - n."),
    builtin<arithmetic_shift>("(arithmetic-shift n bits)",
                              "n shifted left by that many bits, or right when they are negative."),
    builtin<count_bits<integer_bit_count>>("(bit-count n)",
                                           "The number of ones, or of zeros when n is negative."),
    builtin<count_bits<integer_length>>("(integer-length n)",
                                        "The number of bits that n takes, without its sign."),
};

}  // namespace

std::span<const Builtin> integer_builtins() { return kIntegers; }

}  // namespace fermata::scheme
