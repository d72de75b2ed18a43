// eval, load, import: the natives that lib/fermata/eval.sld drives.
//
// Each does a bounded piece of work and returns, so that what happens between two of them - a
// transformer, a library's body - is ordinary Scheme that may wait.  A SyntaxError ends here,
// as a condition with its place.
#include "scheme/eval.hpp"

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/image.hpp"
#include "scheme/library.hpp"
#include "scheme/loader.hpp"
#include "scheme/span_value.hpp"
#include "scheme/world.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

Value condition_of(Machine& m, const SyntaxError& error) {
  const auto* source = dynamic_cast<const SourceError*>(&error);
  const Value v = m.make_condition(source ? source->kind : ConditionKind::syntax, error.message);
  auto& c = as<Condition>(v);
  c.who = kFalse;
  c.span = span_value(m.heap, error.span);
  if (!error.hint.empty()) c.hint = value_of(&make_string(m.heap, error.hint));
  return v;
}

Loader& make_loader(Machine& m, SourceText& source, Environment& env) {
  SpanTable& spans = make_span_table(m.heap, source);
  return m.heap.make<Loader>(&env, &spans, &make_reader(m, &spans));
}
Value make_loader(Machine& m, std::string_view name, std::string_view text, Environment& env) {
  return value_of(&make_loader(m, make_source(m.heap, name, text), env));
}

Expansion* begin_loading(Runtime& r, Loader& loader, std::size_t& position) {
  Machine& m = r.machine;
  const std::string_view text = loader.spans->text->view();
  const std::size_t start = position;
  begin_form(m, *loader.env, static_cast<std::int64_t>(position));
  go_to(*loader.reader, position);
  ReadStatus status;
  try {
    status = feed(m, *loader.reader, text, position, true);
  } catch (const SyntaxError& e) {
    throw SourceError(ConditionKind::read, e.span, e.message, e.hint);
  }
  m.charge((position - start) / 16);
  if (status != ReadStatus::datum) return nullptr;
  Expansion& e = begin_expansion(r, take(*loader.reader), loader.spans, *loader.env);
  if (!e.stack->form.is_pair()) {  // an atom has no pair that knows its place
    const Span span = last_span(*loader.reader);
    auto& item = const_cast<Item&>(*e.stack);
    item.text = span.text, item.start = span.start, item.end = span.end;
  }
  return &e;
}

// ---- code ------------------------------------------------------------------------------------

Value make_thunk(Runtime& r, Node* tree, Purpose purpose) {
  Heap& heap = r.machine.heap;
  if (tree == nullptr) tree = make_node<Constant>(heap, NodeKind::constant, {}, kUnspecified);
  Code& code = compile(r.machine, tree, r.options.compiler, purpose);
  return value_of(&heap.make_closure(code, 0, code.frame_size(), 0));
}

Value make_thunk(Runtime& r, Value procedure, std::span<const Value> arguments) {
  Heap& heap = r.machine.heap;
  auto* list = make_list_of<Node>(heap, arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i)
    (*list)[i] = make_node<Constant>(heap, NodeKind::constant, {}, arguments[i]);
  Node* callee = make_node<Constant>(heap, NodeKind::constant, {}, procedure);
  return make_thunk(r, make_node<Call>(heap, NodeKind::call, {}, callee, list));
}

Node* sequence_of(Heap& heap, Value newest_first) {
  std::size_t count = 0;
  for (Value t = newest_first; t.is_pair(); t = t.pair()->cdr) ++count;
  if (count == 0) return nullptr;
  if (count == 1) return &as<Node>(newest_first.pair()->car);
  auto* nodes = make_list_of<Node>(heap, count);
  for (Value t = newest_first; t.is_pair(); t = t.pair()->cdr)
    (*nodes)[--count] = &as<Node>(t.pair()->car);
  return make_node<Sequence>(heap, NodeKind::sequence, (*nodes)[0]->span(), nodes);
}

Problem check_trees(Machine& m, std::size_t argument, Value trees) {
  for (Value t = trees; t != kNull; t = t.pair()->cdr) {
    if (!t.is_pair() || !is<Node>(t.pair()->car))
      return m.wrong_type(argument, "a list of trees", trees);
  }
  return std::nullopt;
}

namespace {

// ---- reading and expanding ----------------------------------------------------------------------

// Where the next form begins is an argument, not kept in the loader: a continuation captured
// in one form goes on with the forms after it each time it is entered.
Outcome load_next(Machine& m, Loader& loader, Index position) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    std::size_t at = position;
    Expansion* const e = begin_loading(r, loader, at);
    return e ? m.heap.cons(value_of(e), Value::fixnum(static_cast<std::int64_t>(at))) : kFalse;
  });
}

