// Arithmetic of complex numbers on top of the real one.
#include "vm/complex.hpp"

#include "vm/number.hpp"

namespace fermata::vm {

Value real_part(Value v) { return is<Compnum>(v) ? as<Compnum>(v).real : v; }
Value imaginary_part(Value v) {
  return is<Compnum>(v) ? as<Compnum>(v).imaginary : Value::fixnum(0);
}
std::complex<double> to_complex(Value v) {
  return {to_double(real_part(v)), to_double(imaginary_part(v))};
}

Value make_rectangular(Heap& heap, Value real, Value imaginary) {
  if (is_exact_zero(imaginary)) return real;
  if (is_exact(real) != is_exact(imaginary)) {
    return make_complex(heap, {to_double(real), to_double(imaginary)});
  }
  return value_of(&heap.make<Compnum>(real, imaginary));
}

Value make_complex(Heap& heap, std::complex<double> z) {
  const Value real = heap.make_flonum(z.real()), imaginary = heap.make_flonum(z.imag());
  return value_of(&heap.make<Compnum>(real, imaginary));
}

Outcome complex_add(Machine& m, Value a, Value b) {
  FERMATA_TRY(real, number_add(m, real_part(a), real_part(b)));
  FERMATA_TRY(imaginary, number_add(m, imaginary_part(a), imaginary_part(b)));
  return make_rectangular(m.heap, real, imaginary);
}

Outcome complex_subtract(Machine& m, Value a, Value b) {
  if (!is_exact(a) || !is_exact(b)) {
    const std::complex<double> x = to_complex(a), y = to_complex(b);
    // A real a has no imaginary part at all: 1 - (0.0+0.0i) is 1.0-0.0i.
    return make_complex(m.heap, {x.real() - y.real(), is_real(a) ? -y.imag() : x.imag() - y.imag()});
  }
  FERMATA_TRY(real, number_subtract(m, real_part(a), real_part(b)));
  FERMATA_TRY(imaginary, number_subtract(m, imaginary_part(a), imaginary_part(b)));
  return make_rectangular(m.heap, real, imaginary);
}

Outcome complex_multiply(Machine& m, Value a, Value b) {
  if (is_real(a)) return complex_multiply(m, b, a);
  const Value ar = real_part(a), ai = imaginary_part(a), br = real_part(b), bi = imaginary_part(b);
  if (is_real(b)) {
    FERMATA_TRY(real, number_multiply(m, ar, b));
    FERMATA_TRY(imaginary, number_multiply(m, ai, b));
    return make_rectangular(m.heap, real, imaginary);
  }
  if (!is_exact(ar) || !is_exact(br)) return make_complex(m.heap, to_complex(a) * to_complex(b));
  FERMATA_TRY(rr, number_multiply(m, ar, br));
  FERMATA_TRY(ii, number_multiply(m, ai, bi));
  FERMATA_TRY(ri, number_multiply(m, ar, bi));
  FERMATA_TRY(ir, number_multiply(m, ai, br));
  FERMATA_TRY(real, number_subtract(m, rr, ii));
  FERMATA_TRY(imaginary, number_add(m, ri, ir));
  return make_rectangular(m.heap, real, imaginary);
}

Outcome complex_divide(Machine& m, Value a, Value b) {
  if (is_real(b)) {
    FERMATA_TRY(real, number_divide(m, real_part(a), b));
    FERMATA_TRY(imaginary, number_divide(m, imaginary_part(a), b));
    return make_rectangular(m.heap, real, imaginary);
  }
  if (!is_exact(real_part(a)) || !is_exact(real_part(b))) {
    return make_complex(m.heap, to_complex(a) / to_complex(b));
  }
  // a/b = a * conjugate(b) / |b|^2
  const Value br = real_part(b), bi = imaginary_part(b);
  FERMATA_TRY(minus_bi, number_negate(m, bi));
  FERMATA_TRY(top, number_multiply(m, a, value_of(&m.heap.make<Compnum>(br, minus_bi))));
  FERMATA_TRY(rr, number_multiply(m, br, br));
  FERMATA_TRY(ii, number_multiply(m, bi, bi));
  FERMATA_TRY(norm, number_add(m, rr, ii));
  return number_divide(m, top, norm);
}

}  // namespace fermata::vm
