#include "sched/waiting.hpp"

#include <algorithm>
#include <utility>

#include "sched/scheduler.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::size_t kMostSpare = 8;  // nodes kept by a fiber

// What comes from other schedulers' tasks no clock of ours may overtake.
Wait source_of(const WaitQueue& q, const Fiber& f) {
  if (q.foreign) return Wait::foreign;
  return q.home == nullptr || q.home == f.scheduler ? Wait::queue : Wait::outside;
}

}  // namespace

WaitQueue& make_wait_queue(Heap& heap, Value name) {
  auto& q = heap.make<WaitQueue>();
  q.link.make_head();
  q.name = name;
  return q;
}

void set_home(WaitQueue& q, Scheduler* home) {
  if (home == std::exchange(q.home, home)) return;
  for (Link* l = q.link.next; l != &q.link; l = l->next) {
    const WaitNode& n = node_of(*l);
    if (n.fiber == nullptr || n.sibling != nullptr || n.fiber->nodes != &n) continue;
    Fiber& f = *n.fiber;  // who waits here alone
    f.source = source_of(q, f);
    if (f.state != State::parked || (f.wait != Wait::queue && f.wait != Wait::outside)) continue;
    unpark(f);
    f.wait = f.source;
    park(f);
  }
}

// A node of a queue is kept for the next wait: a task that waits again and again, or in several
// queues, makes no garbage.  (Timers are not: the wheel remembers one.)
void close_wait(Fiber& f) {
  std::size_t kept = f.spare != nullptr ? kMostSpare : 0;
  for (WaitNode* n = std::exchange(f.nodes, nullptr); n != nullptr;) {
    WaitNode* next = n->sibling;
    const bool linked = n->link.is_linked();
    if (linked) n->link.unlink();
    if (n->is_timer()) {
      if (linked) --f.scheduler->timers.count;
    } else if (kept < kMostSpare) {
      ++kept;
      n->tag = n->datum = kFalse;
      n->sibling = f.spare;
      f.spare = n;
    }
    n = next;
  }
  f.phase = Phase::none;
}

std::uint64_t open_wait(Fiber& f) {
  close_wait(f);
  f.phase = Phase::open;
  f.source = Wait::queue;
  return ++f.ticket;
}

WaitNode& enqueue(Heap& heap, WaitQueue& q, Fiber& f, std::uint64_t ticket, Value tag, Value datum) {
  WaitNode* spare = f.spare;
  if (spare != nullptr) f.spare = spare->sibling;
  WaitNode& n = spare != nullptr ? *spare : heap.make<WaitNode>();
  n.fiber = &f;
  n.ticket = ticket;
  n.tag = tag;
  n.datum = datum;
  n.sibling = f.nodes;
  f.nodes = &n;
  n.link.insert_before(q.link);
  f.source = std::max(f.source, source_of(q, f));
  return n;
}

// The datum says whether it is part of a sync.
void stand_to_retry(Heap& heap, WaitQueue& q, Fiber& f) {
  f.waits_on = value_of(&q);
  enqueue(heap, q, f, open_wait(f), kFalse, kFalse);
  f.wait = f.source;
}

void enqueue_to_retry(Heap& heap, WaitQueue& q, Fiber& f, std::uint64_t ticket, Value tag) {
  enqueue(heap, q, f, ticket, tag, kTrue);
}

void wake_to_retry(WaitQueue& q) {
  while (WaitNode* n = first_of(q)) {
    Fiber& f = *n->fiber;
    if (n->datum == kTrue) {
      claim(*n, kUnspecified);
    } else {
      close_wait(f);
      make_runnable(f);
    }
  }
}

bool claim(Fiber& f, std::uint64_t ticket, Value tag, Value answer, Phase how) {
  if (f.phase != Phase::open || f.ticket != ticket) return false;
  close_wait(f);
  f.phase = how;
  f.tag = tag;
  f.answer = answer;
  if (f.state == State::parked) make_runnable(f);
  return true;
}

std::size_t claim_all(WaitQueue& q, Value answer, Phase how) {
  std::size_t count = 0;
  while (WaitNode* n = first_of(q)) count += claim(*n, answer, how);
  return count;
}

}  // namespace fermata::sched
