// The loop: fetches instructions and runs them.
//
// Rules for whoever edits it:
//  1. pc, fp and gas live in locals.  Whatever may allocate stack, call a native or leave the
//     loop goes through SAVE/LOAD; plain heap allocation need not (nothing moves objects).
//  2. A handler is a dozen lines at most; slow paths live in slow_paths.cpp and return Outcomes.
//  3. No instruction calls Scheme.  A raise makes a frame (push_raise) and goes on in it.
//  4. Each call and each backward jump pays one gas; at zero the state is saved between two
//     instructions, so run() can go on later as if nothing had happened.
//  5. A frame's slots above its live registers hold junk; never read them.
//  6. Operands are checked before anything is written: a raise leaves the frame as it was.
//  7. Registers are frame slots, read through fp each time; no pointer to one outlives SAVE.
//
// Dispatch is computed goto from the table in instructions.def, or a switch with
// FERMATA_SWITCH_DISPATCH (measured: 12.5 against 13.2 ns a call).
#include "vm/loop.hpp"

#include <algorithm>

#include "vm/native.hpp"
#include "vm/number.hpp"
#include "vm/slow_paths.hpp"
#include "vm/stubs.hpp"

#pragma GCC diagnostic ignored "-Wpedantic"  // label addresses

namespace fermata::vm {

namespace {

#if defined(FERMATA_SWITCH_DISPATCH)
#define DISPATCH() goto again
#define HANDLER(name) case Op::name
#else
#define DISPATCH()                                \
  do {                                            \
    ins = *pc++;                                  \
    goto* kLabels[ins & 0xff];                    \
  } while (0)
#define HANDLER(name) L_##name
#endif

#if defined(__GNUC__)
#define OPAQUE(x) asm volatile("" : "+r"(x))  // the compiler forgets what it knows about x
#else
#define OPAQUE(x)
#endif

#define A (ins >> 8 & 0xff)
#define B (ins >> 16 & 0xff)
#define C (ins >> 24)
#define I (static_cast<std::int8_t>(ins >> 24))
#define X (static_cast<std::int16_t>(ins >> 16))
#define U (ins >> 16)
#define R(n) fp[n]

inline Value literal(const Instruction* at) {
  std::uint64_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return Value::from_bits(bits);
}

inline bool both_fixnums(Value a, Value b) { return a.bits() & b.bits() & 1; }
inline bool both_flonums(Value a, Value b) { return (a.bits() & 3) == 2 && (b.bits() & 3) == 2; }
inline std::int64_t raw(Value v) { return static_cast<std::int64_t>(v.bits()); }

// The word of a double with a common exponent; false for the rest (zeros, extremes).
inline bool flonum_word(double d, Value& out) {
  const std::uint64_t r = std::rotl(std::bit_cast<std::uint64_t>(d), 1) - Value::kFlonumBias;
  if (r >> 62) return false;
  out = Value::from_bits(r << 2 | 2);
  return true;
}

// The operands of an arithmetic instruction as doubles, when one is a flonum in its word and the
// other such a one or a fixnum: zeros, results out of the word's range, mixed arithmetic.
__attribute__((noinline)) bool mixed_operands(Value a, Value b, double& x, double& y) {
  if (!(a.is_immediate_flonum() || b.is_immediate_flonum())) return false;
  if (!(a.is_immediate_flonum() || a.is_fixnum()) || !(b.is_immediate_flonum() || b.is_fixnum())) return false;
  x = a.is_fixnum() ? static_cast<double>(a.fixnum()) : a.immediate_flonum();
  y = b.is_fixnum() ? static_cast<double>(b.fixnum()) : b.immediate_flonum();
  return true;
}

}  // namespace

#define FERMATA_LIKELY(x) __builtin_expect(!!(x), 1)
#define FERMATA_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define SAVE() (m.fp_ = fp, m.pc_ = pc)
#define LOAD() (fp = m.fp_)
#define NEXT() DISPATCH()

// Goes on in the frame at fp (return pc already in fp[-1]) with a closure whose arguments fit.
#define ENTER(closure)                                                 \
  do {                                                                 \
    const std::size_t need_ = (closure).frame_size();                  \
    if (FERMATA_UNLIKELY(fp + need_ > m.limit_ || kMoves)) {           \
      m.fp_ = fp;                                                      \
      m.make_room(argc + 1, need_);                                    \
      fp = m.fp_;                                                      \
      if (m.too_deep_) reserve += gas, gas = 0; /* told at once */     \
    }                                                                  \
    pc = (closure).code->entry();                                      \
    if (FERMATA_UNLIKELY(--gas < 0)) goto out_of_gas;                  \
    NEXT();                                                            \
  } while (0)

// The operand could not be handled inline: an Outcome decides.
#define SLOW(name, expression)                     \
  do {                                             \
    m.native_ = nullptr;                           \
    m.instruction_name_ = name;                    \
    SAVE();                                        \
    outcome = (expression);                        \
    goto slow_value;                               \
  } while (0)

// Binary arithmetic: fixnums with an overflow builtin, flonums in the word, else the tower.
#define ARITHMETIC(text, fixnum_case, operation, function)                     \
  do {                                                                         \
    const Value b = R(B), c = R(C);                                            \
    if (both_fixnums(b, c)) {                                                  \
      std::int64_t r;                                                          \
      if (FERMATA_LIKELY(!(fixnum_case))) {                                    \
        R(A) = Value::from_bits(static_cast<std::uint64_t>(r));                \
        NEXT();                                                                \
      }                                                                        \
    } else if (both_flonums(b, c)) {                                           \
      if (flonum_word(b.flonum_bits() operation c.flonum_bits(), R(A))) NEXT(); \
    }                                                                          \
    double x, y;  /* an exact 0 has rules of its own: (- 0 0.) is -0. */       \
    if (b != Value::fixnum(0) && mixed_operands(b, c, x, y)) {                 \
      R(A) = m.heap.make_flonum(x operation y);                                \
      NEXT();                                                                  \
    }                                                                          \
    SLOW(text, function(m, b, c));                                             \
  } while (0)

// Goes back to the head of a loop.  Where pc comes out of an addition of what was loaded
// from pc, each turn waits for the turn before; where it is compared with the head of the
// last turn, the processor guesses the comparison and goes on.  The empty loop takes 5.5 ns
// a turn without this, 3.7 with it (AMD EPYC, Zen 4).
#define GO_BACK(offset)                                             \
  do {                                                              \
    const Instruction* target_ = pc + (offset);                     \
    if (FERMATA_LIKELY(target_ == head)) {                          \
      pc = head;                                                    \
      OPAQUE(pc);  /* else it is as good as target_ */              \
    } else {                                                        \
      pc = head = target_;                                          \
    }                                                               \
    if (FERMATA_UNLIKELY(--gas < 0)) goto out_of_gas;               \
  } while (0)

// A conditional jump: the offset word is read only when the test fails.
#define UNLESS(test)                                              \
  do {                                                            \
    if (test) ++pc;                                               \
    else pc += 1 + static_cast<std::int32_t>(*pc);                \
    NEXT();                                                       \
  } while (0)

// pc: at the lowest key, before `count` offsets.
#define SWITCH(within, index, count)                                  \
  do {                                                                \
    if (within) {                                                     \
      pc += 1 + (index);                                              \
      pc += 1 + static_cast<std::int32_t>(*pc);                       \
    } else {                                                          \
      pc += 1 + (count);                                              \
    }                                                                 \
    NEXT();                                                           \
  } while (0)

#define COMPARE(text, a, b, op, function, swapped)                                    \
  do {                                                                                \
    const Value x = (a), y = (b);                                                     \
    if (both_fixnums(x, y)) UNLESS(raw(x) op raw(y));                                 \
    if (both_flonums(x, y)) UNLESS(x.flonum_bits() op y.flonum_bits());               \
    m.native_ = nullptr;                                                              \
    m.instruction_name_ = text;                                                       \
    SAVE();                                                                           \
    outcome = swapped ? function(m, y, x) : function(m, x, y);                        \
    goto slow_test;                                                                   \
  } while (0)

// Ends the run.  Gas not taken yet is given back.
#define LEAVE(status, value) return (m.gas_left_ = gas + reserve, m.leave(task, status, value))

RunStatus Loop::run(Machine& m, Task& task, std::int64_t gas) {
#if !defined(FERMATA_SWITCH_DISPATCH)
  static const void* const kLabels[] = {
#define OP(name, format, effect) &&L_##name,
#include "vm/instructions.def"
#undef OP
  };
#endif
  Value* fp = m.fp_;
  const Instruction* pc = m.pc_;
  Instruction ins;
  std::size_t argc = m.argc_;
  Outcome outcome = kUnspecified;
  const Instruction* head = nullptr;  // of the loop that went back last
  std::int64_t reserve = gas - std::min(gas, m.portion());
  gas -= reserve;
  m.argc_ = 0;

#if defined(FERMATA_SWITCH_DISPATCH)
again:
  ins = *pc++;
  switch (static_cast<Op>(ins & 0xff)) {
#else
  NEXT();
#endif

  // ---- moving values ----------------------------------------------------------
  HANDLER(move) : R(A) = R(B);
  NEXT();
  HANDLER(load_literal) : R(A) = literal(pc);
  pc += 2;
  NEXT();
  HANDLER(load_fixnum) : R(A) = Value::fixnum(X);
  NEXT();
  HANDLER(load_constant) : R(A) = Value::from_bits(Value::constant(U));
  NEXT();
  HANDLER(load_free) : R(A) = as<Closure>(R(0)).free()[U];
  NEXT();
  HANDLER(load_global) : {
    const Cell& cell = as<Cell>(literal(pc));
    pc += 2;
    if (FERMATA_UNLIKELY(cell.value == kUnbound)) SLOW("", unbound_variable(m, cell));
    R(A) = cell.value;
    NEXT();
  }
  HANDLER(set_global) : {
    Cell& cell = as<Cell>(literal(pc));
    pc += 2;
    if (FERMATA_UNLIKELY(cell.value == kUnbound)) SLOW("set!", unbound_variable(m, cell));
    cell.value = R(A);
    NEXT();
  }
  HANDLER(define_global) : as<Cell>(literal(pc)).value = R(A);
  pc += 2;
  NEXT();
  HANDLER(make_box) : {
    const Value content = R(B);
    R(A) = value_of(&m.heap.make<Box>(content));
    NEXT();
  }
  HANDLER(load_box) : {
    const Value content = as<Box>(R(B)).value;
    if (FERMATA_UNLIKELY(content == kUnbound)) SLOW("", uninitialized_variable(m, kFalse));
    R(A) = content;
    NEXT();
  }
  HANDLER(store_box) : as<Box>(R(A)).value = R(B);
  NEXT();
  HANDLER(load_free_box) : {
    const Value content = as<Box>(as<Closure>(R(0)).free()[U]).value;
    if (FERMATA_UNLIKELY(content == kUnbound)) SLOW("", uninitialized_variable(m, kFalse));
    R(A) = content;
    NEXT();
  }
  HANDLER(check_bound) : {
    const Value name = literal(pc);
    pc += 2;
    if (FERMATA_UNLIKELY(R(A) == kUnbound)) SLOW("", uninitialized_variable(m, name));
    NEXT();
  }
  HANDLER(make_closure) : {
    Code& code = as<Code>(literal(pc));
    pc += 2;
    const std::size_t count = U;
    Closure& closure = m.heap.make_closure(code, code.shape >> 1 & 0xff, code.frame_size(), count);
    Value* free = closure.free();
    const Value* own = count ? captures_of(R(0)) : nullptr;
    for (std::size_t i = 0; i < count; ++i, ++pc) {
      free[i] = *pc & 1 ? own[*pc >> 1] : R(*pc >> 1);
    }
    R(A) = value_of(&closure);
    NEXT();
  }
  HANDLER(patch_closure) : as<Closure>(R(A)).free()[C] = R(B);
  NEXT();

  // ---- control ------------------------------------------------------------------
  HANDLER(call) : {
    argc = C;
    const Value callee = R(B);
    fp += B;
    fp[-1] = pc_value(pc);
    if (FERMATA_LIKELY(callee.is_procedure())) {
      auto& closure = *static_cast<Closure*>(callee.procedure());
      if (FERMATA_LIKELY(closure.argc() == argc)) ENTER(closure);
    }
    goto apply;
  }
  HANDLER(call_global) : {
    argc = C;
    const Value callee = as<Cell>(literal(pc)).value;
    fp += B;
    fp[0] = callee;
    const Instruction* cell_at = pc;
    pc += 3;
    fp[-1] = pc_value(pc);
    if (FERMATA_LIKELY(callee.is_procedure())) {
      auto& closure = *static_cast<Closure*>(callee.procedure());
      if (FERMATA_LIKELY(closure.argc() == argc)) ENTER(closure);
    } else if (callee == kUnbound) {
      m.fp_ = fp;
      m.pc_ = pc;
      outcome = unbound_variable(m, as<Cell>(literal(cell_at)));
      goto native_done;
    }
    goto apply;
  }
  HANDLER(call_closure) : {
    argc = C;
    const Value callee = literal(pc);
    fp += B;
    fp[0] = callee;
    pc += 3;
    fp[-1] = pc_value(pc);
    ENTER(as<Closure>(callee));
  }
  HANDLER(call_known) : {
    argc = C;
    fp += B;
    fp[-1] = pc_value(pc);
    ENTER(as<Closure>(fp[0]));
  }
  HANDLER(call_self) : {
    argc = C;
    const Value self = R(0);
    fp += B;
    fp[0] = self;
    fp[-1] = pc_value(pc);
    ENTER(as<Closure>(self));
  }
  HANDLER(call_native) : {
    argc = C;
    const Value callee = literal(pc);
    fp += B;
    fp[0] = callee;
    pc += 3;
    fp[-1] = pc_value(pc);
    const Builtin& row = *static_cast<Native*>(callee.procedure())->row;
    m.fp_ = fp;
    m.native_ = &row;
    outcome = row.function(m, {fp + 1, argc});
    // Nothing has happened to the frame: go on here, without waiting for what it says.
    if (FERMATA_LIKELY(outcome.is_value() && m.charged_ == 0 && fp == m.fp_ &&
                       fp[-1] == pc_value(pc))) {
      fp -= B;
      R(A) = outcome.value;
      NEXT();
    }
    goto native_done;
  }
  HANDLER(tail_call) : {
    argc = C;
    const Value callee = R(B);
    if (FERMATA_UNLIKELY(refuses(callee, argc))) SLOW("", refusal(m, callee, argc));
    std::copy(fp + B, fp + B + argc + 1, fp);
    if (FERMATA_LIKELY(callee.is_procedure())) {
      auto& closure = *static_cast<Closure*>(callee.procedure());
      if (FERMATA_LIKELY(closure.argc() == argc)) ENTER(closure);
    }
    goto apply;
  }
  HANDLER(tail_call_global) : {
    argc = C;
    Cell& cell = as<Cell>(literal(pc));
    const Value callee = cell.value;
    if (FERMATA_UNLIKELY(callee == kUnbound)) {
      pc += 2;
      SLOW("", unbound_variable(m, cell));
    }
    if (FERMATA_UNLIKELY(refuses(callee, argc))) {
      pc += 2;
      SLOW("", refusal(m, callee, argc));
    }
    std::copy(fp + B + 1, fp + B + argc + 1, fp + 1);
    fp[0] = callee;
    if (FERMATA_LIKELY(callee.is_procedure())) {
      auto& closure = *static_cast<Closure*>(callee.procedure());
      if (FERMATA_LIKELY(closure.argc() == argc)) ENTER(closure);
    }
    goto apply;
  }
  HANDLER(tail_call_closure) : {
    argc = C;
    const Value callee = literal(pc);
    std::copy(fp + B + 1, fp + B + argc + 1, fp + 1);
    fp[0] = callee;
    ENTER(as<Closure>(callee));
  }
  HANDLER(tail_call_self) : {
    argc = C;
    std::copy(fp + B + 1, fp + B + argc + 1, fp + 1);
    ENTER(as<Closure>(fp[0]));
  }
  HANDLER(return_value) : {
    const Value result = R(A);
    pc = pc_of(fp[-1]);
    const Instruction word = pc[-1];
    fp -= word >> 16 & 0xff;
    fp[word >> 8 & 0xff] = result;
    NEXT();
  }
  HANDLER(jump) : pc += 1 + static_cast<std::int32_t>(*pc);
  NEXT();
  HANDLER(loop) : GO_BACK(1 + static_cast<std::int32_t>(*pc));
  NEXT();
  HANDLER(unless_true) : UNLESS(R(A) != kFalse);
  HANDLER(unless_false) : UNLESS(R(A) == kFalse);
  HANDLER(unless_null) : UNLESS(R(A) == kNull);
  HANDLER(unless_pair) : UNLESS(R(A).is_pair());
  HANDLER(unless_fixnum) : UNLESS(R(A).is_fixnum());
  HANDLER(unless_eq) : UNLESS(R(A) == R(B));
  HANDLER(switch_fixnum) : {
    const std::uint64_t i = static_cast<std::uint64_t>(R(A).fixnum() - static_cast<std::int32_t>(*pc));
    const std::uint64_t count = U;
    SWITCH(R(A).is_fixnum() && i < count, i, count);
  }
  HANDLER(switch_char) : {
    const std::uint64_t i = (R(A).bits() >> 8) - *pc;
    const std::uint64_t count = U;
    SWITCH(R(A).is_char() && i < count, i, count);
  }
  HANDLER(unless_eq_literal) : {
    const Value other = literal(pc);
    pc += 2;
    UNLESS(R(A) == other);
  }
  HANDLER(unless_eqv) : {
    const Value x = R(A), y = R(B);
    UNLESS(x == y || (x.is_object() && y.is_object() && numbers_eqv(x, y)));
  }
  HANDLER(unless_less) : COMPARE("<", R(A), R(B), <, number_less, false);
  HANDLER(unless_less_equal) : COMPARE("<=", R(A), R(B), <=, number_less_equal, false);
  HANDLER(unless_equal) : COMPARE("=", R(A), R(B), ==, number_equal, false);
  HANDLER(unless_less_imm) : COMPARE("<", R(A), Value::fixnum(I), <, number_less, false);
  HANDLER(unless_less_equal_imm)
      : COMPARE("<=", R(A), Value::fixnum(I), <=, number_less_equal, false);
  HANDLER(unless_greater_imm) : COMPARE(">", R(A), Value::fixnum(I), >, number_less, true);
  HANDLER(unless_greater_equal_imm)
      : COMPARE(">=", R(A), Value::fixnum(I), >=, number_less_equal, true);
  HANDLER(unless_equal_imm) : COMPARE("=", R(A), Value::fixnum(I), ==, number_equal, false);
  HANDLER(unless_record) : {
    const Value type = literal(pc);
    pc += 2;
    UNLESS(is_record_of(R(A), type));
  }
  HANDLER(unless_kind) : {
    const Value v = R(A);
    UNLESS(v.is_object() && v.object()->kind() == static_cast<Kind>(C));
  }
  HANDLER(unless_parity) : {
    const Value a = R(A);
    if (FERMATA_LIKELY(a.is_fixnum())) UNLESS((a.bits() >> 1 & 1) == C);
    m.native_ = nullptr;
    m.instruction_name_ = C == 1 ? "odd?" : "even?";
    SAVE();
    outcome = has_parity(m, a, static_cast<int>(C));
    goto slow_test;
  }
  HANDLER(unless_char) : UNLESS(R(A).is_char());
  HANDLER(unless_procedure) : UNLESS(R(A).is_procedure());
  HANDLER(underflow) : {
    const Value result = R(0);
    SAVE();
    if (m.kont_ == nullptr || !m.reinstate(result)) return (m.gas_left_ = gas + reserve, m.finish(task, result));
    fp = m.fp_;
    pc = m.pc_;
    NEXT();
  }
  HANDLER(halt) : LEAVE(RunStatus::finished, R(0));
  HANDLER(resume_native) : goto apply;

#define COMPARE_CHARS(text, op)                                                           \
  do {                                                                                    \
    const Value a = R(A), b = R(B);                                                       \
    if (FERMATA_UNLIKELY(!a.is_char() || !b.is_char())) {                                 \
      SLOW(text, m.wrong_type(a.is_char() ? 2 : 1, "a character", a.is_char() ? b : a)); \
    }                                                                                     \
    UNLESS(a.bits() op b.bits());                                                         \
  } while (0)
  HANDLER(unless_char_equal) : COMPARE_CHARS("char=?", ==);
  HANDLER(unless_char_less) : COMPARE_CHARS("char<?", <);
  HANDLER(unless_char_less_equal) : COMPARE_CHARS("char<=?", <=);
  HANDLER(unpack_values) : {
    const Value packed = R(A);
    if (C == 1 && !is<Values>(packed)) {
      R(B) = packed;
    } else if (is<Values>(packed) && as<Values>(packed).count() == C) {
      std::copy_n(as<Values>(packed).slots(), C, fp + B);
    } else {
      SLOW("", wrong_values(m, packed, C, false));
    }
    NEXT();
  }
  HANDLER(unpack_values_rest) : {
    const Value packed = R(A);
    const std::size_t count = is<Values>(packed) ? as<Values>(packed).count() : 1;
    if (FERMATA_UNLIKELY(count < C)) SLOW("", wrong_values(m, packed, C, true));
    Value rest = kNull;
    const auto at = [&](std::size_t i) {
      return is<Values>(packed) ? as<Values>(packed).slots()[i] : packed;
    };
    for (std::size_t i = count; i > C; --i) rest = m.heap.cons(at(i - 1), rest);
    for (std::size_t i = 0; i < C; ++i) R(B + i) = at(i);
    R(B + C) = rest;
    NEXT();
  }

  // ---- numbers --------------------------------------------------------------------
  HANDLER(add) : ARITHMETIC("+", __builtin_add_overflow(raw(b) - 1, raw(c), &r), +, number_add);
  HANDLER(subtract)
      : ARITHMETIC("-", __builtin_sub_overflow(raw(b), raw(c) - 1, &r), -, number_subtract);
  HANDLER(multiply)
      : ARITHMETIC("*", __builtin_mul_overflow(raw(b) - 1, c.fixnum(), &r) || (++r, false), *,
                   number_multiply);
  HANDLER(divide) : {
    const Value b = R(B), c = R(C);
    if (both_flonums(b, c) && flonum_word(b.flonum_bits() / c.flonum_bits(), R(A))) NEXT();
    double x, y;
    if (c != Value::fixnum(0) && mixed_operands(b, c, x, y)) {
      R(A) = m.heap.make_flonum(x / y);
      NEXT();
    }
    SLOW("/", number_divide(m, b, c));
  }
  HANDLER(quotient) : {
    const Value b = R(B), c = R(C);
    if (both_fixnums(b, c) && c.fixnum() > 0) {
      R(A) = Value::fixnum(b.fixnum() / c.fixnum());
      NEXT();
    }
    SLOW("quotient", truncate_quotient(m, b, c));
  }
  HANDLER(remainder) : {
    const Value b = R(B), c = R(C);
    if (both_fixnums(b, c) && c.fixnum() > 0) {
      R(A) = Value::fixnum(b.fixnum() % c.fixnum());
      NEXT();
    }
    SLOW("remainder", truncate_remainder(m, b, c));
  }
  HANDLER(modulo) : {
    const Value b = R(B), c = R(C);
    if (both_fixnums(b, c) && c.fixnum() > 0) {
      const std::int64_t r = b.fixnum() % c.fixnum();
      R(A) = Value::fixnum(r < 0 ? r + c.fixnum() : r);
      NEXT();
    }
    SLOW("modulo", floor_remainder(m, b, c));
  }
  HANDLER(add_imm) : {
    const Value b = R(B);
    std::int64_t r;
    if (FERMATA_LIKELY(b.is_fixnum() && !__builtin_add_overflow(raw(b), std::int64_t{I} * 2, &r))) {
      R(A) = Value::from_bits(static_cast<std::uint64_t>(r));
      NEXT();
    }
    SLOW("+", add_small(m, b, I));
  }
  HANDLER(add_imm_then_loop) : {
    const Value b = R(B);
    std::int64_t r;
    if (FERMATA_LIKELY(b.is_fixnum() && !__builtin_add_overflow(raw(b), std::int64_t{I} * 2, &r))) {
      R(A) = Value::from_bits(static_cast<std::uint64_t>(r));
      GO_BACK(2 + static_cast<std::int32_t>(pc[1]));
      NEXT();
    }
    SLOW("+", add_small(m, b, I));
  }
  // A counting loop's step, backward jump and test in one.  The test's own instruction says
  // where to go.
#define COUNT(test)                                                                              \
  do {                                                                                           \
    const Value a = R(A), limit = R(B);                                                          \
    std::int64_t r;                                                                              \
    if (FERMATA_UNLIKELY(!a.is_fixnum() ||                                                       \
                         __builtin_add_overflow(raw(a), std::int64_t{I} * 2, &r))) {             \
      SLOW("+", add_small(m, a, I));                                                             \
    }                                                                                            \
    R(A) = Value::from_bits(static_cast<std::uint64_t>(r));                                      \
    GO_BACK(2 + static_cast<std::int32_t>(pc[1]));                                               \
    if (FERMATA_LIKELY(limit.is_fixnum())) {                                                     \
      pc += (test) ? 2 : 2 + static_cast<std::int32_t>(pc[1]);                                   \
    }                                                                                            \
    NEXT();                                                                                      \
  } while (0)
  HANDLER(count_unless_equal) : COUNT(r == raw(limit));
  HANDLER(count_unless_less) : COUNT(r < raw(limit));
  HANDLER(count_unless_less_equal) : COUNT(raw(limit) <= r);
#undef COUNT
  HANDLER(subtract_imm) : {
    const Value b = R(B);
    std::int64_t r;
    if (FERMATA_LIKELY(b.is_fixnum() && !__builtin_sub_overflow(raw(b), std::int64_t{I} * 2, &r))) {
      R(A) = Value::from_bits(static_cast<std::uint64_t>(r));
      NEXT();
    }
    SLOW("-", number_subtract(m, b, Value::fixnum(I)));
  }
  HANDLER(negate) : {
    const Value b = R(B);
    if (b.is_fixnum() && b.fixnum() != Value::kFixnumMin) {
      R(A) = Value::fixnum(-b.fixnum());
      NEXT();
    }
    SLOW("-", number_negate(m, b));
  }

  // ---- pairs ------------------------------------------------------------------------
  HANDLER(cons) : {
    const Value b = R(B), c = R(C);
    R(A) = m.heap.cons(b, c);
    NEXT();
  }
  HANDLER(car) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair())) SLOW("car", m.wrong_type(1, "a pair", b));
    R(A) = b.pair()->car;
    NEXT();
  }
  HANDLER(cdr) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair())) SLOW("cdr", m.wrong_type(1, "a pair", b));
    R(A) = b.pair()->cdr;
    NEXT();
  }
  HANDLER(set_car) : {
    const Value a = R(A);
    if (FERMATA_UNLIKELY(!a.is_pair())) SLOW("set-car!", m.wrong_type(1, "a pair", a));
    a.pair()->car = R(B);
    NEXT();
  }
  HANDLER(set_cdr) : {
    const Value a = R(A);
    if (FERMATA_UNLIKELY(!a.is_pair())) SLOW("set-cdr!", m.wrong_type(1, "a pair", a));
    a.pair()->cdr = R(B);
    NEXT();
  }
  HANDLER(cadr) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair() || !b.pair()->cdr.is_pair())) {
      SLOW("cadr", m.wrong_type(1, "a list of at least two elements", b));
    }
    R(A) = b.pair()->cdr.pair()->car;
    NEXT();
  }
  HANDLER(cddr) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair() || !b.pair()->cdr.is_pair())) {
      SLOW("cddr", m.wrong_type(1, "a list of at least two elements", b));
    }
    R(A) = b.pair()->cdr.pair()->cdr;
    NEXT();
  }
