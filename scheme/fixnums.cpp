// Fixnums (SRFI 143): arithmetic on small integers alone.
//
// The arguments are checked, and so is the result: what leaves the range is an error, never
// a number that wrapped around.  What takes several results or a radix of 2^width is written
// in Scheme, in scheme/lib/srfi/143.scm.
#include <algorithm>
#include <bit>
#include <string>

#include "scheme/builtins.hpp"
#include "scheme/order.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {
namespace {
struct Small {
  std::int64_t value;
  operator std::int64_t() const { return value; }
};
}  // namespace
}  // namespace fermata::scheme

namespace fermata::vm {
template <> struct Parse<scheme::Small> {
  static bool check(Value v) { return v.is_fixnum(); }
  static scheme::Small get(Value v) { return {v.fixnum()}; }
  static const char* wanted() { return "a fixnum"; }
};
}  // namespace fermata::vm

namespace fermata::scheme {

using namespace vm;

namespace {

using Int = std::int64_t;
__extension__ typedef __int128 Wide;
constexpr Int kWidth = 63;

Outcome result(Machine& m, Wide n) {
  if (n >= Value::kFixnumMin && n <= Value::kFixnumMax) return Value::fixnum(static_cast<Int>(n));
  return m.error(ConditionKind::range,
                 std::string(m.native_name()) + ": the result does not fit a fixnum");
}

Outcome divide_by_zero(Machine& m) {
  return m.error(ConditionKind::divide, std::string(m.native_name()) + ": division by zero");
}

// ---- one or two fixnums to a fixnum -------------------------------------------------

template <auto f>
Outcome unary(Machine& m, Small a) { return result(m, f(a)); }
template <auto f>
Outcome binary(Machine& m, Small a, Small b) { return result(m, f(a, b)); }
template <auto f>
Outcome test(Machine&, Small a) { return Value::boolean(f(a)); }

Wide negate(Wide a) { return -a; }
Wide absolute(Wide a) { return a < 0 ? -a : a; }
Wide square(Wide a) { return a * a; }
Wide add(Wide a, Wide b) { return a + b; }
Wide subtract(Wide a, Wide b) { return a - b; }
Wide multiply(Wide a, Wide b) { return a * b; }
Wide complement(Wide a) { return ~a; }

bool is_zero_fixnum(Int a) { return a == 0; }
bool is_positive(Int a) { return a > 0; }
bool is_negative(Int a) { return a < 0; }
bool is_odd(Int a) { return a & 1; }
bool is_even(Int a) { return !(a & 1); }

Outcome quotient(Machine& m, Small a, Small b) {
  return b == 0 ? divide_by_zero(m) : result(m, Wide{a} / Wide{b});
}
Outcome remainder(Machine& m, Small a, Small b) {
  return b == 0 ? divide_by_zero(m) : result(m, Wide{a} % Wide{b});
}

Outcome is_fixnum(Machine&, Value v) { return Value::boolean(v.is_fixnum()); }

// ---- any number of fixnums ------------------------------------------------------------

template <Order order>
Outcome compare(Machine& m, Small first, Args rest) {
  bool good = true;
  Int last = first;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!rest[i].is_fixnum()) return m.wrong_type(i + 2, "a fixnum", rest[i]);
    good = good && in_order(order, last, rest[i].fixnum());
    last = rest[i].fixnum();
  }
  return Value::boolean(good);
}

template <auto f>
Outcome fold(Machine& m, Small first, Args rest) {
  Int so_far = first;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!rest[i].is_fixnum()) return m.wrong_type(i + 2, "a fixnum", rest[i]);
    so_far = f(so_far, rest[i].fixnum());
  }
  return Value::fixnum(so_far);
}

Int larger(Int a, Int b) { return std::max(a, b); }
Int smaller(Int a, Int b) { return std::min(a, b); }

// The same from a neutral element on, when there may be no argument.
template <auto f, Int neutral>
Outcome fold_bits(Machine& m, Args all) {
  Int so_far = neutral;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].is_fixnum()) return m.wrong_type(i + 1, "a fixnum", all[i]);
    so_far = f(so_far, all[i].fixnum());
  }
  return Value::fixnum(so_far);
}

Int bits_and(Int a, Int b) { return a & b; }
Int bits_or(Int a, Int b) { return a | b; }
Int bits_xor(Int a, Int b) { return a ^ b; }

// ---- bits -----------------------------------------------------------------------------

Outcome check_shift(Machine& m, Int count, std::size_t argument, bool& good) {
  good = count > -kWidth && count < kWidth;
  return good ? Outcome(kUnspecified)
              : m.out_of_range(argument, "between -62 and 62", Value::fixnum(count));
}

Outcome shift_by(Machine& m, Int a, Int count) {
  return count >= 0 ? result(m, Wide{a} * (Wide{1} << count)) : Outcome(Value::fixnum(a >> -count));
}

Outcome shift(Machine& m, Small a, Small count) {
  bool good;
  const Outcome problem = check_shift(m, count, 2, good);
  return good ? shift_by(m, a, count) : problem;
}
template <int direction>
Outcome shift_towards(Machine& m, Small a, Small count) {
  if (count < 0) return m.out_of_range(2, "between 0 and 62", Value::fixnum(count));
  return shift(m, a, Small{direction * count.value});
}

