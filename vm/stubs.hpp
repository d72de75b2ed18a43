// Return addresses that no code object owns, and how a pc is kept in a stack slot.
#pragma once

#include "vm/code.hpp"

namespace fermata::vm {

inline constexpr std::size_t kRedZone = 8;  // slots above limit_ that a native may use: a raise takes 5

// {word that says dst 0, base 0} {the instruction}: see segment.hpp.
inline constexpr Instruction kUnderflowStub[2] = {encode(Op::underflow), encode(Op::underflow)};
inline constexpr const Instruction* kUnderflow = kUnderflowStub + 1;

// Where a native that is to be run again stands.
inline constexpr Instruction kResumeStub[1] = {encode(Op::resume_native)};

// An instruction that raises makes a frame for the raise on top of its own; nothing ever
// returns there, but walkers must find the base.  One stub per base; the true pc is kept
// in the slot below the return pc.
struct RaiseStubs {
  Instruction words[512];
  constexpr RaiseStubs() : words() {
    for (unsigned base = 0; base < 256; ++base) {
      words[base * 2] = encode(Op::halt, 0, base);
      words[base * 2 + 1] = encode(Op::halt);
    }
  }
};
inline constexpr RaiseStubs kRaiseStubs;
inline const Instruction* raise_stub(std::size_t base) { return &kRaiseStubs.words[base * 2 + 1]; }
inline bool is_raise_stub(const Instruction* pc) {
  return pc >= kRaiseStubs.words && pc < kRaiseStubs.words + 512;
}

inline Value pc_value(const Instruction* pc) {
  return Value::from_bits(reinterpret_cast<std::uint64_t>(pc));
}
inline const Instruction* pc_of(Value v) { return reinterpret_cast<const Instruction*>(v.bits()); }

}  // namespace fermata::vm
