// One walk over each form, in order, with a list of work; what is defined where is found in a
// walk before.  Cells and nodes are kept alive by the trees, so tables may hold their addresses.
#include "scheme/warnings.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "vm/arity_text.hpp"
#include "scheme/equality.hpp"
#include "scheme/macro.hpp"
#include "scheme/passes.hpp"
#include "scheme/report.hpp"
#include "scheme/span_value.hpp"
#include "scheme/text_search.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::string text_of(Value symbol) {
  return is<Symbol>(symbol) ? to_utf8(as<String>(as<Symbol>(symbol).name)) : "this procedure";
}

std::size_t line_of(const Span& span) {
  return position_of(span.text->view(), span.start).line;
}

class Checker {
 public:
  Checker(Runtime& r, const Environment& env, Completeness completeness)
      : m_(r.machine), heap_(r.machine.heap), env_(env), completeness_(completeness),
        forms_(heap_), work_(heap_) {}

  Value run(Value trees) {
    for (; trees.is_pair(); trees = trees.pair()->cdr)
      forms_.push_back(&as<Node>(trees.pair()->car));
    for (std::size_t i = 0; i < forms_.size(); ++i) find_definitions(form(i), i);
    for (std::size_t i = 0; i < forms_.size(); ++i) check_form(form(i), i);
    return warnings_;
  }

 private:
  struct Definition {
    Node* value;
    Span place;
    std::size_t form;
    bool changed;  // defined or set again
  };
  struct Work {
    Node* node;
    bool in_lambda;
  };

  Node* form(std::size_t i) { return forms_[forms_.size() - 1 - i]; }

  void warn(const Span& span, const std::string& message, const std::string& hint = {}) {
    if (!span.known()) return;
    const Value v = m_.make_condition(ConditionKind::syntax, message);
    auto& c = as<Condition>(v);
    c.who = kFalse;
    c.span = span_value(heap_, span);
    if (!hint.empty()) c.hint = value_of(&make_string(heap_, hint));
    warnings_ = heap_.cons(v, warnings_);
  }

  // ---- definitions ---------------------------------------------------------------------

  void find_definitions(Node* tree, std::size_t number) {
    count_uses(heap_, tree);
    work_.push_back({tree, false});
    while (!work_.empty()) {
      Node* n = work_.pop_back().node;
      if (const auto* set = node_if<GlobalSet>(n, NodeKind::global_set)) {
        assigned_[set->cell] = true;
      } else if (auto* define = node_if<GlobalDefine>(n, NodeKind::global_define)) {
        const auto [known, is_new] =
            definitions_.insert({define->cell, {define->value, n->span(), number, false}});
        if (!is_new) {
          known->second.changed = true;
          if (known->second.place.known() && known->second.place.text == n->text)
            warn(n->span(), text_of(define->cell->name) + " is defined again",
                 "its first definition is on line " + std::to_string(line_of(known->second.place)));
        }
      }
      for_each_child(n, [&](Node*& child) { work_.push_back({child, false}); });
    }
  }

  const Definition* definition_of(const Cell* cell) const {
    const auto found = definitions_.find(cell);
    return found == definitions_.end() ? nullptr : &found->second;
  }

  // The expression that a variable in operator position certainly stands for, or null.
  Node* procedure_of(Node* procedure) {
    if (auto* ref = node_if<LocalRef>(procedure, NodeKind::local_ref)) {
      const Variable* v = ref->variable;
      return v->assignments == 0 && !(v->flags & kUninitialized) ? v->init : nullptr;
    }
    auto* global = node_if<GlobalRef>(procedure, NodeKind::global_ref);
    if (global == nullptr) return procedure;
    const Definition* d = definition_of(global->cell);
    return d != nullptr && !d->changed && assigned_.count(global->cell) == 0 ? d->value : nullptr;
  }

  // What a call of that expression certainly calls: its arities, or nothing.
  std::vector<Arity> arities_of(Node* procedure) {
    if (auto* global = node_if<GlobalRef>(procedure, NodeKind::global_ref);
        global && definition_of(global->cell) == nullptr)
      return global->cell->is_constant() ? arities(global->cell->value) : std::vector<Arity>{};
    procedure = procedure_of(procedure);
    if (procedure == nullptr) return {};
    if (const auto* l = node_if<Lambda>(procedure, NodeKind::lambda))
      return {arity_of(*l)};
    std::vector<Arity> all;
    if (auto* cases = node_if<CaseLambda>(procedure, NodeKind::case_lambda))
      for (const Lambda* l : *cases->clauses)
        all.push_back(arity_of(*l));
    return all;
  }
  static Arity arity_of(const Lambda& l) {
    return {static_cast<int>(l.required), static_cast<int>(l.optional + l.most_rest),
            l.has_rest != 0 && l.most_rest == 0};
  }

