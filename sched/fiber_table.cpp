#include "sched/fiber_table.hpp"

namespace fermata::sched {

using namespace vm;

// Finalizers tell which fibers were not reached, and keep those for the report.
void FiberTable::find_unreachable(GcVector<Fiber*>& found) {
  run_finalizers();
  // Kept until each has its finalizer: to set one may collect, and the table takes nothing out.
  for_each([&](Fiber& f) { found.push_back(&f); });
  table_.hold(true);
  const std::size_t watched = found.size();
  for (Fiber* f : found) set_finalizer(*f, [](Object& o) { static_cast<Fiber&>(o).unreachable = true; });
  while (found.size() > 0) {
    found[found.size() - 1] = nullptr;
    found.pop_back();
  }
  if (watched > 0) collect_now();
  run_finalizers();
  for_each([&](Fiber& f) {
    if (std::exchange(f.unreachable, false)) found.push_back(&f);
    clear_finalizer(f);
  });
  table_.hold(false);
}

}  // namespace fermata::sched
