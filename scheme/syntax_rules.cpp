// syntax-rules, prepared: patterns and templates become the nodes described in macro.hpp.
//
// R7RS 4.3.2, with the details that are easily missed: `...` and `_` may be literals, an
// ellipsis of one's own, `(... template)`, tails after an ellipsis in lists and vectors, and
// `x ... ...`.  A variable under more ellipses than in the pattern runs through those that
// also run through its neighbours in the pattern, else through the innermost ones.  Nothing
// recurses: what is left to do is on a stack.
#include "scheme/expander_machine.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value vector_of(Heap& heap, std::initializer_list<Value> values) {
  Vector& v = heap.make_vector(values.size(), kFalse);
  std::size_t i = 0;
  for (const Value e : values) v.slots()[i++] = e;
  return value_of(&v);
}

Value vector_to_list(Heap& heap, Value vector) {
  Value list = kNull;
  for (std::size_t i = as<Vector>(vector).length(); i-- > 0;)
    list = heap.cons(as<Vector>(vector).slots()[i], list);
  return list;
}

Value vector_from(Heap& heap, const GcVector<Value>& values) {
  Vector& v = heap.make_vector(values.size(), kFalse);
  for (std::size_t i = 0; i < values.size(); ++i) v.slots()[i] = values[i];
  return value_of(&v);
}

Value number(std::size_t n) { return Value::fixnum(static_cast<std::int64_t>(n)); }

// Where a prepared node goes: a slot of a pair or of a vector.
struct Place {
  Value container;
  std::size_t index;  // pair: 0 car, 1 cdr
  void put(Value v) const {
    if (container.is_pair())
      (index == 0 ? container.pair()->car : container.pair()->cdr) = v;
    else
      as<Vector>(container).slots()[index] = v;
  }
};

class Preparation {
 public:
  Preparation(Expander& x, const Item& item, Value name)
      : x_(x),
        heap_(x.heap),
        item_(item),
        parts_(x, item),
        name_(name),
        literals_(heap_),
        introduced_(heap_),
        variables_(heap_),
        around_(heap_) {}

  Macro& run() {
    std::size_t at = 1;
    if (at < parts_.size() && is_identifier(parts_[at])) ellipsis_ = parts_[at++];
    if (at >= parts_.size() || !parts_.is_proper()) x_.malformed(Core::syntax_rules, item_.span());
    const Parts literals(x_, item_, parts_[at], parts_.span(at));
    if (!literals.is_proper())
      x_.malformed(Core::syntax_rules, literals.whole(), "the literals must be a list of names");
    for (std::size_t i = 0; i < literals.size(); ++i) {
      x_.want_identifier(Core::syntax_rules, literals[i], literals.span(i), "a literal");
      literals_.push_back(literals[i]);
    }
    GcVector<Value> rules(heap_);
    for (++at; at < parts_.size(); ++at) {
      const Parts rule(x_, item_, parts_[at], parts_.span(at));
      if (rule.size() != 2 || !rule.is_proper())
        x_.fail(rule.whole(), "syntax-rules: a rule must look like (pattern template)");
      if (!rule[0].is_pair())
        x_.fail(rule.span(0),
                "syntax-rules: a pattern must be a list that begins with the keyword");
      variables_.clear();
      around_.clear();
      const Value pattern = prepare_pattern(rule[0].pair()->cdr, rule.span(0));
      const Value code = prepare_template(rule[1], rule.span(1));
      rules.push_back(
          vector_of(heap_, {pattern, code, vector_from(heap_, variables_), rule[0].pair()->cdr}));
    }
    return heap_.make<Macro>(name_, item_.scope, vector_from(heap_, rules),
                             vector_from(heap_, introduced_), kFalse,
                             macro_place(heap_, item_.span()));
  }

 private:
  bool is_literal(Value id) const {
    for (std::size_t i = 0; i < literals_.size(); ++i)
      if (literals_[i] == id) return true;
    return false;
  }
  bool is_ellipsis(Value v) const {
    if (!is_identifier(v) || is_literal(v)) return false;
    return ellipsis_.is_true() ? v == ellipsis_ : x_.is_core(v, item_.scope, Core::ellipsis);
  }
  std::optional<std::size_t> variable(Value id) const {
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (variables_[i] == id) return i;
    return std::nullopt;
  }
  Span span_of(Value form, Span otherwise) const { return x_.list_span(item_, form, otherwise); }

  // ---- patterns ------------------------------------------------------------------------
  struct Todo {
    Value form;
    Place place;
    Span span;
    Value levels;  // pattern: list of the ellipsis nodes around; template: see there
    bool escaped;
  };

