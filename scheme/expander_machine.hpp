// The inside of the expander: items, the work-list machine, and what core forms are made of.
//
// An item is one piece of work: a form, the scope it is in, where it stood, and the hole of
// the tree that its result fills.  Items are never changed.  A handler makes a node, fills the
// item's hole with it and pushes items for the parts; pushed items are done in the order of
// pushing, before everything that was on the stack.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "scheme/core_forms.hpp"
#include "scheme/expander.hpp"
#include "scheme/macro.hpp"
#include "scheme/scope.hpp"

namespace fermata::scheme {

// Uses of macros within each other that reports tell of.
inline constexpr int kDeepestUse = 12;

// A Node* inside a heap object: the object and how far in, since only the object's start
// keeps it alive.
struct Hole {
  void* base = nullptr;
  std::uint32_t offset = 0;
};
template <class T>
Hole hole_in(T* object, Node* T::*field) {
  const auto offset = reinterpret_cast<char*>(&(object->*field)) - reinterpret_cast<char*>(object);
  return {object, static_cast<std::uint32_t>(offset)};
}
template <class T>
Hole hole_in(List<T>* list, std::size_t i) {
  return {list, static_cast<std::uint32_t>(sizeof(std::uint64_t) + i * sizeof(T*))};
}

enum class ItemKind : std::uint64_t {
  expression,  // form
  top,         // form, at top level; what it does is an output of the expansion
  body,    // form or kDefault for the next; scope: of the body; a: Source; b: Entry; c: bindings
  lambda,  // a: formals; form: list of body forms
  quasi,   // form; a: depth as a fixnum
  quasi_join,       // a: Quasi
  letrec,           // a: Letrec whose inits are done
  transformer,      // form: what is to be bound; a: (identifier . denotation) or Environment; b:
                    // identifier
  transformer_run,  // c: List with the tree of the transformer's expression; a, b as above
  transformer_bind  // form: the procedure; a, b as above
};

struct Item : vm::Object {  // aux: the ItemKind
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::Value form, scope;
  vm::Value name;        // Symbol for a lambda in this place, or #f
  SpanTable* spans;      // of the text the form comes from, or null
  vm::SourceText* text;  // the place of the form
  std::uint32_t start, end;
  const vm::Inlined* within;  // the uses of macros that made it
  void* base;  // the hole
  std::uint64_t offset;
  const Item* next;
  vm::Value a, b, c;
  ItemKind item_kind() const { return static_cast<ItemKind>(aux()); }
  vm::Span span() const { return {text, start, end, within}; }
  void set_span(vm::Span s) { text = s.text, start = s.start, end = s.end, within = s.within; }
  Hole hole() const { return {base, static_cast<std::uint32_t>(offset)}; }
};

// A form at top level, in that environment.
inline Item& make_top_item(vm::Heap& heap, vm::Value form, vm::Value environment, SpanTable* spans,
                           vm::Span place) {
  return heap.make_with<Item>(static_cast<std::uint64_t>(ItemKind::top), 0, form, environment,
                              vm::kFalse, spans, place.text, place.start, place.end, place.within,
                              nullptr, std::uint64_t{0}, nullptr, vm::kFalse, vm::kFalse,
                              vm::kFalse);
}

// What one of the forms at top level does; together, in order, they are the tree.
struct Output : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  List<Node>* node;  // of one
  Output* previous;
  std::uint64_t count;  // tagged as a fixnum
};

// All definitions of a form (which may be a `begin`) are known before any value is looked at.
struct Expansion : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  const Item* stack;
  const Item* deferred;  // newest first: the values at top level
  const Item* waiting;   // gets the transformer's result as its form
  Output* outputs;       // newest first
};

// A list of forms still to be looked at, of one text; then the next.
struct Source : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::Value forms;
  SpanTable* spans;
  vm::SourceText* text;  // the place to name when a form's own is not known
  std::uint32_t start, end;
  const vm::Inlined* within;
  Source* next;
  vm::Span span() const { return {text, start, end, within}; }
};
inline Source& make_forms(vm::Heap& heap, vm::Value forms, SpanTable* spans, vm::Span place,
                          Source* next = nullptr) {
  return heap.make<Source>(forms, spans, place.text, place.start, place.end, place.within, next);
}

// What rename and compare of a transformer procedure know.
struct Renaming : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::Value macro_scope, use_scope;
  vm::Value renamed;  // list of (identifier . Alias)
  vm::Value macro;    // its name
  vm::Value place;    // of the use: SpanObject or #f
};

