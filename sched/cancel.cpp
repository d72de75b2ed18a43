#include "sched/cancel.hpp"

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// What was cancelled may wait: it goes on, to find the condition raised.
void notice_cancel(Fiber& f) {
  f.cancel_pending = true;
  f.cancel_delivered = false;
  if (f.state != State::parked || f.phase == Phase::answered || f.phase == Phase::raised) return;
  if (pending_cancel(f) == kFalse) return;
  close_wait(f);
  make_runnable(f);
}

}  // namespace

Value make_cancelled(Machine& m, Value reason) {
  const Value c = m.make_condition(ConditionKind::cancelled, "cancelled:", m.heap.cons(reason, kNull));
  as<Condition>(c).who = kFalse;
  return c;
}

Value pending_cancel(Fiber& f) {
  if (f.leaving) return kFalse;
  Engine& engine = *f.scheduler->engine;
  Value d = engine.current == &f ? engine.machine.dynamic() : f.task->dynamic;
  Value found = kFalse;
  for (; d != kNull; d = as<Dynamic>(d).next) {
    const auto& entry = as<Dynamic>(d);
    if (entry.aux() != Dynamic::kMark || entry.first != engine.cancel_key) continue;
    const auto* scope = cast<CancelScope>(entry.second);
    if (scope == nullptr) return found;  // a shield
    if (scope->condition != kFalse) found = scope->condition;
  }
  return f.cancel_condition != kFalse ? f.cancel_condition : found;
}

bool cancel(Fiber& f, Value condition) {
  if (f.is_over()) return false;
  if (f.cancel_condition == kFalse) {
    f.cancel_condition = condition;
    notice_cancel(f);
  }
  return true;
}

void cancel(CancelScope& scope, Value condition) {
  if (scope.condition != kFalse) return;
  drop_deadline(scope);
  scope.condition = condition;
  if (!scope.fiber->is_over()) notice_cancel(*scope.fiber);
}

void expire(CancelScope& scope) {
  Machine& m = scope.fiber->scheduler->engine->machine;
  scope.timer = nullptr;
  const Value c = m.make_condition(ConditionKind::timeout, "the deadline has passed");
  as<Condition>(c).who = kFalse;
  cancel(scope, c);
}

void set_deadline(CancelScope& scope, std::int64_t time) {
  Scheduler& s = *scope.fiber->scheduler;
  auto& n = s.engine->machine.heap.make_with<WaitNode>(WaitNode::kTimer, 0);
  n.tag = value_of(&scope);
  n.datum = Value::fixnum(time);
  scope.timer = &n;
  s.timers.add(s.engine->machine.heap, n);
}

void drop_deadline(CancelScope& scope) {
  WaitNode* n = std::exchange(scope.timer, nullptr);
  if (n == nullptr || !n->link.is_linked()) return;
  n->link.unlink();
  --scope.fiber->scheduler->timers.count;
}

}  // namespace fermata::sched