Outcome loader_environment(Machine&, Loader& loader) { return value_of(loader.env); }

Outcome file_loader(Machine& m, String& name, Environment& env) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    const std::string file = to_utf8(name);
    return make_loader(m, file, read_source(r, file, {}), env);
  });
}

Outcome expand_begin_native(Machine& m, Value form, Environment& env) {
  return value_of(&begin_expansion(Runtime::of(m), form, nullptr, env));
}

// #f: go on   (tree): done   (procedure . arguments): apply it   #(name ...): load these
Outcome expand_some_native(Machine& m, Expansion& work) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    constexpr std::size_t kItems = 1000;
    const ExpandStep step = expand_some(r, work, kItems);
    // What may go on for ever pays what it costs; a short expansion is as good as free.
    m.charge(step.kind == ExpandStep::out_of_gas ? 2 * kItems : kItems / 16);
    switch (step.kind) {
      case ExpandStep::out_of_gas:
        return kFalse;
      case ExpandStep::done:
        return m.heap.cons(step.tree ? value_of(step.tree) : kFalse, kNull);
      case ExpandStep::transform:
        return m.heap.cons(step.procedure, step.arguments);
      case ExpandStep::import:
        break;
    }
    Vector& names = m.heap.make_vector(1, step.arguments);
    return value_of(&names);
  });
}

Outcome expand_supply(Machine& m, Expansion& work, Value result) {
  return value_of(&supply(Runtime::of(m), work, result));
}

Outcome compile_native(Machine& m, Value trees) {
  if (auto problem = check_trees(m, 1, trees)) return *problem;
  note_trees(m, trees);
  return guarded(m,
                 [&](Runtime& r) -> Outcome { return make_thunk(r, sequence_of(m.heap, trees)); });
}

// ---- transformer procedures
// ------------------------------------------------------------------------

Outcome rename_identifier(Machine& m, Renaming& r, Value identifier) {
  if (!is_identifier(identifier)) return m.wrong_type(2, "an identifier", identifier);
  for (Value known = r.renamed; known.is_pair(); known = known.pair()->cdr)
    if (known.pair()->car.pair()->car == identifier) return known.pair()->car.pair()->cdr;
  const Value alias = value_of(&m.heap.make<Alias>(identifier, r.macro_scope));
  r.renamed = m.heap.cons(m.heap.cons(identifier, alias), r.renamed);
  return alias;
}

Outcome compare_identifiers(Machine&, Renaming& r, Value a, Value b) {
  if (!is_identifier(a) || !is_identifier(b)) return Value::boolean(a == b);
  return Value::boolean(same_meaning(a, r.use_scope, b, r.use_scope));
}

Outcome is_keyword(Machine&, Renaming& r, Value form) {
  if (!is_identifier(form)) return kFalse;
  const Value denotation = resolve(form, r.use_scope).denotation;
  return Value::boolean(denotation.is_fixnum() || is<Macro>(denotation));
}

Outcome strip_syntax(Machine& m, Value form) { return strip(m.heap, form); }

// ---- libraries
// ---------------------------------------------------------------------------------------

Outcome library_begin(Machine& m, Value name, Value chain) {
  if (!is_library_name(name)) return m.wrong_type(1, "the name of a library", name);
  return guarded(m, [&](Runtime& r) -> Outcome {
    Library& library = want_library(r, name, {});
    if (library.is_ready()) return kFalse;
    const std::string text = library_text(name);
    std::string cycle = text;
    for (Value c = chain; c.is_pair(); c = c.pair()->cdr) {
      const std::string other = library_text(c.pair()->car);
      cycle = other + " imports " + cycle;
      if (other == text)
        throw SourceError(ConditionKind::library, library.declarations->span(),
                          "import: libraries import each other: " + cycle);
    }
    return value_of(&begin_library(r, library));
  });
}
Outcome library_needs(Machine&, LibraryWork& work) { return work.needs; }
Outcome library_image(Machine& m, LibraryWork& work) {
  return library_image_thunk(Runtime::of(m), work);
}
Outcome library_bind(Machine& m, LibraryWork& work) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    bind_library_imports(r, work);
    return kUnspecified;
  });
}
Outcome library_next(Machine& m, LibraryWork& work) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    Expansion* e = next_library_form(r, work);
    return e ? value_of(e) : kFalse;
  });
}
Outcome library_check(Machine& m, LibraryWork& work) {
  return guarded(m, [&](Runtime& r) -> Outcome {
    check_library(r, work);
    return kUnspecified;
  });
}
Outcome library_compile(Machine& m, LibraryWork& work, Value trees) {
  if (auto problem = check_trees(m, 2, trees)) return *problem;
  return guarded(m, [&](Runtime& r) -> Outcome {
    const Value thunk = make_thunk(r, sequence_of(m.heap, trees), Purpose::library);
    work.codes = m.heap.cons(value_of(as<Closure>(thunk).code), work.codes);
    return thunk;
  });
}
Outcome library_finish(Machine& m, LibraryWork& work) {
  finish_library(Runtime::of(m), work);
  return kUnspecified;
}

