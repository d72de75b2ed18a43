// Natives on tasks and schedulers.  The rows stand at the end.
#include <algorithm>

#include "sched/builtins.hpp"
#include "sched/cancel.hpp"
#include "sched/groups.hpp"
#include "sched/stuck.hpp"
#include "sched/waiting.hpp"
#include "vm/string.hpp"

namespace fermata::sched {

using namespace vm;

Value inherited(Machine& m) {
  GcVector<Value> marks(m.heap);
  for (Value d = m.dynamic(); d != kNull; d = as<Dynamic>(d).next) {
    if (as<Dynamic>(d).aux() == Dynamic::kMark && is<Parameter>(as<Dynamic>(d).first)) marks.push_back(d);
  }
  Value result = kNull;
  for (std::size_t i = marks.size(); i-- > 0;) {
    const auto& mark = as<Dynamic>(marks[i]);
    const std::int64_t depth = result == kNull ? 0 : as<Dynamic>(result).depth.fixnum();
    result = value_of(&m.heap.make_with<Dynamic>(Dynamic::kMark, 0, mark.first, mark.second, result,
                                                 kNull, Value::fixnum(depth + 1)));
  }
  return result;
}

Value with_rights(Machine& m, Value procedure) {
  const Value rights = current_fiber(m).rights;
  return rights == kFalse ? procedure : m.heap.cons(procedure, rights);
}

namespace {

Value symbol(Machine& m, std::string_view text) { return m.symbols.intern(text); }
Value count(std::uint64_t n) { return Value::fixnum(static_cast<std::int64_t>(n)); }

// The arguments of (f [scheduler] task ...): what stands where the task is expected.
Fiber* task_argument(Value first, std::optional<Value> second) {
  return cast<Fiber>(is<Scheduler>(first) && second ? *second : first);
}
Outcome not_a_task(Machine& m, Value first, std::optional<Value> second) {
  if (is<Scheduler>(first) && second) return m.wrong_type(2, "a task", *second);
  return m.wrong_type(1, "a task", first);
}
Scheduler& given_or_current(Machine& m, std::optional<Scheduler*> s) {
  return s ? **s : *current_fiber(m).scheduler;
}

// ---- schedulers ------------------------------------------------------------------------
Outcome make(Machine& m) {
  Scheduler& s = make_scheduler(Engine::of(m));
  return value_of(&s);
}
Outcome is_scheduler(Machine&, Value obj) { return Value::boolean(is<Scheduler>(obj)); }
Outcome current_scheduler(Machine& m) { return value_of(current_fiber(m).scheduler); }

std::optional<Policy> policy_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Policy> kNames[] = {
      {"round-robin", Policy::round_robin}, {"fifo", Policy::fifo}, {"priority", Policy::priority},
      {"shuffle", Policy::shuffle}, {"replay", Policy::replay}};
  for (const auto& [text, policy] : kNames)
    if (text == name) return policy;
  return std::nullopt;
}
std::optional<ClockKind> clock_named(std::string_view name) {
  if (name == "real") return ClockKind::real;
  if (name == "virtual") return ClockKind::virt;
  if (name == "manual") return ClockKind::manual;
  return std::nullopt;
}

Outcome set_policy(Machine& m, Scheduler& s, Symbol& name) {
  const auto policy = policy_named(to_utf8(as<String>(name.name)));
  if (!policy) {
    return m.wrong_type(2, "one of round-robin, fifo, priority, shuffle", value_of(&name));
  }
  s.policy = *policy;
  return kUnspecified;
}
Outcome set_clock(Machine& m, Scheduler& s, Symbol& name) {
  const auto clock = clock_named(to_utf8(as<String>(name.name)));
  if (!clock) return m.wrong_type(2, "one of real, virtual, manual", value_of(&name));
  if (s.timers.count > 0) {
    return m.error(ConditionKind::scheduler, "the clock cannot change while timers run");
  }
  s.clock = *clock;
  s.now_word = Value::fixnum(kVirtualStart);
  return kUnspecified;
}
Outcome set_gas(Machine& m, Scheduler& s, Index gas) {
  if (gas == 0) return m.out_of_range(2, "at least 1", Value::fixnum(0));
  // A turn is to end while its host still looks at the clock: some ten milliseconds at most.
  s.gas = static_cast<std::int64_t>(std::min<std::size_t>(gas, 1'000'000));
  return kUnspecified;
}
Outcome seed(Machine& m, Scheduler& s, Fixnum seed) {
  set_seed(s, static_cast<std::uint64_t>(seed.value));
  return kUnspecified;
}
Outcome set_on_error(Machine& m, Scheduler& s, Value policy) {
  const bool known = policy == symbol(m, "log") || policy == symbol(m, "stop") ||
                     policy == symbol(m, "keep") || policy.is_procedure();
  if (!known) return m.wrong_type(2, "log, stop, keep or a procedure", policy);
  s.on_error = policy.is_procedure() ? with_rights(m, policy) : policy;
  return kUnspecified;
}
Outcome set_name(Machine&, Scheduler& s, Value name) {
  s.name = name;
  return kUnspecified;
}
Outcome set_tracing(Machine&, Scheduler& s, bool on) {
  s.tracing = on;
  s.trace = kNull;
  return kUnspecified;
}
Outcome set_accounting(Machine&, Scheduler& s, bool on) {
  s.accounting = on;
  return kUnspecified;
}
Outcome set_replay(Machine&, Scheduler& s, Value trace) {
  s.policy = Policy::replay;
  s.to_replay = trace;
  return kUnspecified;
}
// Newest first.
Outcome trace(Machine&, Scheduler& s) { return s.trace; }

Outcome random_number(Machine& m, Index n) {
  if (n == 0) return m.out_of_range(1, "at least 1", Value::fixnum(0));
  return count(random_below(*current_fiber(m).scheduler, n));
}

Outcome shuffle(Machine& m, Vector& v) {
  Scheduler& s = *current_fiber(m).scheduler;
  for (std::size_t i = v.length(); i > 1; --i) std::swap(v.slots()[i - 1], v.slots()[random_below(s, i)]);
  m.charge(v.length() / 8);
  return value_of(&v);
}

Outcome stats(Machine& m, std::optional<Scheduler*> which) {
  Scheduler& s = given_or_current(m, which);
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"spawned", s.spawned}, {"live", s.live}, {"runnable", s.runnable()}, {"foreign", s.foreign},
      {"timers", s.timers.count}, {"switches", s.switches}, {"parks", s.parks}, {"steps", s.steps},
      {"nanoseconds", s.nanoseconds}, {"bytes", s.bytes}, {"predicates", s.predicates}};
  Value list = kNull;
  for (std::size_t i = std::size(rows); i-- > 0;) {
    list = m.heap.cons(m.heap.cons(symbol(m, rows[i].first), count(rows[i].second)), list);
  }
  return list;
}

