// Runs a program in an interpreter with flows, as a host would: until it has ended.
#pragma once

#include "sched/engine.hpp"
#include "scheme/printer.hpp"
#include "vm/machine.hpp"

namespace fermata::flow {

struct Ended {
  bool finished;
  std::string text;  // the value, or what was raised, as write shows it
  std::size_t turns = 0;
};

// turn: gas of a turn of the program's scheduler; 0: as usual.
inline Ended run_program(vm::Machine& m, vm::Value procedure, std::int64_t turn = 0) {
  sched::Engine& engine = sched::Engine::of(m);
  if (turn > 0) engine.root->gas = turn;
  sched::Fiber& main = engine.adopt(m.make_task(procedure));
  for (std::size_t turns = 1;; ++turns) {
    const sched::Turn t = engine.run(main, 1);
    if (t.kind == sched::Turn::Kind::idle) engine.wait(-1, {});
    if (t.kind == sched::Turn::Kind::stuck) return {false, "stuck", turns};
    if (t.kind == sched::Turn::Kind::over)
      return {main.state == sched::State::finished, scheme::to_text(m, main.task->result),
              turns};
  }
}

}  // namespace fermata::flow
