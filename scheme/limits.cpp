// A frame has 255 registers and a call 255 arguments; programs have no such limits.
//
// The walk keeps an upper bound of the registers in use at each node.  Where that grows too
// large, the expression is wrapped in a procedure of no arguments that is called at once,
// so it starts with a fresh frame.  Calls with very many arguments become `apply` of a list;
// parameters beyond a limit arrive in a rest list.

#include <algorithm>
#include <set>

#include "scheme/passes.hpp"
#include "scheme/primitives.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

constexpr std::size_t kMostParameters = 120;
constexpr std::size_t kMostArguments = 120;
constexpr std::size_t kDeepest = 240;  // registers, with some reserve

class Fitter {
 public:
  explicit Fitter(Compilation& c) : c_(c), heap_(c.heap()), work_(c.heap()) {}

  void run(Node** tree) {
    work_.push_back({tree, 1});
    while (!work_.empty()) {
      const Item item = work_.pop_back();
      fit(item.hole, item.depth);
    }
  }

 private:
  struct Item {
    Node** hole;  // in a tree that the caller holds
    std::size_t depth;
  };
  void later(Node*& child, std::size_t depth) { work_.push_back({&child, depth}); }

  // Registers that the node itself takes, besides those of its parts.
  std::size_t need(Node* n) {
    switch (n->node_kind()) {
      case NodeKind::call:
        return node_cast<Call>(n).arguments->count + 4;
      case NodeKind::let:
        return node_cast<Let>(n).variables->count + parameters_in(*node_cast<Let>(n).inits) + 2;
      case NodeKind::letrec: {
        auto& letrec = node_cast<Letrec>(n);
        const std::size_t count = letrec.variables->count;
        const std::size_t closures =
            count > kMostParameters && captures_nothing(letrec) ? 0 : count;
        return closures + parameters_in(*letrec.inits) + 2;
      }
      case NodeKind::receive:
        return node_cast<Receive>(n).variables->count + 2;
      case NodeKind::case_lambda:
        return node_cast<CaseLambda>(n).clauses->count + 4;
      default:
        return 4;
    }
  }
  // Then its procedures are made at compile time and take no registers.
  bool captures_nothing(Letrec& letrec) {
    std::set<const Variable*> bound(letrec.variables->begin(), letrec.variables->end());
    const auto bind = [&](List<Variable>& l) { bound.insert(l.begin(), l.end()); };
    GcVector<Node*> work(heap_);
    for (Node* init : *letrec.inits) work.push_back(init);
    while (!work.empty()) {
      Node* n = work.pop_back();
      if (auto* ref = node_if<LocalRef>(n, NodeKind::local_ref); ref && !bound.count(ref->variable))
        return false;
      if (auto* set = node_if<LocalSet>(n, NodeKind::local_set); set && !bound.count(set->variable))
        return false;
      if (auto* l = node_if<Lambda>(n, NodeKind::lambda)) bind(*l->parameters);
      if (auto* l = node_if<Let>(n, NodeKind::let)) bind(*l->variables);
      if (auto* l = node_if<Letrec>(n, NodeKind::letrec)) bind(*l->variables);
      if (auto* r = node_if<Receive>(n, NodeKind::receive)) bind(*r->variables);
      if (auto* c = node_if<CaseLambda>(n, NodeKind::case_lambda))
        for (Lambda* l : *c->clauses) bind(*l->parameters);
      for_each_child(n, [&](Node*& child) { work.push_back(child); });
    }
    return true;
  }
  // A procedure may become a loop, whose parameters are registers here.
  static std::size_t parameters_in(List<Node>& inits) {
    std::size_t n = 0;
    for (Node* init : inits)
      if (auto* l = node_if<Lambda>(init, NodeKind::lambda); l && !(l->flags & kOwnFrame))
        n += l->parameters->count;
    return n;
  }

  void fit(Node** hole, std::size_t depth) {
    Node* n = *hole;
    if (auto* call = node_if<Call>(n, NodeKind::call)) {
      if (call->arguments->count > kMostArguments) *hole = n = as_apply(*call);
    } else if (auto* let = node_if<Let>(n, NodeKind::let)) {
      if (let->variables->count > 1 && need(n) > 60) *hole = n = one_by_one(*let);
    }
    if (depth + need(n) > kDeepest && depth > 8) {
      *hole = own_procedure(n);
      later(node_cast<Lambda>(node_cast<Call>(*hole).procedure).body, 1);
      return;
    }
    if (auto* letrec = node_if<Letrec>(n, NodeKind::letrec); letrec && need(n) > kDeepest)
      for (Node* init : *letrec->inits) node_cast<Lambda>(init).flags |= kOwnFrame;
    if (need(n) > kDeepest)
      throw SyntaxError(n->span(), "too many mutually recursive procedures that share variables");
    descend(n, depth);
  }

  void descend(Node* n, std::size_t depth) {
    switch (n->node_kind()) {
      case NodeKind::lambda:
        procedure(node_cast<Lambda>(n), 0);
        break;
      case NodeKind::case_lambda:
        for (Lambda* l : *node_cast<CaseLambda>(n).clauses) procedure(*l, 0);
        break;
      case NodeKind::call: {
        auto& call = node_cast<Call>(n);
        const bool primitive = c_.options.inline_primitives && primitive_of(call) != nullptr;
        const std::size_t base = primitive ? 0 : 2;
        std::size_t i = 0;
        for (Node*& a : *call.arguments) later(a, depth + base + i++);
        later(call.procedure, depth + base + i);
        break;
      }
      case NodeKind::let:
        bindings(node_cast<Let>(n), depth);
        break;
      case NodeKind::letrec:
        bindings(node_cast<Letrec>(n), depth);
        break;
      case NodeKind::receive: {
        auto& receive = node_cast<Receive>(n);
        later(receive.producer, depth);
        later(receive.body, depth + receive.variables->count);
        break;
      }
      default:
        for_each_child(n, [&](Node*& child) { later(child, depth); });
    }
  }