Value list_by_id(Machine& m, GcVector<Fiber*>& fibers) {
  std::sort(fibers.begin(), fibers.end(), [](const Fiber* a, const Fiber* b) { return a->id > b->id; });
  Value list = kNull;
  for (Fiber* f : fibers) list = m.heap.cons(value_of(f), list);
  return list;
}
Outcome tasks(Machine& m, std::optional<Scheduler*> which) {
  Scheduler& s = given_or_current(m, which);
  GcVector<Fiber*> found(m.heap);
  Engine::of(m).fibers.for_each([&](Fiber& f) {
    if (f.scheduler == &s) found.push_back(&f);
  });
  return list_by_id(m, found);
}
Outcome find_stuck(Machine& m) {
  GcVector<Fiber*> found(m.heap);
  Engine::of(m).fibers.find_unreachable(found);
  return list_by_id(m, found);
}

Outcome drive(Machine& m, Scheduler& s, bool once) {
  Engine& e = Engine::of(m);
  Fiber& f = *e.current;
  if (!is_resuming(f)) {
    if (Engine::is_above(s, f)) {
      return m.error(ConditionKind::scheduler, "a scheduler cannot be run by one of its own tasks");
    }
    if (s.driver != nullptr) {
      return m.error(ConditionKind::scheduler, "another task runs this scheduler");
    }
    FERMATA_TRY(fine, check_cancel(m));
    open_wait(f);
    e.drive(f, s, once ? Mode::step : Mode::run);
    return m.retry_when(value_of(&f));
  }
  return wait_here(m, Wait::queue, value_of(&s));
}

