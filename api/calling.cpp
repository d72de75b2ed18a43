// Calling a procedure: how most of what a host asks for goes.
//
// A call is a task of its own.  As long as calls come to their end in their first turn nobody
// hears of that task, so the next call has it again, with its stack.  A call without options
// then needs no more than a look at what may be in the way; whatever is, or a first turn that
// ends otherwise, makes it a run like others: see running.cpp.
#include "api/later.hpp"
#include "api/running.hpp"
#include "scheme/ports.hpp"

namespace fermata::api {

using namespace vm;
using sched::Fiber;
using sched::Turn;

Fiber& caller_for(Instance& in, Value procedure, Arguments arguments) {
  Machine& m = *in.machine;
  const Values values(m, arguments);
  in.captures = m.counters.captures;
  if (in.ready != nullptr) {
    m.call_again(*in.ready->task, procedure, values.data(), arguments.count);
    return *std::exchange(in.ready, nullptr);
  }
  Fiber& f = in.engine->make_caller();
  f.task = &m.make_task(procedure, values.data(), arguments.count, 64);
  in.caller = Kept();
  return f;
}

void forget_caller(Instance& in) {
  in.caller = Kept();
  in.ready = nullptr;
}

namespace {

// Nothing of what it did is left in the fiber, and nobody has its stack.
bool is_unused(const Instance& in, const Fiber& f) {
  return f.ticket == 0 && f.cancel_condition == kFalse && f.local == kFalse && f.group == nullptr &&
         f.rights == kFalse && f.priority == sched::Priority::normal && in.captures == in.machine->counters.captures &&
         Machine::rests(*f.task);
}

fermata_error* result_of(Instance& in, fermata_error* e, Value result, fermata_view* out) {
  if (e == nullptr && out != nullptr) *out = view_of(in, result);
  return e;
}

// By the fiber that is ready.
fermata_error* call_again(Instance& in, Value procedure, Arguments arguments, fermata_view* out) {
  Machine& m = *in.machine;
  Fiber& f = *std::exchange(in.ready, nullptr);  // it is again when all went well
  in.captures = m.counters.captures;
  m.clear_interrupt();
  union Few {
    Few() {}  // left unset
    Value at[Values::kFew];
  } few;
  for (std::size_t i = 0; i < arguments.count; ++i) few.at[i] = value_of_view(arguments.data[i]);
  Turn turn{Turn::Kind::over, &f};
  bool over;
  const std::uint64_t steps = f.steps;
  {
    const Driving driving(in);
    over = in.engine->call_again(f, procedure, few.at, arguments.count, turn);
  }
  in.gas_used += f.steps - steps;
  Task& task = *f.task;
  if (!over || task.state() != Task::finished) [[unlikely]] {
    Value result;
    return result_of(in, go_on(in, f, turn, result), result, out);
  }
  scheme::flush_ready_ports(m);
  const Value result = std::exchange(task.result, kUnspecified);
  f.holds = 0;
  if (is_unused(in, f)) in.ready = &f;
  else in.caller = Kept();
  publish(in);
  if (!in.laters.empty()) look_after_laters(in);
  return result_of(in, nullptr, result, out);
}

}  // namespace

void give_back(Instance& in, Fiber& f) {
  Task& task = *f.task;
  task.result = task.trace = kUnspecified;
  task.kont = nullptr;
  task.lo = 0;  // of a raise the trace is left, which was set apart: else the segment is sealed
  task.dynamic = kNull;
  f.holds = 0;
  in.ready = nullptr;
  if (!is_unused(in, f)) {
    in.caller = Kept();
    return;
  }
  in.ready = &f;
  if (!in.caller) in.caller = Kept(*in.hub, value_of(&f));
}

}  // namespace fermata::api

// ---- the C interface --------------------------------------------------------------------------
using namespace fermata::api;

fermata_error* fermata_call(fermata_interp* in, fermata_view procedure, const fermata_view* arguments, size_t count,
                            const fermata_run* run, fermata_view* out) {
  if (fermata_error* e = in->check()) return e;
  const fermata::vm::Value callee = value_of_view(procedure);
  if (run == nullptr && in->ready != nullptr && in->run == nullptr && in->calls_until_look > 0 &&
      count <= fermata::api::Values::kFew) [[likely]] {
    --in->calls_until_look;
    return without_exceptions([&] { return call_again(*in, callee, {arguments, count}, out); });
  }
  fermata::vm::Value result;
  return result_of(*in, run_procedure(*in, callee, {arguments, count}, run, result), result, out);
}
