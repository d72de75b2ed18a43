// Moves a group of loops to the one place that starts it.
//
//   (let () (define (count i) (if (< i n) (count (+ i 1)) i))   (+ 1 (count 0)))
//
// The calls of `count` do not all share the continuation of the body that defines it, but
// they do share that of `(count 0)`.  With the definition moved there, `count` is a loop.
// This is done for groups whose own calls are tail calls and that are called from outside
// in one place only; where they end up being procedures all the same, nothing is lost.

#include "scheme/passes.hpp"

namespace fermata::scheme {

namespace {

struct Place {
  Node** hole;
  bool tail;
};

class Sinker {
 public:
  explicit Sinker(Heap& heap) : work_(heap), places_(heap) {}

  void run(Node** tree) {
    work_.push_back(tree);
    while (!work_.empty()) {
      Node** hole = work_.pop_back();
      auto* group = node_if<Letrec>(*hole, NodeKind::letrec);
      if (group != nullptr && (group->header & kFixGroup) && sink(hole, *group)) {
        work_.push_back(hole);
        continue;
      }
      for_each_child(*hole, [&](Node*& child) { work_.push_back(&child); });
    }
  }

 private:
  static bool belongs(const Letrec& group, const Node* n) {
    if (n->node_kind() != NodeKind::local_ref) return false;
    for (const Variable* v : *group.variables)
      if (static_cast<const LocalRef*>(n)->variable == v) return true;
    return false;
  }

  // Calls f(hole, tail) for each call of the group in the tree; false when f says so.
  template <class F>
  bool each_call(const Letrec& group, Node** root, F f) {
    places_.clear();
    places_.push_back({root, true});
    while (!places_.empty()) {
      const Place p = places_.pop_back();
      Node* n = *p.hole;
      if (auto* call = node_if<Call>(n, NodeKind::call))
        if (belongs(group, call->procedure) && !f(p.hole, p.tail)) return false;
      // Named procedures inside are taken to be loops, which continue as their surroundings.
      const NodeKind k = n->node_kind();
      const bool binds = k == NodeKind::let || k == NodeKind::letrec;
      Node** last = nullptr;
      for_each_child(n, [&](Node*& child) { last = &child; });
      for_each_child(n, [&](Node*& child) {
        Node** hole = &child;
        bool tail = false;
        if (k == NodeKind::conditional) tail = p.tail && hole != &node_cast<Conditional>(n).test;
        if (k == NodeKind::sequence || k == NodeKind::receive || binds)
          tail = p.tail && hole == last;
        auto* lambda = node_if<Lambda>(child, NodeKind::lambda);
        if (binds && lambda != nullptr && hole != last) {
          hole = &lambda->body;
          tail = p.tail;
        }
        places_.push_back({hole, tail});
      });
    }
    return true;
  }

  bool sink(Node** hole, Letrec& group) {
    std::int64_t outside = 0;
    for (Variable* v : *group.variables) {
      if (v->flags & kEscapes) return false;
      outside += v->references;
    }
    for (Node* init : *group.inits) {
      const bool loops = each_call(group, &node_cast<Lambda>(init).body, [&](Node**, bool tail) {
        --outside;
        return tail;
      });
      if (!loops) return false;
    }
    if (outside != 1) return false;
    Node** start = nullptr;
    each_call(group, &group.body, [&](Node** call, bool tail) {
      if (!tail) start = call;
      return true;
    });
    if (start == nullptr) return false;
    Node* body = group.body;
    group.body = *start;
    *start = &group;
    *hole = body;
    return true;
  }

  GcVector<Node**> work_;  // holes in a tree that the caller holds
  GcVector<Place> places_;
};

}  // namespace

void sink_loops(Compilation& c, Node** tree) { Sinker(c.heap()).run(tree); }

}  // namespace fermata::scheme
