// A library's way from its declaration to being ready.
#include "scheme/library.hpp"

#include <stdexcept>

#include "scheme/image.hpp"
#include "scheme/library_image.hpp"
#include "scheme/report.hpp"
#include "scheme/runtime.hpp"
#include "scheme/span_value.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// An expander to take forms apart with; it expands nothing.
struct Reading {
  explicit Reading(Runtime& r)
      : heap(r.machine.heap),
        expansion(heap.make<Expansion>(nullptr, nullptr, nullptr, nullptr)),
        x(r, expansion) {}
  Item& item(const Source& s, Value form) {
    Item& i = make_top_item(heap, form, value_of(x.runtime.builtins), s.spans, s.span());
    i.set_span(x.list_span(i, form, s.span()));
    return i;
  }
  Heap& heap;
  Expansion& expansion;
  Expander x;
};

void append(Source*& list, Source* more) {
  Source** end = &list;
  while (*end) end = &(*end)->next;
  *end = more;
}

// Takes the next form off the list, as an item; null at the end.
Item* next_form(Reading& reading, Source*& list) {
  while (list && !list->forms.is_pair()) {
    if (list->forms != kNull)
      reading.x.fail(list->span(), "define-library: expected a proper list");
    list = list->next;
  }
  if (list == nullptr) return nullptr;
  Source& now = *list;
  Item& item = reading.item(now, now.forms.pair()->car);
  if (const PairSpan* s = now.spans ? find_span(*now.spans, *now.forms.pair()) : nullptr;
      s && s->car_end > s->car_start)
    item.set_span({now.spans->text, s->car_start, s->car_end});
  list = &make_forms(reading.heap, now.forms.pair()->cdr, now.spans, now.span(), now.next);
  return &item;
}

// One declaration; what it includes goes before what is left.
void declaration(Reading& reading, const Item& item, LibraryWork& work, Source*& left) {
  Expander& x = reading.x;
  const Parts parts(x, item);
  if (parts.size() == 0 || !parts.is_proper() || !is_identifier(parts[0]))
    x.fail(item.span(), "define-library: a declaration must be a list like (export name ...)");
  const Value word = symbol_of(parts[0]);
  const auto is = [&](std::string_view name) { return word == x.symbol(name); };
  Source& rest = make_forms(x.heap, parts.rest(1), item.spans, parts.whole());
  if (is("import")) return append(work.imports, &rest);
  if (is("export")) return append(work.exports, &rest);
  if (is("begin")) return append(work.body, &rest);
  if (is("include")) return append(work.body, &included_forms(x, item, false));
  if (is("include-ci")) return append(work.body, &included_forms(x, item, true));
  Source* more = nullptr;
  if (is("include-library-declarations"))
    more = &included_forms(x, item, false);
  else if (is("cond-expand"))
    more = &chosen_forms(x, item);
  else
    x.fail(item.span(), "define-library: " + x.text_of(word) + " is not a declaration of a library",
           "expected export, import, begin, include, include-ci, include-library-declarations or "
           "cond-expand");
  append(more, left);
  left = more;
}

struct ExportSpec {  // (export internal) or (export (rename internal external))
  Value internal, external;
  Span span;
};
ExportSpec export_spec(Expander& x, const Item& item) {
  if (is_identifier(item.form)) return {symbol_of(item.form), symbol_of(item.form), item.span()};
  const Parts parts(x, item);
  if (parts.size() != 3 || !parts.is_proper() || !is_identifier(parts[0]) ||
      symbol_of(parts[0]) != x.symbol("rename") || !is_identifier(parts[1]) ||
      !is_identifier(parts[2]))
    x.fail(item.span(), "export: expected a name or (rename name exported-name)");
  return {symbol_of(parts[1]), symbol_of(parts[2]), parts.span(1)};
}

}  // namespace

LibraryWork& begin_library(Runtime& r, Library& library) {
  Reading reading(r);
  Heap& heap = reading.heap;
  LibraryWork& work = heap.make<LibraryWork>(
      &library, &make_environment(r.machine, library.name, EnvironmentMode::library), nullptr,
      nullptr, nullptr, kNull, kNull, kFalse, nullptr);
  if (LibraryImage image;
      library.is_image() && find_library_image(library_text(library.name), image)) {
    work.image = kTrue;
    for (std::size_t i = image.needs.size(); i-- > 0;)
      work.needs = heap.cons(parse_library_text(r.machine, image.needs[i]), work.needs);
    return work;
  }
  // The lists are taken apart destructively, so they are copies of the heads.
  const Source& d = *library.declarations;
  Source* left = &make_forms(heap, d.forms, d.spans, d.span());
  while (const Item* item = next_form(reading, left)) declaration(reading, *item, work, left);
  Source* imports = work.imports;
  GcVector<Value> needs(heap);
  while (const Item* item = next_form(reading, imports)) {
    const Value name = library_of_import_set(reading.x, *item, item->form, item->span());
    want_library(r, name, item->span());
    needs.push_back(name);
  }
  for (std::size_t i = needs.size(); i-- > 0;) work.needs = heap.cons(needs[i], work.needs);
  return work;
}

Library& want_library(Runtime& r, Value name, Span span) {
  if (Library* library = find_library(r, name)) return *library;
  throw SourceError(ConditionKind::library, span,
                    "import: there is no library " + library_text(name),
                    search_description(r, name));
}