// ---- tasks -----------------------------------------------------------------------------

Outcome spawn(Machine& m, Value scheduler, Procedure thunk, Value name, Value priority, Value group,
              std::optional<Index> exit_status) {
  const bool known = priority.is_fixnum() && static_cast<std::uint64_t>(priority.fixnum()) < kPriorities;
  if (!known && priority != kFalse) return m.wrong_type(4, "0, 1, 2 or #f", priority);
  if (exit_status && *exit_status > 255) return m.out_of_range(6, "at most 255", count(*exit_status));
  Scheduler* s = is<Scheduler>(scheduler) ? &as<Scheduler>(scheduler) : current_fiber(m).scheduler;
  if (!Engine::of(m).may_spawn())
    return m.error(ConditionKind::scheduler, "there are as many tasks as the host lets this interpreter have");
  Fiber& f = Engine::of(m).spawn(*s, thunk, m.dynamic() == kNull ? kNull : inherited(m));
  f.name = name;
  if (priority.is_fixnum()) f.priority = static_cast<Priority>(priority.fixnum());
  if (exit_status) f.exit_status = static_cast<std::uint8_t>(*exit_status);
  make_runnable(f);
  if (is<Group>(group)) join_group(m, as<Group>(group), f);
  return value_of(&f);
}

Outcome on_crash(Machine& m, Index status) {
  if (status > 255) return m.out_of_range(1, "at most 255", count(status));
  Engine::of(m).root->crash_status = static_cast<std::uint8_t>(status);
  return kUnspecified;
}
Outcome on_stuck(Machine& m, Index status, String& message) {
  if (status > 255) return m.out_of_range(1, "at most 255", count(status));
  Scheduler& root = *Engine::of(m).root;
  root.stuck_status = static_cast<std::uint8_t>(status);
  root.stuck_message = value_of(&message);
  return kUnspecified;
}
Outcome shuffle_timers(Machine&, Scheduler& s, bool on) {
  s.shuffles_timers = on;
  return kUnspecified;
}

Outcome is_task(Machine&, Value obj) { return Value::boolean(is<Fiber>(obj)); }
Outcome task_current(Machine& m, std::optional<Scheduler*> s) {
  Fiber& f = current_fiber(m);
  f.shown = true;
  return !s || f.scheduler == *s ? value_of(&f) : kFalse;
}
Outcome yield(Machine& m, std::optional<Scheduler*>) {
  Fiber& f = current_fiber(m);
  if (is_resuming(f)) {  // with something to be looked at: see Engine::wake
    f.yielding = false;
    return check_cancel(m);
  }
  FERMATA_TRY(fine, check_cancel(m));
  f.yielding = true;
  return m.retry_when(value_of(&f));
}

Outcome task_name(Machine&, Fiber& f) { return f.name; }
Outcome task_id(Machine&, Fiber& f) { return count(f.id); }
Outcome task_scheduler(Machine&, Fiber& f) { return value_of(f.scheduler); }

const char* status_of(const Fiber& f) {
  switch (f.state) {
    case State::runnable: return "runnable";
    case State::finished: return "finished";
    case State::crashed: return "crashed";
    case State::cancelled: return "cancelled";
    case State::parked: break;
  }
  return f.wait == Wait::timer ? "sleeping" : f.wait == Wait::foreign ? "foreign" : "blocked";
}
Outcome status(Machine& m, Value first, std::optional<Value> second) {
  const Fiber* f = task_argument(first, second);
  return f ? Outcome(symbol(m, status_of(*f))) : not_a_task(m, first, second);
}
Outcome result(Machine& m, Value first, std::optional<Value> second) {
  const Fiber* f = task_argument(first, second);
  if (f == nullptr) return not_a_task(m, first, second);
  return f->is_over() ? f->task->result : kFalse;
}
Outcome waits_on(Machine&, Fiber& f) { return f.state == State::parked ? f.waits_on : kFalse; }

