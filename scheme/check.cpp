// The natives that (fermata check) stands on: what a program means, without running it.
#include "scheme/builtins.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/loader.hpp"
#include "scheme/passes.hpp"
#include "scheme/warnings.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome warnings(Machine& m, Value trees, Environment& env, bool complete) {
  if (auto problem = check_trees(m, 1, trees)) return *problem;
  return find_warnings(Runtime::of(m), trees, env,
                       complete ? Completeness::all_forms : Completeness::some_forms);
}

Outcome costs_of(Machine& m, Value trees) {
  if (auto problem = check_trees(m, 1, trees)) return *problem;
  Value all = kNull;
  for (; trees.is_pair(); trees = trees.pair()->cdr)
    for (Value found = find_costs(m, &as<Node>(trees.pair()->car), Runtime::of(m).options.compiler);
         found.is_pair(); found = found.pair()->cdr)
      all = m.heap.cons(found.pair()->car, all);
  return all;
}

// Only these may be run while checking: they do nothing but give a procedure its name, and a
// transformer may need it.
Outcome procedure_definitions(Machine& m, Value trees) {
  if (auto problem = check_trees(m, 1, trees)) return *problem;
  GcVector<Value> found(m.heap);
  for (; trees.is_pair(); trees = trees.pair()->cdr) {
    auto* define = node_if<GlobalDefine>(&as<Node>(trees.pair()->car), NodeKind::global_define);
    if (define == nullptr) continue;
    const NodeKind kind = define->value->node_kind();
    if (kind == NodeKind::lambda || kind == NodeKind::case_lambda || kind == NodeKind::constant)
      found.push_back(trees.pair()->car);
  }
  Value list = kNull;
  while (!found.empty()) list = m.heap.cons(found.pop_back(), list);
  return list;
}

Outcome library_environment(Machine&, LibraryWork& work) {
  return value_of(work.environment);
}

// A text may define libraries that nothing in it imports.
Outcome declared_libraries(Machine& m, Loader& loader) {
  const SourceText* text = loader.spans->text;
  struct Context {
    Machine& m;
    const SourceText* text;
    Value names;
  } context{m, text, kNull};
  for_each_binding(
      as<Environment>(Runtime::of(m).libraries),
      [](void* p, Binding& b) {
        auto& c = *static_cast<Context*>(p);
        const auto* library = cast<Library>(b.denotation);
        if (library == nullptr || library->is_ready() || library->declarations == nullptr) return;
        if (library->declarations->text == c.text)
          c.names = c.m.heap.cons(library->name, c.names);
      },
      &context);
  return context.names;
}

constexpr Builtin kCheck[] = {
    builtin<warnings>("(%warnings trees environment complete)",
                      "Conditions for what can hardly be meant; the last tree first."),
    builtin<costs_of>("(%costs trees)",
                      "Conditions that say where the trees' code makes closures and boxes."),
    builtin<procedure_definitions>("(%procedure-definitions trees)",
                                   "Those of the trees that define a procedure or a constant."),
    builtin<library_environment>("(%library-environment work)", "Where its body is evaluated."),
    builtin<declared_libraries>("(%declared-libraries loader)",
                                "Names of the libraries its text defines and nobody imported."),
};

}  // namespace

std::span<const Builtin> check_builtins() { return kCheck; }

}  // namespace fermata::scheme
