// What was allocated so far, for accounts of tasks and for tests of what is left over.
//
// Small objects are counted when a batch of them is made, so a figure is exact to some
// kilobytes.  Of the whole process, like the collector.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fermata::vm {

std::uint64_t allocated_bytes();  // ever, also what was collected since
std::size_t bytes_in_use();       // of the collected heap, as of the last collection
std::size_t bytes_kept();         // collects, and counts what was reached; slow

// Clears what calls that have ended left on this thread's stack.  Later frames lie there too and
// do not write all their words, so the collector would take what is left for theirs.
void clear_stack_below();

}  // namespace fermata::vm
