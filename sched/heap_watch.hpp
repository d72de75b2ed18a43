// Tasks that may not keep more than so much memory.
//
// The heap is one for all tasks, so what a task keeps is what can be reached from its stack
// and from what is kept with it, shared things included, but not variables of the top level,
// code, ports or other tasks.  It is measured whenever the task has allocated a quarter of
// its limit since the last time.
#pragma once

#include "sched/fiber.hpp"

namespace fermata::sched {

class Engine;

struct HeapWatch {
  std::size_t limit = 0;
  vm::Value too_much;  // (too-much task) is called in a new task; the task pauses
  vm::Value types;     // list of record types whose records count for others
};

void set_heap_watch(vm::Machine& m, Fiber& f, const HeapWatch& watch);
void drop_heap_watch(Fiber& f);
std::size_t heap_limit(const Fiber& f);  // 0: none
// What the task keeps, counting no further than `most`; records of those types do not count.
std::size_t kept_by(vm::Machine& m, const Fiber& f, std::size_t most, vm::Value types);
// After a turn in which it allocated so much.
void note_allocation(Engine& e, Fiber& f, std::uint64_t bytes);

}  // namespace fermata::sched
