// The expander's machine: takes items off the stack until the tree is complete.
#include "scheme/expander.hpp"

#include "scheme/expander_machine.hpp"
#include "scheme/passes.hpp"
#include "scheme/runtime.hpp"
#include "scheme/span_value.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

std::span<const CoreForm> core_forms() {
  static constexpr CoreForm kForms[] = {
#define CORE(enumerator, signature, handler, doc) {signature, doc},
#include "scheme/core_forms.def"
#undef CORE
  };
  return kForms;
}

// ---- the work list ------------------------------------------------------------------

Expansion& begin_expansion(Runtime& r, Value form, SpanTable* spans, Environment& env) {
  Heap& heap = r.machine.heap;
  Span span{spans ? spans->text : nullptr, 0, 0};
  if (spans && form.is_pair()) {
    if (const PairSpan* s = find_span(*spans, *form.pair()))
      span.start = s->list_start, span.end = s->list_end;
  }
  Item& item = make_top_item(heap, form, value_of(&env), spans, span);
  return heap.make<Expansion>(&item, nullptr, nullptr, nullptr);
}

ExpandStep expand_some(Runtime& r, Expansion& e, std::size_t gas) {
  return Expander(r, e).run(gas);
}

Expansion& supply(Runtime& r, Expansion& e, Value result) {
  assert(e.waiting && "only an expansion that waits for a transformer is supplied");
  Heap& heap = r.machine.heap;
  Item& item = *::new (heap.traced(sizeof(Item))) Item(*e.waiting);
  item.form = result;
  item.next = e.stack;
  return heap.make<Expansion>(&item, e.deferred, nullptr, e.outputs);
}

Expander::Expander(Runtime& runtime, Expansion& expansion)
    : runtime(runtime),
      machine(runtime.machine),
      heap(runtime.machine.heap),
      expansion_(expansion),
      pushed_(runtime.machine.heap) {}

ExpandStep Expander::run(std::size_t gas) {
  for (;;) {
    while (expansion_.stack) {
      if (gas-- == 0) return {ExpandStep::out_of_gas, nullptr, kFalse, kFalse};
      const Item& item = *expansion_.stack;
      step(item);  // may throw: then the stack is as before
      expansion_.stack = item.next;
      link_pushed();
      if (answer_) return *answer_;
    }
    if (expansion_.deferred == nullptr) return {ExpandStep::done, tree(), kFalse, kFalse};
    for (const Item* d = expansion_.deferred; d; d = d->next) {
      Item& item = copy(*d);
      item.next = expansion_.stack;
      expansion_.stack = &item;
    }
    expansion_.deferred = nullptr;
  }
}

void Expander::link_pushed() {
  for (std::size_t i = pushed_.size(); i-- > 0;) {
    Item* item = const_cast<Item*>(pushed_[i]);  // made in this step, seen by nobody else
    item->next = expansion_.stack;
    expansion_.stack = item;
  }
  pushed_.clear();
}

Hole Expander::output() {
  auto* node = make_list_of<Node>(heap, 1);
  const std::uint64_t count = expansion_.outputs ? expansion_.outputs->count + 2 : 3;
  expansion_.outputs = &heap.make<Output>(node, expansion_.outputs, count);
  return hole_in(node, 0);
}

void Expander::defer(const Item& item) {
  const_cast<Item&>(item).next = expansion_.deferred;
  expansion_.deferred = &item;
}

Node* Expander::tree() {
  const Output* last = expansion_.outputs;
  if (last == nullptr) return nullptr;
  if (last->previous == nullptr) return (*last->node)[0];
  const std::size_t count = last->count >> 1;
  Sequence* node = sequence_node({}, count);
  for (std::size_t i = count; i-- > 0; last = last->previous) (*node->nodes)[i] = (*last->node)[0];
  const Span span = (*node->nodes)[0]->span();
  node->text = span.text;
  node->start = span.start;
  node->end = span.end;
  return node;
}

void Expander::step(const Item& item) {
  switch (item.item_kind()) {
    case ItemKind::expression:
      return expand_expression(item);
    case ItemKind::top:
      return expand_top(item);
    case ItemKind::body:
      return expand_body(item);
    case ItemKind::lambda:
      return expand_lambda_item(item);
    case ItemKind::quasi:
      return expand_quasi_item(*this, item);
    case ItemKind::quasi_join:
      return join_quasi(*this, item);
    case ItemKind::letrec:
      return finish_letrec(item);
    case ItemKind::transformer:
      return expand_transformer(item);
    case ItemKind::transformer_run:
      return run_transformer(item);
    case ItemKind::transformer_bind:
      return bind_transformer(item);
  }
}