  template <class T>
  void bindings(T& n, std::size_t depth) {
    const std::size_t inside = depth + need(&n) - 2;
    std::size_t i = 0;
    for (Node*& init : *n.inits) {
      if (auto* l = node_if<Lambda>(init, NodeKind::lambda))
        procedure(*l, inside);
      else
        later(init, depth + i);
      ++i;
    }
    later(n.body, inside);
  }

  void procedure(Lambda& l, std::size_t around) {
    if (l.parameters->count > kMostParameters) take_rest(l);
    const std::size_t own = l.parameters->count + 1;
    later(l.body, around > own ? around : own);
  }

  Node* own_procedure(Node* body) {
    auto* l = make_node<Lambda>(heap_, NodeKind::lambda, body->span(), vm::kFalse,
                                make_list_of<Variable>(heap_, 0), 0u, 0u, 0u, 0u, body,
                                static_cast<void*>(nullptr), vm::kFalse);
    return make_call(heap_, body->span(), l, {});
  }

  // All names differ, so parallel and sequential binding are the same.
  Node* one_by_one(Let& let) {
    Node* body = let.body;
    for (std::size_t i = let.variables->count; i-- > 0;)
      body = make_let(heap_, let.span(), (*let.variables)[i], (*let.inits)[i], body);
    return body;
  }

  Variable* temporary() {
    Variable* v = make_variable(heap_, vm::kFalse);
    v->flags |= kEscapes;
    return v;
  }

  // (f a b ...) is (let* ((p f) (l1 (list a ...)) (l2 (list ...))) (apply p (append l1 l2))).
  Node* as_apply(Call& call) {
    const vm::Span span = call.span();
    List<Node>& a = *call.arguments;
    const std::size_t pieces = (a.count + kMostArguments - 1) / kMostArguments;
    Variable* procedure = temporary();
    auto* variables = make_list_of<Variable>(heap_, pieces);
    auto* refs = make_list_of<Node>(heap_, pieces);
    for (std::size_t i = 0; i < pieces; ++i) {
      (*variables)[i] = temporary();
      (*refs)[i] = make_local_ref(heap_, span, (*variables)[i]);
    }
    Node* list =
        make_node<Call>(heap_, NodeKind::call, span, make_native_ref(heap_, span, "append"), refs);
    Node* body = make_call(heap_, span, make_native_ref(heap_, span, "apply"),
                           {make_local_ref(heap_, span, procedure), list});
    for (std::size_t i = pieces; i-- > 0;) {
      const std::size_t first = i * kMostArguments;
      const std::size_t count = std::min(kMostArguments, a.count - first);
      auto* part = make_list_of<Node>(heap_, count);
      for (std::size_t k = 0; k < count; ++k) (*part)[k] = a[first + k];
      Node* piece =
          make_node<Call>(heap_, NodeKind::call, span, make_native_ref(heap_, span, "list"), part);
      body = make_let(heap_, span, (*variables)[i], piece, body);
    }
    return make_let(heap_, span, procedure, call.procedure, body);
  }

  // Parameters beyond the limit are taken from a rest list, one by one.
  void take_rest(Lambda& l) {
    const vm::Span span = l.span();
    const std::size_t count = l.parameters->count, direct = kMostParameters - 1;
    if (l.required < direct || l.optional != 0)
      throw SyntaxError(span, "too many optional parameters");
    auto* kept = make_list_of<Variable>(heap_, direct + 1);
    for (std::size_t i = 0; i < direct; ++i) (*kept)[i] = (*l.parameters)[i];
    Variable* rest = temporary();
    (*kept)[direct] = rest;
    const std::size_t last = count - (l.has_rest ? 1 : 0);
    const auto tail = [&](std::size_t skipped) {
      return make_call(
          heap_, span, make_native_ref(heap_, span, "list-tail"),
          {make_local_ref(heap_, span, rest),
           make_constant(heap_, span, Value::fixnum(static_cast<std::int64_t>(skipped)))});
    };
    // Too many arguments are refused as too few are: by an error of the list operation.
    Node* body = l.body;
    Node* end = tail(last - direct);
    if (l.has_rest) {
      body = make_let(heap_, span, (*l.parameters)[last], end, body);
    } else {
      Node* fault =
          make_call(heap_, span, make_native_ref(heap_, span, "error"),
                    {make_constant(heap_, span,
                                   vm::value_of(&vm::make_string(heap_, "too many arguments")))});
      Node* check = make_call(heap_, span, make_native_ref(heap_, span, "null?"), {end});
      body = make_node<Conditional>(heap_, NodeKind::conditional, span, check, body, fault);
    }
    for (std::size_t i = last; i-- > direct;) {
      Node* item = make_call(
          heap_, span, make_native_ref(heap_, span, "list-ref"),
          {make_local_ref(heap_, span, rest),
           make_constant(heap_, span, Value::fixnum(static_cast<std::int64_t>(i - direct)))});
      body = make_let(heap_, span, (*l.parameters)[i], item, body);
    }
    l.parameters = kept;
    l.required = static_cast<std::uint32_t>(direct);
    l.has_rest = 1;
    l.most_rest = 0;
    l.body = body;
  }

  Compilation& c_;
  Heap& heap_;
  GcVector<Item> work_;
};

}  // namespace

void fit_registers(Compilation& c, Node** tree) { Fitter(c).run(tree); }

}  // namespace fermata::scheme