class Expander;

// The elements of a form, with their places.
class Parts {
 public:
  Parts(Expander& x, const Item& item) : Parts(x, item, item.form, item.span()) {}
  Parts(Expander& x, const Item& item, vm::Value form, vm::Span whole);
  std::size_t size() const { return pairs_.size(); }
  vm::Value operator[](std::size_t i) const { return pairs_[i]->car; }
  vm::Span span(std::size_t i) const;
  vm::Pair* pair(std::size_t i) const { return pairs_[i]; }
  vm::Value rest(std::size_t i) const { return i < size() ? vm::value_of(pairs_[i]) : tail_; }
  vm::Value tail() const { return tail_; }  // () unless the list is improper
  bool is_proper() const { return tail_ == vm::kNull; }
  vm::Span whole() const { return whole_; }
  // The program has this list itself; it is not out of a template.
  bool is_written() const;
  // The place of an identifier that the program itself wrote there; else none.
  vm::Span written_span(std::size_t i) const;

 private:
  const SpanTable* spans_;
  vm::Span whole_;
  vm::GcVector<vm::Pair*> pairs_;
  vm::Value tail_;
};

class Expander {
 public:
  Expander(Runtime& runtime, Expansion& expansion);
  ExpandStep run(std::size_t gas);

  Runtime& runtime;
  vm::Machine& machine;
  vm::Heap& heap;

  // ---- items --------------------------------------------------------------------
  // What is pushed during one step is done in that order.
  void push(ItemKind kind, const Item& model, vm::Value form, vm::Span span, vm::Value scope,
            Hole hole, vm::Value name = vm::kFalse, vm::Value a = vm::kFalse,
            vm::Value b = vm::kFalse, vm::Value c = vm::kFalse);
  void push(const Item& model, Hole hole);  // the same item for another hole
  // A copy with another form: what a macro use became, at the same place.
  Item& with_form(const Item& item, vm::Value form);
  Item& copy(const Item& item);
  void push_item(const Item& item) { pushed_.push_back(&item); }  // Requires: made in this step
  void expression(const Item& model, const Parts& parts, std::size_t i, vm::Value scope, Hole hole,
                  vm::Value name = vm::kFalse) {
    push(ItemKind::expression, model, parts[i], parts.span(i), scope, hole, name);
  }
  // Expressions from the i-th on, the last giving the value.  Requires: there is one.
  void sequence(const Item& model, const Parts& parts, std::size_t i, vm::Value scope, Hole hole);
  // A body from the i-th on: definitions, then expressions.
  void body(const Item& model, const Parts& parts, std::size_t i, vm::Value scope, Hole hole);
  void fill(Hole hole, Node* node) {
    if (hole.base) std::memcpy(static_cast<char*>(hole.base) + hole.offset, &node, sizeof node);
  }
  void fill(const Item& item, Node* node) { fill(item.hole(), node); }

  // ---- meanings -----------------------------------------------------------------
  bool is_core(vm::Value form, vm::Value scope, Core core) const;
  // Whether it names a macro or a core form there.
  bool is_keyword(vm::Value form, vm::Value scope) const;
  // `else` and the like also count when nothing binds them.
  std::optional<Core> core_of(vm::Value head, vm::Value scope) const;
  // An identifier that means the core form everywhere.
  vm::Value core_identifier(Core core);
  Node* reference(const Item& item, vm::Value identifier, vm::Span span);
  vm::Cell& global_cell(const Meaning& meaning, vm::Span span);
  // The variable that set! may change there.  Requires: no local variable.
  vm::Cell& assigned_cell(vm::Value identifier, const Meaning& meaning, vm::Span span);
  void want_in_scope(const Item& item, const Scope& scope, vm::Value identifier,
                     vm::Span span) const;
  vm::Value symbol(std::string_view name);

  // ---- nodes --------------------------------------------------------------------
  Constant* constant(vm::Span span, vm::Value value);
  LocalRef* local(vm::Span span, Variable* variable);
  GlobalRef* builtin(vm::Span span, std::string_view name);
  Conditional* conditional(vm::Span span, Node* test = nullptr, Node* then = nullptr,
                           Node* otherwise = nullptr);
  Call* call(vm::Span span, Node* procedure, std::size_t arguments);
  Call* call(vm::Span span, Node* procedure, std::initializer_list<Node*> arguments);
  Sequence* sequence_node(vm::Span span, std::size_t count);
  Let* let(vm::Span span, std::size_t count);
  Letrec* letrec(vm::Span span, std::size_t count);
  Lambda* lambda(vm::Span span, vm::Value name, std::size_t parameters, bool rest = false);
  Receive* receive(vm::Span span, List<Variable>* variables, bool rest);
  // `written`: the place, for what a warning may be about.
  Variable* variable(vm::Value identifier, vm::Span written = {});
  Variable* temporary(std::string_view name);