  // ---- forms -----------------------------------------------------------------------------

  void check_form(Node* tree, std::size_t number) {
    work_.push_back({tree, false});
    while (!work_.empty()) {
      const Work w = work_.pop_back();
      check(w, number);
      const NodeKind kind = w.node->node_kind();
      const bool inside =
          w.in_lambda || kind == NodeKind::lambda || kind == NodeKind::case_lambda;
      for_each_child(w.node, [&](Node*& child) { work_.push_back({child, inside}); });
    }
  }

  void check(const Work& w, std::size_t number) {
    switch (w.node->node_kind()) {
      case NodeKind::global_ref:
        return check_variable(*node_cast<GlobalRef>(w.node).cell, w, number);
      case NodeKind::global_set:
        return check_variable(*node_cast<GlobalSet>(w.node).cell, w, number);
      case NodeKind::let: {
        auto& let = node_cast<Let>(w.node);
        check_bindings(*let.variables);
        return check_key(let);
      }
      case NodeKind::letrec:
        return check_bindings(*node_cast<Letrec>(w.node).variables);
      case NodeKind::call:
        return check_call(node_cast<Call>(w.node));
      case NodeKind::conditional:
        return check_conditional(node_cast<Conditional>(w.node));
      case NodeKind::case_lambda:
        return check_clauses(*node_cast<CaseLambda>(w.node).clauses);
      default:
        return;
    }
  }

  void check_variable(const Cell& cell, const Work& w, std::size_t number) {
    if (cell.value != kUnbound) return;
    const std::string name = text_of(cell.name);
    if (const Definition* d = definition_of(&cell)) {
      if (!w.in_lambda && d->form > number && d->place.known())
        warn(named_part(w.node->span(), name), name + " is used before its definition",
             "which is on line " + std::to_string(line_of(d->place)));
      return;
    }
    const Binding* b = find_binding(env_, cell.name);
    const bool unknown = b != nullptr && b->is_mentioned() && b->denotation == value_of(&cell);
    if (unknown && completeness_ == Completeness::all_forms)
      warn(named_part(w.node->span(), name), "unbound variable: " + name,
           hint_for_name(name, names_known(m_, &env_), w.node->span()));
  }

  // The variable of a set! rather than all of it.
  static Span named_part(const Span& span, const std::string& name) {
    if (!span.known()) return span;
    const std::string_view form = span.text->view().substr(span.start, span.end - span.start);
    const std::string_view part = name_in_form(form, name);
    if (part.empty()) return span;
    const auto start = span.start + static_cast<std::uint32_t>(part.data() - form.data());
    return {span.text, start, start + static_cast<std::uint32_t>(part.size())};
  }

  void check_bindings(List<Variable>& variables) {
    for (const Variable* v : variables) {
      if (v->references != 0 || !v->span().known()) continue;
      const std::string name = text_of(v->name);
      const Value meant = lookup(env_, v->name);  // a keyword may be hidden on purpose
      if (name.starts_with('_') || is<Macro>(meant) || meant.is_fixnum()) continue;
      warn(v->span(), name + (v->assignments != 0 ? " is set, but never used" : " is never used"),
           "a name that begins with _ says that this is meant");
    }
  }

  void check_call(Call& call) {
    const std::size_t given = call.arguments->count;
    if (const auto* c = node_if<Constant>(call.procedure, NodeKind::constant)) {
      if (!c->value.is_procedure())
        warn(call.span(), "not a procedure: " + m_.describe(c->value),
             "write '(...) or (list ...) for a list of data");
      return;
    }
    const std::vector<Arity> all = arities_of(call.procedure);
    if (all.empty() || accepts(all, given)) return;
    warn(call.span(), name_of(call.procedure) + " takes " + arguments_text(all) + ", but is given " +
                          (given == 0 ? "none" : std::to_string(given)) + " here",
         signature_hint(call.procedure));
  }

  static std::string name_of(Node* procedure) {
    if (auto* ref = node_if<LocalRef>(procedure, NodeKind::local_ref))
      return text_of(ref->variable->name);
    if (auto* ref = node_if<GlobalRef>(procedure, NodeKind::global_ref))
      return text_of(ref->cell->name);
    return "this procedure";
  }

