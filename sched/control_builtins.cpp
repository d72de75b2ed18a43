// Natives on tasks for those who build a model of concurrency on them: what is kept with a
// task, ending it from outside, pausing it, keeping the turn.  The rows stand at the end.
#include "sched/builtins.hpp"
#include "sched/cancel.hpp"
#include "sched/heap_watch.hpp"
#include "sched/running.hpp"
#include "sched/waiting.hpp"
#include "vm/tight_stack.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

Outcome local(Machine& m, std::optional<Fiber*> f) { return (f ? **f : current_fiber(m)).local; }
Outcome set_local(Machine& m, Fiber& f, Value obj, std::optional<Procedure> at_end) {
  f.local = obj;
  if (at_end) f.at_end = with_rights(m, *at_end);
  return kUnspecified;
}
Outcome scheduler_local(Machine&, Scheduler& s) { return s.local; }
Outcome set_scheduler_local(Machine&, Scheduler& s, Value obj) {
  s.local = obj;
  return kUnspecified;
}
Outcome set_name(Machine&, Fiber& f, Value name) {
  f.name = name;
  return kUnspecified;
}
Outcome is_main(Machine&, Fiber& f) { return Value::boolean(f.is_main); }

Outcome exit_task(Machine& m, std::optional<Value> result) {
  Fiber& f = current_fiber(m);
  f.exiting = true;
  return m.retry_when(result.value_or(kUnspecified));
}
Outcome kill(Machine& m, Fiber& f, std::optional<Value> obj) {
  if (f.is_over()) return kFalse;
  const Value result = obj ? *obj : make_cancelled(m, m.symbols.intern("killed"));
  if (&f == &current_fiber(m)) {
    return m.error(ConditionKind::scheduler, "a task ends itself by task-exit");
  }
  if (f.is_main) {  // its end is the host's matter
    f.to_raise = result;
    close_wait(f);
    make_runnable(f);
    return kTrue;
  }
  f.exiting = true;
  Engine::of(m).abandon(f);
  f.task->result = result;
  return kTrue;
}

Outcome pause(Machine& m, Fiber& f) {
  if (&f == &current_fiber(m)) {
    return m.error(ConditionKind::scheduler, "a task cannot pause itself");
  }
  if (!f.is_over()) Engine::of(m).pause(f);
  return kUnspecified;
}
Outcome go_on(Machine& m, Fiber& f) {
  Engine::of(m).go_on(f);
  return kUnspecified;
}

Outcome tighten(Machine& m, Fiber& f) {
  if (f.state == State::parked && f.task != nullptr) tighten_stack(m.heap, *f.task);
  Scheduler& s = *f.scheduler;
  if (s.settlers != nullptr && first_of(*s.settlers) == nullptr) s.settlers = nullptr;
  return kUnspecified;
}

Outcome hold(Machine& m) {
  ++current_fiber(m).holds;
  return kUnspecified;
}
Outcome release(Machine& m) {
  Fiber& f = current_fiber(m);
  if (f.holds > 0) --f.holds;
  return kUnspecified;
}

Outcome set_heap_limit(Machine& m, Fiber& f, Index limit, Procedure too_much, Value types) {
  if (limit == 0) {
    drop_heap_watch(f);
  } else {
    set_heap_watch(m, f, {limit, with_rights(m, too_much), types});
  }
  return kUnspecified;
}
Outcome most_messages(Machine& m) {
  return Value::fixnum(static_cast<std::int64_t>(Engine::of(m).most_messages));
}
Outcome get_heap_limit(Machine&, Fiber& f) {
  return Value::fixnum(static_cast<std::int64_t>(heap_limit(f)));
}

// The task that asks is in the middle of asking: nobody needs to look.
Outcome task_runs_any(Machine& m, Fiber& f, Value procedures) {
  if (&f == &current_fiber(m))
    return m.error(ConditionKind::scheduler, "a task cannot look at itself");
  return Value::boolean(runs_any(m, f, procedures));
}

constexpr Builtin kControl[] = {
    builtin<most_messages>("(%most-messages)", "How many messages a mailbox may hold."),
    builtin<local>("(task-local [task])",
                   "What is kept with the running task, or that one; #f at first."),
    builtin<set_local>("(set-task-local! task obj [at-end])",
                       "Keeps obj with a task. (at-end task) will be called, in a new task, when\n"
                       "this one has ended other than by task-exit or task-kill."),
    builtin<scheduler_local>("(scheduler-local scheduler)", "What is kept with it; #f at first."),
    builtin<set_scheduler_local>("(set-scheduler-local! scheduler obj)", "Keeps obj with it."),
    builtin<set_name>("(set-task-name! task name)", "Sets the name that reports show."),
    builtin<is_main>("(main-task? task)", "Whether the task is the main program of its host."),
    builtin<exit_task>("(task-exit [obj])",
                       "Ends the running task as if its thunk had returned obj. Neither handlers\n"
                       "nor after thunks are run."),
    builtin<kill>("(task-kill task [obj])",
                  "Ends another task where it stands: neither its handlers nor its after thunks\n"
                  "are run. Its result is obj, else a condition that cancelled? is true of. The\n"
                  "main program has that raised instead. #f when the task has ended before."),
    builtin<pause>("(task-pause task)",
                   "From now on the task takes no turns; what it waits for may come meanwhile."),
    builtin<go_on>("(task-continue task)", "Ends a pause."),
    builtin<tighten>("(%task-tighten! task)",
                     "A task that waits, and its scheduler, take no more memory than they need."),
    builtin<task_runs_any>(
        "(task-runs-any? task procedures)",
        "Whether another task is in the middle of one of the procedures, or of a\n"
        "lambda inside, or will return to one."),
    builtin<set_heap_limit>(
        "(set-task-heap-limit! task bytes too-much types)",
        "When more memory than so many bytes can be reached from the task's stack and from what\n"
        "is kept with it, it is paused, and (too-much task) called in a new task. Records of\n"
        "the listed types do not count, nor do variables of the top level, ports and tasks.\n"
        "0 bytes: no limit."),
    builtin<get_heap_limit>("(task-heap-limit task)", "The limit in bytes, or 0."),
    builtin<hold>("(turn-hold!)",
                  "Until turn-release!, no other task has a turn; a wait, or an error raised in the\n"
                  "task from outside, ends that too. For a few steps that others must not see half\n"
                  "done; may be nested."),
    builtin<release>("(turn-release!)", "Ends what turn-hold! began."),
};

}  // namespace

std::span<const Builtin> control_builtins() { return kControl; }

}  // namespace fermata::sched