void Expander::push(ItemKind kind, const Item& model, Value form, Span span, Value scope, Hole hole,
                    Value name, Value a, Value b, Value c) {
  if (!span.known()) span = model.span();
  push_item(heap.make_with<Item>(static_cast<std::uint64_t>(kind), 0, form, scope, name,
                                 model.spans, span.text, span.start, span.end, span.within,
                                 hole.base, std::uint64_t{hole.offset}, nullptr, a, b, c));
}

Item& Expander::copy(const Item& item) { return *::new (heap.traced(sizeof(Item))) Item(item); }

void Expander::push(const Item& model, Hole hole) {
  Item& item = copy(model);
  item.base = hole.base;
  item.offset = hole.offset;
  push_item(item);
}

Item& Expander::with_form(const Item& item, Value form) {
  Item& fresh = copy(item);
  fresh.form = form;
  return fresh;
}

void Expander::wait_for(Value procedure, Value arguments, const Item& item) {
  expansion_.waiting = &copy(item);
  answer_ = ExpandStep{ExpandStep::transform, nullptr, procedure, arguments};
}

void Expander::wait_for_import(Value names, const Item& again) {
  push_item(copy(again));
  answer_ = ExpandStep{ExpandStep::import, nullptr, kFalse, names};
}

// ---- expressions ----------------------------------------------------------------------

void Expander::expand_expression(const Item& item) {
  const Value form = item.form;
  if (is_identifier(form)) return fill(item, reference(item, form, item.span()));
  if (!form.is_pair()) {
    if (form == kNull) fail(item.span(), "() is not an expression", "write '() for the empty list");
    return fill(item, constant(item.span(), strip(heap, form)));
  }
  const Value head = form.pair()->car;
  if (is_identifier(head)) {
    const Meaning meaning = resolve(head, item.scope);
    if (meaning.denotation.is_fixnum()) {
      const auto core = static_cast<Core>(meaning.denotation.fixnum());
      switch (core) {
#define CORE(enumerator, signature, handler, doc) \
  case Core::enumerator:                          \
    return handler(*this, item, core);
#include "scheme/core_forms.def"
#undef CORE
      }
    }
    if (Macro* macro = cast<Macro>(meaning.denotation)) return use_macro(item, *macro);
  }
  const Parts parts(*this, item);
  if (!parts.is_proper())
    fail(item.span(), "a call must be a proper list: (procedure argument ...)");
  Call* node = call(item.span(), nullptr, parts.size() - 1);
  fill(item, node);
  expression(item, parts, 0, item.scope, hole_in(node, &Call::procedure));
  for (std::size_t i = 1; i < parts.size(); ++i)
    expression(item, parts, i, item.scope, hole_in(node->arguments, i - 1));
}

// What the use becomes says so, if the program can see the macro; in a recursion once.
const vm::Inlined* Expander::within_use(const Item& item, const Macro& macro) {
  const vm::Inlined* around = item.within;
  if (macro.place == kFalse || item.text == nullptr) return around;
  if (around != nullptr && (around->depth >= kDeepestUse || around->name.pair()->cdr == macro.place))
    return around;
  return make_inlined(heap, heap.cons(macro.name, macro.place), item.span());
}

void Expander::use_macro(const Item& item, Macro& macro) {
  Item& made = copy(item);
  made.within = within_use(item, macro);
  if (!macro.procedure.is_true()) {
    made.form = apply_syntax_rules(*this, macro, made);
    return push_item(made);
  }
  const Value renaming = value_of(&heap.make<Renaming>(
      macro.scope, item.scope, kNull, macro.name, span_value(heap, item.span())));
  const Value arguments =
      heap.cons(macro.procedure, heap.cons(item.form, heap.cons(renaming, kNull)));
  wait_for(runtime.transformer_caller, arguments, made);
}

void expand_begin(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 2 || !parts.is_proper()) x.malformed(core, item.span());
  x.sequence(item, parts, 1, item.scope, item.hole());
}

void misplaced(Expander& x, const Item& item, Core core) {
  const std::string name(core_form(core).name());
  switch (core) {
    case Core::define:
    case Core::define_values:
    case Core::define_syntax:
    case Core::define_record_type:
      x.fail(item.span(), name + ": a definition cannot stand here, where a value is wanted",
             "definitions belong at top level or at the beginning of a body");
    case Core::import:
    case Core::define_library:
      x.fail(item.span(), name + ": only at top level");
    case Core::syntax_rules:
    case Core::er_macro_transformer:
      x.fail(item.span(),
             name + ": only as the transformer of define-syntax, let-syntax or letrec-syntax");
    case Core::else_:
    case Core::arrow:
      x.fail(item.span(), name + ": only inside cond, case and guard");
    case Core::unquote:
    case Core::unquote_splicing:
      x.fail(item.span(), name + ": only inside quasiquote");
    default:
      x.fail(item.span(), name + ": only inside syntax-rules");
  }
}

