// Timed calls: a procedure that is called in a task of its own when a time has come.
//
// Until then there is no task, only a node among the timers; the node is what Scheme holds.
#pragma once

#include "sched/scheduler.hpp"

namespace fermata::sched {

// What the tag of such a node is; `fiber` of the node is null.
struct TimedCall : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  Scheduler* scheduler;
  vm::Value procedure;
  vm::Value dynamic;     // what the task inherits
  vm::Value exit_status;
  vm::Value rights;      // Fiber::rights
};

// The time has come.
void begin(TimedCall& call);

}  // namespace fermata::sched
