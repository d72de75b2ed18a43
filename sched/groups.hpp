// A group: fibers that end before the scope they were spawned in does.
//
// The first error cancels the other members and the body of the scope; whoever waits for the
// group is woken when the last member has ended.
#pragma once

#include "sched/cancel.hpp"

namespace fermata::sched {

struct Group : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::task_group;
  Link members = {};               // ring of nodes; first behind the header
  CancelScope* body = nullptr;     // of the fiber that opened the group
  WaitQueue* idle = nullptr;       // who waits for the end of all
  std::size_t count = 0;
  bool keeps_going = false;        // an error cancels nobody
  vm::Value errors = vm::kNull;    // what members raised, newest first
  vm::Value cancelled = vm::kFalse;  // the condition members are cancelled with
};

Group& make_group(vm::Machine& m, CancelScope& body);
void join_group(vm::Machine& m, Group& g, Fiber& f);
// The member has ended; it is not in the group any more.
void leave_group(vm::Machine& m, Fiber& f);
void cancel_group(Group& g, vm::Value condition);

}  // namespace fermata::sched