#define WANTS_PATH(name, letters) \
  SLOW(name, m.wrong_type(1, "a structure that has a c" letters "r", b))
  HANDLER(caar) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair() || !b.pair()->car.is_pair())) WANTS_PATH("caar", "aa");
    R(A) = b.pair()->car.pair()->car;
    NEXT();
  }
  HANDLER(cdar) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_pair() || !b.pair()->car.is_pair())) WANTS_PATH("cdar", "da");
    R(A) = b.pair()->car.pair()->cdr;
    NEXT();
  }
  HANDLER(caddr) : {
    const Value b = R(B);
    if (FERMATA_LIKELY(b.is_pair() && b.pair()->cdr.is_pair())) {
      const Value tail = b.pair()->cdr.pair()->cdr;
      if (FERMATA_LIKELY(tail.is_pair())) {
        R(A) = tail.pair()->car;
        NEXT();
      }
    }
    WANTS_PATH("caddr", "add");
  }
#undef WANTS_PATH

  // ---- vectors, strings, bytevectors, characters --------------------------------------
  // One comparison checks that an index is a fixnum in range: as an unsigned number, an odd
  // word below 2 * length + 1.
#define IN_RANGE(index, length) \
  ((index).is_fixnum() && static_cast<std::uint64_t>((index).fixnum()) < (length))
  HANDLER(vector_ref) : {
    const Value b = R(B), c = R(C);
    if (FERMATA_LIKELY(is<Vector>(b)) && FERMATA_LIKELY(IN_RANGE(c, as<Vector>(b).length()))) {
      R(A) = as<Vector>(b).slots()[c.fixnum()];
      NEXT();
    }
    SLOW("vector-ref", bad_vector_access(m, b, c));
  }
  HANDLER(vector_set) : {
    const Value a = R(A), b = R(B);
    if (FERMATA_LIKELY(is<Vector>(a)) && FERMATA_LIKELY(IN_RANGE(b, as<Vector>(a).length())) &&
        FERMATA_LIKELY(!as<Vector>(a).is_immutable())) {
      as<Vector>(a).slots()[b.fixnum()] = R(C);
      NEXT();
    }
    SLOW("vector-set!", bad_vector_access(m, a, b));
  }
  HANDLER(vector_length) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!is<Vector>(b))) SLOW("vector-length", m.wrong_type(1, "a vector", b));
    R(A) = Value::fixnum(static_cast<std::int64_t>(as<Vector>(b).length()));
    NEXT();
  }
  HANDLER(make_vector_of) : {
    Vector& v = m.heap.make_vector(C, kUnspecified);
    std::copy(fp + B, fp + B + C, v.slots());
    R(A) = value_of(&v);
    NEXT();
  }
  HANDLER(string_ref) : {
    const Value b = R(B), c = R(C);
    if (FERMATA_LIKELY(is<String>(b)) && FERMATA_LIKELY(IN_RANGE(c, as<String>(b).length))) {
      R(A) = Value::character(string_ref(as<String>(b), static_cast<std::size_t>(c.fixnum())));
      NEXT();
    }
    SLOW("string-ref", bad_string_access(m, b, c));
  }
  HANDLER(string_set) : {
    const Value a = R(A), b = R(B), c = R(C);
    if (FERMATA_LIKELY(is<String>(a)) && FERMATA_LIKELY(IN_RANGE(b, as<String>(a).length)) &&
        FERMATA_LIKELY(as<String>(a).width() == 1 && c.is_char() && c.character() < 0x100) &&
        FERMATA_LIKELY(!as<String>(a).is_immutable())) {
      static_cast<std::uint8_t*>(as<String>(a).data)[b.fixnum()] =
          static_cast<std::uint8_t>(c.character());
      NEXT();
    }
    m.native_ = nullptr;
    m.instruction_name_ = "string-set!";
    SAVE();
    outcome = set_character(m, a, b, c);
    if (FERMATA_LIKELY(outcome.is_value())) NEXT();  // A is the string still
    goto raised;
  }
  HANDLER(string_length) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!is<String>(b))) SLOW("string-length", m.wrong_type(1, "a string", b));
    R(A) = Value::fixnum(static_cast<std::int64_t>(as<String>(b).length));
    NEXT();
  }
  HANDLER(bytevector_ref) : {
    const Value b = R(B), c = R(C);
    if (FERMATA_LIKELY(is<Bytevector>(b)) && FERMATA_LIKELY(IN_RANGE(c, as<Bytevector>(b).length()))) {
      R(A) = Value::fixnum(as<Bytevector>(b).bytes()[c.fixnum()]);
      NEXT();
    }
    SLOW("bytevector-u8-ref", bad_bytevector_access(m, b, c, kFalse));
  }
  HANDLER(bytevector_set) : {
    const Value a = R(A), b = R(B), c = R(C);
    if (FERMATA_LIKELY(is<Bytevector>(a)) && FERMATA_LIKELY(IN_RANGE(b, as<Bytevector>(a).length())) &&
        FERMATA_LIKELY(IN_RANGE(c, 256u)) && FERMATA_LIKELY(!as<Bytevector>(a).is_immutable())) {
      as<Bytevector>(a).bytes()[b.fixnum()] = static_cast<std::uint8_t>(c.fixnum());
      NEXT();
    }
    SLOW("bytevector-u8-set!", bad_bytevector_access(m, a, b, c));
  }
  HANDLER(char_to_integer) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!b.is_char())) SLOW("char->integer", m.wrong_type(1, "a character", b));
    R(A) = Value::fixnum(b.character());
    NEXT();
  }
  HANDLER(integer_to_char) : {
    const Value b = R(B);
    if (FERMATA_UNLIKELY(!IN_RANGE(b, 0x110000u) ||
                         (b.fixnum() >= 0xd800 && b.fixnum() < 0xe000))) {
      SLOW("integer->char", m.wrong_type(1, "a Unicode scalar value", b));
    }
    R(A) = Value::character(static_cast<char32_t>(b.fixnum()));
    NEXT();
  }

  // ---- records ----------------------------------------------------------------------
  HANDLER(make_record_of) : {
    Record& r = m.heap.make_record(literal(pc), C);
    std::copy(fp + B, fp + B + C, r.fields());
    pc += 2;
    R(A) = value_of(&r);
    NEXT();
  }
  HANDLER(record_ref) : {
    const Value b = R(B), type = literal(pc);
    pc += 2;
    if (FERMATA_UNLIKELY(!is_record_of(b, type))) SLOW("", wrong_record(m, fp[0], b, type));
    R(A) = as<Record>(b).fields()[C];
    NEXT();
  }
  HANDLER(record_set) : {
    const Value a = R(A), type = literal(pc);
    pc += 2;
    if (FERMATA_UNLIKELY(!is_record_of(a, type))) SLOW("", wrong_record(m, fp[0], a, type));
    as<Record>(a).fields()[B] = R(C);
    NEXT();
  }
