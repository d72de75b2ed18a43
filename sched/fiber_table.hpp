// All fibers of an engine that have not ended: for lists and reports.
//
// The table does not keep them alive: a fiber that waits where nothing can reach it is
// collected, and its place is empty after that.
#pragma once

#include "sched/fiber.hpp"
#include "vm/weak_table.hpp"

namespace fermata::sched {

class FiberTable {
 public:
  void add(Fiber& f) { f.place = static_cast<std::uint32_t>(table_.add(f)); }
  void remove(Fiber& f) {
    if (table_.at(f.place) == &f) table_.remove(f.place);
  }
  // Calls visit(Fiber&) for each.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < table_.places(); ++i) {
      if (vm::Object* o = table_.at(i)) visit(*static_cast<Fiber*>(o));
    }
  }
  // The fibers that nothing but this table knows, which so wait for ever.  Collects.
  void find_unreachable(vm::GcVector<Fiber*>& found);

 private:
  vm::WeakTable table_;
};

}  // namespace fermata::sched
