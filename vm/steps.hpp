// Collecting in short steps, for programs that must not stand still for long.
//
// A part of the heap at a time is marked, most collections look only at what was written
// since the last one, and what is left of the pause does not grow with what lives.  Its
// price stands in docs/why/0014-pauses.md.  The collector learns of writes by protecting
// pages: SIGSEGV is its own from then on.
#pragma once

namespace fermata::vm {

// For the whole process and for good.  Does nothing where the collector cannot do it, or when
// the host set it up (start_collector was not called with GcPolicy::ours).
void collect_in_steps();
bool collects_in_steps();

}  // namespace fermata::vm