// ---- meanings ---------------------------------------------------------------------------

Value Expander::symbol(std::string_view name) { return machine.symbols.intern(name); }

std::optional<Core> Expander::core_of(Value head, Value scope) const {
  if (!is_identifier(head)) return std::nullopt;
  const Meaning meaning = resolve(head, scope);
  if (!meaning.denotation.is_fixnum()) return std::nullopt;
  return static_cast<Core>(meaning.denotation.fixnum());
}

bool Expander::is_core(Value form, Value scope, Core core) const {
  if (!is_identifier(form)) return false;
  const Meaning meaning = resolve(form, scope);
  if (meaning.denotation == denotation_of(core)) return true;
  if (meaning.scope || (meaning.binding && !meaning.binding->is_mentioned())) return false;
  return text_of(form) == core_form(core).name();
}

bool Expander::is_keyword(Value form, Value scope) const {
  if (!is_identifier(form)) return false;
  const Value denotation = resolve(form, scope).denotation;
  return is<Macro>(denotation) || denotation.is_fixnum();
}

Value Expander::core_identifier(Core core) {
  return value_of(&heap.make<Alias>(symbol(core_form(core).name()), value_of(runtime.builtins)));
}

Node* Expander::reference(const Item& item, Value identifier, Span span) {
  const Meaning meaning = resolve(identifier, item.scope);
  if (Variable* v = cast<Variable>(meaning.denotation)) {
    want_in_scope(item, *meaning.scope, identifier, span);
    return local(span, v);
  }
  if (is<Macro>(meaning.denotation) || meaning.denotation.is_fixnum())
    fail(span, text_of(identifier) + ": a keyword is no value",
         "put parentheses around its use: (" + text_of(identifier) + " ...)");
  if (meaning.scope) fail(span, text_of(identifier) + ": used before its definition as a keyword");
  return make_node<GlobalRef>(heap, NodeKind::global_ref, span, &global_cell(meaning, span));
}

// A transformer procedure may have kept an identifier from another place of the program.
void Expander::want_in_scope(const Item& item, const Scope& scope, Value identifier,
                             Span span) const {
  if (is<Symbol>(identifier)) return;
  for (Value at = item.scope; !is<Environment>(at); at = as<Scope>(at).parent)
    if (&as<Scope>(at) == &scope) return;
  fail(span, text_of(identifier) + ": this variable is not visible here");
}

Cell& Expander::global_cell(const Meaning& meaning, Span span) {
  Environment& env = *meaning.environment;
  if (meaning.binding && !meaning.binding->is_mentioned()) {
    meaning.binding->set(Binding::kUsed);
    return as<Cell>(meaning.denotation);
  }
  const Value symbol = symbol_of(meaning.name);
  const auto mode = mode_of(env);
  if (mode == EnvironmentMode::program && env.imports == kNull)
    fail(span, text_of(symbol) + ": no library has been imported yet",
         "begin the program with (import (scheme base) ...)");
  if (mode == EnvironmentMode::library) {
    if (is_sealed(env))
      fail(span,
           text_of(symbol) + ": unbound variable, mentioned by a macro of " + text_of(env.name),
           near_name_hint(env, symbol));
    const Value place = span_value(heap, span);
    env.unresolved = heap.cons(heap.cons(meaning.name, place), env.unresolved);
  }
  return mention(machine, env, meaning.name);
}

// ---- messages -----------------------------------------------------------------------------

std::string Expander::text_of(Value datum) const {
  datum = strip(heap, datum);
  if (const auto* s = cast<Symbol>(datum)) return to_utf8(as<String>(s->name));
  return machine.describe(datum);
}

void Expander::fail(Span span, std::string message, std::string hint) const {
  throw SyntaxError(span, std::move(message), std::move(hint));
}

void Expander::malformed(Core core, Span span, std::string_view why) const {
  const CoreForm& form = core_form(core);
  std::string message(form.name());
  if (why.empty()) throw SyntaxError(span, message + ": expected " + std::string(form.signature));
  throw SyntaxError(span, message + ": " + std::string(why),
                    "expected " + std::string(form.signature));
}

void Expander::want_identifier(Core core, Value v, Span span, std::string_view what) const {
  if (is_identifier(v)) return;
  malformed(core, span, std::string(what) + " must be a name, not " + text_of(v));
}

// ---- the parts of forms ---------------------------------------------------------------------

Parts::Parts(Expander& x, const Item& item, Value form, Span whole)
    : spans_(item.spans), whole_(whole.known() ? whole : item.span()), pairs_(x.heap), tail_(form) {
  Value slow = form;
  while (tail_.is_pair()) {
    pairs_.push_back(tail_.pair());
    tail_ = tail_.pair()->cdr;
    if (pairs_.size() % 2 == 0) {
      slow = slow.pair()->cdr;
      if (slow == tail_ && tail_.is_pair()) x.fail(whole_, "a form may not be circular");
    }
  }
}

