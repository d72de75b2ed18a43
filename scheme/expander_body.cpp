// Bodies: definitions first, found form by form, then expressions.
//
// The item of a body walks over its forms.  Macro uses are expanded until a form shows what it
// is; definitions are noted and their values put off until the last form has been seen, when
// every name of the body is known.  The result is a Letrec in letrec* order; expressions
// between definitions become initial values nobody looks at.
//
// All that was found so far is in the item (lists that only grow at the head), and the body's
// scope is set from it at each step, so a continuation of a transformer may be entered again.
#include "scheme/expander_machine.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// One form of a body: a variable to bind (null: none), and its value as a node or as an item
// still to be done.
struct Entry : Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  Variable* variable;
  Node* node;
  const Item* item;  // with a node: to be pushed as it is
  Entry* previous;
  std::uint64_t count;
};

std::uint64_t count_of(const Entry* e) { return e ? e->count >> 1 : 0; }

// The state of a body while one of its forms is looked at.
class Body {
 public:
  Body(Expander& x, const Item& item)
      : x_(x),
        item_(item),
        entries_(item.b.is_true() ? &as<Entry>(item.b) : nullptr),
        bindings_(item.c),
        source_(&as<Source>(item.a)) {}

  void add(Variable* variable, Node* node, const Item* item) {
    entries_ =
        &x_.heap.make<Entry>(variable, node, item, entries_, (count_of(entries_) + 1) << 1 | 1);
  }
  Variable* bind(Core core, Value identifier, Span span) {
    const Parts form(x_, item_);
    Variable* v = x_.variable(identifier, core == Core::define && is<Symbol>(identifier) &&
                                                  form.is_written()
                                              ? span
                                              : Span{});
    bind(core, identifier, span, value_of(v));
    return v;
  }
  // The pair whose cdr is the denotation.
  Value bind(Core core, Value identifier, Span span, Value denotation) {
    x_.want_identifier(core, identifier, span, "what is defined");
    for (Value b = bindings_; b.is_pair(); b = b.pair()->cdr) {
      if (b.pair()->car.pair()->car == identifier)
        x_.fail(span, std::string(core_form(core).name()) + ": " + x_.text_of(identifier) +
                          " is defined twice in this body");
    }
    const Value entry = x_.heap.cons(identifier, denotation);
    bindings_ = x_.heap.cons(entry, bindings_);
    return entry;
  }
  void splice(Source& forms) {
    Source* last = &forms;
    while (last->next) last = last->next;
    last->next = source_;
    source_ = &forms;
  }
  // Pushes the item that goes on with the next form.
  void go_on() {
    Item& next = x_.with_form(item_, kDefault);
    next.a = value_of(source_);
    next.b = entries_ ? value_of(entries_) : kFalse;
    next.c = bindings_;
    x_.push_item(next);
  }
  // An item for an expression of this body, its hole to be given later.
  Item& expression(Value form, Span span, Value name) {
    Item& e = x_.with_form(item_, form);
    e.header = make_header(Item::kKind, static_cast<std::uint64_t>(ItemKind::expression));
    e.set_span(span);
    e.name = name;
    e.a = e.b = e.c = kFalse;
    return e;
  }

 private:
  Expander& x_;
  const Item& item_;
  Entry* entries_;
  Value bindings_;
  Source* source_;
};

void push_value(Expander& x, const Entry& e, Hole hole) {
  if (e.node) {
    x.fill(hole, e.node);
    if (e.item) x.push_item(x.copy(*e.item));
  } else {
    x.push(*e.item, hole);
  }
}

void finish(Expander& x, const Item& item) {
  const std::uint64_t count = item.b.is_true() ? count_of(&as<Entry>(item.b)) : 0;
  GcVector<Entry*> entries(x.heap);
  if (count) {
    for (std::uint64_t i = 0; i < count; ++i) entries.push_back(nullptr);
    Entry* e = &as<Entry>(item.b);
    for (std::uint64_t i = count; i-- > 0; e = e->previous) entries[i] = e;
  }
  std::size_t definitions = count;  // and the expressions before the last of them
  while (definitions > 0 && entries[definitions - 1]->variable == nullptr) --definitions;
  if (definitions == count)
    x.fail(item.span(), "a body must end with an expression",
           count ? "after the definitions, say what the value is" : "");
  Hole hole = item.hole();
  if (definitions > 0) {
    Letrec* node = x.letrec(item.span(), definitions);
    x.fill(hole, node);
    for (std::size_t i = 0; i < definitions; ++i) {
      Variable* v = entries[i]->variable;
      (*node->variables)[i] = v ? v : x.temporary("_");
      push_value(x, *entries[i], hole_in(node->inits, i));
    }
    hole = hole_in(node, &Letrec::body);
  }
  if (count - definitions == 1) return push_value(x, *entries[count - 1], hole);
  Sequence* node = x.sequence_node(item.span(), count - definitions);
  x.fill(hole, node);
  for (std::size_t i = definitions; i < count; ++i)
    push_value(x, *entries[i], hole_in(node->nodes, i - definitions));
}

