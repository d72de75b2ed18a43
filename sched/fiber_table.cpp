#include "sched/fiber_table.hpp"

namespace fermata::sched {

using namespace vm;

// Finalizers tell which fibers were not reached, and keep those for the report.
void FiberTable::find_unreachable(GcVector<Fiber*>& found) {
  run_finalizers();
  table_.hold(true);
  std::size_t watched = 0;
  for_each([&](Fiber& f) {
    set_finalizer(f, [](Object& o) { static_cast<Fiber&>(o).unreachable = true; });
    ++watched;
  });
  if (watched > 0) collect_now();
  run_finalizers();
  for_each([&](Fiber& f) {
    if (std::exchange(f.unreachable, false)) found.push_back(&f);
    clear_finalizer(f);
  });
  table_.hold(false);
}

}  // namespace fermata::sched
