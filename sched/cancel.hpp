// Cancelling: a condition that a task finds raised where it waits.
//
// A cancel scope is a mark in the dynamic state of one task, so leaving its extent in any way
// leaves the scope.  A shield is such a mark too.  A task is to be cancelled when a scope
// between here and the nearest shield was, or, without a shield, the task itself; the
// outermost one counts.  It is raised again at every suspension until the extent is left, but
// only once in the middle of a computation, so that cleaning up may take its time.
#pragma once



#include "sched/fiber.hpp"

namespace fermata::sched {

struct CancelScope : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::cancel_scope;
  Fiber* fiber = nullptr;               // whose dynamic state it is in
  vm::Value condition = vm::kFalse;     // what is raised; #f until it was cancelled
  WaitNode* timer = nullptr;            // of a deadline
};

vm::Value make_cancelled(vm::Machine& m, vm::Value reason);

// The condition to raise in f now, or #f.
vm::Value pending_cancel(Fiber& f);
// False: it is over already.  A second reason changes nothing.
bool cancel(Fiber& f, vm::Value condition);
void cancel(CancelScope& scope, vm::Value condition);
// The scope's deadline has come.
void expire(CancelScope& scope);
void set_deadline(CancelScope& scope, std::int64_t time);
void drop_deadline(CancelScope& scope);

}  // namespace fermata::sched
