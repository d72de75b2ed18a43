// Who sees the machine's registers besides its own functions: the loop that runs bytecode, and
// coroutines, which put one stack aside and go on with another.
#pragma once

#include "vm/machine.hpp"

namespace fermata::vm {

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

}  // namespace fermata::vm
