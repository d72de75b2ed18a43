#include "sched/timed_calls.hpp"

#include "sched/builtins.hpp"

namespace fermata::sched {

using namespace vm;

void begin(TimedCall& call) {
  Scheduler& s = *call.scheduler;
  Fiber& f = s.engine->spawn(s, call.procedure, call.dynamic);
  f.exit_status = static_cast<std::uint8_t>(call.exit_status.fixnum());
  f.rights = call.rights;
  make_runnable(f);
}

namespace {

Outcome start(Machine& m, Fixnum time, Procedure thunk) {
  Fiber& f = current_fiber(m);
  Scheduler& s = *f.scheduler;
  if (s.timers.count / 2 >= s.engine->most_tasks)
    return m.error(ConditionKind::scheduler, "there are as many timers as the host lets this interpreter have");
  auto& call = m.heap.make<TimedCall>(&s, thunk.value, m.dynamic() == kNull ? kNull : inherited(m),
                                      Value::fixnum(f.exit_status), f.rights);
  auto& n = m.heap.make_with<WaitNode>(WaitNode::kTimer, 0);
  n.tag = value_of(&call);
  n.datum = Value::fixnum(time);
  if (time <= read_clock(s)) {
    begin(call);
  } else {
    s.timers.add(m.heap, n);
  }
  return value_of(&n);
}

Outcome stop(Machine&, WaitNode& n) {
  const auto* call = cast<TimedCall>(n.tag);
  if (call == nullptr || n.fiber != nullptr || !n.link.is_linked()) return kFalse;
  n.link.unlink();
  --call->scheduler->timers.count;
  return kTrue;
}

constexpr Builtin kTimedCalls[] = {
    builtin<start>("(call-at! nanoseconds thunk)",
                   "Has the thunk called in a new task at that time of the clock; a call."),
    builtin<stop>("(call-cancel! call)", "Has it not called; #f when it was, or was stopped before."),
};

}  // namespace

std::span<const Builtin> timed_call_builtins() { return kTimedCalls; }

}  // namespace fermata::sched