// ---- environments
// ---------------------------------------------------------------------------------------

Outcome is_environment(Machine&, Value obj) { return Value::boolean(is<Environment>(obj)); }
Outcome interaction_environment(Machine& m) { return value_of(Runtime::of(m).interaction); }
Outcome make_import_environment(Machine& m) {
  return value_of(&make_program_environment(Runtime::of(m), "environment"));
}
Outcome import_form(Machine& m, Value sets) {
  return m.heap.cons(
      value_of(&m.heap.make<Alias>(m.symbols.intern("import"), value_of(Runtime::of(m).builtins))),
      sets);
}
// Whether the prompt's environment still waits for its imports; asking it twice says no.
Outcome needs_imports(Machine& m, Environment& env) {
  Runtime& r = Runtime::of(m);
  if (&env != r.interaction || r.interaction_ready) return kFalse;
  r.interaction_ready = true;
  return kTrue;
}
Outcome library_exists_native(Machine& m, Value name) {
  return guarded(m, [&](Runtime& r) -> Outcome { return Value::boolean(library_exists(r, name)); });
}

constexpr Builtin kEval[] = {
    builtin<load_next>("(%load-next loader position)",
                       "Pair of the expansion of the form there and the position after it, or #f at the end."),
    builtin<loader_environment>("(%loader-environment loader)", "Where its forms are evaluated."),
    builtin<file_loader>("(%file-loader name environment)", "A loader of a file's forms."),
    builtin<expand_begin_native>("(%expand-begin form environment)",
                                 "Begins the expansion of a form."),
    builtin<expand_some_native>("(%expand-some expansion)",
                                "Goes on with an expansion; answers what to do next."),
    builtin<expand_supply>("(%expand-supply expansion result)",
                           "The expansion after its transformer returned."),
    builtin<compile_native>("(%compile trees)", "A thunk for trees, the last one first."),
    builtin<rename_identifier>("(%rename renaming identifier)",
                               "The identifier, as the macro's definition means it."),
    builtin<compare_identifiers>("(%same-identifier? renaming a b)", "Whether both mean the same."),
    builtin<is_keyword>("(%keyword? renaming form)",
                        "Whether the form is an identifier that means syntax where the macro is used."),
    builtin<strip_syntax>("(%strip-syntax form)",
                          "The form with renamed identifiers turned into symbols."),
    builtin<library_begin>("(%library-begin name chain)",
                           "Begins to instantiate a library; #f when that is done."),
    builtin<library_needs>("(%library-needs work)", "Names of the libraries it imports."),
    builtin<library_image>("(%library-image work)",
                           "The thunk of its body when it was compiled at build time, or #f."),
    builtin<library_bind>("(%library-bind! work)", "Binds its imports."),
    builtin<library_next>("(%library-next! work)", "The expansion of its next form, or #f."),
    builtin<library_check>("(%library-check work)", "Raises when a name is unbound."),
    builtin<library_compile>("(%library-compile! work trees)",
                             "A thunk for trees, the last one first."),
    builtin<library_finish>("(%library-finish! work)", "Makes it ready to be imported."),
    builtin<library_exists_native>("(%library-exists? name)",
                                   "Whether there is a library of that name."),
    builtin<is_environment>("(environment? obj)", "Whether obj is an environment."),
    builtin<interaction_environment>("(interaction-environment)",
                                     "The environment of the prompt. R7RS 6.12."),
    builtin<make_import_environment>("(%make-environment)",
                                     "An environment with nothing in it but import."),
    builtin<import_form>("(%import-form sets)",
                         "A form that imports these sets, wherever it is evaluated."),
    builtin<needs_imports>("(%needs-imports? environment)",
                           "Whether the prompt's imports are still to be made."),
};

}  // namespace

std::span<const Builtin> eval_builtins() { return kEval; }

}  // namespace fermata::scheme
