// The frame of a compilation: labels, ways out, what templates share, moves and allocation.
#include "prototypes/jit/template.hpp"

#include <cstring>

namespace fermata::vm::jit {

using namespace asmjit;
using namespace asmjit::x86;

Template::Template(CodeHolder& holder, const Code& code, const Stubs& stubs, const Options& options,
                   const std::function<std::uint64_t(const Code&)>& native)
    : holder_(holder), a_(&holder), code_(code), stubs_(stubs), options_(options), native_(native),
      words_(code.entry()), labels_(code.word_count() + 1), entry_(a_.newLabel()), pay_(a_.newLabel()) {
  for (std::size_t w = 0; w < code.word_count(); w += op_length(words_ + w)) labels_[w] = a_.newLabel();
}

Mem Template::slot(unsigned n) const { return qword_ptr(rbx, static_cast<int>(n) * 8); }

std::int64_t Template::literal(std::size_t at) const {
  std::int64_t bits;
  std::memcpy(&bits, words_ + at, sizeof bits);
  return bits;
}

Label Template::leave(Leave how) { return leave_at(how, word_); }

Label Template::leave_at(Leave how, std::size_t word) {
  for (const Exit& e : exits_)
    if (e.how == how && e.word == word) return e.label;
  exits_.push_back({a_.newLabel(), how, word});
  return exits_.back().label;
}

std::uint32_t Template::offset_of(std::size_t word) const {
  const Label& label = labels_[word];
  if (!label.isValid()) return 0;
  return static_cast<std::uint32_t>(holder_.labelOffset(label) - holder_.labelOffset(entry_));
}

void Template::run() {
  a_.embedUInt64(0);  // a Head, filled in when the place is known
  a_.embedUInt64(0);
  a_.bind(entry_);
  a_.lea(rax, slot(static_cast<unsigned>(code_.frame_size())));
  a_.cmp(rax, r15);
  a_.ja(leave_at(Leave::enter, 0));
  a_.bind(pay_);
  a_.sub(r13, 1);
  a_.js(leave_at(Leave::enter, 1));  // 1: one gas back
  while (word_ < code_.word_count()) {
    ins_ = words_[word_];
    next_ = word_ + op_length(words_ + word_);
    a_.bind(labels_[word_]);
    instruction();
    word_ = next_;
  }
  for (std::size_t i = 0; i < cold_.size(); ++i) cold_[i]();
  const std::size_t arguments = code_.required() + code_.optional() + code_.rest();
  for (const Exit& e : exits_) {
    a_.bind(e.label);
    if (e.how == Leave::enter) {
      if (e.word == 1) a_.add(r13, 1);
      a_.mov(eax, static_cast<unsigned>(arguments));
      a_.jmp(imm(stubs_.leave_enter));
    } else {
      a_.mov(eax, static_cast<unsigned>(e.word));
      a_.jmp(imm(e.how == Leave::slow ? stubs_.leave_slow : stubs_.leave_unpaid));
    }
  }
}

void Template::instruction() {
  if (moves() || calls() || tests() || numbers() || pairs() || records() || vectors()) return;
  a_.jmp(leave());  // the interpreter does it
}

void Template::load_literal(const Gp& to) { a_.mov(to, imm(literal(word_ + 1))); }

// rax: an object of so many granules from its list; out when the list is empty.
void Template::pop_list(std::size_t granules, const Label& out) {
  const Mem list = qword_ptr(r12, kLayout.lists + static_cast<int>(granules) * 8);
  a_.mov(rax, list);
  a_.test(rax, rax);
  a_.jz(out);
  a_.mov(rcx, qword_ptr(rax));
  a_.mov(list, rcx);
}

bool Template::moves() {
  const unsigned A = field_a(ins_), B = field_b(ins_), C = field_c(ins_);
  const auto unbound = [&](const Gp& value) {
    a_.cmp(value, static_cast<int>(kUnbound.bits()));
    a_.je(leave());
  };
  switch (op_of(ins_)) {
    case Op::move:
      a_.mov(rax, slot(B));
      a_.mov(slot(A), rax);
      return true;
    case Op::load_literal:
      load_literal(rax);
      a_.mov(slot(A), rax);
      return true;
    case Op::load_fixnum:
      a_.mov(slot(A), imm(Value::fixnum(field_x(ins_)).bits()));
      return true;
    case Op::load_constant:
      a_.mov(slot(A), imm(Value::constant(field_u(ins_))));
      return true;
    case Op::load_free:
      a_.mov(rax, slot(0));
      a_.mov(rax, qword_ptr(rax, 8 + static_cast<int>(field_u(ins_)) * 8));
      a_.mov(slot(A), rax);
      return true;
    case Op::load_global:
      load_literal(rax);
      a_.mov(rax, qword_ptr(rax, 8));
      unbound(rax);
      a_.mov(slot(A), rax);
      return true;
    case Op::set_global:
      load_literal(rcx);
      a_.cmp(qword_ptr(rcx, 8), static_cast<int>(kUnbound.bits()));
      a_.je(leave());
      a_.mov(rax, slot(A));
      a_.mov(qword_ptr(rcx, 8), rax);
      return true;
    case Op::make_box:
      pop_list(1, leave());
      a_.mov(qword_ptr(rax), imm(make_header(Kind::box)));
      a_.mov(rcx, slot(B));
      a_.mov(qword_ptr(rax, 8), rcx);
      a_.mov(slot(A), rax);
      return true;
    case Op::load_box:
      a_.mov(rax, slot(B));
      a_.mov(rax, qword_ptr(rax, 8));
      unbound(rax);
      a_.mov(slot(A), rax);
      return true;
    case Op::store_box:
      a_.mov(rax, slot(A));
      a_.mov(rcx, slot(B));
      a_.mov(qword_ptr(rax, 8), rcx);
      return true;
    case Op::load_free_box:
      a_.mov(rax, slot(0));
      a_.mov(rax, qword_ptr(rax, 8 + static_cast<int>(field_u(ins_)) * 8));
      a_.mov(rax, qword_ptr(rax, 8));
      unbound(rax);
      a_.mov(slot(A), rax);
      return true;
    case Op::check_bound:
      a_.mov(rax, slot(A));
      unbound(rax);
      return true;
    case Op::patch_closure:
      a_.mov(rax, slot(A));
      a_.mov(rcx, slot(B));
      a_.mov(qword_ptr(rax, 8 + static_cast<int>(C) * 8), rcx);
      return true;
    case Op::make_closure:
      a_.mov(rdi, r12);
      a_.mov(rsi, rbx);
      a_.mov(rdx, imm(reinterpret_cast<std::uint64_t>(words_ + word_ + 1)));
      a_.mov(ecx, field_u(ins_));
      a_.mov(rax, imm(reinterpret_cast<std::uint64_t>(kLayout.make_closure)));
      a_.call(rax);
      a_.mov(slot(A), rax);
      return true;
    default:
      return false;
  }
}

bool Template::pairs() {
  const unsigned A = field_a(ins_), B = field_b(ins_);
  // Follows the path's letters from the last to the first, each through a checked pair.
  const auto path = [&](const char* letters) {
    a_.mov(rax, slot(B));
    for (const char* l = letters; *l != 0; ++l) {
      a_.mov(ecx, eax);
      a_.and_(ecx, 15);
      a_.cmp(ecx, 4);
      a_.jne(leave());
      a_.mov(rax, qword_ptr(rax, *l == 'a' ? -4 : 4));
    }
    a_.mov(slot(A), rax);
    return true;
  };
  const auto set = [&](int displacement) {
    a_.mov(rax, slot(A));
    a_.mov(ecx, eax);
    a_.and_(ecx, 15);
    a_.cmp(ecx, 4);
    a_.jne(leave());
    a_.mov(rcx, slot(B));
    a_.mov(qword_ptr(rax, displacement), rcx);
    return true;
  };
  switch (op_of(ins_)) {
    case Op::cons:
      pop_list(1, leave());
      a_.mov(rcx, slot(B));
      a_.mov(qword_ptr(rax), rcx);
      a_.mov(rcx, slot(field_c(ins_)));
      a_.mov(qword_ptr(rax, 8), rcx);
      a_.add(rax, 4);
      a_.mov(slot(A), rax);
      return true;
    case Op::car: return path("a");
    case Op::cdr: return path("d");
    case Op::cadr: return path("da");
    case Op::cddr: return path("dd");
    case Op::caar: return path("aa");
    case Op::cdar: return path("ad");
    case Op::caddr: return path("dda");
    case Op::set_car: return set(-4);
    case Op::set_cdr: return set(4);
    default: return false;
  }
}

// rax: an object of that kind, else to `out`.
void Template::object(unsigned from, Kind kind, const Label& out) {
  a_.mov(rax, slot(from));
  a_.test(al, 15);
  a_.jnz(out);
  a_.cmp(byte_ptr(rax, 1), static_cast<int>(kind));
  a_.jne(out);
}

// A record of a derived type is the interpreter's matter.
bool Template::records() {
  const unsigned A = field_a(ins_), B = field_b(ins_), C = field_c(ins_);
  const auto same_type = [&] {
    load_literal(rcx);
    a_.cmp(rcx, qword_ptr(rax, 8));
    a_.jne(leave());
  };
  switch (op_of(ins_)) {
    case Op::record_ref:
      object(B, Kind::record, leave());
      same_type();
      a_.mov(rax, qword_ptr(rax, 16 + static_cast<int>(C) * 8));
      a_.mov(slot(A), rax);
      return true;
    case Op::record_set:
      object(A, Kind::record, leave());
      same_type();
      a_.mov(rcx, slot(C));
      a_.mov(qword_ptr(rax, 16 + static_cast<int>(B) * 8), rcx);
      return true;
    case Op::unless_record:
      object(A, Kind::record, at(next_ + offset(next_ - 1)));
      same_type();
      return true;
    default:
      return false;
  }
}

bool Template::vectors() {
  const unsigned A = field_a(ins_), B = field_b(ins_), C = field_c(ins_);
  // rcx: the index, a fixnum below rdx.
  const auto index = [&](unsigned from) {
    a_.mov(rcx, slot(from));
    a_.test(cl, 1);
    a_.jz(leave());
    a_.sar(rcx, 1);
    a_.cmp(rcx, rdx);
    a_.jae(leave());
  };
  // rax: the vector or bytevector; rcx: the index, in range.
  const auto element = [&](unsigned vector, unsigned from, Kind kind = Kind::vector) {
    object(vector, kind, leave());
    a_.mov(rdx, qword_ptr(rax));
    a_.shr(rdx, 16);
    index(from);
  };
  switch (op_of(ins_)) {
    case Op::vector_ref:
      element(B, C);
      a_.mov(rax, qword_ptr(rax, rcx, 3, 8));
      a_.mov(slot(A), rax);
      return true;
    case Op::vector_set:
      element(A, B);
      a_.test(byte_ptr(rax), static_cast<int>(kFlagImmutable));
      a_.jnz(leave());
      a_.mov(rdx, slot(C));
      a_.mov(qword_ptr(rax, rcx, 3, 8), rdx);
      return true;
    case Op::bytevector_ref:
      element(B, C, Kind::bytevector);
      a_.movzx(eax, byte_ptr(rax, rcx, 0, 8));
      a_.lea(rax, ptr(rax, rax, 0, 1));
      a_.mov(slot(A), rax);
      return true;
    case Op::bytevector_set:
      element(A, B, Kind::bytevector);
      a_.test(byte_ptr(rax), static_cast<int>(kFlagImmutable));
      a_.jnz(leave());
      a_.mov(rdx, slot(C));
      a_.test(dl, 1);
      a_.jz(leave());
      a_.cmp(rdx, 0x1ff);
      a_.ja(leave());
      a_.shr(edx, 1);
      a_.mov(byte_ptr(rax, rcx, 0, 8), dl);
      return true;
    case Op::string_ref:  // of characters below U+0100
      object(B, Kind::string, leave());
      a_.cmp(word_ptr(rax, 2), 1);
      a_.jne(leave());
      a_.mov(rdx, qword_ptr(rax, 8));
      index(C);
      a_.mov(rax, qword_ptr(rax, 16));
      a_.movzx(eax, byte_ptr(rax, rcx));
      a_.shl(eax, 8);
      a_.or_(eax, static_cast<int>(Value::kCharTag));
      a_.mov(slot(A), rax);
      return true;
    case Op::vector_length:
      object(B, Kind::vector, leave());
      a_.mov(rax, qword_ptr(rax));
      a_.shr(rax, 16);
      a_.lea(rax, ptr(rax, rax, 0, 1));
      a_.mov(slot(A), rax);
      return true;
    default:
      return false;
  }
}

}  // namespace fermata::vm::jit
