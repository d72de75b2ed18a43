#include "api/tasks.hpp"

#include "api/datum.hpp"
#include "api/errors.hpp"
#include "api/events.hpp"
#include "api/streams.hpp"
#include "sched/cancel.hpp"
#include "sched/heap_watch.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;
using sched::Fiber;
using sched::State;

namespace {

struct End {
  fermata_task_state state;
  fermata_datum* result = nullptr;
  fermata_error* error = nullptr;
};

// Everybody who asked is told.  The task is the host's alone from here on.
void finish(fermata_task& t, const End& end) {
  std::vector<fermata_task::Done> done;
  Instance& in = *t.in;
  {
    const std::lock_guard guard(t.lock);
    t.state = end.state;
    t.result = end.result;
    t.error = end.error;
    done.swap(t.done);
    t.changed.notify_all();
  }
  if (t.gas > 0 || t.deadline > 0) --in.limited_tasks;
  t.in = nullptr;
  t.fiber = Kept();
  if (t.submitted != 0) {
    publish(in);  // what it told comes before its end
    in.events->put({FERMATA_EXITED, t.submitted, end.result != nullptr ? fermata_datum_copy(end.result) : nullptr,
                    end.error != nullptr ? fermata_error_copy(end.error) : nullptr});
  }
  for (const fermata_task::Done& d : done) {
    d.call(d.data);
    if (d.drop != nullptr) d.drop(d.data);
  }
  fermata_task_drop(&t);
}

End end_of(Instance& in, const Fiber& f) {
  const auto failed = [&](fermata_task_state state) {
    fermata_error* e = error_of(in, f.task->result, f.task->trace);
    tell(*e);
    return End{state, nullptr, e};
  };
  if (f.state == State::cancelled) return failed(FERMATA_WAS_CANCELLED);
  if (f.state == State::crashed) return failed(FERMATA_CRASHED);
  std::string problem;
  if (fermata_datum* d = datum_of(in, f.task->result, problem)) return {FERMATA_FINISHED, d};
  return {FERMATA_FINISHED, nullptr,
          error_of(FERMATA_TYPE, "the task's result is not plain data: " + problem)};
}

fermata_task* take(Instance& in, const Fiber& f) {
  const auto found = in.tasks.find(f.id);
  if (found == in.tasks.end()) return nullptr;
  fermata_task* t = found->second;
  in.tasks.erase(found);
  return t;
}

// Seldom::host_end of such tasks.
Outcome task_ended(Machine& m, Value task) {
  Instance& in = *static_cast<Instance*>(m.services[kHostService]);
  const Fiber& f = as<Fiber>(task);
  if (fermata_task* t = take(in, f)) {
    const End end = end_of(in, f);
    if (end.error != nullptr && end.error->code == FERMATA_CANCELLED && t->passed != FERMATA_OK)
      end.error->code = t->passed;
    finish(*t, end);
  }
  return kUnspecified;
}
constexpr Builtin kEnded = builtin<task_ended>("(host-task-ended task)", "Tells the host how it ended.");

}  // namespace

void tell_of_failure(Machine& m, Fiber& f) {
  Instance& in = *static_cast<Instance*>(m.services[kHostService]);
  fermata_error* e = error_of(in, f.task->result, f.task->trace);
  tell(*e);
  publish(in);
  if (in.events->has_room()) in.events->put({FERMATA_FAILED, f.id, nullptr, e});
  else fermata_error_free(e);
}

HeapAllowance::Verdict HeapAllowance::look(Instance& in, const Fiber& f) {
  const std::uint64_t allocated = in.machine->heap.allocated();
  if (limit_ == 0 || allocated < look_at_) return Verdict::fine;
  const std::size_t kept = sched::kept_by(*in.machine, f, limit_ + limit_ / 4, kNull);
  look_at_ = allocated + std::max<std::size_t>(kept > limit_ ? limit_ / 32 : limit_ / 4, 65536);
  const bool told = std::exchange(told_, kept > limit_);
  if (kept <= limit_) return Verdict::fine;
  return told && kept > limit_ + limit_ / 8 ? Verdict::end : Verdict::tell;
}

Value HeapAllowance::used_up(Instance& in) {
  const Value c = in.machine->make_condition(ConditionKind::memory, "the memory given to this run is used up");
  as<Condition>(c).who = kFalse;
  return c;
}

