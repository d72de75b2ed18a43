// Stack segments and continuation records.
//
// A task's stack is a chain of heap segments.  Frames hold only values and bytecode
// return addresses, all relative, so a region may be moved with memcpy.
//
//   fp[-1] return pc   fp[0] running procedure   fp[1..n] arguments, then locals
//
// The caller's base is not stored: the word before a return pc is {_, dst, base, _},
// and base says how far below this frame the caller's begins.  At the bottom of a
// region fp[-1] is the underflow stub, whose word says base 0 and which then runs
// the `underflow` instruction: the record below is reinstated.
//
// A Kont seals the region [lo, hi) of a segment under a return pc: O(1) whatever the
// depth.  A record that only the stack itself knows (stack growth, prompts) is entered
// in place; one that a program may also hold (`shared`) is entered by copying its top
// frames, at most 64 slots, and splitting the rest off as a new record.
#pragma once

#include "vm/object.hpp"

namespace fermata::vm {

using Instruction = std::uint32_t;

struct Segment : Object {  // memory described by `live`
  static constexpr Kind kKind = Kind::segment;
  std::uint64_t live;      // bytes the collector marks, from the start of the object
  std::uint32_t capacity;  // slots
  std::uint32_t sealed;    // below this slot lie regions that shared records refer to
  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
  void mark_up_to(std::uint64_t slots_live) { live = sizeof(Segment) + slots_live * sizeof(Value); }
  void mark_all() { mark_up_to(capacity); }
};

struct Kont : Object {
  static constexpr Kind kKind = Kind::kont;
  // aux bits.  Below a shared record all are shared, unless it is marked as shared in part:
  // a composable capture ends at its prompt, and what it holds is later put on any stack.
  static constexpr std::uint64_t kShared = 1, kPartly = 2;
  Segment* segment;
  std::uint32_t lo, hi;     // slots; hi is where the return pc of the frame above stood
  const Instruction* pc;    // where to go on
  Kont* next;               // nullptr at the task's base
  Value dynamic;            // the dynamic state when it was sealed
  Value tag;                // prompt tag when this record is a prompt, else #f
  Value handler;            // the prompt's handler
  bool is_shared() const { return aux() & kShared; }
  bool is_shared_with_all_below() const { return (aux() & (kShared | kPartly)) == kShared; }
  void share(bool with_all_below) { header = make_header(kKind, kShared | (with_all_below ? 0 : kPartly)); }
};

// What call/cc, or a composable capture, gives the program.  Entering a full one
// replaces the stack; entering a composable one puts its records on top of it.
struct Continuation : Object {
  static constexpr Kind kKind = Kind::continuation;
  static constexpr std::uint64_t kComposable = 1 << 8;  // aux bit (bits 0-7: argc = kVariadic)
  Kont* top;       // first record
  Kont* end;       // composable: the prompt's record, not included; full: nullptr
  Value dynamic;   // at the capture
  Value base;      // composable: the dynamic state below the prompt's mark
  Value task;      // a full one belongs to this task
  bool is_composable() const { return aux() & kComposable; }
};

// Dynamic state: an immutable list, newest first.  Winds carry their thunks; marks carry
// a key and a value (parameters, the handler list, anything a library likes).
struct Dynamic : Object {
  static constexpr Kind kKind = Kind::dynamic;
  static constexpr std::uint64_t kWind = 1, kMark = 2, kPrompt = 3;  // aux
  Value first;   // wind: before thunk   mark: key     prompt: its tag
  Value second;  // wind: after thunk    mark: value
  Value next;    // Dynamic or '()
  Value wind;    // the newest wind from here on, this entry included, or '()
  Value depth;   // fixnum: length of the list from here on
  bool is_wind() const { return aux() == kWind; }
};
// The value of the newest mark with that key, or kUnbound.  `dynamic`: a Dynamic or '().
Value find_mark(Value dynamic, Value key);

}  // namespace fermata::vm
