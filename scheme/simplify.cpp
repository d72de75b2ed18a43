// Simplification: a smaller tree that computes the same.
//
// One walk decides from the counts of the walk before; compile() runs a few rounds.
// The walk goes on along tail positions in its loop and recurses only elsewhere, so long
// bodies and `cond` chains need no C++ stack.
//
//   beta        ((lambda (x) body) e) and calls of known lambdas become Let
//   lambdas     called from one place: moved there; small ones: copied
//   variables   bound to constants and other variables: replaced; unused ones: dropped
//   tests       decided at compile time where the value is known; (not x) swaps branches
//   values      call-with-values of known procedures becomes Let or Receive (simplify_values.cpp)

#include "scheme/builtins.hpp"
#include "scheme/passes.hpp"
#include "scheme/primitives.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

enum class Use : std::uint8_t { value, test, effect };

class Simplifier {
 public:
  explicit Simplifier(Compilation& c) : c_(c), heap_(c.heap()) {}

  void visit(Node** hole, Use use);

 private:
  bool visit_conditional(Node** hole, Use use, Node*** next);
  bool visit_sequence(Node** hole, Node*** next);
  bool visit_let(Node** hole, Use use, Node*** next);
  void test_of_itself(Let& let, Use use);
  void visit_letrec(Letrec& letrec);
  // True: *hole is something new, look at it again.
  bool visit_call(Node** hole, Use use);
  bool apply_lambda(Node** hole, Call& call, Lambda& lambda);
  bool apply_known(Node** hole, Call& call);
  bool apply_form(Node** hole, Call& call);
  const vm::Inlined* frame_of_call(Call& call, Lambda& l);
  Node* substitute(LocalRef& ref);
  Node** find_first(Node** hole, Variable* v);

  Compilation& c_;
  Heap& heap_;
  int copies_left_ = 400;
  std::size_t library_nodes_left_ = 4000;
};

bool is_true_constant(Node* n) {
  auto* c = node_if<Constant>(n, NodeKind::constant);
  return c != nullptr && c->value.is_true();
}
bool is_false_constant(Node* n) {
  auto* c = node_if<Constant>(n, NodeKind::constant);
  return c != nullptr && !c->value.is_true();
}

// The operand of (not x), or null.
Node* negated(Node* n) {
  auto* call = node_if<Call>(n, NodeKind::call);
  if (call == nullptr || call->arguments->count != 1) return nullptr;
  const vm::Native* native = native_of(call->procedure);
  return native != nullptr && native->row->name() == "not" ? (*call->arguments)[0] : nullptr;
}

Node* Simplifier::substitute(LocalRef& ref) {
  Variable* v = ref.variable;
  if (!(v->flags & kSubstitute)) return nullptr;
  Node* value = v->init;
  if (auto* other = node_if<LocalRef>(value, NodeKind::local_ref)) {
    other->variable->references++;  // keeps `called once` true only when it is
    return make_local_ref(heap_, ref.span(), other->variable);
  }
  return value;
}

void Simplifier::visit(Node** hole, Use use) {
  for (;;) {
    Node* n = *hole;
    c_.guard.check(n->span());
    switch (n->node_kind()) {
      case NodeKind::constant:
        return;
      case NodeKind::local_ref: {
        Node* value = substitute(node_cast<LocalRef>(n));
        if (value != nullptr) *hole = n = value;
        if (use == Use::effect && is_pure(n))
          *hole = make_constant(heap_, n->span(), vm::kUnspecified);
        return;
      }
      case NodeKind::global_ref: {
        const vm::Cell* cell = node_cast<GlobalRef>(n).cell;
        if (!cell->is_constant() || cell->value == vm::kUnbound) return;
        const Value v = cell->value;
        if (v.is_fixnum() || v.is_char() || v.is_boolean() || v == vm::kNull)
          *hole = make_constant(heap_, n->span(), v);
        else if (use == Use::effect)
          *hole = make_constant(heap_, n->span(), vm::kUnspecified);
        return;
      }
      case NodeKind::local_set:
        hole = &node_cast<LocalSet>(n).value;
        use = Use::value;
        break;
      case NodeKind::global_set:
        hole = &node_cast<GlobalSet>(n).value;
        use = Use::value;
        break;
      case NodeKind::global_define:
        hole = &node_cast<GlobalDefine>(n).value;
        use = Use::value;
        break;
      case NodeKind::conditional:
        if (!visit_conditional(hole, use, &hole)) return;
        break;
      case NodeKind::lambda:
        if (use == Use::effect) {
          *hole = make_constant(heap_, n->span(), vm::kUnspecified);
          return;
        }
        hole = &node_cast<Lambda>(n).body;
        use = Use::value;
        break;
      case NodeKind::case_lambda:
        for (Lambda* l : *node_cast<CaseLambda>(n).clauses) visit(&l->body, Use::value);
        return;
      case NodeKind::call:
        if (!visit_call(hole, use)) return;
        break;
      case NodeKind::sequence:
        if (!visit_sequence(hole, &hole)) return;
        break;
      case NodeKind::let:
        if (!visit_let(hole, use, &hole)) return;
        break;
      case NodeKind::letrec:
        if (!(n->header & kFixGroup)) {
          fix_letrec(c_, hole);
          break;
        }
        visit_letrec(node_cast<Letrec>(n));
        hole = &node_cast<Letrec>(n).body;
        break;
      case NodeKind::receive:
        if (call_with_known_values(c_, hole)) break;
        visit(&node_cast<Receive>(*hole).producer, Use::value);
        hole = &node_cast<Receive>(n).body;
        break;
      case NodeKind::block:
      case NodeKind::exit:
        assert(false && "made by a later pass");
        return;
    }
  }
}