Outcome set_awaited(Machine&, Fiber& f, bool awaited) {
  f.awaited = awaited;
  return kUnspecified;
}
Outcome set_priority(Machine& m, Fiber& f, Index priority) {
  if (priority >= kPriorities) return m.out_of_range(2, "0, 1 or 2", count(priority));
  f.priority = static_cast<Priority>(priority.value);
  return kUnspecified;
}
Outcome get_priority(Machine&, Fiber& f) { return count(static_cast<std::uint64_t>(f.priority)); }

Outcome cancel_task(Machine& m, Value first, Value second, std::optional<Value> third) {
  const bool three = is<Scheduler>(first) && third;
  Fiber* f = cast<Fiber>(three ? second : first);
  if (f == nullptr) return m.wrong_type(three ? 2 : 1, "a task", three ? second : first);
  const Value reason = three ? *third : second;
  return Value::boolean(cancel(*f, is<Condition>(reason) ? reason : make_cancelled(m, reason)));
}

// The queue that is woken when the task ends.
WaitQueue& end_queue(Machine& m, Fiber& f) {
  if (f.ended == nullptr) f.ended = &make_wait_queue(m.heap, symbol(m, "task-join"));
  f.ended->holder = value_of(&f);
  f.ended->home = f.scheduler;
  return *f.ended;
}
// Waits for the end of a task.
Outcome await_end(Machine& m, Fiber& f) {
  Fiber& self = current_fiber(m);
  if (!is_resuming(self)) {
    if (f.is_over()) return symbol(m, status_of(f));
    if (&f == &self) return m.error(ConditionKind::scheduler, "a task cannot wait for its own end");
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, end_queue(m, f), self, open_wait(self), kFalse, kFalse);
  }
  FERMATA_TRY(answer, wait_here(m, Wait::queue, value_of(f.ended)));
  return symbol(m, status_of(f));
}
Outcome end_queue_of(Machine& m, Fiber& f) { return value_of(&end_queue(m, f)); }

Outcome task_stats(Machine& m, Fiber& f) {
  const Seldom used = f.seldom != nullptr ? *f.seldom : Seldom();
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"steps", f.steps}, {"switches", f.switches}, {"parks", f.parks},
      {"nanoseconds", used.nanoseconds}, {"bytes", used.bytes}, {"parent", f.parent}};
  Value list = kNull;
  for (std::size_t i = std::size(rows); i-- > 0;) {
    list = m.heap.cons(m.heap.cons(symbol(m, rows[i].first), count(rows[i].second)), list);
  }
  return list;
}

Outcome report(Machine& m, std::optional<Scheduler*> s) {
  return value_of(&make_string(m.heap, stuck_report(Engine::of(m), s ? *s : nullptr)));
}

Outcome set_unwinder(Machine& m, Procedure leave) {
  Engine::of(m).unwinder = leave;
  return kUnspecified;
}

