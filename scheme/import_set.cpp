// Import sets: (library name), and only, except, prefix, rename around another set.
//
// The modifiers are applied from the inside outwards to a table of names; what is left is
// bound in the importing environment, where one name may not get two meanings.
#include "scheme/image.hpp"
#include "scheme/library.hpp"
#include "scheme/runtime.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

enum class Modifier { none, only, except, prefix, rename };

// (only (a b) c): a modifier, since its first operand is a list.  (only c): a library.
Modifier modifier_of(Expander& x, const Parts& set) {
  if (set.size() < 2 || !set[1].is_pair() || !is_identifier(set[0])) return Modifier::none;
  const Value name = symbol_of(set[0]);
  if (name == x.symbol("only")) return Modifier::only;
  if (name == x.symbol("except")) return Modifier::except;
  if (name == x.symbol("prefix")) return Modifier::prefix;
  if (name == x.symbol("rename")) return Modifier::rename;
  return Modifier::none;
}

// What an import set brings in, while modifiers work on it.
class Names {
 public:
  // Names with % trust their callers: only carried texts see them.
  Names(Expander& x, const Library& library, bool private_too)
      : x_(x),
        private_too_(private_too),
        library_(library),
        table_(&make_environment(x.machine, kFalse, EnvironmentMode::program)) {
    for_each_binding(
        *library.exports,
        [](void* p, Binding& b) {
          auto& names = *static_cast<Names*>(p);
          if (!b.is_mentioned() && is<Symbol>(b.identifier) && names.is_visible(b.identifier))
            define_syntax(names.x_.machine, *names.table_, b.identifier, b.denotation);
        },
        this);
  }

  void apply(Modifier modifier, const Item& item, const Parts& set) {
    Environment& next = make_environment(x_.machine, kFalse, EnvironmentMode::program);
    switch (modifier) {
      case Modifier::only:
        for (std::size_t i = 2; i < set.size(); ++i)
          define_syntax(x_.machine, next, symbol_of(set[i]), wanted("only", set[i], set.span(i)));
        break;
      case Modifier::except:
        for (std::size_t i = 2; i < set.size(); ++i) wanted("except", set[i], set.span(i));
        copy(next, [&](Value name) {
          for (std::size_t i = 2; i < set.size(); ++i)
            if (symbol_of(set[i]) == name) return kFalse;
          return name;
        });
        break;
      case Modifier::prefix: {
        if (set.size() != 3 || !is_identifier(set[2]))
          x_.fail(set.whole(), "import: expected (prefix import-set name)");
        const std::string prefix = x_.text_of(set[2]);
        copy(next, [&](Value name) { return x_.symbol(prefix + x_.text_of(name)); });
        break;
      }
      case Modifier::rename: {
        GcVector<Value> from(x_.heap), to(x_.heap);
        for (std::size_t i = 2; i < set.size(); ++i) {
          const Parts pair(x_, item, set[i], set.span(i));
          if (pair.size() != 2 || !pair.is_proper() || !is_identifier(pair[0]) ||
              !is_identifier(pair[1]))
            x_.fail(set.span(i), "import: a renaming must look like (name new-name)");
          wanted("rename", pair[0], pair.span(0));
          from.push_back(symbol_of(pair[0]));
          to.push_back(symbol_of(pair[1]));
        }
        copy(next, [&](Value name) {
          for (std::size_t i = 0; i < from.size(); ++i)
            if (from[i] == name) return to[i];
          return name;
        });
        break;
      }
      case Modifier::none:
        break;
    }
    table_ = &next;
  }
  Environment& table() { return *table_; }

