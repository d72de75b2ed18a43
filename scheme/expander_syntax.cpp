// Keywords: what define-syntax, let-syntax and letrec-syntax bind them to.
//
// A transformer is syntax-rules, er-macro-transformer, another keyword, or a macro use that
// becomes one of these.  The procedure of er-macro-transformer is computed while expanding:
// its expression is compiled, and the driver runs it.
#include "scheme/compiler.hpp"
#include "scheme/expander_machine.hpp"
#include "scheme/library.hpp"
#include "scheme/report.hpp"
#include "scheme/runtime.hpp"
#include "scheme/span_value.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// item.a is a local entry (identifier . denotation), or the environment to define item.b in.
void bind_keyword(Expander& x, const Item& item, Value denotation) {
  if (item.a.is_pair())
    item.a.pair()->cdr = denotation;
  else
    define_syntax(x.machine, as<Environment>(item.a), item.b, denotation);
}

[[noreturn]] void bad_transformer(Expander& x, const Item& item) {
  const Value head = item.form.is_pair() ? item.form.pair()->car : item.form;
  std::string hint;
  if (is_identifier(head) && resolve(head, item.scope).denotation == kUnbound)
    hint = hint_for_name(x.text_of(head), names_known(x.machine, &environment_of(item.scope)), item.span());
  x.fail(item.span(),
         "the transformer of " + x.text_of(item.b) +
             " must be (syntax-rules ...) or (er-macro-transformer ...)",
         std::move(hint));
}

}  // namespace

void Expander::expand_transformer(const Item& item) {
  const Value form = item.form;
  if (is_identifier(form)) {
    const Meaning meaning = resolve(form, item.scope);
    if (!meaning.denotation.is_fixnum() && !is<Macro>(meaning.denotation))
      bad_transformer(*this, item);
    return bind_keyword(*this, item, meaning.denotation);
  }
  if (!form.is_pair() || !is_identifier(form.pair()->car)) bad_transformer(*this, item);
  const Meaning meaning = resolve(form.pair()->car, item.scope);
  if (Macro* macro = cast<Macro>(meaning.denotation)) return use_macro(item, *macro);
  if (meaning.denotation == denotation_of(Core::syntax_rules)) {
    Macro& macro = compile_syntax_rules(*this, item, symbol_of(item.b));
    return bind_keyword(*this, item, value_of(&macro));
  }
  if (meaning.denotation != denotation_of(Core::er_macro_transformer)) bad_transformer(*this, item);
  const Parts parts(*this, item);
  if (parts.size() != 2 || !parts.is_proper()) malformed(Core::er_macro_transformer, item.span());
  auto* tree = make_list_of<Node>(heap, 1);
  // It runs before the form around it does, so it sees no local variables.
  const Value global = value_of(&environment_of(item.scope));
  expression(item, parts, 1, global, hole_in(tree, 0), symbol_of(item.b));
  Item& run = copy(item);
  run.header = make_header(Item::kKind, static_cast<std::uint64_t>(ItemKind::transformer_run));
  run.base = tree;
  push_item(run);
}

void Expander::run_transformer(const Item& item) {
  auto* tree = static_cast<List<Node>*>(item.base);
  Code& code = compile(machine, (*tree)[0], runtime.options.compiler);
  Item& bind = copy(item);
  bind.header = make_header(Item::kKind, static_cast<std::uint64_t>(ItemKind::transformer_bind));
  wait_for(value_of(&heap.make_closure(code, 0, code.frame_size(), 0)), kNull, bind);
}

Value macro_place(Heap& heap, Span span) {
  if (!span.known() || to_utf8(as<String>(span.text->name)).starts_with(kCarried)) return kFalse;
  return span_value(heap, span);
}

void Expander::bind_transformer(const Item& item) {
  if (!item.form.is_procedure())
    fail(item.span(),
         "er-macro-transformer: the transformer must be a procedure, not " + text_of(item.form));
  Vector& none = heap.make_vector(0, kFalse);
  Macro& macro =
      heap.make<Macro>(symbol_of(item.b), item.scope, value_of(&none), value_of(&none), item.form,
                       macro_place(heap, item.span()));
  bind_keyword(*this, item, value_of(&macro));
}

namespace {

void expand_local_syntax(Expander& x, const Item& item, Core core, bool recursive) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Parts list(x, item, parts[1], parts.span(1));
  if (!list.is_proper())
    x.malformed(core, list.whole(), "the bindings must be a list like ((keyword transformer) ...)");
  Scope& inside = make_scope(x.heap, item.scope);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Parts b(x, item, list[i], list.span(i));
    if (b.size() != 2 || !b.is_proper())
      x.fail(list.span(i), std::string(core_form(core).name()) +
                               ": a binding must look like (keyword transformer)");
    x.want_identifier(core, b[0], b.span(0), "what is bound");
    for (Value other = inside.bindings; other.is_pair(); other = other.pair()->cdr)
      if (other.pair()->car.pair()->car == b[0])
        x.fail(b.span(0),
               std::string(core_form(core).name()) + ": " + x.text_of(b[0]) + " is bound twice");
    bind_local(x.heap, inside, b[0], kUnbound);
    x.push(ItemKind::transformer, item, b[1], b.span(1), recursive ? value_of(&inside) : item.scope,
           {}, kFalse, inside.bindings.pair()->car, b[0]);
  }
  x.body(item, parts, 2, value_of(&inside), item.hole());
}

}  // namespace

void expand_let_syntax(Expander& x, const Item& item, Core core) {
  expand_local_syntax(x, item, core, false);
}
void expand_letrec_syntax(Expander& x, const Item& item, Core core) {
  expand_local_syntax(x, item, core, true);
}

}  // namespace fermata::scheme
