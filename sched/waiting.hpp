// Waiting for the first of several things, and being woken once.
//
//   const ticket = open_wait(f);      the wait begins; from now on it can be answered
//   enqueue(...), add_timer(...)      any number of places
//   ... the fiber parks, unless it was answered before that
//   claim(node, answer)               the first one wins, the rest is unlinked
#pragma once

#include "sched/fiber.hpp"

namespace fermata::sched {

WaitQueue& make_wait_queue(vm::Heap& heap, vm::Value name);

// Begins a wait; what an earlier one left is unlinked.
std::uint64_t open_wait(Fiber& f);
// Ends it, answered or not: nothing of it stands anywhere any more.
void close_wait(Fiber& f);

WaitNode& enqueue(vm::Heap& heap, WaitQueue& q, Fiber& f, std::uint64_t ticket, vm::Value tag,
                  vm::Value datum);

// Whose tasks give to those in the queue; no virtual clock of others jumps while they wait.
// Null: nobody knows.
void set_home(WaitQueue& q, Scheduler* home);

// The first node that waits; null: nobody does.
inline WaitNode* first_of(WaitQueue& q) {
  return q.link.next == &q.link ? nullptr : &node_of(*q.link.next);
}

// Answers the wait if it is still the one of that ticket and open, and makes a parked fiber
// runnable.  False: it came too late.
bool claim(Fiber& f, std::uint64_t ticket, vm::Value tag, vm::Value answer,
           Phase how = Phase::answered);
inline bool claim(WaitNode& n, vm::Value answer, Phase how = Phase::answered) {
  return claim(*n.fiber, n.ticket, n.tag, answer, how);
}
// A native returned the queue as its request: it is run again when the queue is woken so.
void stand_to_retry(vm::Heap& heap, WaitQueue& q, Fiber& f);
// The same as part of an open wait: the sync that opened it tries again.
void enqueue_to_retry(vm::Heap& heap, WaitQueue& q, Fiber& f, std::uint64_t ticket, vm::Value tag);
void wake_to_retry(WaitQueue& q);
// Everybody in the queue gets the answer; how many there were.
std::size_t claim_all(WaitQueue& q, vm::Value answer, Phase how = Phase::answered);

}  // namespace fermata::sched
