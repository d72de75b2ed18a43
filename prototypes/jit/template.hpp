// One compilation: bytecode of a Code to machine code, one template an instruction.
//
//   rbx fp   r12 Machine   r13 gas   r14 State   r15 limit   rbp bias of flonum words
//   rax rcx rdx rsi rdi    free inside a template; nothing lives in them between two
//
// So each start of an instruction is a place to enter and to leave.  A call pushes
// {return pc, native return address} on the processor's stack; a return compares its
// frame's pc with the pushed one and takes the address when they agree.  The stack is a
// guess, never the truth: where a capture, an escape or a new segment made it wrong, the
// address is looked up by pc.
#pragma once

#include <asmjit/asmjit.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "prototypes/jit/seam.hpp"

namespace fermata::vm::jit {

// Shared pieces, made once.
struct Stubs {
  std::uint64_t enter, leave_slow, leave_unpaid, leave_enter, leave_native, slow_return;
  std::uint64_t load_doubles, add, subtract, multiply, divide;
};

// Before each entry.
struct Head {
  const std::uint32_t* offsets;  // from the entry, by word; 0: not the start of an instruction
  std::uint32_t unused;
  std::uint32_t words;
};

struct Options {
  bool predict = true;  // returns by the processor's stack
};

class Template {
 public:
  Template(asmjit::CodeHolder& holder, const Code& code, const Stubs& stubs, const Options& options,
           const std::function<std::uint64_t(const Code&)>& native);
  void run();
  // After relocation.
  std::uint32_t offset_of(std::size_t word) const;
  std::uint32_t entry_offset() const { return static_cast<std::uint32_t>(holder_.labelOffset(entry_)); }

 private:
  using Mem = asmjit::x86::Mem;
  using Gp = asmjit::x86::Gp;
  using Label = asmjit::Label;
  enum class Leave : std::uint8_t { slow, unpaid, enter };
  struct Exit {
    Label label;
    Leave how;
    std::size_t word;
  };

  Mem slot(unsigned n) const;
  Label leave(Leave how = Leave::slow);  // a fresh way out at this instruction
  Label leave_at(Leave how, std::size_t word);
  void instruction();
  bool moves();
  bool calls();
  bool tests();
  bool numbers();
  bool pairs();
  bool records();
  bool vectors();
  void load_literal(const Gp& to);
  void object(unsigned from, Kind kind, const Label& out);
  void push_frame(unsigned base);
  void call_at(const Label* local, std::uint64_t address);
  void callee(const Gp& value, unsigned argc, bool checked, const Label& out);
  void arguments(unsigned from, unsigned to, unsigned count);
  void unless(asmjit::x86::CondCode holds);
  void compare(asmjit::x86::CondCode fixnum, asmjit::x86::CondCode flonum, bool swap, bool imm);
  void arithmetic(const std::function<void(const Label&)>& fixnum, std::uint64_t stub);
  void pop_list(std::size_t granules, const Label& out);
  void cold(std::function<void()> f) { cold_.push_back(std::move(f)); }
  std::int64_t literal(std::size_t at) const;
  std::int32_t offset(std::size_t at) const { return static_cast<std::int32_t>(words_[at]); }
  Label& at(std::size_t word) { return labels_[word]; }

  asmjit::CodeHolder& holder_;
  asmjit::x86::Assembler a_;
  const Code& code_;
  const Stubs& stubs_;
  const Options& options_;
  std::function<std::uint64_t(const Code&)> native_;
  const Instruction* words_;
  std::vector<Label> labels_;
  std::vector<Exit> exits_;
  std::vector<std::function<void()>> cold_;
  Label entry_, pay_;
  std::size_t word_ = 0, next_ = 0;
  Instruction ins_ = 0;
};

Stubs make_stubs(const std::function<std::uint64_t(const std::function<void(asmjit::x86::Assembler&)>&)>& place);

}  // namespace fermata::vm::jit