Span Parts::span(std::size_t i) const {
  if (spans_) {
    if (const PairSpan* s = find_span(*spans_, *pairs_[i])) {
      if (s->car_end > s->car_start) return {spans_->text, s->car_start, s->car_end};
    }
    if (pairs_[i]->car.is_pair()) {
      const PairSpan* s = find_span(*spans_, *pairs_[i]->car.pair());
      if (s && s->list_end > s->list_start) return {spans_->text, s->list_start, s->list_end};
    }
  }
  return whole_;
}

bool Parts::is_written() const {
  const PairSpan* s = spans_ && !pairs_.empty() ? find_span(*spans_, *pairs_[0]) : nullptr;
  return s && s->list_end > s->list_start;
}

Span Parts::written_span(std::size_t i) const {
  return is_written() && is<Symbol>(pairs_[i]->car) ? span(i) : Span{};
}

Span Expander::list_span(const Item& item, Value form, Span otherwise) const {
  if (item.spans && form.is_pair()) {
    const PairSpan* s = find_span(*item.spans, *form.pair());
    if (s && s->list_end > s->list_start) return {item.spans->text, s->list_start, s->list_end};
  }
  return otherwise;
}

void Expander::sequence(const Item& model, const Parts& parts, std::size_t i, Value scope,
                        Hole hole) {
  assert(i < parts.size() && "a sequence has an expression");
  if (i + 1 == parts.size()) return expression(model, parts, i, scope, hole, kFalse);
  Sequence* node = sequence_node(model.span(), parts.size() - i);
  fill(hole, node);
  for (std::size_t at = i; at < parts.size(); ++at)
    expression(model, parts, at, scope, hole_in(node->nodes, at - i));
}

// ---- nodes ------------------------------------------------------------------------------------

Constant* Expander::constant(Span span, Value value) {
  return make_node<Constant>(heap, NodeKind::constant, span, value);
}
LocalRef* Expander::local(Span span, Variable* variable) {
  return make_node<LocalRef>(heap, NodeKind::local_ref, span, variable);
}
GlobalRef* Expander::builtin(Span span, std::string_view name) {
  Cell& cell = mention(machine, *runtime.builtins, symbol(name));
  return make_node<GlobalRef>(heap, NodeKind::global_ref, span, &cell);
}
Conditional* Expander::conditional(Span span, Node* test, Node* then, Node* otherwise) {
  return make_node<Conditional>(heap, NodeKind::conditional, span, test, then, otherwise);
}
Call* Expander::call(Span span, Node* procedure, std::size_t arguments) {
  return make_node<Call>(heap, NodeKind::call, span, procedure,
                         make_list_of<Node>(heap, arguments));
}
Call* Expander::call(Span span, Node* procedure, std::initializer_list<Node*> arguments) {
  Call* node = call(span, procedure, arguments.size());
  std::size_t i = 0;
  for (Node* a : arguments) (*node->arguments)[i++] = a;
  return node;
}
Sequence* Expander::sequence_node(Span span, std::size_t count) {
  return make_node<Sequence>(heap, NodeKind::sequence, span, make_list_of<Node>(heap, count));
}
Let* Expander::let(Span span, std::size_t count) {
  return make_node<Let>(heap, NodeKind::let, span, make_list_of<Variable>(heap, count),
                        make_list_of<Node>(heap, count), static_cast<Node*>(nullptr));
}
Letrec* Expander::letrec(Span span, std::size_t count) {
  return make_node<Letrec>(heap, NodeKind::letrec, span, make_list_of<Variable>(heap, count),
                           make_list_of<Node>(heap, count), static_cast<Node*>(nullptr));
}
Receive* Expander::receive(Span span, List<Variable>* variables, bool rest) {
  return make_node<Receive>(heap, NodeKind::receive, span, variables, std::uint64_t{rest},
                            static_cast<Node*>(nullptr), static_cast<Node*>(nullptr));
}
Lambda* Expander::lambda(Span span, Value name, std::size_t parameters, bool rest) {
  return make_node<Lambda>(
      heap, NodeKind::lambda, span, name, make_list_of<Variable>(heap, parameters),
      static_cast<std::uint32_t>(parameters - rest), std::uint32_t{0}, std::uint32_t{rest},
      std::uint32_t{0}, static_cast<Node*>(nullptr), static_cast<void*>(nullptr), kFalse);
}
Variable* Expander::variable(Value identifier, Span written) {
  return make_variable(heap, symbol_of(identifier), written);
}
Variable* Expander::temporary(std::string_view name) { return make_variable(heap, symbol(name)); }

}  // namespace fermata::scheme
