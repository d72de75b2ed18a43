// All fibers of an engine that have not ended, in no order: for lists and reports.
#pragma once

#include "sched/fiber.hpp"

namespace fermata::sched {

class FiberTable {
 public:
  explicit FiberTable(vm::Heap& heap) : fibers_(heap) {}
  void add(Fiber& f) {
    f.table_index = fibers_.size();
    fibers_.push_back(&f);
  }
  void remove(Fiber& f) {
    Fiber* last = fibers_.pop_back();
    fibers_[f.table_index] = last;
    last->table_index = f.table_index;
    if (last == &f) fibers_.data()[fibers_.size()] = nullptr;
  }
  std::size_t size() const { return fibers_.size(); }
  Fiber& operator[](std::size_t i) { return *fibers_[i]; }

 private:
  vm::GcVector<Fiber*> fibers_;
};

}  // namespace fermata::sched
