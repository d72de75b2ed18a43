// Templates of calls, returns, jumps, tests and arithmetic.
#include "prototypes/jit/template.hpp"
#include "vm/native.hpp"

namespace fermata::vm::jit {

using namespace asmjit;
using namespace asmjit::x86;

#ifdef FERMATA_HOSTILE
constexpr bool kHostile = true;  // frames move at each call: the interpreter makes them
#else
constexpr bool kHostile = false;
#endif

// rcx: the native entry of the procedure in `value`; out when it is no closure of so many
// arguments, or has no native code.  Not checked: known to fit.
void Template::callee(const Gp& value, unsigned argc, bool checked, const Label& out) {
  if (checked) {
    a_.lea(ecx, ptr(value, -8));
    a_.test(cl, 15);
    a_.jnz(out);
    a_.cmp(byte_ptr(value, -6), argc);  // 255 in all procedures that are no such closures
    a_.jne(out);
  }
  a_.mov(rcx, qword_ptr(value));
  a_.mov(rcx, qword_ptr(rcx, offsetof(Code, arity)));
  a_.shr(rcx, kNumberShift);
  a_.jz(out);
  a_.mov(rsi, imm(reinterpret_cast<std::uint64_t>(entries)));
  a_.mov(rcx, qword_ptr(rsi, rcx, 3));
}

// The callee's frame, its procedure written already: what a return needs.
void Template::push_frame(unsigned base) {
  a_.mov(rax, imm(reinterpret_cast<std::uint64_t>(words_ + next_)));
  a_.add(rbx, base * 8);
  a_.mov(qword_ptr(rbx, -8), rax);
  if (options_.predict) a_.push(rax);
}

// Goes to a label of this code, to an address, or to rcx; where the callee returns, the
// result is in rdx.
void Template::call_at(const Label* local, std::uint64_t address) {
  const bool call = options_.predict;
  if (local != nullptr) call ? a_.call(*local) : a_.jmp(*local);
  else if (address != 0) call ? a_.call(imm(address)) : a_.jmp(imm(address));
  else call ? a_.call(rcx) : a_.jmp(rcx);
  if (!call) return;
  a_.add(rsp, 8);
  a_.sub(rbx, field_b(ins_) * 8);
  a_.mov(slot(field_a(ins_)), rdx);
}

void Template::arguments(unsigned from, unsigned to, unsigned count) {
  if (from == to) return;
  for (unsigned i = 0; i < count; ++i) {
    a_.mov(rax, slot(from + i));
    a_.mov(slot(to + i), rax);
  }
}

bool Template::calls() {
  const Op op = op_of(ins_);
  const unsigned A = field_a(ins_), B = field_b(ins_), C = field_c(ins_);
  const bool is_call = op == Op::call || op == Op::call_global || op == Op::call_closure ||
                       op == Op::call_known || op == Op::call_self || op == Op::tail_call ||
                       op == Op::tail_call_global || op == Op::tail_call_closure || op == Op::tail_call_self;
  if (is_call && kHostile) return a_.jmp(leave()), true;
  switch (op) {
    case Op::call:
    case Op::call_known:
      a_.mov(rax, slot(B));
      callee(rax, C, op == Op::call, leave());
      push_frame(B);
      call_at(nullptr, 0);
      return true;
    case Op::call_global:
      load_literal(rax);
      a_.mov(rax, qword_ptr(rax, 8));
      callee(rax, C, true, leave());
      a_.mov(slot(B), rax);
      push_frame(B);
      call_at(nullptr, 0);
      return true;
    case Op::call_closure: {
      const Closure& closure = as<Closure>(Value::from_bits(static_cast<std::uint64_t>(literal(word_ + 1))));
      const bool self = closure.code == &code_;
      const std::uint64_t address = self ? 0 : native_(*closure.code);
      load_literal(rax);
      if (!self && address == 0) callee(rax, C, false, leave());
      a_.mov(slot(B), rax);
      push_frame(B);
      call_at(self ? &entry_ : nullptr, address);
      return true;
    }
    case Op::call_self:
      a_.mov(rax, slot(0));
      a_.mov(slot(B), rax);
      push_frame(B);
      call_at(&entry_, 0);
      return true;
    case Op::call_native: {
      load_literal(rax);
      a_.mov(slot(B), rax);
      a_.mov(rax, imm(reinterpret_cast<std::uint64_t>(words_ + next_)));
      a_.lea(rdx, slot(B));
      a_.mov(qword_ptr(rdx, -8), rax);
      a_.mov(rdi, r12);
      a_.mov(rsi, r14);
      a_.mov(ecx, C);
      a_.mov(rax, imm(reinterpret_cast<std::uint64_t>(kLayout.call_native)));
      a_.call(rax);
      a_.test(rax, rax);
      const Label ended = a_.newLabel();
      a_.jz(ended);
      a_.mov(slot(A), rax);
      a_.mov(r15, qword_ptr(r12, kLayout.limit));
      cold([this, ended] {
        a_.bind(ended);
        a_.jmp(imm(stubs_.leave_native));
      });
      return true;
    }
    case Op::tail_call:
      a_.mov(rax, slot(B));
      callee(rax, C, true, leave());
      arguments(B, 0, C + 1);
      a_.jmp(rcx);
      return true;
    case Op::tail_call_global:
      load_literal(rax);
      a_.mov(rdx, qword_ptr(rax, 8));
      callee(rdx, C, true, leave());
      arguments(B + 1, 1, C);
      a_.mov(slot(0), rdx);
      a_.jmp(rcx);
      return true;
    case Op::tail_call_closure: {
      const Closure& closure = as<Closure>(Value::from_bits(static_cast<std::uint64_t>(literal(word_ + 1))));
      const bool self = closure.code == &code_;
      const std::uint64_t address = self ? 0 : native_(*closure.code);
      load_literal(rdx);
      if (!self && address == 0) callee(rdx, C, false, leave());
      arguments(B + 1, 1, C);
      a_.mov(slot(0), rdx);
      if (self) a_.jmp(pay_);
      else if (address != 0) a_.jmp(imm(address));
      else a_.jmp(rcx);
      return true;
    }
    case Op::tail_call_self:
      arguments(B + 1, 1, C);
      a_.jmp(pay_);
      return true;
    case Op::return_value:
      a_.mov(rdx, slot(A));
      if (!options_.predict) return a_.jmp(imm(stubs_.slow_return)), true;
      a_.mov(rax, qword_ptr(rbx, -8));
      a_.cmp(rax, qword_ptr(rsp, 8));
      a_.jne(imm(stubs_.slow_return));
      a_.ret();
      return true;
    case Op::jump:
      a_.jmp(at(word_ + 2 + offset(word_ + 1)));
      return true;
    case Op::loop:
      a_.sub(r13, 1);
      a_.js(leave(Leave::unpaid));
      a_.jmp(at(word_ + 2 + offset(word_ + 1)));
      return true;
    default:
      return false;
  }
}

// Flags say whether the test holds; jumps to the label word's target when it does not.
void Template::unless(CondCode holds) {
  const std::size_t label = next_ - 1;
  a_.j(negateCond(holds), at(next_ + offset(label)));
}

void Template::compare(CondCode fixnum, CondCode flonum, bool swap, bool immediate) {
  const Label other = a_.newLabel();
  const Label target = at(next_ + offset(next_ - 1)), out = leave(), after = at(next_);
  const unsigned A = field_a(ins_), B = field_b(ins_);
  const int small = static_cast<int>(Value::fixnum(field_i(ins_)).bits());
  a_.mov(rax, slot(A));
  if (immediate) {
    a_.test(al, 1);
    a_.jz(other);
    a_.cmp(rax, small);
  } else {
    a_.mov(rcx, slot(B));
    a_.mov(edx, eax);
    a_.and_(edx, ecx);
    a_.test(dl, 1);
    a_.jz(other);
    a_.cmp(rax, rcx);
  }
  unless(fixnum);
  cold([=, this] {
    a_.bind(other);
    if (immediate) a_.mov(rcx, small);
    a_.call(imm(stubs_.load_doubles));
    a_.jc(out);
    swap ? a_.ucomisd(xmm1, xmm0) : a_.ucomisd(xmm0, xmm1);
    if (flonum == CondCode::kE) a_.jp(target);
    a_.j(negateCond(flonum), target);
    a_.jmp(after);
  });
}

bool Template::tests() {
  const unsigned A = field_a(ins_), B = field_b(ins_);
  const auto constant = [&](Value v, CondCode holds) {
    a_.cmp(slot(A), static_cast<int>(v.bits()));
    unless(holds);
    return true;
  };
  const auto tag = [&](int mask, int wanted) {
    a_.mov(eax, dword_ptr(rbx, static_cast<int>(A) * 8));
    a_.and_(eax, mask);
    a_.cmp(eax, wanted);
    unless(CondCode::kE);
    return true;
  };
  switch (op_of(ins_)) {
    case Op::unless_true: return constant(kFalse, CondCode::kNE);
    case Op::unless_false: return constant(kFalse, CondCode::kE);
    case Op::unless_null: return constant(kNull, CondCode::kE);
    case Op::unless_pair: return tag(15, 4);
    case Op::unless_fixnum: return tag(1, 1);
    case Op::unless_char: return tag(0xff, static_cast<int>(Value::kCharTag));
    case Op::unless_procedure: return tag(15, 8);
    case Op::unless_eq:
      a_.mov(rax, slot(A));
      a_.cmp(rax, slot(B));
      unless(CondCode::kE);
      return true;
    case Op::unless_eq_literal:
      load_literal(rax);
      a_.cmp(rax, slot(A));
      unless(CondCode::kE);
      return true;
    case Op::unless_kind:
      a_.mov(rax, slot(A));
      a_.test(al, 15);
      a_.jnz(at(next_ + offset(next_ - 1)));
      a_.cmp(byte_ptr(rax, 1), field_c(ins_));
      unless(CondCode::kE);
      return true;
    case Op::unless_parity:
      a_.mov(rax, slot(A));
      a_.test(al, 1);
      a_.jz(leave());
      a_.test(al, 2);
      unless(field_c(ins_) == 1 ? CondCode::kNZ : CondCode::kZ);
      return true;
    // ucomisd y, x and "above": false for NaN, as it should be.
    case Op::unless_less: return compare(CondCode::kL, CondCode::kA, true, false), true;
    case Op::unless_less_equal: return compare(CondCode::kLE, CondCode::kAE, true, false), true;
    case Op::unless_equal: return compare(CondCode::kE, CondCode::kE, false, false), true;
    case Op::unless_less_imm: return compare(CondCode::kL, CondCode::kA, true, true), true;
    case Op::unless_less_equal_imm: return compare(CondCode::kLE, CondCode::kAE, true, true), true;
    case Op::unless_greater_imm: return compare(CondCode::kG, CondCode::kA, false, true), true;
    case Op::unless_greater_equal_imm: return compare(CondCode::kGE, CondCode::kAE, false, true), true;
    case Op::unless_equal_imm: return compare(CondCode::kE, CondCode::kE, false, true), true;
    default: return false;
  }
}

void Template::arithmetic(const std::function<void(const Label&)>& fixnum, std::uint64_t stub) {
  const unsigned A = field_a(ins_);
  const Label other = a_.newLabel(), done = a_.newLabel(), out = leave();
  a_.mov(rax, slot(field_b(ins_)));
  a_.mov(rcx, slot(field_c(ins_)));
  a_.mov(edx, eax);
  a_.and_(edx, ecx);
  a_.test(dl, 1);
  a_.jz(other);
  fixnum(out);
  a_.mov(slot(A), rax);
  a_.bind(done);
  cold([=, this] {
    a_.bind(other);
    if (stub == 0) {
      a_.jmp(out);
      return;
    }
    a_.call(imm(stub));
    a_.test(rax, rax);
    a_.jz(out);
    a_.mov(slot(A), rax);
    a_.jmp(done);
  });
}

bool Template::numbers() {
  const Op op = op_of(ins_);
  const unsigned A = field_a(ins_), B = field_b(ins_);
  const int twice = field_i(ins_) * 2;
  const auto step = [&](unsigned from, bool subtract) {  // rax: the sum
    a_.mov(rax, slot(from));
    a_.test(al, 1);
    a_.jz(leave());
    subtract ? a_.sub(rax, twice) : a_.add(rax, twice);
    a_.jo(leave());
    a_.mov(slot(A), rax);
  };
  // The head of the loop that the `loop` behind this instruction leads to.
  const auto head = [&] { return word_ + 3 + offset(word_ + 2); };
  const auto pay = [&] {
    a_.sub(r13, 1);
    a_.js(leave_at(Leave::unpaid, word_ + 1));
  };
  const auto count = [&](CondCode holds) {
    step(A, false);
    pay();
    const std::size_t h = head();
    a_.mov(rcx, slot(B));
    a_.test(cl, 1);
    a_.jz(at(h));
    a_.cmp(rax, rcx);
    a_.j(holds, at(h + 2));
    a_.jmp(at(h + 2 + offset(h + 1)));
    return true;
  };
  const auto divide = [&](const std::function<void()>& then) {
    arithmetic([&](const Label& out) {
      a_.sar(rcx, 1);
      a_.cmp(rcx, 0);
      a_.jle(out);
      a_.sar(rax, 1);
      a_.cqo();
      a_.idiv(rcx);
      then();
      a_.lea(rax, ptr(rax, rax, 0, 1));
    }, 0);
    return true;
  };
  switch (op) {
    case Op::add:
      arithmetic([&](const Label& out) {
        a_.sub(rax, 1);
        a_.add(rax, rcx);
        a_.jo(out);
      }, stubs_.add);
      return true;
    case Op::subtract:
      arithmetic([&](const Label& out) {
        a_.sub(rcx, 1);
        a_.sub(rax, rcx);
        a_.jo(out);
      }, stubs_.subtract);
      return true;
    case Op::multiply:
      arithmetic([&](const Label& out) {
        a_.sub(rax, 1);
        a_.sar(rcx, 1);
        a_.imul(rax, rcx);
        a_.jo(out);
        a_.add(rax, 1);
      }, stubs_.multiply);
      return true;
    case Op::divide: {
      a_.mov(rax, slot(B));
      a_.mov(rcx, slot(field_c(ins_)));
      a_.call(imm(stubs_.divide));
      a_.test(rax, rax);
      a_.jz(leave());
      a_.mov(slot(A), rax);
      return true;
    }
    case Op::quotient: return divide([] {});
    case Op::remainder: return divide([&] { a_.mov(rax, rdx); });
    case Op::modulo:
      return divide([&] {
        const Label done = a_.newLabel();
        a_.mov(rax, rdx);
        a_.test(rax, rax);
        a_.jns(done);
        a_.add(rax, rcx);
        a_.bind(done);
      });
    case Op::add_imm: return step(B, false), true;
    case Op::subtract_imm: return step(B, true), true;
    case Op::add_imm_then_loop:
      step(B, false);
      pay();
      a_.jmp(at(head()));
      return true;
    case Op::count_unless_equal: return count(CondCode::kE);
    case Op::count_unless_less: return count(CondCode::kL);
    case Op::count_unless_less_equal: return count(CondCode::kGE);
    default: return false;
  }
}

}  // namespace fermata::vm::jit
