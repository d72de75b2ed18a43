// Escapes that are jumps.
//
//   (call/cc (lambda (return) (do ((i 0 (+ i 1))) ((= i n) #f) (if (p i) (return i)))))
//
// `return` is only ever called, with one argument, so nobody can enter the continuation after
// it was left: no continuation is taken, `(return i)` gives its argument to whatever the whole
// expression gives its value to, and goes on there.  The variables of a procedure share one
// dynamic state, so no winder can lie between.
//
// Here every call that could be such a block becomes one; make_plan() finds those with an exit
// in another frame, which is known once the loops are, and has them made calls again.

#include <map>
#include <set>

#include "scheme/passes.hpp"
#include "vm/native.hpp"

namespace fermata::scheme {

namespace {

// The variable of (call/cc (lambda (k) body)), or null.
Variable* continuation_of(Call& call) {
  const vm::Native* native = native_of(call.procedure);
  if (native == nullptr || call.arguments->count != 1) return nullptr;
  const std::string_view name = native->row->name();
  if (name != "call/cc" && name != "call-with-current-continuation" && name != "call/ec" &&
      name != "call-with-escape-continuation")
    return nullptr;
  auto* receiver = node_if<Lambda>((*call.arguments)[0], NodeKind::lambda);
  if (receiver == nullptr || !is_fixed(*receiver) || receiver->required != 1) return nullptr;
  return (*receiver->parameters)[0];
}

class BlockFinder {
 public:
  explicit BlockFinder(Heap& heap) : heap_(heap), work_(heap) {}

  void run(Node** tree) {
    each_hole(tree, [&](Node** hole) {
      auto* call = node_if<Call>(*hole, NodeKind::call);
      Variable* k = call != nullptr ? continuation_of(*call) : nullptr;
      if (k == nullptr) return;
      blocks_[k] = make_node<Block>(heap_, NodeKind::block, call->span(), call, static_cast<void*>(nullptr));
      *hole = blocks_[k];
    });
    if (blocks_.empty()) return;
    each_hole(tree, [&](Node** hole) {
      if (auto* call = node_if<Call>(*hole, NodeKind::call)) {
        auto* ref = node_if<LocalRef>(call->procedure, NodeKind::local_ref);
        auto found = ref != nullptr ? blocks_.find(ref->variable) : blocks_.end();
        if (found != blocks_.end() && call->arguments->count == 1)
          *hole = make_node<Exit>(heap_, NodeKind::exit, call->span(), found->second, call);
      } else if (auto* ref = node_if<LocalRef>(*hole, NodeKind::local_ref)) {
        used_otherwise(ref->variable);
      } else if (auto* set = node_if<LocalSet>(*hole, NodeKind::local_set)) {
        used_otherwise(set->variable);
      }
    });
    dissolve_blocks(heap_, tree, [&](Block& b) { return calls_.count(&b) != 0; });
  }

 private:
  // Calls f with each hole, the outer one first; f may fill it anew.
  template <class F>
  void each_hole(Node** tree, F f) {
    work_.push_back(tree);
    while (!work_.empty()) {
      Node** hole = work_.pop_back();
      f(hole);
      for_each_child(*hole, [&](Node*& child) { work_.push_back(&child); });
    }
  }
  void used_otherwise(Variable* v) {
    if (auto found = blocks_.find(v); found != blocks_.end()) calls_.insert(found->second);
  }

  Heap& heap_;
  GcVector<Node**> work_;
  std::map<const Variable*, Block*> blocks_;  // both are kept alive by the tree
  std::set<const Block*> calls_;
};

}  // namespace

void find_blocks(Compilation& c, Node** tree) { BlockFinder(c.heap()).run(tree); }

}  // namespace fermata::scheme
