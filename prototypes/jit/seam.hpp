// Where the machine's loop and the native code meet.
//
// The loop enters native code at a bytecode pc (find, enter) and gets back a bytecode pc and
// the frame as an interpreter would have left it.  So leaving native code needs no
// translation, and everything that reads frames (backtraces, capture, the collector) is the
// product's own.  This header is included by the patched copy of vm/loop.cpp.
#pragma once

#include "vm/machine.hpp"

namespace fermata::vm::jit {

enum class Exit : std::uint64_t {
  resume,      // go on at pc
  slow,        // go on at pc, and come back at the next call or loop
  enter,       // call the closure in fp[0]: no room, no gas, or just not compiled
  native_done  // a native ended with what `value` and `kind` say
};

// What generated code reads and writes besides the frame.  One for each run of the loop, on
// the C++ stack, because a host's native may run another task inside this one.
struct State {
  std::uint64_t* stack = nullptr;  // of the processor, at the entry
  Value* fp = nullptr;
  const Instruction* pc = nullptr;
  std::int64_t gas = 0;
  std::uint64_t exit = 0;
  std::uint64_t argc = 0;
  Value value;
  std::uint64_t kind = 0;
  double x = 0, y = 0;  // operands that were not two flonums in their words
};

// Offsets of what is private, and functions that may touch it; made by loop.cpp.
struct Layout {
  std::int32_t limit, lists;
  // The value's bits, or 0 when it ended in another way.
  std::uint64_t (*call_native)(Machine& m, State& s, Value* fp, std::size_t argc);
  std::uint64_t (*make_closure)(Machine& m, Value* fp, const Instruction* literal, std::size_t count);
};
extern const Layout& kLayout;

bool is_on();
bool is_eager();  // for tests: what runs is looked at all the time
void note_gas(std::int64_t paid);  // for the counts at the end
// Native address for that pc of the running closure, or null.
const void* find(Value running, const Instruction* pc);
// It was seen running: compiles it, unless that was done.
void consider(Machine& m, Value running, const Instruction* pc);
Exit enter(Machine& m, State& s, const void* address);

// The native address of a Code, or 0.  Bits 50 and up of Code::arity are free: they are its number
// here, so that Code keeps its size.  (The product would give Code a word for it.)
inline constexpr unsigned kNumberShift = 50;
inline constexpr std::size_t kMostEntries = std::size_t{1} << (64 - kNumberShift);
extern std::uint64_t entries[kMostEntries];
inline std::uint64_t entry_of(const Code& code) { return entries[code.arity >> kNumberShift]; }

}  // namespace fermata::vm::jit
