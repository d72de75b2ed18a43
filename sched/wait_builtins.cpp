// Natives on waiting: wait queues, tickets, time.  The rows stand at the end.
#include <algorithm>
#include <cmath>

#include "sched/builtins.hpp"
#include "sched/cancel.hpp"
#include "sched/waiting.hpp"
#include "vm/number.hpp"
#include "vm/world.hpp"

namespace fermata::sched {

using namespace vm;

Outcome check_cancel(Machine& m) {
  Fiber& f = current_fiber(m);
  if (!f.cancel_pending) return kUnspecified;
  const Value condition = pending_cancel(f);
  if (condition == kFalse) return kUnspecified;
  f.cancel_delivered = true;
  close_wait(f);
  return m.raise(condition);
}

Outcome wait_here(Machine& m, Wait kind, Value waits_on, Answer answer) {
  Fiber& f = current_fiber(m);
  f.resuming = false;
  if (f.phase == Phase::answered || f.phase == Phase::raised) {
    const bool raised = std::exchange(f.phase, Phase::none) == Phase::raised;
    const Value value = std::exchange(f.answer, kUnspecified);
    return raised ? m.raise(value) : Outcome(value);
  }
  FERMATA_TRY(fine, check_cancel(m));
  f.takes_answer = answer == Answer::is_value;
  f.wait = f.source != Wait::queue ? f.source : kind;
  f.waits_on = waits_on;
  return m.retry_when(value_of(&f));
}

std::int64_t nanoseconds(Value seconds) {
  constexpr double kMost = 4e18;
  if (seconds.is_fixnum() && std::abs(seconds.fixnum()) < 4'000'000'000) {
    return seconds.fixnum() * 1'000'000'000;
  }
  const double ns = std::ceil(to_double(seconds) * 1e9);
  return std::isnan(ns) ? 0 : static_cast<std::int64_t>(std::clamp(ns, -kMost, kMost));
}

namespace {

constexpr std::int64_t kForEver = std::int64_t{1} << 61;

std::int64_t after(std::int64_t now, std::int64_t delay) {
  return delay >= kForEver - now ? kForEver : now + std::max<std::int64_t>(delay, 0);
}

// ---- queues ----------------------------------------------------------------------------
Outcome make_queue(Machine& m, std::optional<Value> name) {
  return value_of(&make_wait_queue(m.heap, name.value_or(kFalse)));
}
Outcome is_queue(Machine&, Value obj) { return Value::boolean(is<WaitQueue>(obj)); }
Outcome is_empty(Machine&, WaitQueue& q) { return Value::boolean(first_of(q) == nullptr); }
Outcome length(Machine&, WaitQueue& q) {
  std::int64_t n = 0;
  for (const Link* l = q.link.next; l != &q.link; l = l->next) ++n;
  return Value::fixnum(n);
}
Outcome name(Machine&, WaitQueue& q) { return q.name; }
Outcome holder(Machine&, WaitQueue& q) { return q.holder; }
Outcome set_holder(Machine&, WaitQueue& q, Value task) {
  q.holder = task;
  if (const auto* f = cast<Fiber>(task)) set_home(q, f->scheduler);
  return kUnspecified;
}
Outcome home_here(Machine& m, WaitQueue& q) {
  set_home(q, current_fiber(m).scheduler);
  return kUnspecified;
}

Outcome park(Machine& m, WaitQueue& q, std::optional<Value> datum) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, q, f, open_wait(f), kFalse, datum.value_or(kFalse));
  }
  return wait_here(m, Wait::queue, value_of(&q), Answer::is_value);
}

Outcome give(Machine&, WaitQueue& q, Value answer) {
  WaitNode* n = first_of(q);
  return Value::boolean(n != nullptr && claim(*n, answer));
}
Outcome take(Machine&, WaitQueue& q, Value otherwise, std::optional<Value> answer) {
  WaitNode* n = first_of(q);
  if (n == nullptr) return otherwise;
  const Value datum = n->datum;
  claim(*n, answer.value_or(kUnspecified));
  return datum;
}
Outcome give_all(Machine& m, WaitQueue& q, Value answer) {
  const std::size_t count = claim_all(q, answer);
  m.charge(count / 4);
  return Value::fixnum(static_cast<std::int64_t>(count));
}
Outcome raise_all(Machine& m, WaitQueue& q, Value obj) {
  const std::size_t count = claim_all(q, obj, Phase::raised);
  m.charge(count / 4);
  return Value::fixnum(static_cast<std::int64_t>(count));
}

