// libgc, for the files that speak to it: heap.cpp, weak_table.cpp and ephemerons.cpp.
//
// Memory of ours is of three kinds of our own, which work whatever the host has set: a whole
// object is traced even when libgc was started with interior pointers on.
#pragma once

#ifndef FERMATA_MALLOC_HEAP
#define GC_NO_THREAD_REDIRECTS
#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

namespace fermata::vm {

struct CollectorKinds {
  int traced;     // every word
  int described;  // up to the byte count in the word at offset 8
  int hidden;     // nothing of it, for what must not keep anything alive; zeroed
};
const CollectorKinds& collector_kinds();

// The hostile build collects at every allocation; else this does nothing.
void collect_in_hostility();

// Calls the function while no collection can begin and no other thread allocates.
template <class F>
void with_collector_stopped(F f) {
  GC_call_with_alloc_lock(
      [](void* call) -> void* {
        (*static_cast<F*>(call))();
        return nullptr;
      },
      &f);
}

// After this, each collection calls settle_ephemerons() (ephemerons.cpp) and then
// sweep_weak_tables() (weak_table.cpp) when it has marked, with the world stopped: no
// malloc there, another thread may stand in the middle of one.
void watch_collections();
void settle_ephemerons();
void sweep_weak_tables();

}  // namespace fermata::vm

#endif