  Value prepare_pattern(Value form, Span span) {
    const Value root = heap_.cons(kNull, kNull);
    GcVector<Todo> todo(heap_);
    todo.push_back({form, {root, 0}, span, kNull, false});
    while (!todo.empty()) {
      const Todo t = todo.pop_back();
      if (is_identifier(t.form)) {
        t.place.put(pattern_identifier(t));
      } else if (t.form.is_pair()) {
        pattern_list(t, todo);
      } else if (is<Vector>(t.form)) {
        const Value node = vector_of(heap_, {kNull, kTrue});
        t.place.put(node);
        todo.push_back({vector_to_list(heap_, t.form), {node, 0}, t.span, t.levels, false});
      } else {
        t.place.put(t.form == kNull ? kNull : vector_of(heap_, {t.form}));
      }
    }
    return root.pair()->car;
  }

  Value pattern_identifier(const Todo& t) {
    if (is_literal(t.form)) return t.form;
    if (is_ellipsis(t.form)) x_.fail(t.span, "syntax-rules: an ellipsis must follow a pattern");
    if (x_.is_core(t.form, item_.scope, Core::underscore)) return kDefault;
    if (variable(t.form))
      x_.fail(t.span, "syntax-rules: " + x_.text_of(t.form) + " occurs twice in the pattern");
    for (Value l = t.levels; l.is_pair(); l = l.pair()->cdr) {
      Value& variables = as<Vector>(l.pair()->car).slots()[1];
      variables = heap_.cons(number(variables_.size()), variables);
    }
    around_.push_back(t.levels);
    variables_.push_back(t.form);
    return number(variables_.size() - 1);
  }

