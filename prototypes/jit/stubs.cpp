// Shared pieces of machine code: the way in, the ways out, the return that has to look its
// caller up, and arithmetic on what is not two fixnums.
#include "prototypes/jit/template.hpp"
#include "vm/stubs.hpp"

namespace fermata::vm::jit {

namespace {

using namespace asmjit;
using namespace asmjit::x86;

constexpr int field(auto State::*member) {
  const State* const none = nullptr;
  return static_cast<int>(reinterpret_cast<std::intptr_t>(&(none->*member)));
}

// Both are flonums in their words or zeros or small fixnums, not two fixnums: as doubles.
std::uint64_t operands(std::uint64_t a, std::uint64_t b, State* s) {
  const auto get = [](Value v, double& d) {
    constexpr std::int64_t kExact = std::int64_t{1} << 53;
    if (v.is_immediate_flonum()) return d = v.immediate_flonum(), true;
    if (v.is_fixnum() && v.fixnum() < kExact && v.fixnum() > -kExact)
      return d = static_cast<double>(v.fixnum()), true;
    return false;
  };
  const Value x = Value::from_bits(a), y = Value::from_bits(b);
  return !(x.is_fixnum() && y.is_fixnum()) && get(x, s->x) && get(y, s->y);
}

std::uint64_t zero_word(double d) {
  const auto word = Value::try_flonum(d);
  return word ? word->bits() : 0;
}

// rax, rcx: values; to xmm0, xmm1.  Jumps to `fail` when they are no such pair.
void doubles(Assembler& a, const Label& fail) {
  const Label mixed = a.newLabel(), done = a.newLabel();
  a.mov(edx, eax);
  a.and_(edx, 3);
  a.cmp(edx, 2);
  a.jne(mixed);
  a.mov(edx, ecx);
  a.and_(edx, 3);
  a.cmp(edx, 2);
  a.jne(mixed);
  a.shr(rax, 2);
  a.add(rax, rbp);
  a.ror(rax, 1);
  a.movq(xmm0, rax);
  a.shr(rcx, 2);
  a.add(rcx, rbp);
  a.ror(rcx, 1);
  a.movq(xmm1, rcx);
  a.jmp(done);
  a.bind(mixed);
  a.mov(rdi, rax);
  a.mov(rsi, rcx);
  a.mov(rdx, r14);
  a.mov(rax, imm(reinterpret_cast<std::uint64_t>(&operands)));
  a.sub(rsp, 8);
  a.call(rax);
  a.add(rsp, 8);
  a.test(eax, eax);
  a.jz(fail);
  a.movsd(xmm0, qword_ptr(r14, field(&State::x)));
  a.movsd(xmm1, qword_ptr(r14, field(&State::y)));
  a.bind(done);
}

// The result's word in rax, or 0.
void arithmetic(Assembler& a, Inst::Id operation, bool divides) {
  const Label fail = a.newLabel(), special = a.newLabel();
  if (divides) {  // by an exact zero: the interpreter says what that is
    a.cmp(rcx, 1);
    a.je(fail);
  }
  doubles(a, fail);
  a.emit(operation, xmm0, xmm1);
  a.movq(rax, xmm0);
  a.rol(rax, 1);
  a.sub(rax, rbp);
  a.mov(rdx, rax);
  a.shr(rdx, 62);
  a.jnz(special);
  a.lea(rax, ptr(0, rax, 2));
  a.or_(rax, 2);
  a.ret();
  a.bind(special);
  a.mov(rax, imm(reinterpret_cast<std::uint64_t>(&zero_word)));
  a.jmp(rax);
  a.bind(fail);
  a.xor_(eax, eax);
  a.ret();
}

// fp is rbx and the gas r13; rsi: how.
void leave(Assembler& a) {
  a.mov(qword_ptr(r14, field(&State::fp)), rbx);
  a.mov(qword_ptr(r14, field(&State::gas)), r13);
  a.mov(qword_ptr(r14, field(&State::exit)), rsi);
  a.mov(rsp, qword_ptr(r14, field(&State::stack)));
  a.add(rsp, 8);
  for (const Gp& r : {r15, r14, r13, r12, rbp, rbx}) a.pop(r);
  a.ret();
}

// eax: the word's index in the running code.
void leave_at_word(Assembler& a, Exit how) {
  a.mov(rcx, qword_ptr(rbx));
  a.mov(rcx, qword_ptr(rcx));
  a.lea(rax, ptr(rcx, rax, 2, sizeof(Code)));
  a.mov(qword_ptr(r14, field(&State::pc)), rax);
  a.mov(esi, static_cast<int>(how));
  leave(a);
}

// rdx: the result.  As the interpreter returns, then looks for native code at that pc.
void look_up(Assembler& a) {
  const Label out = a.newLabel();
  a.mov(rax, qword_ptr(rbx, -8));
  a.movzx(ecx, byte_ptr(rax, -2));
  a.movzx(edi, byte_ptr(rax, -3));
  a.shl(ecx, 3);
  a.sub(rbx, rcx);
  a.mov(qword_ptr(rbx, rdi, 3), rdx);
  a.mov(rcx, imm(reinterpret_cast<std::uint64_t>(kUnderflow)));
  a.cmp(rax, rcx);
  a.je(out);
  a.mov(rcx, qword_ptr(rbx));
  a.lea(edx, ptr(rcx, -8));
  a.test(dl, 15);
  a.jnz(out);
  a.cmp(byte_ptr(rcx, -7), static_cast<int>(Kind::closure));
  a.jne(out);
  a.mov(rcx, qword_ptr(rcx));
  a.mov(rsi, qword_ptr(rcx, offsetof(Code, arity)));
  a.shr(rsi, kNumberShift);
  a.jz(out);
  a.mov(rdx, imm(reinterpret_cast<std::uint64_t>(entries)));
  a.mov(rsi, qword_ptr(rdx, rsi, 3));
  a.mov(rdi, rax);
  a.sub(rdi, rcx);
  a.sub(rdi, sizeof(Code));
  a.shr(rdi, 2);
  a.mov(edx, dword_ptr(rsi, -4));
  a.cmp(rdi, rdx);
  a.jae(out);
  a.mov(rcx, qword_ptr(rsi, -16));
  a.mov(ecx, dword_ptr(rcx, rdi, 2));
  a.test(ecx, ecx);
  a.jz(out);
  a.add(rcx, rsi);
  a.mov(rsp, qword_ptr(r14, field(&State::stack)));
  a.push(0);
  a.push(0);
  a.jmp(rcx);
  a.bind(out);
  a.mov(qword_ptr(r14, field(&State::pc)), rax);
  a.mov(esi, static_cast<int>(Exit::resume));
  leave(a);
}

// (State*, address, Machine*, limit)
void way_in(Assembler& a) {
  for (const Gp& r : {rbx, rbp, r12, r13, r14, r15}) a.push(r);
  a.sub(rsp, 8);
  a.mov(r14, rdi);
  a.mov(r12, rdx);
  a.mov(r15, qword_ptr(rdx, kLayout.limit));
  a.mov(rbp, imm(Value::kFlonumBias));
  a.mov(rbx, qword_ptr(r14, field(&State::fp)));
  a.mov(r13, qword_ptr(r14, field(&State::gas)));
  a.mov(qword_ptr(r14, field(&State::stack)), rsp);
  a.push(0);
  a.push(0);
  a.jmp(rsi);
}

}  // namespace

Stubs make_stubs(const std::function<std::uint64_t(const std::function<void(Assembler&)>&)>& place) {
  Stubs s{};
  s.enter = place(way_in);
  s.leave_slow = place([](Assembler& a) { leave_at_word(a, Exit::slow); });
  s.leave_unpaid = place([](Assembler& a) {
    a.add(r13, 1);
    leave_at_word(a, Exit::slow);
  });
  s.leave_enter = place([](Assembler& a) {  // eax: the number of arguments
    a.mov(qword_ptr(r14, field(&State::argc)), rax);
    a.mov(esi, static_cast<int>(Exit::enter));
    leave(a);
  });
  s.leave_native = place([](Assembler& a) {
    a.mov(esi, static_cast<int>(Exit::native_done));
    leave(a);
  });
  s.slow_return = place(look_up);
  s.load_doubles = place([](Assembler& a) {  // carry: they are none
    const Label fail = a.newLabel();
    doubles(a, fail);
    a.clc();
    a.ret();
    a.bind(fail);
    a.stc();
    a.ret();
  });
  s.add = place([](Assembler& a) { arithmetic(a, Inst::kIdAddsd, false); });
  s.subtract = place([](Assembler& a) { arithmetic(a, Inst::kIdSubsd, false); });
  s.multiply = place([](Assembler& a) { arithmetic(a, Inst::kIdMulsd, false); });
  s.divide = place([](Assembler& a) { arithmetic(a, Inst::kIdDivsd, true); });
  return s;
}

}  // namespace fermata::vm::jit
