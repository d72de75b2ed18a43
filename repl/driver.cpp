// The machine looks at its interrupt flag when a slice of gas ends: some hundred
// microseconds of calls, and still soon where natives take long for what they charge.
#include "repl/driver.hpp"

#include "sched/cancel.hpp"
#include "sched/engine.hpp"
#include "sched/stuck.hpp"
#include "scheme/ports.hpp"
#include "vm/string.hpp"

namespace fermata::repl {

using namespace vm;
using sched::Engine;
using sched::Fiber;
using sched::Turn;

namespace {

constexpr std::size_t kTurns = 256;  // between looks at the deadline

bool is_over(const Deadline& deadline) {
  return deadline && std::chrono::steady_clock::now() >= *deadline;
}

// Until something can run, the key was pressed, or the time is over.
// Where somebody may look on, what was written so far is to be seen.
void wait(Engine& engine, const InterruptKey& key, const Deadline& deadline) {
  scheme::flush_ready_ports(engine.machine);
  std::optional<std::int64_t> until;
  if (deadline) {
    const auto left = *deadline - std::chrono::steady_clock::now();
    until = vm::system_clock().monotonic_ns() + std::chrono::nanoseconds(left).count();
  }
  engine.wait(key.wake_fd(), until);
}

Value stuck_condition(Engine& engine) {
  Machine& m = engine.machine;
  std::string message = "every task waits, and nothing can wake one of them\n" +
                        sched::stuck_report(engine, nullptr);
  message.pop_back();
  const Value c = m.make_condition(ConditionKind::stuck, message);
  as<Condition>(c).who = kFalse;
  return c;
}

Ending ending_of(const Fiber& main) {
  const bool finished = main.state == sched::State::finished;
  return {finished ? Ending::Kind::finished : Ending::Kind::raised, main.task->result, main.task->trace};
}

}  // namespace

Ending drive(Machine& m, Task& task, InterruptKey& key, const Deadline& deadline) {
  using Kind = Ending::Kind;
  Engine& engine = Engine::of(m);
  Fiber& main = engine.adopt(task);
  int interrupts = 0;
  key.take();
  for (;;) {
    const Turn turn = engine.run(main, kTurns);
    switch (turn.kind) {
      case Turn::Kind::over: return ending_of(main);
      case Turn::Kind::exited: return {Kind::exited, turn.value};
      case Turn::Kind::failed: return {Kind::raised, turn.value, turn.fiber->task->trace};
      case Turn::Kind::asked:
        if (turn.fiber == &main) return {Kind::asked, turn.value};
        engine.raise_in(*turn.fiber, m.make_condition(ConditionKind::internal, "nobody answers this request"));
        break;
      case Turn::Kind::idle: wait(engine, key, deadline); break;
      case Turn::Kind::stuck: engine.raise_in(main, stuck_condition(engine)); break;
      case Turn::Kind::interrupted:
      case Turn::Kind::nested:
      case Turn::Kind::ran: break;
    }
    if (is_over(deadline)) return {Kind::timed_out};
    if (key.take()) {
      if (++interrupts > 1) {
        engine.abandon(main);
        return {Kind::interrupted};
      }
      engine.raise_in(main, m.make_condition(ConditionKind::interrupted, "interrupted"));
    }
  }
}

}  // namespace fermata::repl
