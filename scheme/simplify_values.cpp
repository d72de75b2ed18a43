// Simplification of multiple values: where producer and consumer are both known, the values are
// bound to variables and no values object is made.
#include "scheme/builtins.hpp"
#include "scheme/passes.hpp"
#include "scheme/primitives.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

bool is_call_of(Node* n, std::string_view name) {
  auto* call = node_if<Call>(n, NodeKind::call);
  const vm::Native* native = call ? native_of(call->procedure) : nullptr;
  return native != nullptr && native->row->name() == name;
}

// The library procedure of that name, which is a constant once its library is loaded.
bool is_call_with_values(Node* procedure) {
  auto* ref = node_if<GlobalRef>(procedure, NodeKind::global_ref);
  if (ref == nullptr || !ref->cell->is_constant() || !vm::is<vm::Closure>(ref->cell->value))
    return false;
  const auto is_symbol = [](Value v, std::string_view name) {
    const vm::Symbol* s = vm::cast<vm::Symbol>(v);
    return s != nullptr && vm::to_utf8(vm::as<vm::String>(s->name)) == name;
  };
  const Value home = ref->cell->home;
  return is_symbol(ref->cell->name, "call-with-values") && home.is_pair() &&
         is_symbol(home.pair()->car, "fermata");
}

// What the expression ends in, one step on; null at an end and where it branches.
Node* next_in_tail(Node* n) {
  switch (n->node_kind()) {
    case NodeKind::let:
      return node_cast<Let>(n).body;
    case NodeKind::letrec:
      return node_cast<Letrec>(n).body;
    case NodeKind::sequence: {
      auto& nodes = *node_cast<Sequence>(n).nodes;
      return nodes[nodes.count - 1];
    }
    default:
      return nullptr;
  }
}

// Whether every end of the expression is (values ...) with so many arguments; bounded.
bool ends_in_values(Compilation& c, Node* n, std::size_t count, int& leaves) {
  for (;;) {
    c.guard.check(n->span());
    if (Node* next = next_in_tail(n)) {
      n = next;
    } else if (auto* branch = node_if<Conditional>(n, NodeKind::conditional)) {
      if (leaves > 8 || !ends_in_values(c, branch->then, count, leaves)) return false;
      n = branch->otherwise;
    } else {
      return ++leaves <= 8 && is_call_of(n, "values") &&
             node_cast<Call>(n).arguments->count == count;
    }
  }
}

// Each (values a b) at an end becomes a call of `procedure`.
void call_at_ends(Heap& heap, Node* n, Variable* procedure) {
  for (;;) {
    if (Node* next = next_in_tail(n)) {
      n = next;
    } else if (auto* branch = node_if<Conditional>(n, NodeKind::conditional)) {
      call_at_ends(heap, branch->then, procedure);
      n = branch->otherwise;
    } else {
      node_cast<Call>(n).procedure = make_local_ref(heap, n->span(), procedure);
      procedure->references++;
      return;
    }
  }
}

}  // namespace

// (call-with-values producer (lambda (a b) ...)) binds a and b to what producer returns.
// It is (%apply-values consumer (producer)), which a program's own library may call too.
bool receive_values(Compilation& c, Node** hole, Call& call) {
  if (!c.options.inline_procedures || call.arguments->count != 2) return false;
  const bool calls = is_call_with_values(call.procedure);
  if (!calls && !is_call_of(&call, "%apply-values")) return false;
  Node* first = (*call.arguments)[0];
  Node* second = (*call.arguments)[1];
  auto* consumer = node_if<Lambda>(calls ? second : first, NodeKind::lambda);
  if (consumer == nullptr || consumer->optional != 0 || consumer->most_rest != 0 ||
      consumer->required > 60)
    return false;
  Node* values = second;
  if (calls) {
    auto* producer = node_if<Lambda>(first, NodeKind::lambda);
    const bool takes_none = producer != nullptr && is_fixed(*producer) && producer->required == 0;
    values = takes_none ? producer->body : make_call(c.heap(), call.span(), first, {});
  }
  *hole =
      make_node<Receive>(c.heap(), NodeKind::receive, call.span(), consumer->parameters,
                         static_cast<std::uint64_t>(consumer->has_rest), values, consumer->body);
  return true;
}

bool call_with_known_values(Compilation& c, Node** hole) {
  auto& n = node_cast<Receive>(*hole);
  const std::size_t count = n.variables->count;
  int leaves = 0;
  if (n.has_rest || !ends_in_values(c, n.producer, count, leaves)) return false;
  // The rest of the computation is a procedure that the ends call; with one end it
  // is inlined there, with more it becomes a place to jump to.
  auto* l = make_node<Lambda>(c.heap(), NodeKind::lambda, n.span(), vm::kFalse, n.variables,
                              static_cast<std::uint32_t>(count), 0u, 0u, 0u, n.body,
                              static_cast<void*>(nullptr), vm::kFalse);
  Variable* v = make_variable(c.heap(), vm::kFalse);
  v->init = l;
  call_at_ends(c.heap(), n.producer, v);
  *hole = make_let(c.heap(), n.span(), v, l, n.producer);
  return true;
}

}  // namespace fermata::scheme