constexpr Builtin kTasks[] = {
    builtin<set_unwinder>("(%set-unwinder! leave)",
                          "Tells what runs the after thunks of a task that an error ends."),
    builtin<make>("(%make-scheduler)", "A scheduler with the usual options."),
    builtin<is_scheduler>("(scheduler? obj)", "Whether obj is a scheduler."),
    builtin<current_scheduler>("(current-scheduler)", "The scheduler of the task that runs."),
    builtin<set_policy>("(%scheduler-policy! scheduler name)", "Sets how the next task is chosen."),
    builtin<set_clock>("(%scheduler-clock! scheduler name)", "Sets the kind of clock."),
    builtin<set_gas>("(%scheduler-gas! scheduler n)", "Sets the gas of a turn."),
    builtin<seed>("(%scheduler-seed! scheduler n)", "Sets the seed of all choices."),
    builtin<set_on_error>("(scheduler-on-error! scheduler policy)",
                          "What an error does that a task does not handle and nobody joins: log\n"
                          "(tell on standard error), keep (in the task), stop (the scheduler), or a\n"
                          "procedure that is called, in a new task, with the task and the error."),
    builtin<set_name>("(%scheduler-name! scheduler name)", "Sets its name, for reports."),
    builtin<set_tracing>("(%scheduler-trace! scheduler on)", "Begins or ends a trace."),
    builtin<set_accounting>("(%scheduler-accounts! scheduler on)", "Begins or ends measuring turns."),
    builtin<set_replay>("(%scheduler-replay! scheduler numbers)", "Turns go as the list says."),
    builtin<trace>("(%scheduler-trace scheduler)", "Numbers of the tasks that had turns, newest first."),
    builtin<random_number>("(scheduler-random n)",
                           "An exact integer below n, from the seed of the current scheduler."),
    builtin<shuffle>("(scheduler-shuffle! vector)",
                     "Puts its elements in an order from the seed of the current scheduler."),
    builtin<stats>("(scheduler-stats [scheduler])",
                   "Association list: spawned, live, runnable, foreign, timers, switches, parks,\n"
                   "steps, nanoseconds, bytes, predicates. Time and memory are measured in a\n"
                   "scheduler made with accounts."),
    builtin<tasks>("(scheduler-tasks [scheduler])", "Its tasks that have not ended."),
    builtin<find_stuck>("(find-stuck)",
                        "Tasks that wait where nothing that runs can reach them, so for ever. Looks\n"
                        "for them by a full collection; such tasks are collected otherwise."),
    builtin<drive>("(%drive scheduler once?)", "Runs a scheduler, or takes one turn in it."),
    builtin<spawn>("(%spawn scheduler thunk name priority group [exit-status])",
                   "A new task. With an exit status, an error that nothing handles in it ends the\n"
                   "scheduler it belongs to, as on-error stop does, and if that is the program's own,\n"
                   "the program, with that status. At a prompt it is only told."),
    builtin<on_crash>("(program-on-crash! status)",
                      "An error that nothing handles in its main task is to end the program with that\n"
                      "status, instead of 1."),
    builtin<on_stuck>("(program-on-stuck! status message)",
                      "When no task can ever run again, the program is to end with that status, after\n"
                      "telling the message and who waits for what. Without this, a condition of the\n"
                      "kind stuck is raised in its main task, as it is at a prompt."),
    builtin<shuffle_timers>("(scheduler-shuffle-timers! scheduler on)",
                            "Whether tasks woken by timers of one instant run in an order from the seed;\n"
                            "else the timer that was set first comes first."),
    builtin<is_task>("(task? obj)", "Whether obj is a task."),
    builtin<task_current>("(task-current [scheduler])",
                          "The task that runs; #f when it is not one of that scheduler's."),
    builtin<yield>("(task-yield [scheduler])", "Lets the other tasks that can run have a turn."),
    builtin<task_name>("(task-name task)", "The name it was spawned with, or #f."),
    builtin<task_id>("(task-id task)", "Its number; no other task of this process has it."),
    builtin<task_scheduler>("(task-scheduler task)", "The scheduler it belongs to."),
    builtin<status>("(task-status task-or-scheduler [task])",
                    "One of runnable, blocked, sleeping, foreign, finished, crashed, cancelled."),
    builtin<result>("(task-result task-or-scheduler [task])",
                    "What its thunk returned, or what ended it; #f as long as it has not ended."),
    builtin<waits_on>("(task-waits-on task)", "What a parked task waits for, as reports show it."),
    builtin<set_awaited>("(%task-awaited! task awaited?)", "Whether its errors are not to be reported."),
    builtin<set_priority>("(%task-priority! task n)", "Sets its priority."),
    builtin<get_priority>("(%task-priority task)", "Its priority, a number."),
    builtin<cancel_task>("(task-cancel task-or-scheduler task-or-reason [reason])",
                         "Has the reason raised in the task, as a condition of the kind cancelled,\n"
                         "where it waits or will wait. #f when the task has ended before."),
    builtin<await_end>("(%task-await task)", "Waits for its end; the status."),
    builtin<end_queue_of>("(%task-end-queue task)", "The wait queue that is woken when it ends."),
    builtin<task_stats>("(task-stats task)", "Association list: steps, switches, parks, nanoseconds, bytes (see\n"
                        "scheduler-stats), parent (the task-id of who spawned it)."),
    builtin<report>("(stuck-report [scheduler])",
                    "A text that names each waiting task, what it waits for and where."),
};

}  // namespace

std::span<const Builtin> task_builtins() { return kTasks; }

}  // namespace fermata::sched