#if defined(FERMATA_SWITCH_DISPATCH)
  }
  __builtin_unreachable();
#endif

  // ---- the procedure in fp[0] with argc arguments, return pc in fp[-1] ------------------
apply: {
  const Value callee = fp[0];
  if (!callee.is_procedure()) {
    SAVE();
    outcome = not_a_procedure(m, callee, fp + 1, argc);
    goto native_done;
  }
  Object* procedure = callee.procedure();
  switch (procedure->kind()) {
    case Kind::native:
      goto run_native;
    case Kind::closure: {
      auto& closure = *static_cast<Closure*>(procedure);
      if (closure.argc() != argc) {
        SAVE();
        if (!m.arrange(closure, argc)) {
          outcome = m.wrong_arity(callee, argc);
          goto native_done;
        }
        LOAD();
        argc = closure.code->required() + closure.code->optional() + closure.code->rest();
      }
      ENTER(closure);
    }
    case Kind::case_lambda: {
      Value* clauses = as<Vector>(static_cast<CaseLambda*>(procedure)->clauses).slots();
      const std::size_t count = as<Vector>(static_cast<CaseLambda*>(procedure)->clauses).length();
      for (std::size_t i = 0; i < count; ++i) {
        const Code& code = *as<Closure>(clauses[i]).code;
        if (argc == code.required() || (code.rest() && code.accepts(argc))) {
          fp[0] = clauses[i];
          goto apply;
        }
      }
      SAVE();
      outcome = m.wrong_arity(callee, argc);
      goto native_done;
    }
    case Kind::parameter: {
      SAVE();
      outcome = argc == 0 ? Outcome(parameter_value(m, *static_cast<Parameter*>(procedure)))
                          : m.wrong_arity(callee, argc);
      goto native_done;
    }
    case Kind::continuation: {
      SAVE();
      outcome = throw_to(m, *static_cast<Continuation*>(procedure), {fp + 1, argc});
      goto native_done;
    }
    default:
      __builtin_unreachable();
  }
}

