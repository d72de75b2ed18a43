// Exact rationals: integers and ratios in lowest terms.
//
// The functions take any exact rational, so an integer is a ratio with denominator 1 and
// mixed cases need no code.  Results are reduced with as small gcds as possible, after
// Knuth, The Art of Computer Programming, 4.5.1.
#pragma once

#include "vm/bignum.hpp"

namespace fermata::vm {

inline Value exact_numerator(Value v) { return is<Ratnum>(v) ? as<Ratnum>(v).numerator : v; }
inline Value exact_denominator(Value v) {
  return is<Ratnum>(v) ? as<Ratnum>(v).denominator : Value::fixnum(1);
}

// n/d in lowest terms.  Requires: exact integers, d is not zero.
Outcome make_rational(Machine& m, Value n, Value d);

// Requires of all below: exact rationals.
Outcome rational_add(Machine& m, Value a, Value b);
Outcome rational_subtract(Machine& m, Value a, Value b);
Outcome rational_multiply(Machine& m, Value a, Value b);
Outcome rational_divide(Machine& m, Value a, Value b);  // Requires: b is not zero
Outcome rational_negate(Machine& m, Value a);
// -1, 0 or 1 as a fixnum.
Outcome rational_compare(Machine& m, Value a, Value b);
int rational_sign(Value a);
// The integers around a: towards minus infinity, and the nearest, ties to even.
Outcome rational_floor(Machine& m, Value a);
Outcome rational_round(Machine& m, Value a);
// Any integer exponent; base not zero when it is negative.
Outcome rational_power(Machine& m, Value base, std::int64_t exponent);
// The exact root, or #f when it is irrational.  Requires: a >= 0.
Outcome rational_sqrt(Machine& m, Value a);

double rational_to_double(Value a);  // rounded once
// Requires: d is finite.
Value exact_from_double(Heap& heap, double d);

}  // namespace fermata::vm
