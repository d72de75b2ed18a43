#include "vm/steps.hpp"

#include "vm/collector.hpp"

namespace fermata::vm {

#ifdef FERMATA_MALLOC_HEAP
void collect_in_steps() {}
bool collects_in_steps() { return false; }
#else

// libgc marks what is written while it marks by protecting pages and catching SIGSEGV.  All that
// the machine writes goes through such pages, so nothing of ours has to tell: the list heads of a
// Heap, the slots and the described length of a segment, and a block of several pages is looked
// at as a whole when one of them was written.  Kernels do not take the signal: what a system
// call fills must be atomic memory, which is never protected, or lie outside of the heap.
void collect_in_steps() {
  if (!GC_is_init_called() || GC_get_all_interior_pointers() != 0) return;
  GC_enable_incremental();
  // A pause looks at all that was allocated since the last collection, so there are more of those.
  GC_set_free_space_divisor(8);
  GC_set_time_limit(10);  // milliseconds; a build that can mark with several threads has none
}
bool collects_in_steps() { return GC_is_incremental_mode() != 0; }

#endif

}  // namespace fermata::vm