run_native: {
  const Builtin& row = *static_cast<Native*>(fp[0].procedure())->row;
  m.fp_ = fp;
  m.native_ = &row;
  outcome = row.accepts(argc) ? row.function(m, {fp + 1, argc}) : m.wrong_arity(fp[0], argc);
}

native_done:  // an Outcome that stands for the frame at m.fp_
  fp = m.fp_;
  if (FERMATA_UNLIKELY(m.charged_ != 0)) {
    gas -= m.charged_;
    m.charged_ = 0;
  }
  if (FERMATA_LIKELY(outcome.is_value())) {
    pc = pc_of(fp[-1]);
    const Instruction word = pc[-1];
    fp -= word >> 16 & 0xff;
    fp[word >> 8 & 0xff] = outcome.value;
    NEXT();
  }
  switch (outcome.kind) {
    case Outcome::Kind::tail_call:
      argc = m.argc_;
      m.argc_ = 0;
      if (FERMATA_UNLIKELY(--gas < 0)) {
        pc = kResumeStub;
        m.argc_ = argc;
        goto out_of_gas;
      }
      goto apply;
    case Outcome::Kind::raise:
    case Outcome::Kind::raise_continuable:
      SAVE();
      m.note_trace(outcome.value);
      fp = m.fp_;
      fp[0] = outcome.kind == Outcome::Kind::raise ? m.raise_procedure : m.raise_continuable_procedure;
      fp[1] = outcome.value;
      argc = 1;
      goto apply;
    case Outcome::Kind::retry:
    case Outcome::Kind::park:
      m.argc_ = argc;
      m.pc_ = kResumeStub;
      return (m.gas_left_ = gas + reserve, m.suspend(task, outcome.value));
    case Outcome::Kind::uncaught:
      m.pc_ = kResumeStub;
      if (Kont* k = m.capture()) task.trace = value_of(k);  // none below a native that is the task
      LEAVE(RunStatus::raised, outcome.value);
    case Outcome::Kind::exit:
      m.pc_ = kResumeStub;
      LEAVE(RunStatus::exited, outcome.value);
    case Outcome::Kind::value:
      break;
  }
  __builtin_unreachable();