Int count_ones(Int a) { return std::popcount(static_cast<std::uint64_t>(a < 0 ? ~a : a)); }
Int bit_length(Int a) { return std::bit_width(static_cast<std::uint64_t>(a < 0 ? ~a : a)); }
Int first_set(Int a) { return a == 0 ? -1 : std::countr_zero(static_cast<std::uint64_t>(a)); }
template <auto f>
Outcome count(Machine&, Small a) { return Value::fixnum(f(a)); }

Outcome choose_bits(Machine&, Small mask, Small a, Small b) {
  return Value::fixnum((mask & a) | (~mask.value & b));
}

Outcome bad_bit(Machine& m, std::size_t argument, Int index) {
  return m.out_of_range(argument, "an index from 0 to 62", Value::fixnum(index));
}

Outcome is_bit_set(Machine& m, Small index, Small a) {
  if (index < 0 || index >= kWidth) return bad_bit(m, 1, index);
  return Value::boolean(a.value >> index & 1);
}

Outcome copy_bit(Machine& m, Small index, Small a, Value bit) {
  if (index < 0 || index >= kWidth) return bad_bit(m, 1, index);
  const bool on = bit.is_fixnum() ? bit.fixnum() != 0 : bit.is_true();
  const auto one = static_cast<std::uint64_t>(1) << index;
  const auto bits = static_cast<std::uint64_t>(a.value);
  const auto changed = on ? bits | one : bits & ~one;
  // The highest bit is the sign's; above it all bits are the same.
  return Value::fixnum(static_cast<Int>(changed << 1) >> 1);
}

constexpr Builtin kFixnums[] = {
    builtin<is_fixnum>("(fixnum? obj)", "Whether obj is a fixnum, an exact integer of 63 bits."),
    builtin<compare<Order::equal>>("(fx=? fixnum1 fixnum2 ...)", "Whether all are equal."),
    builtin<compare<Order::less>>("(fx<? fixnum1 fixnum2 ...)", "Whether each is below the next."),
    builtin<compare<Order::greater>>("(fx>? fixnum1 fixnum2 ...)",
                                     "Whether each is above the next."),
    builtin<compare<Order::less_equal>>("(fx<=? fixnum1 fixnum2 ...)",
                                        "Whether none is above the next."),
    builtin<compare<Order::greater_equal>>("(fx>=? fixnum1 fixnum2 ...)",
                                           "Whether none is below the next."),
    builtin<test<is_zero_fixnum>>("(fxzero? fixnum)", "Whether it is 0."),
    builtin<test<is_positive>>("(fxpositive? fixnum)", "Whether it is above 0."),
    builtin<test<is_negative>>("(fxnegative? fixnum)", "Whether it is below 0."),
    builtin<test<is_odd>>("(fxodd? fixnum)", "Whether it is odd."),
    builtin<test<is_even>>("(fxeven? fixnum)", "Whether it is even."),
    builtin<fold<larger>>("(fxmax fixnum1 fixnum2 ...)", "The largest."),
    builtin<fold<smaller>>("(fxmin fixnum1 fixnum2 ...)", "The smallest."),
    builtin<binary<add>>("(fx+ fixnum1 fixnum2)", "Their sum, which must be a fixnum."),
    builtin<binary<subtract>>("(fx- fixnum1 fixnum2)", "Their difference, which must be a fixnum."),
    builtin<binary<multiply>>("(fx* fixnum1 fixnum2)", "Their product, which must be a fixnum."),
    builtin<unary<negate>>("(fxneg fixnum)", "0 minus it, which must be a fixnum."),
    builtin<quotient>("(fxquotient fixnum1 fixnum2)", "The quotient, truncated."),
    builtin<remainder>("(fxremainder fixnum1 fixnum2)", "What fxquotient leaves."),
    builtin<unary<absolute>>("(fxabs fixnum)", "Without its sign; must be a fixnum."),
    builtin<unary<square>>("(fxsquare fixnum)", "Its square, which must be a fixnum."),
    builtin<unary<complement>>("(fxnot fixnum)", "All bits turned over."),
    builtin<fold_bits<bits_and, -1>>("(fxand fixnum ...)", "The bits that are set in all."),
    builtin<fold_bits<bits_or, 0>>("(fxior fixnum ...)", "The bits that are set in any."),
    builtin<fold_bits<bits_xor, 0>>("(fxxor fixnum ...)", "The bits set in an odd number of them."),
    builtin<shift>("(fxarithmetic-shift fixnum bits)",
                   "Shifted to the left, or to the right when bits is negative."),
    builtin<shift_towards<1>>("(fxarithmetic-shift-left fixnum bits)", "Shifted to the left."),
    builtin<shift_towards<-1>>("(fxarithmetic-shift-right fixnum bits)", "Shifted to the right."),
    builtin<count<count_ones>>("(fxbit-count fixnum)",
                               "How many bits are set, or not set in a negative one."),
    builtin<count<bit_length>>("(fxlength fixnum)", "How many bits it takes, without the sign."),
    builtin<choose_bits>("(fxif mask fixnum1 fixnum2)",
                         "The bits of fixnum1 where mask has a bit set, else those of fixnum2."),
    builtin<is_bit_set>("(fxbit-set? index fixnum)", "Whether the bit is set."),
    builtin<copy_bit>("(fxcopy-bit index fixnum bit)", "With the bit set as the boolean says."),
    builtin<count<first_set>>("(fxfirst-set-bit fixnum)", "Index of the lowest bit set, or -1."),
};

}  // namespace

std::span<const Builtin> fixnum_builtins() { return kFixnums; }

}  // namespace fermata::scheme
