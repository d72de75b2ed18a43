// The local variables of frames, where the compiler kept tables of them.
//
// Code::frames has them behind the names of inlined calls, as its last slot: a vector of vectors
// #(word name place ...), one for each call, `word` being where it returns to; -1 for the
// variables that the closure holds.  A place is (register or index) << 1, + 1 for a box.
#pragma once

#include "vm/heap.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::vm {

struct FrameLocals {
  Value procedure;  // Closure
  Span span;        // the call it stands at
  Value locals;     // a list of (name . value), the innermost first
};

// Of the frames below a record that have such tables, innermost first.  `trace`: a Kont, or #f.
void locals_below(Heap& heap, Value trace, GcVector<FrameLocals>& out, std::size_t limit);

}  // namespace fermata::vm