Value library_image_thunk(Runtime& r, LibraryWork& work) {
  if (work.image == kFalse) return kFalse;
  LibraryImage image;
  find_library_image(library_text(work.library->name), image);
  const Value thunk = open_library_image(r, work, image.bytes);
  if (thunk == kUnbound)
    throw std::runtime_error("the image of " + library_text(work.library->name) +
                             " is damaged or of another build");
  return thunk;
}

void bind_library_imports(Runtime& r, LibraryWork& work) {
  Reading reading(r);
  Source* imports = work.imports;
  while (const Item* item = next_form(reading, imports))
    import_set(reading.x, *item, item->form, item->span(), *work.environment);
}

Expansion* next_library_form(Runtime& r, LibraryWork& work) {
  Reading reading(r);
  const Item* item = next_form(reading, work.body);
  return item ? &begin_expansion(r, item->form, item->spans, *work.environment) : nullptr;
}

void check_library(Runtime& r, LibraryWork& work) {
  Reading reading(r);
  Environment& env = *work.environment;
  Value unresolved = kFalse;  // the first use
  for (Value u = env.unresolved; u.is_pair(); u = u.pair()->cdr) {
    const Binding* b = find_binding(env, u.pair()->car.pair()->car);
    if (b && b->is_mentioned()) unresolved = u.pair()->car;
  }
  if (unresolved.is_pair()) {
    const Value name = symbol_of(unresolved.pair()->car);
    throw SyntaxError(
        span_from(unresolved.pair()->cdr),
        reading.x.text_of(name) + ": unbound variable in the library " + library_text(env.name),
        hint_for_name(reading.x.text_of(name), names_known(r.machine, &env)));
  }
  Source* exports = work.exports;
  Environment& seen = make_environment(r.machine, kFalse, EnvironmentMode::program);
  while (const Item* item = next_form(reading, exports)) {
    const ExportSpec e = export_spec(reading.x, *item);
    const Binding* b = find_binding(env, e.internal);
    if (b == nullptr || b->is_mentioned())
      reading.x.fail(e.span,
                     "export: " + reading.x.text_of(e.internal) + " is not defined in " +
                         library_text(env.name),
                     near_name_hint(env, e.internal));
    const Value before = lookup(seen, e.external);
    if (before != kUnbound && before != b->denotation)
      reading.x.fail(e.span, "export: " + reading.x.text_of(e.external) +
                                 " is exported twice, with different meanings");
    define_syntax(r.machine, seen, e.external, b->denotation);
  }
}

namespace {

// Introduced identifiers of a template that do not stand at the head of a list may come to be
// assigned, by another macro that gets them as operands.
void note_mentions(Heap& heap, Environment& env, const Macro& macro, Value code) {
  struct Todo {
    Value code;
    bool head;
  };
  GcVector<Todo> todo(heap);
  todo.push_back({code, false});
  while (!todo.empty()) {
    const Todo t = todo.pop_back();
    if (t.code.is_pair()) {
      bool head = true;
      Value at = t.code;
      for (; at.is_pair(); at = at.pair()->cdr, head = false)
        todo.push_back({at.pair()->car, head});
      todo.push_back({at, false});
    } else if (t.code.is_fixnum() && t.code.fixnum() < 0 && !t.head) {
      const Value id = as<Vector>(macro.introduced).slots()[-1 - t.code.fixnum()];
      if (Binding* b = find_binding(env, symbol_of(id))) b->set(Binding::kAssigned);
    } else if (is<Vector>(t.code) && as<Vector>(t.code).length() != 1) {
      auto& node =
          as<Vector>(t.code);  // #(node #t), #(sub levels after): levels hold variables only
      todo.push_back({node.slots()[0], false});
      if (node.length() == 3) todo.push_back({node.slots()[2], false});
    }
  }
}

}  // namespace

void finish_library(Runtime& r, LibraryWork& work) {
  Library& library = *work.library;
  if (library.is_ready()) return;  // two tasks did the same; the first one counts
  if (work.image != kFalse) return finish_image_library(work);
  Reading reading(r);
  Environment& env = *work.environment;
  struct Context {
    Heap& heap;
    Environment& env;
    bool procedural;
  } context{r.machine.heap, env, false};
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        auto& c = *static_cast<Context*>(p);
        const Macro* macro = b.is_defined() ? cast<Macro>(b.denotation) : nullptr;
        if (macro == nullptr) return;
        if (macro->procedure.is_true()) c.procedural = true;
        auto& rules = as<Vector>(macro->rules);
        for (std::size_t i = 0; i < rules.length(); ++i)
          note_mentions(c.heap, c.env, *macro, as<Vector>(rules.slots()[i]).slots()[1]);
      },
      &context);
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        const auto& c = *static_cast<Context*>(p);
        if (b.is_defined() && is<Cell>(b.denotation) && !b.has(Binding::kAssigned) && !c.procedural)
          as<Cell>(b.denotation).set_constant();
      },
      &context);
  Environment& exports = make_environment(r.machine, library.name, EnvironmentMode::library);
  Source* specs = work.exports;
  while (const Item* item = next_form(reading, specs)) {
    const ExportSpec e = export_spec(reading.x, *item);
    define_syntax(r.machine, exports, e.external, lookup(env, e.internal));
  }
  seal(env);
  library.environment = &env;
  library.body = work.codes;
  library.exports = &exports;
}

}  // namespace fermata::scheme