void close_tasks(Instance& in) {
  while (!in.tasks.empty()) {
    fermata_task* t = in.tasks.begin()->second;
    in.tasks.erase(in.tasks.begin());
    finish(*t, {FERMATA_WAS_CANCELLED, nullptr, error_of(FERMATA_CLOSED, "the interpreter was closed")});
  }
}

void end_by_exit(Instance& in, Fiber& f, int status) {
  if (fermata_task* t = take(in, f)) finish(*t, {FERMATA_FINISHED, nullptr, exit_error(status)});
}

void hold_to_limits(Instance& in, Fiber& f) {
  if (in.limited_tasks == 0 || f.is_over()) return;
  const auto found = in.tasks.find(f.id);
  if (found == in.tasks.end()) return;
  fermata_task& t = *found->second;
  switch (t.heap.look(in, f)) {
    case HeapAllowance::Verdict::fine: break;
    case HeapAllowance::Verdict::tell: in.engine->raise_in(f, HeapAllowance::used_up(in)); return;
    case HeapAllowance::Verdict::end:
      f.task->result = HeapAllowance::used_up(in);
      in.engine->abandon(f);
      return;
  }
  if (t.passed == FERMATA_OK && t.gas > 0 && f.steps >= t.gas) {
    t.passed = FERMATA_GAS;
    t.ends_at = now_ns() + kGrace;
    t.grace_steps = f.steps + kGraceGas;
    in.engine->raise_in(f, in.machine->make_condition(ConditionKind::cancelled, "the gas given to this run is used up"));
  } else if (t.ends_at == 0 && t.deadline > 0 && now_ns() >= t.deadline) {  // its scope tells it
    t.ends_at = now_ns() + kGrace;
    t.grace_steps = f.steps + kGraceGas;
  } else if (t.ends_at > 0 && now_ns() >= t.ends_at + (f.steps < t.grace_steps ? 9 * kGrace : 0)) {
    const bool late = t.passed == FERMATA_OK;
    f.task->result = in.machine->make_condition(
        late ? ConditionKind::timeout : ConditionKind::cancelled,
        late ? "the time given to this run is over" : "the gas given to this run is used up");
    in.engine->abandon(f);
  }
}

fermata_task* spawn(Instance& in, Value procedure, const fermata_view* arguments, std::size_t count,
                    const fermata_run* run, const fermata_streams* streams) {
  Machine& m = *in.machine;
  Fiber& f = begin_task(in, procedure, {arguments, count}, run);
  if (streams != nullptr) f.task->dynamic = stream_marks(in, *streams);
  if (run != nullptr && run->timeout_ns > 0) {
    // A scope around all of the task, with a deadline.
    auto& scope = m.heap.make<sched::CancelScope>();
    scope.fiber = &f;
    f.task->dynamic = add_mark(m, in.engine->cancel_key, value_of(&scope), f.task->dynamic);
    sched::set_deadline(scope, sched::read_clock(*f.scheduler) + run->timeout_ns);
  }
  f.with_seldom(m.heap).host_end = value_of(&m.heap.make<Native>(&kEnded));
  auto* t = new fermata_task;
  if (run != nullptr) {
    t->gas = run->gas;
    t->deadline = run->timeout_ns > 0 ? now_ns() + run->timeout_ns : 0;
    t->heap = HeapAllowance(complete(run).heap_bytes);
    if (t->gas > 0 || t->deadline > 0 || t->heap.is_limited()) ++in.limited_tasks;
  }
  t->id = f.id;
  t->door = in.engine->door;
  t->in = &in;
  t->fiber = Kept(*in.hub, value_of(&f));
  in.tasks[f.id] = t;
  in.engine->changed();
  return t;
}

}  // namespace fermata::api

// ---- the C interface --------------------------------------------------------------------------
using namespace fermata;
using namespace fermata::api;

fermata_error* fermata_spawn(fermata_interp* in, fermata_view procedure, const fermata_view* arguments, size_t count,
                             const fermata_run* run, const fermata_streams* streams, fermata_task** out) {
  if (fermata_error* e = in->check()) return e;
  fermata_task* t = spawn(*in, value_of_view(procedure), arguments, count, run, streams);
  if (out != nullptr) *out = fermata_task_copy(t);
  return nullptr;
}

