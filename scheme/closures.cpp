#include "scheme/closures.hpp"

#include <set>
#include <vector>

#include "scheme/primitives.hpp"

namespace fermata::scheme {

namespace {

// A context is a number; two expressions share one when they have the same continuation.
// The body of a lambda has a context that knows its lambda; others stand for themselves.
class Planner {
 public:
  Planner(Compilation& c, Plan& plan)
      : c_(c), heap_(c.heap()), plan_(plan), calls_(c.heap()), exits_(c.heap()), uses_(c.heap()) {}

  void run(Lambda& top) {
    do {
      plan_.lambdas.clear();
      context_lambda_.clear();
      calls_.clear();
      exits_.clear();
      enter(&top, nullptr, nullptr, -1);
      find_contexts(top);
      find_labels();
    } while (dissolve_crossed_blocks(top));
    find_owners(top);
    find_free_variables();
    find_boxes();
  }

 private:
  struct KnownCall {
    LambdaPlan* callee;
    int context;
  };
  struct ExitPlace {
    BlockPlan* block;
    LambdaPlan* lambda;
  };
  struct OutsideUse {
    Variable* variable;
    LambdaPlan* frame;
  };
  struct Scope {
    Node* node;
    LambdaPlan* lambda;
    int context;
  };

  int new_context(LambdaPlan* body_of) {
    context_lambda_.push_back(body_of ? body_of->index : -1);
    return static_cast<int>(context_lambda_.size()) - 1;
  }

  LambdaPlan* enter(Lambda* l, Variable* name, LambdaPlan* parent, int home) {
    auto* p = static_cast<LambdaPlan*>(heap_.traced(sizeof(LambdaPlan)));
    *p = LambdaPlan{};
    p->lambda = l;
    p->name = name;
    p->parent = parent;
    p->home = home;
    p->index = static_cast<std::int32_t>(plan_.lambdas.size());
    p->place = vm::Emitter::kNoLabel;
    p->is_label = name != nullptr && c_.options.loops && !(name->flags & kEscapes) &&
                  is_fixed(*l) && name->references > 0 && !(l->flags & kOwnFrame);
    l->analysis = p;
    plan_.lambdas.push_back(p);
    return p;
  }

  // ---- which lambdas are labels -----------------------------------------------------
  void find_contexts(Lambda& top) {
    GcVector<Scope> work(heap_);
    work.push_back({top.body, plan_.lambdas[0], new_context(plan_.lambdas[0])});
    while (!work.empty()) {
      const Scope s = work.pop_back();
      const auto tail = [&](Node* n) { work.push_back({n, s.lambda, s.context}); };
      const auto inner = [&](Node* n) { work.push_back({n, s.lambda, new_context(nullptr)}); };
      Node* n = s.node;
      switch (n->node_kind()) {
        case NodeKind::conditional:
          inner(node_cast<Conditional>(n).test);
          tail(node_cast<Conditional>(n).then);
          tail(node_cast<Conditional>(n).otherwise);
          break;
        case NodeKind::sequence: {
          auto& nodes = *node_cast<Sequence>(n).nodes;
          for (std::size_t i = 0; i + 1 < nodes.count; ++i) inner(nodes[i]);
          tail(nodes[nodes.count - 1]);
          break;
        }
        case NodeKind::let:
          bindings(node_cast<Let>(n), s, work);
          break;
        case NodeKind::letrec:
          bindings(node_cast<Letrec>(n), s, work);
          break;
        case NodeKind::receive:
          inner(node_cast<Receive>(n).producer);
          tail(node_cast<Receive>(n).body);
          break;
        case NodeKind::lambda: {
          LambdaPlan* p = enter(&node_cast<Lambda>(n), nullptr, s.lambda, -1);
          work.push_back({p->lambda->body, p, new_context(p)});
          break;
        }
        case NodeKind::case_lambda:
          for (Lambda* l : *node_cast<CaseLambda>(n).clauses) {
            LambdaPlan* p = enter(l, nullptr, s.lambda, -1);
            work.push_back({l->body, p, new_context(p)});
          }
          break;
        case NodeKind::block: {
          auto* p = static_cast<BlockPlan*>(heap_.traced(sizeof(BlockPlan)));
          *p = BlockPlan{};
          p->lambda = s.lambda;
          p->context = s.context;
          node_cast<Block>(n).analysis = p;
          tail(node_cast<Block>(n).body());
          break;
        }
        case NodeKind::exit: {
          auto& exit = node_cast<Exit>(n);
          BlockPlan* p = plan_of(exit.block);
          exits_.push_back({p, s.lambda});
          work.push_back({exit.value(), s.lambda, p->context});
          break;
        }
        case NodeKind::call:
          if (auto* ref = node_if<LocalRef>(node_cast<Call>(n).procedure, NodeKind::local_ref)) {
            if (LambdaPlan* p = plan_of(ref->variable)) {
              calls_.push_back({p, s.context});
              if (!accepts(*p->lambda, node_cast<Call>(n).arguments->count)) p->is_label = false;
            }
          }
          for_each_child(n, [&](Node*& child) { inner(child); });
          break;
        default:
          for_each_child(n, [&](Node*& child) { inner(child); });
      }
    }
  }

