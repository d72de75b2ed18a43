// What a program calls the variables that its trees mention.
#include <unordered_set>

#include "scheme/compiled_writer.hpp"
#include "scheme/passes.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// Imported under another name than its own, it has that of some binding.
Value bound_name(const Environment& env, Value cell) {
  struct Search {
    Value cell, name = kFalse;
  } search{cell};
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        auto& s = *static_cast<Search*>(p);
        if (b.denotation == s.cell && is<Symbol>(b.identifier)) s.name = b.identifier;
      },
      &search);
  return search.name;
}

}  // namespace

Value names_of_globals(Runtime& r, Node* tree, const Environment& env) {
  Heap& heap = r.machine.heap;
  std::unordered_set<const Cell*> seen;  // of the tree
  Value names = kNull;
  const auto note = [&](Cell* cell) {
    if (!seen.insert(cell).second) return;
    const Value object = value_of(cell);
    const bool own = is<Symbol>(cell->name) && lookup(env, cell->name) == object;
    const Value name = own ? cell->name : bound_name(env, object);
    names = heap.cons(heap.cons(object, name), names);
  };
  GcVector<Node*> work(heap);
  work.push_back(tree);
  while (!work.empty()) {
    Node* n = work.pop_back();
    if (auto* ref = node_if<GlobalRef>(n, NodeKind::global_ref)) note(ref->cell);
    if (auto* set = node_if<GlobalSet>(n, NodeKind::global_set)) note(set->cell);
    if (auto* define = node_if<GlobalDefine>(n, NodeKind::global_define)) note(define->cell);
    for_each_child(n, [&](Node*& child) { work.push_back(child); });
  }
  return names;
}

}  // namespace fermata::scheme