uint64_t fermata_task_id(const fermata_task* t) { return t->id; }

fermata_task_state fermata_task_state_of(const fermata_task* t) {
  {
    const std::lock_guard guard(t->lock);
    if (t->state != FERMATA_RUNNABLE) return t->state;
  }
  if (t->door->here() == nullptr || t->in == nullptr) return FERMATA_RUNNABLE;
  return vm::as<sched::Fiber>(t->fiber.get()).state == sched::State::parked ? FERMATA_WAITING : FERMATA_RUNNABLE;
}

void fermata_task_cancel(fermata_task* t, const char* reason, size_t size) {
  const auto cancel = [](fermata_task& t, const std::string& reason) {
    if (t.in == nullptr) return;
    vm::Machine& m = *t.in->machine;
    const vm::Value why = reason.empty() ? vm::kFalse : vm::value_of(&vm::make_string(m.heap, reason));
    sched::cancel(vm::as<sched::Fiber>(t.fiber.get()), sched::make_cancelled(m, why));
    t.in->engine->changed();
  };
  std::string text(reason != nullptr ? reason : "", size);
  if (t->door->here() != nullptr) return cancel(*t, text);
  const std::shared_ptr<fermata_task> held(fermata_task_copy(t), fermata_task_drop);
  t->door->post([held, cancel, text](sched::Engine&) { cancel(*held, text); });
}

fermata_error* fermata_task_result(const fermata_task* t, fermata_datum** out) {
  const std::lock_guard guard(t->lock);
  if (t->error != nullptr) return fermata_error_copy(t->error);
  if (t->result == nullptr) return error_of(FERMATA_BUSY, "the task has not ended");
  *out = fermata_datum_copy(t->result);
  return nullptr;
}

fermata_error* fermata_task_wait(fermata_task* t, int64_t timeout_ns, fermata_datum** out) {
  const std::int64_t until = timeout_ns >= 0 ? now_ns() + timeout_ns : Run::kForEver;
  const auto late = [] { return error_of(FERMATA_TIMEOUT, "the task has not ended in that time"); };
  if (t->door->here() == nullptr || t->in == nullptr) {
    std::unique_lock guard(t->lock);
    const auto over = [&] { return t->state >= FERMATA_FINISHED; };
    if (timeout_ns < 0) t->changed.wait(guard, over);
    else if (!t->changed.wait_for(guard, std::chrono::nanoseconds(timeout_ns), over)) return late();
    guard.unlock();
    return fermata_task_result(t, out);
  }
  fermata_interp& in = *t->in;
  if (in.run != nullptr)
    return error_of(FERMATA_BLOCKED, "a host function cannot wait for a task; it may finish later, by a Completer");
  while (fermata_task_state_of(t) < FERMATA_FINISHED) {
    const fermata_tick_result r = fermata_tick(&in, 100'000, 0);
    if (fermata_task_state_of(t) >= FERMATA_FINISHED) break;
    if (in.interrupted.exchange(false)) return error_of(FERMATA_CANCELLED, "interrupted by the host");
    if (r.state == FERMATA_ALL_WAIT || r.state == FERMATA_ALL_DONE)
      return error_of(FERMATA_STUCK, "every task waits, and nothing can wake one of them");
    if (now_ns() >= until) return late();
    if (r.state == FERMATA_IDLE) wait_for_work(in, until);
  }
  return fermata_task_result(t, out);
}

void fermata_task_on_done(fermata_task* t, void (*call)(void*), void* data, fermata_drop drop) {
  {
    const std::lock_guard guard(t->lock);
    if (t->state < FERMATA_FINISHED) {
      t->done.push_back({call, data, drop});
      return;
    }
  }
  call(data);
  if (drop != nullptr) drop(data);
}

fermata_task* fermata_task_copy(fermata_task* t) {
  t->uses.fetch_add(1, std::memory_order_relaxed);
  return t;
}

void fermata_task_drop(fermata_task* t) {
  if (t->uses.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (const fermata_task::Done& d : t->done) {
    if (d.drop != nullptr) d.drop(d.data);
  }
  fermata_datum_drop(t->result);
  fermata_error_free(t->error);
  delete t;
}
