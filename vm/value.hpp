// The tagged word.
//
// Every Scheme value is one 64-bit word.  Its low bits say what it is:
//   xxx1  fixnum, 63 bits            0100  pair (no header)
//   xx10  flonum, inside the word    1000  procedure
//   0000  object with a header       1100  constant or character
// Only words ending in 0000, 0100 and 1000 can be pointers, and only those
// displacements are registered with the collector, so a scalar in the heap never
// retains anything.  A flonum keeps its sign, its mantissa and nine bits of its
// exponent (about 1e-77 to 1e77); both zeros are constants; other doubles are boxed.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>
#include <optional>

namespace fermata::vm {

enum class Kind : std::uint8_t {
#define KIND(name, text) name,
#include "vm/kinds.def"
#undef KIND
};

struct Object;
struct Pair;

class Value {
 public:
  constexpr Value() = default;
  static constexpr Value from_bits(std::uint64_t bits) {
    Value v;
    v.bits_ = bits;
    return v;
  }
  constexpr std::uint64_t bits() const { return bits_; }
  constexpr bool operator==(const Value&) const = default;  // this is eq?

  static constexpr std::int64_t kFixnumMax = (std::int64_t{1} << 62) - 1;
  static constexpr std::int64_t kFixnumMin = -(std::int64_t{1} << 62);

  constexpr bool is_fixnum() const { return bits_ & 1; }
  constexpr std::int64_t fixnum() const { return static_cast<std::int64_t>(bits_) >> 1; }
  static constexpr bool fits_fixnum(std::int64_t n) { return n >= kFixnumMin && n <= kFixnumMax; }
  // Requires: fits_fixnum(n).
  static constexpr Value fixnum(std::int64_t n) {
    return from_bits(static_cast<std::uint64_t>(n) << 1 | 1);
  }

  // A flonum held in the word (both zeros included).  Boxed ones: see number.hpp.
  constexpr bool is_flonum_bits() const { return (bits_ & 3) == 2; }
  constexpr bool is_immediate_flonum() const {
    return is_flonum_bits() || (bits_ & ~std::uint64_t{0x100}) == kPlusZeroBits;
  }
  // Requires: is_flonum_bits().
  double flonum_bits() const {
    return std::bit_cast<double>(std::rotr((bits_ >> 2) + kFlonumBias, 1));
  }
  // Requires: is_immediate_flonum().
  double immediate_flonum() const {
    if (is_flonum_bits()) return flonum_bits();
    return bits_ == kPlusZeroBits ? 0.0 : -0.0;
  }
  // The word for d, if d has one.
  static std::optional<Value> try_flonum(double d) {
    const std::uint64_t r = std::rotl(std::bit_cast<std::uint64_t>(d), 1) - kFlonumBias;
    if ((r >> 62) == 0) return from_bits(r << 2 | 2);
    if (d == 0) return from_bits((std::bit_cast<std::uint64_t>(d) >> 63) ? kMinusZeroBits : kPlusZeroBits);
    return std::nullopt;
  }

  constexpr bool is_pair() const { return (bits_ & 15) == 4; }
  constexpr bool is_object() const { return (bits_ & 15) == 0; }
  constexpr bool is_procedure() const { return (bits_ & 15) == 8; }
  Pair* pair() const { return reinterpret_cast<Pair*>(bits_ - 4); }
  Object* object() const { return reinterpret_cast<Object*>(bits_); }
  Object* procedure() const { return reinterpret_cast<Object*>(bits_ - 8); }

  constexpr bool is_char() const { return (bits_ & 0xff) == kCharTag; }
  constexpr char32_t character() const { return static_cast<char32_t>(bits_ >> 8); }
  static constexpr Value character(char32_t c) {
    return from_bits(static_cast<std::uint64_t>(c) << 8 | kCharTag);
  }

  static constexpr Value boolean(bool b) { return from_bits(b ? kTrueBits : kFalseBits); }
  constexpr bool is_true() const { return bits_ != kFalseBits; }  // all but #f
  constexpr bool is_boolean() const { return (bits_ & ~std::uint64_t{0x100}) == kFalseBits; }

  static constexpr std::uint64_t kFlonumBias = std::uint64_t{0x300} << 53;
  static constexpr std::uint64_t kCharTag = 0x1c;
  static constexpr std::uint64_t constant(std::uint64_t n) { return n << 8 | 0x0c; }
  static constexpr std::uint64_t kFalseBits = 0x000c, kTrueBits = 0x010c;
  static constexpr std::uint64_t kPlusZeroBits = 0x020c, kMinusZeroBits = 0x030c;

 private:
  std::uint64_t bits_ = 0x050c;  // unspecified
};
static_assert(sizeof(Value) == 8);

inline constexpr Value kFalse = Value::from_bits(Value::kFalseBits);
inline constexpr Value kTrue = Value::from_bits(Value::kTrueBits);
inline constexpr Value kNull = Value::from_bits(Value::constant(4));
inline constexpr Value kUnspecified = Value::from_bits(Value::constant(5));
inline constexpr Value kEof = Value::from_bits(Value::constant(6));
inline constexpr Value kUnbound = Value::from_bits(Value::constant(7));   // cell without a value
inline constexpr Value kDefault = Value::from_bits(Value::constant(8));   // optional argument left out
inline constexpr Value kTombstone = Value::from_bits(Value::constant(9)); // removed table entry

}  // namespace fermata::vm
