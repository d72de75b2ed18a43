// Reading a sealed stack: which procedures were running, and where.
#pragma once

#include "vm/heap.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::vm {

struct TraceFrame {
  Value procedure;     // Closure, or another procedure
  Span span;           // the call or instruction it stood at
  bool left = false;   // no frame: it was called from the next one and made a tail call
};

// What the machine runs now and the frames below, for the `sample` hook.
void frames_running(Machine& m, GcVector<TraceFrame>& out, std::size_t limit);
// The frames below a record, innermost first, at most `limit`.  `trace`: a Kont, or #f.
void backtrace(Value trace, GcVector<TraceFrame>& out, std::size_t limit);

}  // namespace fermata::vm
