// Natives on cancel scopes and groups: the base of (fermata sched scope).
#include "sched/builtins.hpp"
#include "sched/cancel.hpp"
#include "sched/groups.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

Outcome make_scope(Machine& m) {
  auto& scope = m.heap.make<CancelScope>();
  scope.fiber = &current_fiber(m);
  return value_of(&scope);
}
// What happens until the matching pop is in the scope; #t makes a shield.
Outcome push(Machine& m, Value scope) {
  m.push_dynamic(Dynamic::kMark, Engine::of(m).cancel_key, scope);
  return kUnspecified;
}
Outcome condition(Machine&, CancelScope& scope) { return scope.condition; }
Outcome cancel_scope(Machine& m, CancelScope& scope, Value reason) {
  cancel(scope, is<Condition>(reason) ? reason : make_cancelled(m, reason));
  return kUnspecified;
}
Outcome deadline(Machine&, CancelScope& scope, Fixnum time) {
  if (scope.condition == kFalse) set_deadline(scope, time);
  return kUnspecified;
}
Outcome no_deadline(Machine&, CancelScope& scope) {
  drop_deadline(scope);
  return kUnspecified;
}
Outcome check(Machine& m) { return check_cancel(m); }

Outcome group(Machine& m, CancelScope& scope, bool keeps_going) {
  Group& g = make_group(m, scope);
  g.keeps_going = keeps_going;
  return value_of(&g);
}
Outcome group_wait(Machine& m, Group& g) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (g.count == 0) return kUnspecified;
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, *g.idle, f, open_wait(f), kFalse, kFalse);
  }
  return wait_here(m, Wait::queue, value_of(g.idle));
}
Outcome group_cancel(Machine& m, Group& g, Value reason) {
  cancel_group(g, is<Condition>(reason) ? reason : make_cancelled(m, reason));
  return kUnspecified;
}
Outcome group_errors(Machine&, Group& g) { return g.errors; }
Outcome group_count(Machine&, Group& g) { return Value::fixnum(static_cast<std::int64_t>(g.count)); }

constexpr Builtin kScopes[] = {
    builtin<make_scope>("(%make-cancel-scope)", "A scope of the task that runs."),
    builtin<push>("(%push-cancel-scope! scope)", "Enters it, or a shield when it is #t."),
    builtin<condition>("(%cancel-scope-condition scope)", "What is raised in it, or #f."),
    builtin<cancel_scope>("(%cancel-scope! scope reason)", "Cancels what runs in it."),
    builtin<deadline>("(%set-deadline! scope nanoseconds)", "It expires at that time."),
    builtin<no_deadline>("(%drop-deadline! scope)", "It does not expire any more."),
    builtin<check>("(task-check-cancel)", "Raises what is to be raised in a cancelled task."),
    builtin<group>("(%make-group scope keeps-going?)", "A group of tasks whose body is in scope."),
    builtin<group_wait>("(%group-wait group)", "Waits until all its tasks have ended."),
    builtin<group_cancel>("(%group-cancel! group reason)", "Cancels its tasks and its body."),
    builtin<group_errors>("(%group-errors group)", "What its tasks raised, newest first."),
    builtin<group_count>("(%group-count group)", "How many of its tasks have not ended."),
};

}  // namespace

std::span<const Builtin> scope_builtins() { return kScopes; }

}  // namespace fermata::sched
