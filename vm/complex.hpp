// Complex numbers in rectangular form: exact parts, or inexact parts.
//
// A Compnum's parts are both exact or both inexact; an exact zero imaginary part makes a
// real number instead, an inexact zero does not (R7RS 6.2.6: -2.5+0.0i is not real).
#pragma once

#include <complex>

#include "vm/machine.hpp"

namespace fermata::vm {

// Any number; a real one has an exact zero imaginary part.
Value real_part(Value v);
Value imaginary_part(Value v);
std::complex<double> to_complex(Value v);

// Requires: both real.
Value make_rectangular(Heap& heap, Value real, Value imaginary);
Value make_complex(Heap& heap, std::complex<double> z);  // always a Compnum

// Requires of all: numbers, at least one of them complex.
Outcome complex_add(Machine& m, Value a, Value b);
Outcome complex_subtract(Machine& m, Value a, Value b);
Outcome complex_multiply(Machine& m, Value a, Value b);
Outcome complex_divide(Machine& m, Value a, Value b);  // Requires: b is not an exact zero

}  // namespace fermata::vm
