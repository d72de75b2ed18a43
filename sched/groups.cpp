#include "sched/groups.hpp"

#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

Group& make_group(Machine& m, CancelScope& body) {
  auto& g = m.heap.make<Group>();
  g.members.make_head();
  g.body = &body;
  g.idle = &make_wait_queue(m.heap, m.symbols.intern("scope"));
  return g;
}

void join_group(Machine& m, Group& g, Fiber& f) {
  auto& n = m.heap.make<WaitNode>();
  n.fiber = &f;
  n.link.insert_before(g.members);
  f.group = &g;
  f.membership = &n;
  ++g.count;
  if (g.cancelled != kFalse) cancel(f, g.cancelled);
}

void leave_group(Machine& m, Fiber& f) {
  Group& g = *std::exchange(f.group, nullptr);
  f.membership->link.unlink();
  f.membership = nullptr;
  if (f.state == State::crashed) {
    g.errors = m.heap.cons(f.task->result, g.errors);
    if (!g.keeps_going) cancel_group(g, make_cancelled(m, m.symbols.intern("sibling-failed")));
  }
  if (--g.count == 0) claim_all(*g.idle, kUnspecified);
}

void cancel_group(Group& g, Value condition) {
  if (g.cancelled != kFalse) return;
  g.cancelled = condition;
  for (Link* l = g.members.next; l != &g.members; l = l->next) cancel(*node_of(*l).fiber, condition);
  cancel(*g.body, condition);
}

}  // namespace fermata::sched
