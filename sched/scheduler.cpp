#include "sched/scheduler.hpp"

#include <algorithm>

#include "sched/cancel.hpp"
#include "sched/engine.hpp"
#include "sched/timed_calls.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::uint8_t kTurnsUntilLower = 8;   // with priorities: every eighth turn is a lower one's
constexpr std::uint8_t kTurnsUntilClock = 16;  // a real clock is read after so many turns

// Turns go by priority, but one in eight to the lowest that waits, so nobody waits for ever.
Fiber& pop_by_priority(Scheduler& s) {
  const bool lower = s.turns_until_lower == 0;
  s.turns_until_lower = lower ? kTurnsUntilLower : s.turns_until_lower - 1;
  RunQueue* q = nullptr;
  for (RunQueue& each : s.queues) {
    if (!each.empty() && (q == nullptr || lower)) q = &each;
  }
  return q->pop();
}

// The fiber that the trace names; whoever is first when it cannot run now.
Fiber& pop_recorded(Scheduler& s) {
  RunQueue& q = s.queues[static_cast<std::size_t>(Priority::normal)];
  if (auto* p = cast<Pair>(s.to_replay)) {
    s.to_replay = p->cdr;
    for (std::size_t i = 0; i < q.size(); ++i) {
      if (q.at(i).number == static_cast<std::uint32_t>(p->car.fixnum())) return q.take(i);
    }
  }
  return q.pop();
}

Fiber& pop(Scheduler& s) {
  RunQueue& q = s.queues[static_cast<std::size_t>(Priority::normal)];
  switch (s.policy) {
    case Policy::priority: return pop_by_priority(s);
    case Policy::shuffle: return q.take(random_below(s, q.size()));
    case Policy::replay: return pop_recorded(s);
    default: return q.pop();
  }
}

// Those that stand in the queue from `first` on change places, by the seed.
void shuffle_from(Scheduler& s, RunQueue& q, std::size_t first) {
  for (std::size_t i = q.size(); i > first + 1; --i) q.swap(i - 1, first + random_below(s, i - first));
}

}  // namespace

Scheduler& make_scheduler(Engine& engine) {
  auto& s = engine.machine.heap.make<Scheduler>();
  s.engine = &engine;
  s.on_error = engine.machine.symbols.intern("log");
  set_seed(s, 1);
  return s;
}

// splitmix64; the state's low bit stays 1, so that it is never taken for a pointer.
void set_seed(Scheduler& s, std::uint64_t seed) { s.random = seed << 1 | 1; }

std::size_t random_below(Scheduler& s, std::size_t n) {
  s.random += 0x9e3779b97f4a7c16;
  std::uint64_t z = s.random;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<std::size_t>((z >> 32) * n >> 32);
}

void park(Fiber& f) {
  f.state = State::parked;
  f.scheduler->foreign += f.wait == Wait::foreign;
  f.scheduler->outside += f.wait == Wait::outside;
}

void unpark(Fiber& f) {
  f.scheduler->foreign -= f.wait == Wait::foreign;
  f.scheduler->outside -= f.wait == Wait::outside;
  f.state = State::runnable;
}

void make_runnable(Fiber& fiber) {
  for (Fiber* f = &fiber; f != nullptr && f->state == State::parked; f = f->scheduler->driver) {
    unpark(*f);
    if (f->drives != nullptr) close_wait(*f);
    f->waits_on = kFalse;
    f->scheduler->requeue(*f);
  }
  fiber.scheduler->engine->changed();
}

std::int64_t read_clock(Scheduler& s) {
  if (s.clock == ClockKind::real) s.now_word = Value::fixnum(vm::system_clock().monotonic_ns());
  s.turns_until_clock = kTurnsUntilClock;
  return s.now();
}

void fire_timers(Scheduler& s) {
  RunQueue& q = s.queues[static_cast<std::size_t>(Priority::normal)];
  std::size_t first = q.size();  // whoever was woken at the instant being fired
  std::int64_t instant = -1;
  while (WaitNode* n = s.timers.pop_due(s.now())) {
    if (s.shuffles_timers && n->time() != instant) {
      shuffle_from(s, q, std::exchange(first, q.size()));
      instant = n->time();
    }
    if (n->fiber != nullptr) {
      claim(*n, kUnspecified);
    } else if (auto* scope = cast<CancelScope>(n->tag)) {
      expire(*scope);
    } else {
      begin(as<TimedCall>(n->tag));
    }
  }
  if (s.shuffles_timers) shuffle_from(s, q, first);
}

void advance_clock(Scheduler& s, std::int64_t to) {
  while (s.timers.count > 0 && s.timers.next_time() <= to) {
    s.now_word = Value::fixnum(std::max(s.now(), s.timers.next_time()));
    fire_timers(s);
  }
  s.now_word = Value::fixnum(std::max(s.now(), to));
}

WaitNode& add_timer(Heap& heap, Scheduler& s, Fiber& f, std::uint64_t ticket, Value tag,
                    std::int64_t time) {
  auto& n = heap.make_with<WaitNode>(WaitNode::kTimer, 0);
  n.fiber = &f;
  n.ticket = ticket;
  n.tag = tag;
  n.datum = Value::fixnum(time);
  n.sibling = f.nodes;
  f.nodes = &n;
  s.timers.add(heap, n);
  s.engine->changed();
  return n;
}

Fiber* next_fiber_in_time(Scheduler& s) {
  if (s.timers.count > 0 && s.clock == ClockKind::real) {
    if (s.turns_until_clock == 0 || !s.has_runnable()) {
      read_clock(s);
      fire_timers(s);
    } else {
      --s.turns_until_clock;
    }
  }
  while (!s.has_runnable()) {
    if (s.live == 0) return nullptr;  // calls that are to come make no task wait
    const bool alone = !s.depends_on_others();
    if (s.settlers != nullptr && first_of(*s.settlers) != nullptr && alone) {
      claim_all(*s.settlers, kUnspecified);
    } else if (s.clock == ClockKind::virt && s.timers.count > 0 && alone) {
      s.now_word = Value::fixnum(std::max(s.now(), s.timers.next_time()));
      fire_timers(s);
    } else {
      return nullptr;
    }
  }
  return &pop(s);
}

Standing standing(const Scheduler& s) {
  if (s.has_runnable()) return Standing::ready;
  if (s.live == 0) return Standing::all_done;
  if (s.timers.count > 0 || s.depends_on_others()) return Standing::idle;
  return Standing::stuck;
}

}  // namespace fermata::sched
