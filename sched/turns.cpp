// Turns: of one fiber, of a call that may come to its end in its first, and of whoever is next.
#include "sched/cancel.hpp"
#include "sched/engine.hpp"
#include "sched/heap_watch.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// A turn, which is over when this is left: also by an exception (there is no memory).
class InTurn {
 public:
  InTurn(Engine& e, Fiber& f, bool& flag) : engine_(e), flag_(flag) {
    e.current = &f;
    flag = true;
  }
  ~InTurn() {
    flag_ = false;
    engine_.current = engine_.nobody;
  }
  InTurn(const InTurn&) = delete;
  InTurn& operator=(const InTurn&) = delete;

 private:
  Engine& engine_;
  bool& flag_;
};

// Nothing has heard of a fiber that has had its first turn, and it has ended.
bool is_over_at_once(const Fiber& f, RunStatus status) {
  const bool ends = status == RunStatus::finished || (status == RunStatus::raised && f.cancel_condition == kFalse);
  return ends && !f.shown && f.at_end == kFalse && f.ended == nullptr;
}

constexpr std::uint32_t kTurnsUntilPoll = 64;  // files are looked at after so many turns

}  // namespace

// ---- of one fiber ------------------------------------------------------------------------

// A turn.  What a task has begun to do undisturbed it may end beyond its gas: between seeing
// that it must wait and standing in the queue nobody else may act.  Within limits, so that
// nobody keeps the turn.
inline RunStatus Engine::run_held(Fiber& f, std::uint64_t& steps) {
  const RunStatus status = machine.run(*f.task, f.scheduler->gas);
  steps += static_cast<std::uint64_t>(f.scheduler->gas - machine.gas_left());
  return status == RunStatus::out_of_gas && f.holds > 0 ? go_on_held(f, steps) : status;
}

RunStatus Engine::go_on_held(Fiber& f, std::uint64_t& steps) {
  constexpr std::uint64_t kMost = 1'000'000;  // some ten milliseconds
  for (;;) {
    if (steps >= kMost) return RunStatus::out_of_gas;
    const RunStatus status = machine.run(*f.task, f.scheduler->gas);
    steps += static_cast<std::uint64_t>(f.scheduler->gas - machine.gas_left());
    if (status != RunStatus::out_of_gas || f.holds == 0) return status;
  }
}

// What a task waits for has come.
inline void Engine::wake(Fiber& f) {
  if (f.yielding && !f.cancel_pending) {
    f.yielding = f.resuming = f.takes_answer = false;
    machine.resume(*f.task, kUnspecified);
  } else if (f.takes_answer && f.phase == Phase::answered) {
    f.phase = Phase::none;
    f.resuming = f.takes_answer = false;
    machine.resume(*f.task, std::exchange(f.answer, kUnspecified));
  } else {
    f.takes_answer = false;
    machine.retry(*f.task);
  }
}

[[gnu::always_inline]] inline Turn Engine::run_slice(Fiber& f) {
  Scheduler& s = *f.scheduler;
  if (f.cancel_pending && !deliver_cancel(f)) return end(f, State::cancelled);
  if (f.to_raise != kFalse) raise_in(f, std::exchange(f.to_raise, kFalse));
  if (f.task->state() == Task::waiting) wake(f);
  if (s.tracing) s.trace = machine.heap.cons(Value::fixnum(f.number), s.trace);
  f.started = true;
  std::uint64_t steps = 0;
  const bool measures = s.accounting || f.heap_watch() != kFalse;
  const RunStatus status = [&] {
    const InTurn turn(*this, f, in_turn_);
    return measures ? run_measured(f, steps) : run_held(f, steps);
  }();
  f.steps += steps, s.steps += steps;
  ++f.switches, ++s.switches;
  if (status == RunStatus::waiting && f.yielding && f.task->result == value_of(&f)) [[likely]] {
    f.holds = 0;
    f.resuming = true;
    s.requeue(f);
    return {};
  }
  return after_slice(f, status);
}

Turn Engine::after_slice(Fiber& f, RunStatus status) {
  Scheduler& s = *f.scheduler;
  switch (status) {
    case RunStatus::finished: return end(f, State::finished);
    case RunStatus::raised: return raised(f);
    case RunStatus::exited: end(f, State::finished); return {Turn::Kind::exited, &f, f.task->result};
    case RunStatus::waiting: return suspend(f);
    case RunStatus::out_of_gas:
    case RunStatus::interrupted: break;
  }
  s.turns_until_clock = 0;  // that took a while
  if (s.policy == Policy::fifo) {
    s.queues[static_cast<std::size_t>(Priority::normal)].push_first(machine.heap, f);
  } else {
    s.requeue(f);
  }
  return {status == RunStatus::interrupted ? Turn::Kind::interrupted : Turn::Kind::ran, &f};
}

