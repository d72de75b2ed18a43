// apply with a list whose making is seen: (apply f a (list b c)) is (f a b c).
//
// Such lists come from rest parameters once their procedure is inlined, and from programs that
// pass on what they were given with something in front.  No list is made, and what is called
// may be known, or inlined in turn.

#include "scheme/passes.hpp"
#include "vm/native.hpp"

namespace fermata::scheme {

namespace {

constexpr std::size_t kMost = 60;  // arguments that a call has room for

bool is_native(const Call& call, std::string_view name) {
  const vm::Native* native = native_of(call.procedure);
  return native != nullptr && native->row->name() == name;
}

// Adds the elements of the list that the expression makes; false: it is not seen.  A literal is
// not taken apart, as the program may have changed its pairs.
bool elements(Node* tail, GcVector<Node*>& items) {
  while (items.size() <= kMost) {
    if (auto* c = node_if<Constant>(tail, NodeKind::constant)) return c->value == vm::kNull;
    auto* call = node_if<Call>(tail, NodeKind::call);
    if (call == nullptr) return false;
    List<Node>& a = *call->arguments;
    if (is_native(*call, "list")) {
      for (Node* n : a) items.push_back(n);
      return items.size() <= kMost;
    }
    if (!is_native(*call, "cons") || a.count != 2) return false;
    items.push_back(a[0]);
    tail = a[1];
  }
  return false;
}

// Whether it makes no difference when the operator is looked at: before the arguments, as an
// argument of apply is, or after them, as a variable in front of a call may be.
bool is_settled(Node* n) {
  switch (n->node_kind()) {
    case NodeKind::constant:
    case NodeKind::lambda:
      return true;
    case NodeKind::local_ref: {
      const Variable* v = node_cast<LocalRef>(n).variable;
      return v->assignments == 0 && !(v->flags & kUninitialized);
    }
    case NodeKind::global_ref: {
      const vm::Cell* cell = node_cast<GlobalRef>(n).cell;
      return cell->is_constant() && cell->value != vm::kUnbound;
    }
    default:
      return false;
  }
}

}  // namespace

Node* spread_apply(Compilation& c, Call& call) {
  Heap& heap = c.heap();
  List<Node>& a = *call.arguments;
  if (a.count < 2 || !is_native(call, "apply")) return nullptr;
  GcVector<Node*> items(heap);
  for (std::size_t i = 1; i + 1 < a.count; ++i) items.push_back(a[i]);
  if (!elements(a[a.count - 1], items)) return nullptr;
  auto* arguments = make_list_of<Node>(heap, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) (*arguments)[i] = items[i];
  if (is_settled(a[0]))
    return make_node<Call>(heap, NodeKind::call, call.span(), a[0], arguments);
  Variable* f = make_variable(heap, vm::kFalse);
  f->references = 1;
  f->flags |= kEscapes;
  Node* called = make_node<Call>(heap, NodeKind::call, call.span(), make_local_ref(heap, call.span(), f), arguments);
  return make_let(heap, call.span(), f, a[0], called);
}

}  // namespace fermata::scheme
