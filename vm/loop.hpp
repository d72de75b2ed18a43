// Who sees the machine's registers besides its own functions: the loop that runs bytecode, and
// coroutines, which put one stack aside and go on with another.
#pragma once

#include "vm/machine.hpp"
#include "vm/stubs.hpp"

namespace fermata::vm {

#ifdef FERMATA_HOSTILE
inline constexpr bool kMoves = true;  // each call moves its frame
#else
inline constexpr bool kMoves = false;
#endif

struct Loop {
  static RunStatus run(Machine& m, Task& task, std::int64_t gas);  // loop.cpp

  // Below the running native a record with a prompt of that tag; above it nothing.
  static Kont& put_prompt(Machine& m, Value tag, Value handler);  // stack.cpp

  // See coroutine.cpp.
  static Outcome resume(Machine& m, Foreign& coroutine);
  static Outcome yield(Machine& m, Foreign& coroutine, Value obj);
};

// In traced memory, kept by a Foreign value, which is the tag of its prompt.
struct Coroutine {
  static const char kType;  // of the Foreign value
  Value go_on = kFalse;     // a procedure of one argument: its beginning, or a continuation
  Value keep = kFalse;      // the prompt's handler: (continuation obj), when it yielded by capture
  Value capture = kFalse;   // yields an object by capturing a continuation
  Segment* kept = nullptr;  // where its frames lie while it waits
  std::size_t height = 0;   // how many slots of that
  Segment* spare = nullptr; // the one before
  Value mark = kFalse;      // the entry of the dynamic state that was its prompt last time
};

inline void Machine::use_segment(Segment& s, std::size_t lo, Value* fp) {
  if (&s != segment_) s.mark_all();
  segment_ = &s;
  lo_ = s.slots() + lo;
  fp_ = fp;
  limit_ = s.slots() + s.capacity - kRedZone;
}

inline void Machine::load(Task& task) {
  task_ = &task;
  segment_ = nullptr;
  use_segment(*task.segment, task.lo, task.segment->slots() + task.fp);
  kont_ = task.kont;
  pc_ = task.pc;
  argc_ = task.argc;
  dynamic_ = task.dynamic;
  uncounted_ = most_depth_;  // how deep it is nobody knows
}

inline void Machine::save(Task& task) {
  task.segment = segment_;
  task.lo = static_cast<std::uint64_t>(lo_ - segment_->slots());
  task.fp = static_cast<std::uint64_t>(fp_ - segment_->slots());
  task.kont = kont_;
  task.pc = pc_;
  task.argc = argc_;
  task.dynamic = dynamic_;
}

}  // namespace fermata::vm
