// The numeric tower: fixnum, bignum, ratnum, flonum, compnum.
//
// Every operation takes any two numbers, gives the exact or rounded result R7RS 6.2
// asks for, and raises (wrong type, division by zero, out of memory) through its
// Outcome, naming the running native.  Results are normalized: an integer that fits is
// a fixnum, a flonum that has a word is immediate.
#pragma once

#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::vm {

bool is_number(Value v);          // any
bool is_real(Value v);            // all but compnum
bool is_flonum(Value v);          // immediate or boxed
bool is_exact_integer(Value v);   // fixnum or bignum
bool is_exact_rational(Value v);  // fixnum, bignum, ratnum
bool is_exact(Value v);           // Requires: is_number(v)
bool is_integer(Value v);         // exact, or a flonum without fraction
bool is_rational(Value v);        // real, neither infinite nor NaN
bool is_exact_zero(Value v);
bool is_zero(Value v);            // exact or inexact, complex included
double flonum_value(Value v);     // Requires: is_flonum(v)

Outcome number_add(Machine& m, Value a, Value b);
Outcome number_subtract(Machine& m, Value a, Value b);
Outcome number_multiply(Machine& m, Value a, Value b);
Outcome number_divide(Machine& m, Value a, Value b);
Outcome number_negate(Machine& m, Value a);
Outcome number_exact(Machine& m, Value a);    // raises for infinities and NaN
Outcome number_inexact(Machine& m, Value a);  // rounded once
// R7RS 6.2.6; integers, exact or inexact.
Outcome truncate_quotient(Machine& m, Value a, Value b);
Outcome truncate_remainder(Machine& m, Value a, Value b);
Outcome floor_quotient(Machine& m, Value a, Value b);
Outcome floor_remainder(Machine& m, Value a, Value b);

// The value is a boolean.  Exact and inexact are compared exactly; NaN gives #f.
Outcome number_equal(Machine& m, Value a, Value b);
Outcome number_less(Machine& m, Value a, Value b);
Outcome number_less_equal(Machine& m, Value a, Value b);

// -1, 0 or 1 as a fixnum, #f when one is NaN.  Requires: is_real of both.
Outcome real_compare(Machine& m, Value a, Value b);
int real_sign(Value v);                // -1, 0, 1; NaN gives 0. Requires: is_real(v)

bool numbers_eqv(Value a, Value b);    // same exactness, same value; any values
std::uint64_t number_hash(Value v);    // equal for eqv? numbers. Requires: is_number(v)

Value integer_from(Heap& heap, std::int64_t n);
Value integer_from_unsigned(Heap& heap, std::uint64_t n);
std::optional<std::int64_t> to_int64(Value v);  // exact integer in range
double to_double(Value v);                      // correctly rounded. Requires: is_real(v)

}  // namespace fermata::vm