  template <class T>
  void bindings(T& n, const Scope& s, GcVector<Scope>& work) {
    for (std::size_t i = 0; i < n.variables->count; ++i) {
      Variable* v = (*n.variables)[i];
      if (Lambda* l = known_lambda(v)) {
        LambdaPlan* p = enter(l, v, s.lambda, s.context);
        work.push_back({l->body, p, new_context(p)});
      } else {
        work.push_back({(*n.inits)[i], s.lambda, new_context(nullptr)});
      }
    }
    work.push_back({n.body, s.lambda, s.context});
  }

  // Labels run with the continuation of what binds them.  Homes lie outwards: this ends.
  int resolve(int context) const {
    for (;;) {
      const int lambda = context_lambda_[static_cast<std::size_t>(context)];
      if (lambda < 0) return context;
      const LambdaPlan* p = plan_.lambdas[static_cast<std::size_t>(lambda)];
      if (!p->is_label) return context;
      context = p->home;
    }
  }

  void find_labels() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const KnownCall& call : calls_) {
        LambdaPlan* p = call.callee;
        if (!p->is_label || resolve(call.context) == resolve(p->home)) continue;
        p->is_label = false;
        changed = true;
      }
    }
  }

  bool dissolve_crossed_blocks(Lambda& top) {
    bool some = false;
    for (const ExitPlace& e : exits_)
      if (frame_of(e.lambda) != frame_of(e.block->lambda)) e.block->is_crossed = some = true;
    if (some) dissolve_blocks(heap_, &top.body, [](Block& b) { return plan_of(&b)->is_crossed; });
    return some;
  }

  // ---- frames, captured variables ------------------------------------------------------
  void find_owners(Lambda& top) {
    GcVector<Scope> work(heap_);
    own(*top.parameters, plan_.lambdas[0]);
    work.push_back({top.body, plan_.lambdas[0], 0});
    while (!work.empty()) {
      const Scope s = work.pop_back();
      LambdaPlan* frame = s.lambda;
      Node* n = s.node;
      switch (n->node_kind()) {
        case NodeKind::local_ref:
          use(node_cast<LocalRef>(n).variable, frame);
          break;
        case NodeKind::local_set:
          use(node_cast<LocalSet>(n).variable, frame);
          break;
        case NodeKind::let:
          own(*node_cast<Let>(n).variables, frame);
          break;
        case NodeKind::letrec:
          own(*node_cast<Letrec>(n).variables, frame);
          break;
        case NodeKind::receive:
          own(*node_cast<Receive>(n).variables, frame);
          break;
        case NodeKind::lambda: {
          frame = frame_of(plan_of(&node_cast<Lambda>(n)));
          own(*node_cast<Lambda>(n).parameters, frame);
          break;
        }
        case NodeKind::case_lambda:
          for (Lambda* l : *node_cast<CaseLambda>(n).clauses) {
            own(*l->parameters, plan_of(l));
            work.push_back({l->body, plan_of(l), 0});
          }
          continue;
        default:
          break;
      }
      for_each_child(n, [&](Node*& child) { work.push_back({child, frame, 0}); });
    }
  }
  static void own(List<Variable>& variables, LambdaPlan* frame) {
    for (Variable* v : variables) v->owner = frame->lambda;
  }
  void use(Variable* v, LambdaPlan* frame) {
    LambdaPlan* known = plan_of(v);
    if (known != nullptr && known->is_label) return;
    // Binders are walked before what they bind, so the owner is set.
    if (v->owner != frame->lambda) uses_.push_back({v, frame});
  }

  // At first every named lambda is taken to be fixed, so nobody captures its variable; one
  // that turns out to capture something is not, and the sets are computed again.
  void find_free_variables() {
    for (LambdaPlan* p : plan_.lambdas)
      p->is_fixed = !p->is_label && (p->name == nullptr || c_.options.known_calls);
    for (bool changed = true; changed;) {
      changed = false;
      for (LambdaPlan* p : plan_.lambdas) p->free = nullptr, p->capacity = 0;
      captured_.clear();
      for (const OutsideUse& u : uses_) capture(u.variable, u.frame);
      for (LambdaPlan* p : plan_.lambdas)
        if (p->is_fixed && p->free != nullptr) p->is_fixed = false, changed = true;
    }
    for (LambdaPlan* p : plan_.lambdas) {
      if (p->free == nullptr) p->free = make_list_of<Variable>(heap_, 0);
      procedures_first(*p->free);
    }
  }

  void capture(Variable* v, LambdaPlan* frame) {
    LambdaPlan* known = plan_of(v);
    if (known != nullptr && known->is_fixed) return;
    while (frame->lambda != v->owner && frame->name != v) {  // a procedure has itself
      if (!captured_.insert({v, frame}).second) return;
      add(*frame, v);
      v->flags |= kCaptured;
      frame = frame_of(frame->parent);
    }
  }

  void add(LambdaPlan& p, Variable* v) {
    const std::size_t n = p.free != nullptr ? p.free->count : 0;
    if (n == static_cast<std::size_t>(p.capacity)) {
      if (n > 60000)
        throw SyntaxError(p.lambda->span(), "a procedure uses too many outer variables");
      auto* larger = make_list_of<Variable>(heap_, n == 0 ? 4 : 2 * n);
      p.capacity = static_cast<std::int32_t>(larger->count);
      for (std::size_t i = 0; i < n; ++i) (*larger)[i] = (*p.free)[i];
      larger->count = n;
      p.free = larger;
    }
    p.free->items[p.free->count++] = v;
  }

  // Closures of one group are patched into each other, and only small indexes can be.
  static void procedures_first(List<Variable>& free) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < free.count; ++i)
      if (plan_of(free[i]) != nullptr) std::swap(free[i], free[at++]);
  }

  // ---- boxes ----------------------------------------------------------------------------
  // An assigned variable needs a box when closures share it, and when a continuation taken
  // while it is alive could be entered again: a copied frame must see the assignments made
  // since.  Without a call in its scope nothing can take a continuation.
  void find_boxes() {
    GcVector<Node*> work(heap_);
    for (LambdaPlan* p : plan_.lambdas) {
      box(*p->lambda->parameters, p->lambda->body);
      work.push_back(p->lambda->body);
      while (!work.empty()) {
        Node* n = work.pop_back();
        if (n->node_kind() == NodeKind::lambda || n->node_kind() == NodeKind::case_lambda) continue;
        if (auto* let = node_if<Let>(n, NodeKind::let)) box(*let->variables, let->body);
        if (auto* rec = node_if<Letrec>(n, NodeKind::letrec)) box(*rec->variables, n);
        if (auto* receive = node_if<Receive>(n, NodeKind::receive))
          box(*receive->variables, receive->body);
        for_each_child(n, [&](Node*& child) { work.push_back(child); });
      }
    }
  }
  void box(List<Variable>& variables, Node* scope) {
    int calls = -1;  // not yet known
    for (Variable* v : variables) {
      if (v->assignments == 0) continue;
      if (c_.options.unboxed && !(v->flags & (kCaptured | kUninitialized))) {
        if (calls < 0) calls = has_call(scope);
        if (calls == 0) continue;
      }
      v->flags |= kBoxed;
    }
  }
  bool has_call(Node* scope) {
    GcVector<Node*> work(heap_);
    work.push_back(scope);
    while (!work.empty()) {
      Node* n = work.pop_back();
      if (auto* l = node_if<Lambda>(n, NodeKind::lambda)) {
        if (!plan_of(l)->is_label) continue;
      } else if (n->node_kind() == NodeKind::case_lambda) {
        return true;
      } else if (auto* call = node_if<Call>(n, NodeKind::call)) {
        auto* ref = node_if<LocalRef>(call->procedure, NodeKind::local_ref);
        LambdaPlan* p = ref != nullptr ? plan_of(ref->variable) : nullptr;
        const bool jumps = p != nullptr && p->is_label;
        const vm::Native* native = native_of(call->procedure);
        const bool simple = native != nullptr && is_simple(*native);
        if (!jumps && !simple && !is_instruction(c_, *call)) return true;
      }
      for_each_child(n, [&](Node*& child) { work.push_back(child); });
    }
    return false;
  }

  Compilation& c_;
  Heap& heap_;
  Plan& plan_;
  GcVector<KnownCall> calls_;
  GcVector<ExitPlace> exits_;
  GcVector<OutsideUse> uses_;
  std::vector<int> context_lambda_;
  std::set<std::pair<const Variable*, const LambdaPlan*>> captured_;  // kept alive by the tree
};

}  // namespace

bool is_instruction(const Compilation& c, const Call& call) {
  return c.options.inline_primitives && primitive_of(call) != nullptr;
}

void make_plan(Compilation& c, Lambda& top, Plan& plan) { Planner(c, plan).run(top); }

}  // namespace fermata::scheme