// True: go on at *next.
bool Simplifier::visit_conditional(Node** hole, Use use, Node*** next) {
  auto& n = node_cast<Conditional>(*hole);
  visit(&n.test, Use::test);
  *next = hole;
  while (Node* inner = negated(n.test)) {
    n.test = inner;
    std::swap(n.then, n.otherwise);
  }
  if (is_true_constant(n.test)) return *hole = n.then, true;
  if (is_false_constant(n.test)) return *hole = n.otherwise, true;
  if (use == Use::test && is_true_constant(n.then) && is_false_constant(n.otherwise)) {
    *hole = n.test;
    return false;
  }
  visit(&n.then, use);
  *next = &n.otherwise;
  return true;
}

bool Simplifier::visit_sequence(Node** hole, Node*** next) {
  auto& n = node_cast<Sequence>(*hole);
  std::size_t kept = 0;
  bool nested = false;
  for (std::size_t i = 0; i + 1 < n.nodes->count; ++i) {
    Node*& item = (*n.nodes)[i];
    visit(&item, Use::effect);
    nested = nested || item->node_kind() == NodeKind::sequence;
    if (is_pure(item)) continue;
    (*n.nodes)[kept++] = item;
  }
  Node* last = (*n.nodes)[n.nodes->count - 1];
  if (kept == 0) return *hole = last, *next = hole, true;
  (*n.nodes)[kept] = last;
  for (std::size_t i = kept + 1; i < n.nodes->count; ++i) (*n.nodes)[i] = nullptr;
  n.nodes->count = kept + 1;
  *next = &(*n.nodes)[kept];
  return true;
}

// Gives the same whenever it is looked at, and is not v.
bool is_still(Node* n, const Variable* v) {
  if (n->node_kind() == NodeKind::constant) return true;
  auto* ref = node_if<LocalRef>(n, NodeKind::local_ref);
  return ref != nullptr && ref->variable != v && ref->variable->assignments == 0 &&
         !(ref->variable->flags & kUninitialized);
}

// The reference to v when it is the first thing that evaluating *hole does.
Node** Simplifier::find_first(Node** hole, Variable* v) {
  for (int steps = 0; steps < 20; ++steps) {
    Node* n = *hole;
    switch (n->node_kind()) {
      case NodeKind::local_ref:
        return node_cast<LocalRef>(n).variable == v ? hole : nullptr;
      case NodeKind::local_set:
        hole = &node_cast<LocalSet>(n).value;
        break;
      case NodeKind::global_define:
        hole = &node_cast<GlobalDefine>(n).value;
        break;
      case NodeKind::conditional:
        hole = &node_cast<Conditional>(n).test;
        break;
      case NodeKind::sequence:
        hole = &(*node_cast<Sequence>(n).nodes)[0];
        break;
      case NodeKind::receive:
        hole = &node_cast<Receive>(n).producer;
        break;
      case NodeKind::let:
        if (node_cast<Let>(n).inits->count == 0) return nullptr;
        hole = &(*node_cast<Let>(n).inits)[0];
        break;
      case NodeKind::call: {
        auto& call = node_cast<Call>(n);
        const NodeKind k = call.procedure->node_kind();
        const bool quiet = native_of(call.procedure) != nullptr || k == NodeKind::local_ref;
        if (!quiet || call.arguments->count == 0) return nullptr;
        // Arguments that neither do nor see anything may stand before it.
        std::size_t i = 0;
        while (i + 1 < call.arguments->count && is_still((*call.arguments)[i], v)) ++i;
        hole = &(*call.arguments)[i];
        break;
      }
      default:
        return nullptr;
    }
  }
  return nullptr;
}

bool is_boolean(Node* n) {
  auto* call = node_if<Call>(n, NodeKind::call);
  const Primitive* p = call != nullptr ? primitive_of(*call) : nullptr;
  return p != nullptr && is_test(p->shape);
}