  // ---- parts of several forms -------------------------------------------------------
  // Makes a Lambda; its body's scope is inside `scope`.
  Lambda* lambda(const Item& item, vm::Value formals, vm::Span formals_span, vm::Value scope,
                 vm::Value name, Scope*& inside);
  // What a form of this core is to look like: "let: expected (let ...)".
  [[noreturn]] void malformed(Core core, vm::Span span, std::string_view why = {}) const;
  [[noreturn]] void fail(vm::Span span, std::string message, std::string hint = {}) const;
  void want_identifier(Core core, vm::Value v, vm::Span span, std::string_view what) const;
  std::string text_of(vm::Value datum) const;
  vm::Span list_span(const Item& item, vm::Value form, vm::Span otherwise) const;

  // ---- top level ------------------------------------------------------------------
  Hole output();                 // a new output's hole
  void defer(const Item& item);  // Requires: made in this step
  // Ends the step: the driver is to do something first, then supply() its result to the item.
  void wait_for(vm::Value procedure, vm::Value arguments, const Item& item);
  void wait_for_import(vm::Value names, const Item& again);

  // ---- the kinds of items -----------------------------------------------------------
  void use_macro(const Item& item, Macro& macro);
  const vm::Inlined* within_use(const Item& item, const Macro& macro);
  void expand_expression(const Item& item);
  void expand_top(const Item& item);   // expander_top.cpp
  void expand_body(const Item& item);  // expander_body.cpp
  void expand_lambda_item(const Item& item);
  void finish_letrec(const Item& item);
  void expand_transformer(const Item& item);  // expander_syntax.cpp
  void run_transformer(const Item& item);
  void bind_transformer(const Item& item);

 private:
  void step(const Item& item);
  void link_pushed();
  Node* tree();

  Expansion& expansion_;
  vm::GcVector<const Item*> pushed_;
  std::optional<ExpandStep> answer_;
};

void expand_quasi_item(Expander& x, const Item& item);
void join_quasi(Expander& x, const Item& item);

// Where a macro is defined, as its `place`: nothing for a carried text, which images leave out.
vm::Value macro_place(vm::Heap& heap, vm::Span span);

// syntax_rules.cpp
// item: (syntax-rules [ellipsis] (literal ...) rule ...), in the scope of the definition.
Macro& compile_syntax_rules(Expander& x, const Item& item, vm::Value name);
// What the use of the macro, item.form, becomes.
vm::Value apply_syntax_rules(Expander& x, const Macro& macro, const Item& item);

// What define-record-type and define-values stand for: values ready to be bound one after
// another (expander_definitions.cpp).  `packed`, if any, is bound before them, and `item` is
// then to be pushed.
struct Definitions {
  struct One {
    vm::Value identifier;
    vm::Span span;
    Node* value;
  };
  explicit Definitions(vm::Heap& heap) : list(heap) {}
  vm::GcVector<One> list;
  Variable* packed = nullptr;
  Node* packed_value = nullptr;
  const Item* item = nullptr;
};
// `local`: in a body, where each evaluation makes a type of its own.
void record_definitions(Expander& x, const Item& item, bool local, Definitions& to);
void values_definitions(Expander& x, const Item& item, Definitions& to);
// (define name expression), (define (name . formals) body ...), (define ((name a) b) body ...)
struct DefineParts {
  vm::Value identifier;
  vm::Span span;
  bool is_procedure;
  vm::Value expression;  // the value's form, or the formals
  vm::Span expression_span;
  vm::Value body;
};
DefineParts parse_define(Expander& x, const Item& item);

// Fresh lists of the forms that include and cond-expand stand for.
Source& included_forms(Expander& x, const Item& item, bool fold_case);
Source& chosen_forms(Expander& x, const Item& item);

// A binding at top level is allowed there; throws when not.
void want_definable(Expander& x, const Environment& env, Core core, vm::Value identifier,
                    vm::Span span);

#define CORE(enumerator, signature, handler, doc) \
  void handler(Expander& x, const Item& item, Core core);
#include "scheme/core_forms.def"
#undef CORE

}  // namespace fermata::scheme