  // Walks along the list; elements and tail are put off.
  void pattern_list(const Todo& t, GcVector<Todo>& todo) {
    const Span span = span_of(t.form, t.span);
    const Parts list(x_, item_, t.form, span);
    Place place = t.place;
    bool repeated = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (is_ellipsis(list[i]))
        x_.fail(list.span(i), repeated ? "syntax-rules: a list pattern may have one ellipsis"
                                       : "syntax-rules: an ellipsis must follow a pattern");
      if (i + 1 < list.size() && is_ellipsis(list[i + 1])) {
        if (repeated)
          x_.fail(list.span(i + 1), "syntax-rules: a list pattern may have one ellipsis");
        repeated = true;
        const Value node = vector_of(heap_, {kNull, kNull, kNull, number(list.size() - i - 2)});
        place.put(node);
        todo.push_back({list[i], {node, 0}, list.span(i), heap_.cons(node, t.levels), false});
        place = {node, 2};
        ++i;
      } else {
        const Value pair = heap_.cons(kNull, kNull);
        place.put(pair);
        todo.push_back({list[i], {pair, 0}, list.span(i), t.levels, false});
        place = {pair, 1};
      }
    }
    if (list.tail() != kNull) todo.push_back({list.tail(), place, span, t.levels, false});
  }

  // ---- templates -----------------------------------------------------------------------
  // `levels`: the ellipses around, innermost first, each #(variables others nodes): it runs
  // through the variables, like the ellipsis nodes of the pattern that belong to them; others
  // occur under it but are run through at other levels.
  struct Excess {  // an occurrence under more ellipses than in the pattern
    std::size_t variable;
    Value levels;
  };
  Value prepare_template(Value form, Span span) {
    const Value root = heap_.cons(kNull, kNull);
    GcVector<Todo> todo(heap_);
    GcVector<Value> nodes(heap_);  // the ellipsis nodes, to be checked at the end
    GcVector<Excess> excess(heap_);
    todo.push_back({form, {root, 0}, span, kNull, false});
    while (!todo.empty()) {
      const Todo t = todo.pop_back();
      if (is_identifier(t.form)) {
        t.place.put(template_identifier(t, excess));
      } else if (t.form.is_pair()) {
        template_list(t, todo, nodes);
      } else if (is<Vector>(t.form)) {
        const Value node = vector_of(heap_, {kNull, kTrue});
        t.place.put(node);
        todo.push_back({vector_to_list(heap_, t.form), {node, 0}, t.span, t.levels, t.escaped});
      } else {
        t.place.put(t.form == kNull ? kNull : vector_of(heap_, {t.form}));
      }
    }
    for (std::size_t i = 0; i < excess.size(); ++i) choose_levels(excess[i]);
    for (std::size_t i = 0; i < nodes.size(); ++i) finish_levels(nodes[i], span);
    return root.pair()->car;
  }

  static std::size_t length(Value list) {
    std::size_t n = 0;
    for (; list.is_pair(); list = list.pair()->cdr) ++n;
    return n;
  }

  Value template_identifier(const Todo& t, GcVector<Excess>& excess) {
    if (const auto v = variable(t.form)) {
      const std::size_t depth = length(around_[*v]), given = length(t.levels);
      if (given < depth)
        x_.fail(t.span, "syntax-rules: " + x_.text_of(t.form) + " needs " +
                            std::to_string(depth - given) +
                            " more ellipsis here, as in the pattern");
      if (given > depth) {
        excess.push_back({*v, t.levels});
      } else {
        Value node = around_[*v];
        for (Value l = t.levels; l.is_pair(); l = l.pair()->cdr, node = node.pair()->cdr)
          run_through(l.pair()->car, *v, node.pair()->car);
      }
      return number(*v);
    }
    if (!t.escaped && is_ellipsis(t.form))
      x_.fail(t.span, "syntax-rules: an ellipsis must follow a part of the template",
              "write (... ...) for an ellipsis itself");
    for (std::size_t i = 0; i < introduced_.size(); ++i)
      if (introduced_[i] == t.form) return Value::fixnum(-1 - static_cast<std::int64_t>(i));
    introduced_.push_back(t.form);
    return Value::fixnum(-static_cast<std::int64_t>(introduced_.size()));
  }

  void run_through(Value level, std::size_t v, Value node) {
    Value* slots = as<Vector>(level).slots();
    add(slots[0], number(v));
    add(slots[2], node);
  }

  static bool contains(Value list, Value v) {
    for (; list.is_pair(); list = list.pair()->cdr)
      if (list.pair()->car == v) return true;
    return false;
  }

  void choose_levels(const Excess& e) {
    Value node = around_[e.variable];
    std::size_t found = 0;
    for (Value l = e.levels; l.is_pair() && node.is_pair(); l = l.pair()->cdr) {
      if (!contains(as<Vector>(l.pair()->car).slots()[2], node.pair()->car)) continue;
      node = node.pair()->cdr;
      ++found;
    }
    const bool together = found == length(around_[e.variable]);
    node = around_[e.variable];
    for (Value l = e.levels; l.is_pair(); l = l.pair()->cdr) {
      const Value level = l.pair()->car;
      if (node.is_pair() &&
          (!together || contains(as<Vector>(level).slots()[2], node.pair()->car))) {
        run_through(level, e.variable, node.pair()->car);
        node = node.pair()->cdr;
      } else {
        add(as<Vector>(level).slots()[1], number(e.variable));
      }
    }
  }

  void add(Value& list, Value v) {
    if (!contains(list, v)) list = heap_.cons(v, list);
  }

  void template_list(const Todo& t, GcVector<Todo>& todo, GcVector<Value>& nodes) {
    const Span span = span_of(t.form, t.span);
    const Parts list(x_, item_, t.form, span);
    if (!t.escaped && is_ellipsis(list[0])) {  // (... template)
      if (list.size() != 2 || !list.is_proper())
        x_.fail(span, "syntax-rules: an escape must look like (... template)");
      todo.push_back({list[1], t.place, list.span(1), t.levels, true});
      return;
    }
    Place place = t.place;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::size_t element = i;
      std::size_t ellipses = 0;
      while (!t.escaped && i + 1 < list.size() && is_ellipsis(list[i + 1])) ++i, ++ellipses;
      if (ellipses == 0) {
        const Value pair = heap_.cons(kNull, kNull);
        place.put(pair);
        todo.push_back({list[element], {pair, 0}, list.span(element), t.levels, t.escaped});
        place = {pair, 1};
        continue;
      }
      Value levels = t.levels, own = kNull;
      for (std::size_t k = 0; k < ellipses; ++k) {
        const Value level = vector_of(heap_, {kNull, kNull, kNull});
        levels = heap_.cons(level, levels);
        own = heap_.cons(level, own);  // innermost first; reversed when finished
      }
      const Value node = vector_of(heap_, {kNull, own, kNull});
      nodes.push_back(node);
      place.put(node);
      todo.push_back({list[element], {node, 0}, list.span(element), levels, t.escaped});
      place = {node, 2};
    }
    if (list.tail() != kNull) todo.push_back({list.tail(), place, span, t.levels, t.escaped});
  }

  // Leaves of each level its variables, outermost level first.
  void finish_levels(Value node, Span span) {
    Value& own = as<Vector>(node).slots()[1];
    Value levels = kNull;
    for (Value l = own; l.is_pair(); l = l.pair()->cdr) {
      const Value* level = as<Vector>(l.pair()->car).slots();
      if (level[0] == kNull)
        x_.fail(span, "syntax-rules: an ellipsis in the template follows nothing that is repeated");
      for (Value v = level[0]; v.is_pair(); v = v.pair()->cdr)
        if (contains(level[1], v.pair()->car))
          x_.fail(span,
                  "syntax-rules: " +
                      x_.text_of(variables_[static_cast<std::size_t>(v.pair()->car.fixnum())]) +
                      " is used under different numbers of ellipses");
      levels = heap_.cons(level[0], levels);
    }
    own = levels;
  }

  Expander& x_;
  Heap& heap_;
  const Item& item_;
  Parts parts_;
  Value name_;
  Value ellipsis_ = kFalse;
  GcVector<Value> literals_, introduced_;
  GcVector<Value> variables_, around_;  // of the rule; around: its ellipsis nodes, innermost first
};

}  // namespace

Macro& compile_syntax_rules(Expander& x, const Item& item, Value name) {
  return Preparation(x, item, name).run();
}

}  // namespace fermata::scheme