// ---- tickets ---------------------------------------------------------------------------
Outcome open_ticket(Machine& m) {
  return Value::fixnum(static_cast<std::int64_t>(open_wait(current_fiber(m))));
}
Outcome wait(Machine& m, Value waits_on) { return wait_here(m, Wait::queue, waits_on, Answer::is_value); }
Outcome wait_tag(Machine& m) { return current_fiber(m).tag; }
Outcome close(Machine& m) {
  close_wait(current_fiber(m));
  return kUnspecified;
}
Outcome add(Machine& m, WaitQueue& q, Fixnum ticket, Value tag, std::optional<Value> datum) {
  Fiber& f = current_fiber(m);
  const auto number = static_cast<std::uint64_t>(ticket.value);
  if (f.phase == Phase::open && f.ticket == number) {
    enqueue(m.heap, q, f, number, tag, datum.value_or(kFalse));
  }
  return kUnspecified;
}
Outcome answer(Machine&, Fiber& f, Fixnum ticket, Value tag, Value value) {
  return Value::boolean(claim(f, static_cast<std::uint64_t>(ticket.value), tag, value));
}
Outcome answer_raise(Machine&, Fiber& f, Fixnum ticket, Value tag, Value obj) {
  return Value::boolean(claim(f, static_cast<std::uint64_t>(ticket.value), tag, obj, Phase::raised));
}

// ---- task-block and task-wake ------------------------------------------------------------
Outcome block(Machine& m, Value waits_on) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (std::exchange(f.wake_permit, false)) return kUnspecified;
    FERMATA_TRY(fine, check_cancel(m));
    open_wait(f);
  }
  return wait_here(m, Wait::wake, waits_on);
}
Outcome note_predicate(Machine& m) {
  ++current_fiber(m).scheduler->predicates;
  return kUnspecified;
}
Outcome wake(Machine& m, Value first, std::optional<Value> second) {
  Fiber* f = cast<Fiber>(second ? *second : first);
  if (f == nullptr) return m.wrong_type(second ? 2 : 1, "a task", second ? *second : first);
  if (f->is_over()) return kFalse;
  if (f->state == State::parked && f->wait == Wait::wake) {
    claim(*f, f->ticket, kFalse, kUnspecified);
  } else if (f->wait != Wait::wake || f->phase != Phase::answered) {
    f->wake_permit = true;
  }
  return kTrue;
}

// ---- time ------------------------------------------------------------------------------
Outcome not_seconds(Machine& m, std::size_t argument, Value got) {
  return m.wrong_type(argument, "a number of seconds", got);
}

Outcome sleep(Machine& m, Value seconds) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (!is_number(seconds) || !is_real(seconds)) return not_seconds(m, 1, seconds);
    FERMATA_TRY(fine, check_cancel(m));
    const std::int64_t delay = nanoseconds(seconds);
    if (delay <= 0) return kUnspecified;
    add_timer(m.heap, *f.scheduler, f, open_wait(f), kFalse, after(read_clock(*f.scheduler), delay));
  }
  return wait_here(m, Wait::timer, kFalse, Answer::is_value);
}
// A timer of the open wait.
Outcome add_timer_at(Machine& m, Fixnum ticket, Value tag, Fixnum time) {
  Fiber& f = current_fiber(m);
  const auto number = static_cast<std::uint64_t>(ticket.value);
  if (f.phase == Phase::open && f.ticket == number) add_timer(m.heap, *f.scheduler, f, number, tag, time);
  return kUnspecified;
}
Outcome now_ns(Machine& m, std::optional<Scheduler*> s) {
  note_question(m);
  return Value::fixnum(read_clock(s ? **s : *current_fiber(m).scheduler));
}
Outcome time_after(Machine& m, Value seconds) {
  if (!is_number(seconds) || !is_real(seconds)) return not_seconds(m, 1, seconds);
  return Value::fixnum(after(read_clock(*current_fiber(m).scheduler), nanoseconds(seconds)));
}
Outcome advance(Machine& m, Scheduler& s, Value seconds) {
  if (!is_number(seconds) || !is_real(seconds)) return not_seconds(m, 2, seconds);
  if (s.clock == ClockKind::real) {
    return m.error(ConditionKind::scheduler, "a real clock cannot be moved");
  }
  advance_clock(s, after(s.now(), nanoseconds(seconds)));
  return kUnspecified;
}
Outcome settle(Machine& m) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    FERMATA_TRY(fine, check_cancel(m));
    if (f.scheduler->settlers == nullptr)
      f.scheduler->settlers = &make_wait_queue(m.heap, m.symbols.intern("settle"));
    enqueue(m.heap, *f.scheduler->settlers, f, open_wait(f), kFalse, kFalse);
  }
  return wait_here(m, Wait::queue, value_of(f.scheduler->settlers));
}

