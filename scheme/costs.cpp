// What the code of a program costs beyond its instructions: the closures it makes, the boxes
// its variables live in, and why neither could be avoided.

#include <set>
#include <string>

#include "scheme/closures.hpp"
#include "scheme/span_value.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

std::string text_of(Value symbol) {
  return vm::is<vm::Symbol>(symbol) ? vm::to_utf8(vm::as<vm::String>(vm::as<vm::Symbol>(symbol).name))
                                    : std::string();
}

// "x", "x and y", "x, y and 3 more"
std::string names_of(List<Variable>& variables) {
  constexpr std::size_t kNamed = 4;
  std::string text;
  const std::size_t shown = variables.count > kNamed ? kNamed - 1 : variables.count;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == variables.count ? " and " : ", ";
    text += text_of(variables[i]->name);
  }
  if (shown < variables.count) text += " and " + std::to_string(variables.count - shown) + " more";
  return text;
}

class Costs {
 public:
  explicit Costs(Compilation& c) : c_(c) {}

  Value run(Lambda& top) {
    Plan plan(c_.heap());
    make_plan(c_, top, plan);
    for (LambdaPlan* p : plan.lambdas)
      if (!p->is_label && !p->is_fixed && p->lambda != &top)
        note(p->lambda->span(), "a closure is made here: it keeps " + names_of(*p->free));
    find_boxes(top.body);
    return notes_;
  }

 private:
  // A boxed variable, where it is assigned first.
  void find_boxes(Node* tree) {
    GcVector<Node*> work(c_.heap());
    std::set<const Variable*> told;  // kept alive by the tree
    work.push_back(tree);
    while (!work.empty()) {
      Node* n = work.pop_back();
      if (auto* set = node_if<LocalSet>(n, NodeKind::local_set))
        if ((set->variable->flags & kBoxed) && told.insert(set->variable).second)
          note(set->span(), text_of(set->variable->name) + " lives in a box: " + reason(*set->variable));
      for_each_child(n, [&](Node*& child) { work.push_back(child); });
    }
  }
  static std::string reason(const Variable& v) {
    if (v.flags & kUninitialized) return "it may be used before it has a value";
    if (v.flags & kCaptured) return "it is assigned, and a closure keeps it";
    return "it is assigned, and a call in its scope could take a continuation";
  }

  void note(const vm::Span& span, const std::string& message) {
    if (!span.known()) return;
    const Value v = c_.m.make_condition(vm::ConditionKind::syntax, message);
    auto& condition = vm::as<vm::Condition>(v);
    condition.who = vm::kFalse;
    condition.span = span_value(c_.heap(), span);
    notes_ = c_.heap().cons(v, notes_);
  }

  Compilation& c_;
  Value notes_ = vm::kNull;
};

}  // namespace

Value costs(Compilation& c, Lambda& top) { return Costs(c).run(top); }

}  // namespace fermata::scheme