RunStatus Engine::run_measured(Fiber& f, std::uint64_t& steps) {
  Scheduler& s = *f.scheduler;
  const std::int64_t start = vm::system_clock().monotonic_ns();
  const std::uint64_t allocated = machine.heap.allocated();
  const RunStatus status = run_held(f, steps);
  const auto time = static_cast<std::uint64_t>(vm::system_clock().monotonic_ns() - start);
  const std::uint64_t bytes = machine.heap.allocated() - allocated;
  Seldom& used = f.with_seldom(machine.heap);
  used.nanoseconds += time, s.nanoseconds += time;
  used.bytes += bytes, s.bytes += bytes;
  const bool goes_on = status != RunStatus::finished && status != RunStatus::raised;
  if (f.heap_watch() != kFalse && goes_on) note_allocation(*this, f, bytes);
  return status;
}

// ---- of a call ---------------------------------------------------------------------------

Turn Engine::call(Fiber& f) {
  if (in_turn_) return {Turn::Kind::nested};
  if (inbox.has_letters()) read_letters();
  f.started = true;
  std::uint64_t steps = 0;
  const RunStatus status = [&] {
    const InTurn turn(*this, f, in_turn_);
    return run_held(f, steps);
  }();
  f.steps += steps, root->steps += steps;
  if (is_over_at_once(f, status)) return {Turn::Kind::over, &f};
  return after_call(f, status);
}

bool Engine::call_again(Fiber& f, Value procedure, const Value* arguments, std::size_t count, Turn& turn) {
  if (inbox.has_letters()) read_letters();
  f.started = true;
  const std::int64_t gas = root->gas;
  RunStatus status;
  {
    const InTurn in_turn(*this, f, in_turn_);
    status = machine.run_again(*f.task, procedure, arguments, count, gas);
    auto steps = static_cast<std::uint64_t>(gas - machine.gas_left());
    if (status == RunStatus::out_of_gas && f.holds > 0) status = go_on_held(f, steps);
    f.steps += steps, root->steps += steps;
  }
  if (is_over_at_once(f, status)) [[likely]] return true;
  turn = after_call(f, status);
  return false;
}

// It becomes known, as a main program.
Turn Engine::after_call(Fiber& f, RunStatus status) {
  ++root->live;
  f.number = static_cast<std::uint32_t>(++root->spawned);
  ++f.switches, ++root->switches;
  fibers.add(f);
  return after_slice(f, status);
}

// ---- of whoever is next ------------------------------------------------------------------

Turn Engine::turn() {
  if (inbox.has_letters()) read_letters();
  if (poller.is_waiting() && turns_until_poll_-- == 0) {
    turns_until_poll_ = kTurnsUntilPoll;
    poller.poll(0);
  }
  for (Scheduler* s = root;;) {
    Fiber* f = next_fiber(*s);
    if (f == nullptr) {
      if (s == root) return nobody_runs();
      Fiber& d = *s->driver;
      rest_driver(d);
      requeue_drivers(*d.scheduler);
      s = root;
      continue;
    }
    if (f->is_over()) continue;  // abandoned in the queue
    if (f->paused) {
      f->held_back = true;
      continue;
    }
    if (f->drives != nullptr && f->to_raise == kFalse && !(f->cancel_pending && pending_cancel(*f) != kFalse)) {
      s = f->drives;
      continue;
    }
    Turn t = run_slice(*f);
    if (s->driver != nullptr) [[unlikely]] requeue_drivers(*s);
    return t;
  }
}

Turn Engine::run(Fiber& main, std::size_t turns) {
  door->enter();
  Turn last;
  in_tick_ = true;
  for (; turns > 0 && last.kind == Turn::Kind::ran; --turns) {
    last = main.is_over() ? Turn{Turn::Kind::over, &main} : turn();
  }
  in_tick_ = false;
  return last;
}

Turn Engine::tick(std::size_t turns) {
  if (in_turn_) return {Turn::Kind::nested};
  door->enter();
  in_tick_ = true;
  if (poller.is_waiting()) poller.poll(0);
  turns_until_poll_ = kTurnsUntilPoll;
  Turn last;
  for (; turns > 0 && last.kind == Turn::Kind::ran; --turns) last = turn();
  in_tick_ = false;
  changed();
  return last;
}

}  // namespace fermata::sched