// `or` makes (let ((t e)) (if t t other)): where only a truth value is wanted, or e gives no
// other, the second t is #t, and then e can stand in the test.
void Simplifier::test_of_itself(Let& let, Use use) {
  if (let.variables->count != 1 || (use == Use::value && !is_boolean((*let.inits)[0]))) return;
  auto* body = node_if<Conditional>(let.body, NodeKind::conditional);
  if (body == nullptr) return;
  auto* test = node_if<LocalRef>(body->test, NodeKind::local_ref);
  auto* then = node_if<LocalRef>(body->then, NodeKind::local_ref);
  Variable* v = (*let.variables)[0];
  if (test == nullptr || then == nullptr || test->variable != v || then->variable != v) return;
  if (v->assignments != 0) return;
  body->then = make_constant(heap_, then->span(), vm::kTrue);
  v->references--;
}

bool Simplifier::visit_let(Node** hole, Use use, Node*** next) {
  auto& n = node_cast<Let>(*hole);
  test_of_itself(n, use);
  List<Variable>& variables = *n.variables;
  List<Node>& inits = *n.inits;
  *next = hole;
  if (variables.count == 1) {
    Variable* v = variables[0];
    if (v->references == 1 && v->assignments == 0 && inits[0]->node_kind() != NodeKind::lambda) {
      if (Node** first = find_first(&n.body, v)) {
        *first = inits[0];
        *hole = n.body;
        return true;
      }
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < variables.count; ++i) {
    Variable* v = variables[i];
    Node* init = inits[i];
    v->init = init;
    const bool fixed = v->assignments == 0 && !(v->flags & kUninitialized);
    auto* lambda = node_if<Lambda>(init, NodeKind::lambda);
    if (lambda != nullptr && fixed && !(v->flags & kEscapes) && c_.options.inline_procedures) {
      if (v->references == 1) {
        v->flags |= kInlineOnce;  // visited where it is called
      } else {
        visit(&inits[i], Use::value);
        if (is_small(heap_, *lambda)) v->flags |= kInlineCopy;
      }
    } else {
      const bool unused = v->references == 0 && fixed;
      visit(&inits[i], unused ? Use::effect : Use::value);
    }
    init = v->init = inits[i];
    if (fixed) {
      if (v->references == 0 && is_pure(init)) continue;
      const NodeKind k = init->node_kind();
      if (k == NodeKind::constant || (k == NodeKind::global_ref && is_pure(init))) {
        v->flags |= kSubstitute;
        continue;
      }
      if (auto* ref = node_if<LocalRef>(init, NodeKind::local_ref))
        if (ref->variable->assignments == 0 && !(ref->variable->flags & kUninitialized)) {
          // The variable's own uses may now stand elsewhere, as an argument even.
          ref->variable->flags = (ref->variable->flags & ~kInlineOnce) | kEscapes;
          v->flags |= kSubstitute;
          continue;
        }
    }
    variables[kept] = v;
    inits[kept++] = init;
  }
  for (std::size_t i = kept; i < variables.count; ++i) variables[i] = nullptr, inits[i] = nullptr;
  variables.count = inits.count = kept;
  if (kept == 0)
    *hole = n.body;
  else
    *next = &n.body;
  return true;
}

void Simplifier::visit_letrec(Letrec& n) {
  std::size_t kept = 0;
  List<Variable>& variables = *n.variables;
  List<Node>& inits = *n.inits;
  for (std::size_t i = 0; i < variables.count; ++i) {
    if (variables[i]->references == 0) continue;
    visit(&node_cast<Lambda>(inits[i]).body, Use::value);
    variables[i]->init = inits[i];
    variables[kept] = variables[i];
    inits[kept++] = inits[i];
  }
  for (std::size_t i = kept; i < variables.count; ++i) variables[i] = nullptr, inits[i] = nullptr;
  variables.count = inits.count = kept;
}

// ---- calls ----------------------------------------------------------------------------

bool Simplifier::apply_lambda(Node** hole, Call& call, Lambda& l) {
  const std::size_t given = call.arguments->count;
  if (!accepts(l, given)) return false;
  const vm::Span span = call.span();
  const std::size_t count = l.parameters->count;
  auto* inits = make_list_of<Node>(heap_, count);
  for (std::size_t i = 0; i < l.required + l.optional; ++i)
    (*inits)[i] = i < given ? (*call.arguments)[i] : make_constant(heap_, span, vm::kDefault);
  if (l.has_rest) {
    const std::size_t first = l.required + l.optional;
    if (given <= first) {
      (*inits)[first] = make_constant(heap_, span, vm::kNull);
    } else {
      auto* rest = make_list_of<Node>(heap_, given - first);
      for (std::size_t i = first; i < given; ++i) (*rest)[i - first] = (*call.arguments)[i];
      (*inits)[first] =
          make_node<Call>(heap_, NodeKind::call, span, make_native_ref(heap_, span, "list"), rest);
    }
  }
  for (std::size_t i = 0; i < count; ++i) (*l.parameters)[i]->init = (*inits)[i];
  *hole = make_node<Let>(heap_, NodeKind::let, l.span(), l.parameters, inits, l.body);
  return true;
}

// A lambda of a library's form has no frame that anybody would know, nor has one without a name
// that is called from the program's own text: a macro made it.
const vm::Inlined* Simplifier::frame_of_call(Call& call, Lambda& l) {
  const bool shown = l.span().known() && (vm::is<vm::Symbol>(l.name) || !call.span().known() ||
                                          (call.within != nullptr && call.within->is_foreign));
  return shown ? make_inlined(heap_, l.name, call.span()) : call.within;
}

// A call of a variable that holds a lambda worth having here.
bool Simplifier::apply_known(Node** hole, Call& call) {
  Variable* v = node_cast<LocalRef>(call.procedure).variable;
  if (!(v->flags & (kInlineOnce | kInlineCopy))) return false;
  auto& lambda = node_cast<Lambda>(v->init);
  if (!accepts(lambda, call.arguments->count)) return false;
  if (v->flags & kInlineOnce) {
    // The tree moves here; what stays behind is an empty lambda that nobody refers to.
    mark_inlined(heap_, lambda.body, frame_of_call(call, lambda));
    apply_lambda(hole, call, lambda);
    lambda.parameters = make_list_of<Variable>(heap_, 0);
    lambda.required = lambda.optional = lambda.has_rest = 0;
    lambda.most_rest = 0;
    lambda.body = make_constant(heap_, lambda.span(), vm::kUnspecified);
    v->references = 0;
    v->flags &= ~kInlineOnce;
    return true;
  }
  if (copies_left_-- <= 0) return false;
  auto& copy = node_cast<Lambda>(copy_tree(heap_, &lambda));
  mark_inlined(heap_, copy.body, frame_of_call(call, copy));
  count_uses(heap_, &copy);  // of its own variables; those around it count more, never less
  return apply_lambda(hole, call, copy);
}

// A call of a library's procedure that is worth having here.
bool Simplifier::apply_form(Node** hole, Call& call) {
  if (!c_.options.inline_libraries || !c_.options.inline_procedures) return false;
  Lambda* l = form_for(heap_, call, library_nodes_left_);
  if (l == nullptr) return false;
  count_uses(heap_, l);
  return apply_lambda(hole, call, *l);
}

bool Simplifier::visit_call(Node** hole, Use use) {
  auto& call = node_cast<Call>(*hole);
  // ((let (...) f) x) is (let (...) (f x)).
  const auto inside = [&](Node*& body) {
    *hole = call.procedure;
    call.procedure = body;
    body = &call;
    return true;
  };
  switch (call.procedure->node_kind()) {
    case NodeKind::lambda:
      if (apply_lambda(hole, call, node_cast<Lambda>(call.procedure))) return true;
      visit(&call.procedure, Use::value);  // never to be called, yet its variables change
      break;
    case NodeKind::let:
      return inside(node_cast<Let>(call.procedure).body);
    case NodeKind::letrec:
      return inside(node_cast<Letrec>(call.procedure).body);
    case NodeKind::receive:
      return inside(node_cast<Receive>(call.procedure).body);
    case NodeKind::sequence: {
      auto& nodes = *node_cast<Sequence>(call.procedure).nodes;
      return inside(nodes[nodes.count - 1]);
    }
    case NodeKind::local_ref: {
      Node* value = substitute(node_cast<LocalRef>(call.procedure));
      if (value != nullptr) call.procedure = value;
      if (call.procedure->node_kind() == NodeKind::local_ref && apply_known(hole, call))
        return true;
      break;
    }
    case NodeKind::global_ref:
    case NodeKind::constant:
      break;
    default:
      visit(&call.procedure, Use::value);
      if (call.procedure->node_kind() == NodeKind::lambda) return true;
  }
  if (receive_values(c_, hole, call) || apply_form(hole, call)) return true;
  if (c_.options.inline_primitives)
    if (Node* better = rewrite_native_call(c_, call)) return *hole = better, true;
  const bool tests = use == Use::test && negated(&call) != nullptr;
  for (Node*& a : *call.arguments) visit(&a, tests ? Use::test : Use::value);
  if (c_.options.fold_constants)
    if (Node* value = fold_call(c_, call)) *hole = value;
  return false;
}

}  // namespace

void simplify(Compilation& c, Node** tree) { Simplifier(c).visit(tree, Use::value); }

}  // namespace fermata::scheme
