// letrec* into its parts.
//
// After Ghuloum and Dybvig, "Fixing Letrec (reloaded)": the bindings are grouped into
// strongly connected components of "refers to", with an edge from each binding that may
// have effects to the one before it, so their order is kept.  In order of dependency, a
// component becomes
//   a Let, when it is one binding that does not refer to itself;
//   a Letrec of lambdas only (kFixGroup), for what is a procedure and never assigned;
//   otherwise variables that start uninitialized, and are assigned in the given order.
// Only the last kind needs checks, and its variables live in boxes that do them.

#include <algorithm>
#include <vector>

#include "scheme/passes.hpp"

namespace fermata::scheme {

namespace {

class Fixer {
 public:
  Fixer(Compilation& c, Letrec& letrec)
      : c_(c),
        letrec_(letrec),
        n_(letrec.variables->count),
        edges_(n_),
        number_(n_, -1),
        low_(n_, 0),
        on_stack_(n_, false) {}

  Node* run() {
    find_edges();
    for (std::size_t i = 0; i < n_; ++i)
      if (number_[i] < 0) visit(i);
    // Tarjan gives a component after those it refers to: innermost last.
    Node* body = letrec_.body;
    for (std::size_t k = components_.size(); k-- > 0;) body = wrap(components_[k], body);
    return body;
  }

 private:
  Variable* variable(std::size_t i) { return (*letrec_.variables)[i]; }
  Node* init(std::size_t i) { return (*letrec_.inits)[i]; }
  bool is_procedure(std::size_t i) {
    return variable(i)->assignments == 0 && init(i)->node_kind() == NodeKind::lambda;
  }

  void find_edges() {
    for (std::size_t i = 0; i < n_; ++i) variable(i)->reg = static_cast<std::int32_t>(i);
    for (std::size_t i = 0; i < n_; ++i) find_references(i);
    for (std::size_t i = 0; i < n_; ++i) variable(i)->reg = -1;
    std::size_t previous = n_;
    // What an evaluation may come to see, through procedures too.  A constant that one before
    // it may see keeps its place, so that the use before the definition is noticed.
    std::vector<bool> seen(n_);
    std::vector<std::vector<std::size_t>> later(n_);  // edges to add when all were walked
    for (std::size_t i = 0; i < n_; ++i) {
      if (is_simple(init(i)) && !(seen[i] && init(i)->node_kind() == NodeKind::constant)) continue;
      std::vector<std::size_t> work(edges_[i]);
      while (!work.empty()) {
        const std::size_t k = work.back();
        work.pop_back();
        if (seen[k]) continue;
        seen[k] = true;
        work.insert(work.end(), edges_[k].begin(), edges_[k].end());
      }
      if (previous != n_) later[i].push_back(previous);
      previous = i;
    }
    for (std::size_t i = 0; i < n_; ++i)
      edges_[i].insert(edges_[i].end(), later[i].begin(), later[i].end());
  }

  void find_references(std::size_t i) {
    GcVector<Node*> work(c_.heap());
    std::vector<bool> seen(n_);
    const auto refer = [&](Variable* v) {
      if (v->reg < 0 || seen[static_cast<std::size_t>(v->reg)]) return;
      seen[static_cast<std::size_t>(v->reg)] = true;
      edges_[i].push_back(static_cast<std::size_t>(v->reg));
    };
    work.push_back(init(i));
    while (!work.empty()) {
      Node* node = work.pop_back();
      if (auto* ref = node_if<LocalRef>(node, NodeKind::local_ref)) refer(ref->variable);
      if (auto* set = node_if<LocalSet>(node, NodeKind::local_set)) refer(set->variable);
      for_each_child(node, [&](Node*& child) { work.push_back(child); });
    }
  }

  // Evaluating it can neither have an effect nor see one.
  static bool is_simple(Node* n) {
    return n->node_kind() == NodeKind::lambda || n->node_kind() == NodeKind::case_lambda ||
           n->node_kind() == NodeKind::constant;
  }

