// Exact integers of any size: fixnums, and bignums whose limbs are ours.
//
// GMP's low-level functions (mpn_*) work on limbs that lie in our heap; its own allocation
// settings are process-wide and never touched.  GMP aborts when memory ends, so the size of
// every result is computed and asked for first, and no integer grows beyond kMaxIntegerBits:
// twenty million digits, which one operation still handles in seconds (measured: a product
// takes 0.3 s, decimal digits 4 s, a greatest common divisor 9 s), because none is divided.
// Results are normalized: what fits a fixnum is one.  Work is charged by size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::vm {

inline constexpr std::size_t kMaxIntegerBits = std::size_t{1} << 26;

using Limb = std::uint64_t;

// Sign and magnitude of an exact integer, whichever form it has.  Keeps a bignum alive while
// it stands on the stack.  Requires: the value is a fixnum or a bignum.
class IntegerView {
 public:
  explicit IntegerView(Value v) {
    if (v.is_fixnum()) {
      const std::int64_t n = v.fixnum();
      negative_ = n < 0;
      small_ = negative_ ? 0 - static_cast<Limb>(n) : static_cast<Limb>(n);
      count_ = n != 0;
    } else {
      big_ = &as<Bignum>(v);
      negative_ = big_->is_negative();
      count_ = big_->count();
    }
  }
  bool is_negative() const { return negative_; }
  std::size_t count() const { return count_; }  // limbs; none for zero
  const Limb* limbs() const { return big_ ? big_->limbs() : &small_; }
  std::size_t bits() const;  // of the magnitude
  bool is_odd() const { return count_ != 0 && (limbs()[0] & 1); }

 private:
  Bignum* big_ = nullptr;
  Limb small_ = 0;
  std::size_t count_ = 0;
  bool negative_ = false;
};

// ---- arithmetic.  Requires of all: exact integers. -----------------------------
Outcome integer_add(Machine& m, Value a, Value b);
Outcome integer_subtract(Machine& m, Value a, Value b);
Outcome integer_multiply(Machine& m, Value a, Value b);
Outcome integer_negate(Machine& m, Value a);
Outcome integer_magnitude(Machine& m, Value a);
// Rounding towards zero.  Requires: b is not zero.
Outcome integer_divide(Machine& m, Value a, Value b, Value& quotient, Value& remainder);
Outcome integer_quotient(Machine& m, Value a, Value b);
Outcome integer_remainder(Machine& m, Value a, Value b);
Outcome integer_gcd(Machine& m, Value a, Value b);
Outcome integer_power(Machine& m, Value base, std::size_t exponent);
// The largest root with root * root <= a, and what is left.  Requires: a >= 0.
Outcome integer_sqrt(Machine& m, Value a, Value& root, Value& rest);

int integer_compare(Value a, Value b);  // -1, 0, 1
int integer_sign(Value a);              // -1, 0, 1
bool integer_is_odd(Value a);
bool integer_is_one(Value a);

// ---- bits, in two's complement with endless sign bits (bitwise.cpp) -------------
enum class BitOperation : std::uint8_t { conjunction, disjunction, difference };
// a times 2 to the power `bits`, rounded down.
Outcome integer_shift(Machine& m, Value a, std::int64_t bits);
Outcome integer_bits(Machine& m, BitOperation operation, Value a, Value b);
Outcome integer_not(Machine& m, Value a);
std::size_t integer_bit_count(Value a);  // ones, or zeros when a < 0
std::size_t integer_length(Value a);     // bits without the sign

// ---- to and from doubles ----------------------------------------------------------
double integer_to_double(Value a);  // rounded to nearest, ties to even; may be infinite
// Requires: d is finite and has no fraction.
Value integer_from_double(Heap& heap, double d);
// The double nearest to (q + rest) * 2^exponent, where rest is zero or somewhere between 0
// and 1 as `inexact` says.  Requires: q has at least 60 bits, or rest is zero.
double round_to_double(std::uint64_t q, bool inexact, std::int64_t exponent, bool negative);

// ---- text (bignum_text.cpp); 2 <= radix <= 36 ----------------------------------------
std::string integer_to_digits(Machine& m, Value a, int radix);  // with "-" where needed
// Requires: digits are all of that radix, at least one.
Outcome integer_from_digits(Machine& m, std::string_view digits, int radix);

// ---- for the files that implement the above -------------------------------------------
// Whether an integer of so many limbs may be made; asks the heap when it is not small.
bool integer_has_room(Machine& m, std::size_t limbs);
Outcome integer_too_big(Machine& m, std::size_t limbs);
// The value of a bignum whose limbs are filled in: leading zeros dropped, small ones fixnums.
Value integer_finish(Bignum& b, bool negative);

}  // namespace fermata::vm