constexpr Builtin kWaits[] = {
    builtin<make_queue>("(make-waitq [name])", "A wait queue; the name is for reports."),
    builtin<is_queue>("(waitq? obj)", "Whether obj is a wait queue."),
    builtin<is_empty>("(waitq-empty? waitq)", "Whether nobody waits in it."),
    builtin<length>("(waitq-length waitq)", "How many wait in it."),
    builtin<name>("(waitq-name waitq)", "The name it was made with, or #f."),
    builtin<holder>("(waitq-holder waitq)", "The task that reports name as its holder, or #f."),
    builtin<set_holder>("(set-waitq-holder! waitq task)", "Sets the task that reports name, and that is to wake\n"
                        "those in the queue."),
    builtin<home_here>("(waitq-home-here! waitq)",
                      "Says that tasks of the current scheduler wake those in the queue. A virtual clock\n"
                      "stands while a task waits for what tasks of another scheduler bring."),
    builtin<park>("(waitq-park! waitq [datum])",
                  "Waits at the end of the queue, with datum for who takes from it; the answer."),
    builtin<give>("(waitq-give! waitq obj)",
                  "Wakes the first in the queue, whose wait returns obj; #f when nobody waits."),
    builtin<take>("(waitq-take! waitq default [obj])",
                  "The datum of the first in the queue, whose wait returns obj; default when\n"
                  "nobody waits."),
    builtin<give_all>("(waitq-give-all! waitq obj)", "Wakes everybody in it; how many they were."),
    builtin<raise_all>("(waitq-raise-all! waitq obj)",
                       "Wakes everybody in it by raising obj; how many they were."),
    builtin<open_ticket>("(%open-wait)", "Begins a wait; its ticket."),
    builtin<wait>("(%wait what)", "Parks until the open wait is answered; the answer."),
    builtin<wait_tag>("(%wait-tag)", "The tag under which the last wait was answered."),
    builtin<close>("(%close-wait)", "Leaves the open wait."),
    builtin<add>("(waitq-add! waitq ticket tag [datum])",
                 "Registers the open wait in the queue as well, as long as nothing answered it."),
    builtin<answer>("(%answer! task ticket tag obj)", "Answers a wait; #f when that was too late."),
    builtin<answer_raise>("(%answer-raise! task ticket tag obj)", "The same; the wait raises obj."),
    builtin<block>("(%block what)", "Parks until task-wake, unless that came before."),
    builtin<note_predicate>("(%note-predicate)", "Counts a run of a predicate."),
    builtin<wake>("(task-wake scheduler-or-task [task])",
                  "Has a task in task-block look at its predicate again, now or when it gets\n"
                  "there. #f when the task has ended."),
    builtin<sleep>("(task-sleep seconds)", "Waits so long, by the clock of the task's scheduler."),
    builtin<add_timer_at>("(timer-add! ticket tag nanoseconds)",
                          "Registers the open wait with the clock as well, for a time that\n"
                          "clock-now-ns or time-after tells."),
    builtin<now_ns>("(clock-now-ns [scheduler])", "The time of its clock, in nanoseconds."),
    builtin<time_after>("(time-after seconds)", "The time in so many seconds, in nanoseconds."),
    builtin<advance>("(clock-advance! scheduler seconds)", "Moves a manual or virtual clock on."),
    builtin<settle>("(settle)", "Waits until all other tasks of the scheduler wait."),
};

}  // namespace

std::span<const Builtin> wait_builtins() { return kWaits; }

}  // namespace fermata::sched