slow_value:  // an Outcome for register A of the instruction just decoded
  if (FERMATA_LIKELY(outcome.is_value())) {
    if (FERMATA_UNLIKELY(m.charged_ != 0)) {
      gas -= m.charged_;
      m.charged_ = 0;
    }
    R(A) = outcome.value;
    NEXT();
  }
  goto raised;

slow_test:  // an Outcome for a test: pc stands at the offset word
  if (FERMATA_LIKELY(outcome.is_value())) UNLESS(outcome.value != kFalse);

raised:
  SAVE();
  m.push_raise(outcome.value);
  LOAD();
  argc = 1;
  goto apply;

out_of_gas:
  gas += reserve;
  reserve = 0;
  if (FERMATA_UNLIKELY(m.hooks.sample != nullptr)) {
    SAVE();
    m.hooks.sample(m);
  }
  if (gas >= 0 && !m.heap.exhausted() && !m.too_deep_ && !m.interrupt_.load(std::memory_order_relaxed)) {
    reserve = gas - std::min(gas, m.portion());
    gas -= reserve;
    m.argc_ = 0;
    NEXT();
  }
  SAVE();
  if (FERMATA_UNLIKELY(m.heap.exhausted())) {
    m.heap.clear_exhausted();
    m.raise_here(m.make_condition(ConditionKind::memory, "out of memory"));
  } else if (FERMATA_UNLIKELY(m.too_deep_)) {
    m.too_deep_ = false;
    if (const std::size_t depth = m.depth(); depth > m.most_depth_) {
      const Value c = m.make_condition(ConditionKind::depth, "the stack is larger than the host lets it be");
      if (depth > m.most_depth_ + m.most_depth_ / 8) LEAVE(RunStatus::raised, c);
      m.raise_here(c);
    }
  }
  if (m.interrupt_.load(std::memory_order_relaxed)) {
    LEAVE(RunStatus::interrupted, kUnspecified);
  }
  LEAVE(RunStatus::out_of_gas, kUnspecified);
}

}  // namespace fermata::vm