  // Tarjan, with its own stack.
  void visit(std::size_t root) {
    struct Frame {
      std::size_t node, next;
    };
    std::vector<Frame> frames{{root, 0}};
    enter(root);
    while (!frames.empty()) {
      auto& [node, next] = frames.back();
      if (next < edges_[node].size()) {
        const std::size_t to = edges_[node][next++];
        if (number_[to] < 0) {
          enter(to);
          frames.push_back({to, 0});
        } else if (on_stack_[to]) {
          low_[node] = std::min(low_[node], number_[to]);
        }
        continue;
      }
      const std::size_t done = node;
      if (low_[done] == number_[done]) finish(done);
      frames.pop_back();
      if (!frames.empty())
        low_[frames.back().node] = std::min(low_[frames.back().node], low_[done]);
    }
  }
  void enter(std::size_t i) {
    number_[i] = low_[i] = counter_++;
    on_stack_[i] = true;
    stack_.push_back(i);
  }
  void finish(std::size_t i) {
    std::vector<std::size_t> component;
    for (;;) {
      const std::size_t j = stack_.back();
      stack_.pop_back();
      on_stack_[j] = false;
      component.push_back(j);
      if (j == i) break;
    }
    std::sort(component.begin(), component.end());
    components_.push_back(std::move(component));
  }

  bool is_recursive(const std::vector<std::size_t>& component) {
    if (component.size() > 1) return true;
    const auto& e = edges_[component[0]];
    return std::find(e.begin(), e.end(), component[0]) != e.end();
  }

  Node* wrap(const std::vector<std::size_t>& component, Node* body) {
    Heap& heap = c_.heap();
    const vm::Span span = letrec_.span();
    if (!is_recursive(component)) {
      Variable* v = variable(component[0]);
      const auto* constant = node_if<Constant>(init(component[0]), NodeKind::constant);
      if (constant != nullptr && constant->value == vm::kUnbound) v->flags |= kUninitialized;
      return make_let(heap, span, v, init(component[0]), body);
    }

    std::vector<std::size_t> procedures, others;
    for (const std::size_t i : component) (is_procedure(i) ? procedures : others).push_back(i);
    if (!others.empty()) {
      auto* nodes = make_list_of<Node>(heap, others.size() + 1);
      for (std::size_t k = 0; k < others.size(); ++k)
        (*nodes)[k] = make_node<LocalSet>(heap, NodeKind::local_set, init(others[k])->span(),
                                          variable(others[k]), init(others[k]));
      (*nodes)[others.size()] = body;
      body = make_node<Sequence>(heap, NodeKind::sequence, span, nodes);
    }
    if (!procedures.empty()) {
      auto* variables = make_list_of<Variable>(heap, procedures.size());
      auto* inits = make_list_of<Node>(heap, procedures.size());
      for (std::size_t k = 0; k < procedures.size(); ++k) {
        (*variables)[k] = variable(procedures[k]);
        (*inits)[k] = init(procedures[k]);
      }
      body = make_node<Letrec>(heap, NodeKind::letrec, span, variables, inits, body);
      body->header |= kFixGroup;
    }
    for (std::size_t k = others.size(); k-- > 0;) {
      Variable* v = variable(others[k]);
      v->flags |= kUninitialized;
      v->assignments++;
      body = make_let(heap, span, v, v->init = make_constant(heap, span, vm::kUnbound), body);
    }
    return body;
  }

  Compilation& c_;
  Letrec& letrec_;
  const std::size_t n_;
  std::vector<std::vector<std::size_t>> edges_;
  std::vector<int> number_, low_;
  std::vector<bool> on_stack_;
  std::vector<std::size_t> stack_;
  std::vector<std::vector<std::size_t>> components_;
  int counter_ = 0;
};

}  // namespace

void fix_letrec(Compilation& c, Node** hole) { *hole = Fixer(c, node_cast<Letrec>(*hole)).run(); }

void fix_every_letrec(Compilation& c, Node** tree) {
  GcVector<Node**> work(c.heap());  // in trees that the caller holds
  work.push_back(tree);
  while (!work.empty()) {
    Node** hole = work.pop_back();
    if ((*hole)->node_kind() == NodeKind::letrec && !((*hole)->header & kFixGroup)) {
      fix_letrec(c, hole);
      work.push_back(hole);
    } else {
      for_each_child(*hole, [&](Node*& child) { work.push_back(&child); });
    }
  }
}

}  // namespace fermata::scheme