  std::string signature_hint(Node* procedure) {
    std::string signature;
    const Node* known = procedure_of(procedure);
    if (const Native* native = native_of(procedure))
      signature = std::string(native->row->signature);
    else if (known != nullptr && known->text != nullptr)
      signature = find_signature(known->text->view(), name_of(procedure), known->start);
    return signature.empty() ? "" : "its signature is " + signature;
  }

  // ---- what is never reached ---------------------------------------------------------------

  // (cond ... (#t e) clause ...) and (if #t e other), as somebody wrote them.
  void check_conditional(const Conditional& c) {
    const auto* test = node_if<Constant>(c.test, NodeKind::constant);
    if (test == nullptr || !test->value.is_true() || !c.span().known()) return;
    const auto* rest = node_if<Constant>(c.otherwise, NodeKind::constant);
    if (rest != nullptr && rest->value == kUnspecified) return;
    if (c.text != test->text || c.text != c.otherwise->text || c.otherwise->start <= test->start ||
        test->start <= c.start)
      return;
    const std::string_view before = c.text->view().substr(c.start, test->start - c.start);
    if (before != "(" && first_words(before, 2) != std::vector<std::string_view>{"if"}) return;
    warn(c.otherwise->span(), "this is never reached",
         "the test before it is always true; else says so");
  }

  // (case key ...) is a let whose body compares the variable with one datum after another.
  void check_key(const Let& let) {
    if (let.variables->count != 1) return;
    const Variable* key = (*let.variables)[0];
    GcVector<Value> seen(heap_);
    Node* n = let.body;
    while (auto* choice = node_if<Conditional>(n, NodeKind::conditional)) {
      if (!check_data(choice->test, key, seen)) return;
      n = choice->otherwise;
    }
  }

  // (eq? key datum), or several: (if (eq? key datum) #t ...).  False: another test.
  bool check_data(Node* test, const Variable* key, GcVector<Value>& seen) {
    for (;;) {
      auto* several = node_if<Conditional>(test, NodeKind::conditional);
      auto* one = node_if<Call>(several ? several->test : test, NodeKind::call);
      if (one == nullptr || one->arguments->count != 2) return false;
      const auto* ref = node_if<LocalRef>((*one->arguments)[0], NodeKind::local_ref);
      const auto* datum = node_if<Constant>((*one->arguments)[1], NodeKind::constant);
      const Native* native = native_of(one->procedure);
      if (ref == nullptr || ref->variable != key || datum == nullptr || native == nullptr)
        return false;
      const std::string_view name = native->row->name();
      if (name == "memv") {
        for (Value v = datum->value; v.is_pair(); v = v.pair()->cdr)
          add_datum(v.pair()->car, datum->span(), seen);
      } else if (name == "eq?" || name == "eqv?") {
        add_datum(datum->value, datum->span(), seen);
      } else {
        return false;
      }
      if (several == nullptr) return true;
      test = several->otherwise;
    }
  }

  void add_datum(Value datum, const Span& span, GcVector<Value>& seen) {
    constexpr std::size_t kMostCompared = 1000;
    for (std::size_t i = 0; i < seen.size() && i < kMostCompared; ++i) {
      if (!is_eqv(seen[i], datum)) continue;
      return warn(span, "this is never reached: a clause before it has " + m_.describe(datum));
    }
    seen.push_back(datum);
  }

  void check_clauses(List<Lambda>& clauses) {
    for (std::size_t i = 1; i < clauses.count; ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const Lambda& before = *clauses[k];
        const Lambda& now = *clauses[i];
        const bool covered =
            before.has_rest ? before.required <= now.required && before.most_rest == 0
                            : !now.has_rest && before.required == now.required;
        if (!covered) continue;
        warn(now.body->span(), "this clause is never reached",
             "a clause before it takes as many arguments");
        break;
      }
    }
  }

  Machine& m_;
  Heap& heap_;
  const Environment& env_;
  const Completeness completeness_;
  GcVector<Node*> forms_;  // the last one first
  GcVector<Work> work_;
  std::unordered_map<const Cell*, Definition> definitions_;
  std::unordered_map<const Cell*, bool> assigned_;
  Value warnings_ = kNull;
};

}  // namespace

Value find_warnings(Runtime& r, Value trees, const Environment& env, Completeness completeness) {
  return Checker(r, env, completeness).run(trees);
}

}  // namespace fermata::scheme
