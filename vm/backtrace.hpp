// Reading a sealed stack: which procedures were running, and where.
#pragma once

#include <string>

#include "vm/heap.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::vm {

struct TraceFrame {
  Value procedure;       // Closure, or another procedure; of an inlined one the name, or #f
  Span span;             // the call or instruction it stood at
  bool left = false;     // no frame: it was called from the next one and made a tail call
  bool inlined = false;  // no frame: its body is part of the next one
  const Code* code = nullptr;   // with macro, the number there
  std::uint32_t macro = 0;      // of the innermost macro use that made what stands at the place
};

// List of (name . place of the definition), innermost first.
Value macro_uses(Heap& heap, const TraceFrame& frame);
std::string name_of(const Machine& m, const TraceFrame& frame);  // empty when it has none

// What the machine runs now and the frames below, for the `sample` hook.
void frames_running(Machine& m, GcVector<TraceFrame>& out, std::size_t limit);
// The frames below a record, innermost first, at most `limit`.  `trace`: a Kont, or #f.
void backtrace(Value trace, GcVector<TraceFrame>& out, std::size_t limit);

}  // namespace fermata::vm