// Goes on with the next form of the source, or ends the body.
void next_form(Expander& x, const Item& item) {
  const Source* source = &as<Source>(item.a);
  while (source && !source->forms.is_pair()) {
    if (source->forms != kNull) x.fail(source->span(), "a body must be a proper list");
    source = source->next;
  }
  if (source == nullptr) return finish(x, item);
  Item& next = x.copy(item);
  next.spans = source->spans;
  Pair& pair = *source->forms.pair();
  next.form = pair.car;
  next.set_span(source->span());
  Span span = x.list_span(next, pair.car, source->span());
  if (source->spans) {
    if (const PairSpan* s = find_span(*source->spans, pair); s && s->car_end > s->car_start)
      span = {source->spans->text, s->car_start, s->car_end};
  }
  next.set_span(span);
  next.a = value_of(&make_forms(x.heap, pair.cdr, source->spans, source->span(), source->next));
  x.push_item(next);
}

}  // namespace

void Expander::body(const Item& model, const Parts& parts, std::size_t i, Value scope, Hole hole) {
  if (i >= parts.size() || !parts.is_proper())
    fail(parts.whole(), "a body must have at least one expression");
  Scope& inside = make_scope(heap, scope);
  const Span span = parts.span(parts.size() - 1);
  Source& source = make_forms(heap, parts.rest(i), model.spans, parts.whole());
  push(ItemKind::body, model, kDefault, span, value_of(&inside), hole, kFalse, value_of(&source),
       kFalse, kNull);
}

void Expander::expand_body(const Item& item) {
  as<Scope>(item.scope).bindings = item.c;
  if (item.form == kDefault) return next_form(*this, item);
  Body body(*this, item);
  const Value head = item.form.is_pair() ? item.form.pair()->car : kFalse;
  Value denotation = kUnbound;
  if (is_identifier(head)) denotation = resolve(head, item.scope).denotation;
  if (Macro* macro = cast<Macro>(denotation)) return use_macro(item, *macro);
  const auto core = denotation.is_fixnum() ? static_cast<Core>(denotation.fixnum()) : Core::quote;
  switch (core) {
    case Core::begin: {
      const Parts parts(*this, item);
      if (!parts.is_proper()) malformed(core, item.span());
      body.splice(make_forms(heap, parts.rest(1), item.spans, parts.whole()));
      break;
    }
    case Core::include:
    case Core::include_ci:
      body.splice(included_forms(*this, item, core == Core::include_ci));
      break;
    case Core::cond_expand:
      body.splice(chosen_forms(*this, item));
      break;
    case Core::define: {
      const DefineParts d = parse_define(*this, item);
      Variable* v = body.bind(core, d.identifier, d.span);
      Item& value = body.expression(d.expression, d.expression_span, symbol_of(d.identifier));
      if (d.is_procedure) {
        value.header = make_header(Item::kKind, static_cast<std::uint64_t>(ItemKind::lambda));
        value.a = d.expression;
        value.form = d.body;
        value.set_span(item.span());
      }
      body.add(v, nullptr, &value);
      break;
    }
    case Core::define_values:
    case Core::define_record_type: {
      Definitions definitions(heap);
      if (core == Core::define_values)
        values_definitions(*this, item, definitions);
      else
        record_definitions(*this, item, true, definitions);
      if (definitions.packed)
        body.add(definitions.packed, definitions.packed_value, definitions.item);
      for (const auto& d : definitions.list)
        body.add(body.bind(core, d.identifier, d.span), d.value, nullptr);
      break;
    }
    case Core::define_syntax: {
      const Parts parts(*this, item);
      if (parts.size() != 3 || !parts.is_proper()) malformed(core, item.span());
      const Value entry = body.bind(core, parts[1], parts.span(1), kUnbound);
      push(ItemKind::transformer, item, parts[2], parts.span(2), item.scope, {},
           symbol_of(parts[1]), entry, parts[1]);
      body.go_on();
      // The transformer is made in the scope that already knows its own name.
      as<Scope>(item.scope).bindings = heap.cons(entry, item.c);
      return;
    }
    default:
      body.add(nullptr, nullptr, &body.expression(item.form, item.span(), kFalse));
  }
  body.go_on();
}

}  // namespace fermata::scheme