 private:
  bool is_visible(Value name) const {
    return private_too_ || !to_utf8(as<String>(as<Symbol>(name).name)).starts_with('%');
  }
  Value wanted(std::string_view modifier, Value name, Span span) {
    if (!is_identifier(name))
      x_.fail(span, "import: " + std::string(modifier) + " takes names, not " + x_.text_of(name));
    const Value found = lookup(*table_, symbol_of(name));
    if (found == kUnbound)
      throw SourceError(
          ConditionKind::library, span,
          "import: " + library_text(library_.name) + " does not export " + x_.text_of(name),
          near_name_hint(*table_, symbol_of(name)));
    return found;
  }
  // `renamed` gives the new name, or #f to leave it out.
  template <class F>
  void copy(Environment& to, F renamed) {
    struct Context {
      Names& names;
      Environment& to;
      F& renamed;
    } context{*this, to, renamed};
    for_each_binding(
        *table_,
        [](void* p, Binding& b) {
          auto& c = *static_cast<Context*>(p);
          const Value name = c.renamed(b.identifier);
          if (name.is_true()) define_syntax(c.names.x_.machine, c.to, name, b.denotation);
        },
        &context);
  }
  Expander& x_;
  const bool private_too_;
  const Library& library_;
  Environment* table_;
};

void bind_one(Expander& x, Environment& env, Value name, Value denotation, Value library,
              Span span) {
  const Binding* b = find_binding(env, name);
  const EnvironmentMode mode = mode_of(env);
  if (b && !b->is_mentioned() && mode != EnvironmentMode::prompt && !b->has(Binding::kInitial)) {
    if (b->denotation == denotation) return;
    if (b->is_imported())
      throw SourceError(
          ConditionKind::library, span,
          "import: " + x.text_of(name) + " means different things in " + library_text(b->origin) +
              " and " + library_text(library),
          "leave one out: (except " + library_text(library) + " " + x.text_of(name) + ")");
    throw SourceError(
        ConditionKind::library, span, "import: " + x.text_of(name) + " is already defined here",
        "leave it out: (except " + library_text(library) + " " + x.text_of(name) + ")");
  }
  bind_import(x.machine, env, name, denotation, library);
}

}  // namespace

Value library_of_import_set(Expander& x, const Item& item, Value set, Span span) {
  for (;;) {
    const Parts parts(x, item, set, span);
    if (parts.size() == 0 || !parts.is_proper())
      x.fail(span,
             "import: an import set must look like (library name) or (only import-set name ...)");
    if (modifier_of(x, parts) == Modifier::none) break;
    span = parts.span(1);
    set = parts[1];
  }
  set = strip(x.heap, set);
  if (!is_library_name(set))
    x.fail(span, "import: " + x.text_of(set) + " is not the name of a library",
           "it is a list of symbols and exact non-negative integers");
  return set;
}

void import_set(Expander& x, const Item& item, Value set, Span span, Environment& env) {
  const Value name = library_of_import_set(x, item, set, span);
  GcVector<Value> sets(x.heap);  // outermost first
  for (;;) {
    const Parts parts(x, item, set, span);
    if (modifier_of(x, parts) == Modifier::none) break;
    sets.push_back(set);
    set = parts[1];
  }
  const Library* library = find_library(x.runtime, name);
  assert(library && library->is_ready() && "an import set's library is ready when it is bound");
  const bool carried = item.text && to_utf8(as<String>(item.text->name)).starts_with(kCarried);
  Names names(x, *library, carried);
  for (std::size_t i = sets.size(); i-- > 0;) {
    const Parts parts(x, item, sets[i], x.list_span(item, sets[i], span));
    names.apply(modifier_of(x, parts), item, parts);
  }
  struct Context {
    Expander& x;
    Environment& env;
    Value library;
    Span span;
  } context{x, env, name, span};
  for_each_binding(
      names.table(),
      [](void* p, Binding& b) {
        auto& c = *static_cast<Context*>(p);
        bind_one(c.x, c.env, b.identifier, b.denotation, c.library, c.span);
      },
      &context);
  env.imports = x.heap.cons(name, env.imports);
}

}  // namespace fermata::scheme
