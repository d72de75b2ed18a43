// What a parked task is in the middle of: its frames, and whether they are of certain code.
#pragma once

#include "sched/fiber.hpp"
#include "vm/backtrace.hpp"

namespace fermata::sched {

// The frames below the native that waits, as a record, or #f: what backtrace() and
// locals_below() read.
vm::Value trace_of(vm::Machine& m, const Fiber& f);
// The same, innermost first, at most `limit`.
void read_frames(vm::Machine& m, const Fiber& f, vm::GcVector<vm::TraceFrame>& out,
                 std::size_t limit);

// Whether the task runs, or will return to, the code of one of the procedures or of what is
// written inside of them.  `procedures` is a list.
bool runs_any(vm::Machine& m, const Fiber& f, vm::Value procedures);

}  // namespace fermata::sched
