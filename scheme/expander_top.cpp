// Forms at top level: definitions, import, define-library, and what splices forms there.
#include "scheme/expander_machine.hpp"
#include "scheme/features.hpp"
#include "scheme/library.hpp"
#include "scheme/runtime.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

// ---- what may be defined ------------------------------------------------------------------

void want_definable(Expander& x, const Environment& env, Core core, Value identifier, Span span) {
  x.want_identifier(core, identifier, span, "what is defined");
  const Binding* b = find_binding(env, identifier);
  const EnvironmentMode mode = mode_of(env);
  if (b == nullptr || b->is_mentioned() || b->has(Binding::kInitial) ||
      mode == EnvironmentMode::prompt)
    return;
  const std::string word = std::string(core_form(core).name()) + ": " + x.text_of(identifier);
  if (b->is_imported()) {
    if (mode == EnvironmentMode::program && !b->has(Binding::kUsed)) return;
    const std::string library = x.text_of(b->origin);
    x.fail(
        span,
        word + (mode == EnvironmentMode::library ? " is imported from " + library
                                                 : " was used above as imported from " + library),
        "leave it out of the import: (except " + library + " " + x.text_of(identifier) + ")");
  }
  if (mode == EnvironmentMode::library) x.fail(span, word + " is defined twice in this library");
}

namespace {

GlobalDefine* global_define(Expander& x, Span span, Environment& env, Value identifier,
                            Node* value) {
  Cell& cell = define(x.machine, env, identifier);
  return make_node<GlobalDefine>(x.heap, NodeKind::global_define, span, &cell, value);
}

// The same item as an expression of its own hole, to be done when all definitions are known.
void defer_expression(Expander& x, const Item& item, ItemKind kind, Hole hole) {
  Item& value = x.copy(item);
  value.header = make_header(Item::kKind, static_cast<std::uint64_t>(kind));
  value.base = hole.base;
  value.offset = hole.offset;
  x.defer(value);
}

void top_define(Expander& x, const Item& item, Environment& env) {
  const DefineParts d = parse_define(x, item);
  want_definable(x, env, Core::define, d.identifier, d.span);
  GlobalDefine* node = global_define(x, item.span(), env, d.identifier, nullptr);
  x.fill(x.output(), node);
  Item& value = x.with_form(item, d.is_procedure ? d.body : d.expression);
  value.name = symbol_of(d.identifier);
  if (d.is_procedure) {
    value.a = d.expression;
  } else {
    value.text = d.expression_span.text;
    value.start = d.expression_span.start;
    value.end = d.expression_span.end;
  }
  defer_expression(x, value, d.is_procedure ? ItemKind::lambda : ItemKind::expression,
                   hole_in(node, &GlobalDefine::value));
}

void top_definitions(Expander& x, const Item& item, Environment& env, Core core) {
  Definitions definitions(x.heap);
  if (core == Core::define_values)
    values_definitions(x, item, definitions);
  else
    record_definitions(x, item, false, definitions);
  const Hole hole = x.output();
  if (definitions.list.size() == 0 && !definitions.packed)
    return x.fill(hole, x.constant(item.span(), kUnspecified));
  Sequence* all =
      x.sequence_node(item.span(), definitions.list.size() + (definitions.packed ? 1 : 0));
  for (std::size_t i = 0; i < definitions.list.size(); ++i) {
    const auto& d = definitions.list[i];
    want_definable(x, env, core, d.identifier, d.span);
    (*all->nodes)[i] = global_define(x, d.span, env, d.identifier, d.value);
  }
  if (definitions.packed == nullptr) return x.fill(hole, all);
  (*all->nodes)[definitions.list.size()] = x.constant(item.span(), kUnspecified);
  Let* packed = x.let(item.span(), 1);
  (*packed->variables)[0] = definitions.packed;
  (*packed->inits)[0] = definitions.packed_value;
  packed->body = all;
  x.fill(hole, packed);
  x.defer(x.copy(*definitions.item));
}

void top_define_syntax(Expander& x, const Item& item, Environment& env) {
  const Parts parts(x, item);
  if (parts.size() != 3 || !parts.is_proper()) x.malformed(Core::define_syntax, item.span());
  want_definable(x, env, Core::define_syntax, parts[1], parts.span(1));
  ++x.runtime.declarations;
  x.push(ItemKind::transformer, item, parts[2], parts.span(2), item.scope, {}, symbol_of(parts[1]),
         value_of(&env), parts[1]);
}

void top_forms(Expander& x, const Item& item, Source* forms) {
  for (; forms; forms = forms->next) {
    Item& model = x.copy(item);
    model.spans = forms->spans;
    const Parts parts(x, model, forms->forms, forms->span());
    if (!parts.is_proper()) x.fail(forms->span(), "a sequence of forms must be a proper list");
    for (std::size_t i = 0; i < parts.size(); ++i)
      x.push(ItemKind::top, model, parts[i], parts.span(i), item.scope, {});
  }
}

void top_import(Expander& x, const Item& item, Environment& env) {
  const Parts parts(x, item);
  if (parts.size() < 2 || !parts.is_proper()) x.malformed(Core::import, item.span());
  if (mode_of(env) == EnvironmentMode::library)
    x.fail(item.span(), "import: a library's imports stand beside its (begin ...), not in it");
  GcVector<Value> names(x.heap);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Value name = library_of_import_set(x, item, parts[i], parts.span(i));
    if (!want_library(x.runtime, name, parts.span(i)).is_ready()) names.push_back(name);
  }
  Value missing = kNull;
  while (names.size() > 0) missing = x.heap.cons(names.pop_back(), missing);
  if (missing != kNull) return x.wait_for_import(missing, item);
  ++x.runtime.declarations;
  for (std::size_t i = 1; i < parts.size(); ++i) import_set(x, item, parts[i], parts.span(i), env);
}

void top_define_library(Expander& x, const Item& item, const Environment& env) {
  const Parts parts(x, item);
  if (parts.size() < 2 || !parts.is_proper()) x.malformed(Core::define_library, item.span());
  if (mode_of(env) == EnvironmentMode::library)
    x.fail(item.span(), "define-library: only at top level");
  const Value name = strip(x.heap, parts[1]);
  if (!is_library_name(name))
    x.malformed(Core::define_library, parts.span(1),
                "the name must be a list of symbols and numbers like (my library 1)");
  ++x.runtime.declarations;
  declare_library(x.runtime, name,
                  make_forms(x.heap, strip(x.heap, parts.rest(2)), item.spans, item.span()))
      .header |= Library::kOfProgram;
}

}  // namespace

void Expander::expand_top(const Item& item) {
  auto& env = as<Environment>(item.scope);
  const Value head = item.form.is_pair() ? item.form.pair()->car : kFalse;
  Value denotation = kUnbound;
  if (is_identifier(head)) denotation = resolve(head, item.scope).denotation;
  if (Macro* macro = cast<Macro>(denotation)) return use_macro(item, *macro);
  switch (denotation.is_fixnum() ? static_cast<Core>(denotation.fixnum()) : Core::quote) {
    case Core::define:
      return top_define(*this, item, env);
    case Core::define_values:
      return top_definitions(*this, item, env, Core::define_values);
    case Core::define_record_type:
      return top_definitions(*this, item, env, Core::define_record_type);
    case Core::define_syntax:
      return top_define_syntax(*this, item, env);
    case Core::import:
      return top_import(*this, item, env);
    case Core::define_library:
      return top_define_library(*this, item, env);
    case Core::begin: {
      const Parts parts(*this, item);
      return top_forms(*this, item, &make_forms(heap, parts.rest(1), item.spans, parts.whole()));
    }
    case Core::include:
      return top_forms(*this, item, &included_forms(*this, item, false));
    case Core::include_ci:
      return top_forms(*this, item, &included_forms(*this, item, true));
    case Core::cond_expand:
      return top_forms(*this, item, &chosen_forms(*this, item));
    default:
      defer_expression(*this, item, ItemKind::expression, output());
  }
}

// ---- include ------------------------------------------------------------------------------------

Source& included_forms(Expander& x, const Item& item, bool fold_case) {
  const Parts parts(x, item);
  const std::string word = x.text_of(parts[0]);
  if (parts.size() < 2 || !parts.is_proper())
    x.fail(item.span(), word + ": expected (" + word + " filename ...)");
  const std::string from = item.text ? to_utf8(as<String>(item.text->name)) : "<";
  Source* first = nullptr;
  Source** end = &first;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto* name = cast<String>(parts[i]);
    if (name == nullptr)
      x.fail(parts.span(i), word + ": a filename must be a string, not " + x.text_of(parts[i]));
    const std::string file = relative_source(from, to_utf8(*name));
    if (!source_exists(x.runtime, file))
      throw SourceError(ConditionKind::file, parts.span(i), word + ": there is no file " + file);
    *end = &read_forms(x.machine, file, read_source(x.runtime, file, parts.span(i)), fold_case);
    end = &(*end)->next;
  }
  return *first;
}

namespace {

// Forms in a place where a value is wanted.
void expand_in_expression(Expander& x, const Item& item, Source* forms) {
  std::size_t count = 0;
  for (const Source* s = forms; s; s = s->next)
    for (Value f = s->forms; f.is_pair(); f = f.pair()->cdr) ++count;
  if (count == 0) return x.fill(item, x.constant(item.span(), kUnspecified));
  Sequence* node = x.sequence_node(item.span(), count);
  x.fill(item, node);
  std::size_t at = 0;
  for (const Source* s = forms; s; s = s->next) {
    Item& model = x.copy(item);
    model.spans = s->spans;
    const Parts parts(x, model, s->forms, s->span());
    for (std::size_t i = 0; i < parts.size(); ++i)
      x.expression(model, parts, i, item.scope, hole_in(node->nodes, at++));
  }
}

}  // namespace

void expand_include(Expander& x, const Item& item, Core core) {
  expand_in_expression(x, item, &included_forms(x, item, core == Core::include_ci));
}

void expand_cond_expand(Expander& x, const Item& item, Core) {
  expand_in_expression(x, item, &chosen_forms(x, item));
}

// ---- cond-expand
// -----------------------------------------------------------------------------------

namespace {

// Whether this implementation meets a feature requirement; a loop over a stack of the
// and, or and not around the part that is looked at.
class Requirement {
 public:
  Requirement(Expander& x, const Item& item) : x_(x), item_(item), stack_(x.heap) {}

  bool holds(Value form, Span span) {
    for (;;) {
      Answer answer = look_at(form, span);
      while (answer != Answer::open) {
        if (stack_.empty()) return answer == Answer::yes;
        const Frame& f = stack_.back();
        const bool yes = answer == Answer::yes;
        if (f.kind != Frame::negation && (f.kind == Frame::all) == yes && f.rest.is_pair()) break;
        if (f.kind == Frame::negation) answer = yes ? Answer::no : Answer::yes;
        stack_.pop_back();
      }
      form = take();  // the next operand of the innermost frame
    }
  }

 private:
  enum class Answer { no, yes, open };  // open: it became a frame
  static Answer answer_of(bool b) { return b ? Answer::yes : Answer::no; }
  struct Frame {
    enum Kind : std::uint64_t { all, any, negation } kind;
    Value rest;
  };
  Value take() {
    Frame& f = stack_.back();
    const Value form = f.rest.pair()->car;
    f.rest = f.rest.pair()->cdr;
    return form;
  }

  Answer look_at(Value form, Span span) {
    if (is_identifier(form)) {
      const std::string name = x_.text_of(form);
      for (const std::string& f : feature_names())
        if (f == name) return Answer::yes;
      return answer_of(x_.is_core(form, item_.scope, Core::else_));
    }
    const Parts parts(x_, item_, form, x_.list_span(item_, form, span));
    const Value word = parts.size() && is_identifier(parts[0]) ? symbol_of(parts[0]) : kFalse;
    if (parts.is_proper()) {
      if (word == x_.symbol("library") && parts.size() == 2)
        return answer_of(library_exists(x_.runtime, strip(x_.heap, parts[1])));
      const bool all = word == x_.symbol("and"), any = word == x_.symbol("or");
      if ((all || any) && parts.size() == 1) return answer_of(all);
      if (all || any || (word == x_.symbol("not") && parts.size() == 2)) {
        stack_.push_back({all ? Frame::all : any ? Frame::any : Frame::negation, parts.rest(1)});
        return Answer::open;
      }
    }
    x_.fail(parts.whole(),
            "cond-expand: a requirement must be a feature, (library name), (and requirement ...), "
            "(or requirement ...) or (not requirement)");
  }

  Expander& x_;
  const Item& item_;
  GcVector<Frame> stack_;
};

}  // namespace

Source& chosen_forms(Expander& x, const Item& item) {
  const Parts parts(x, item);
  if (!parts.is_proper()) x.malformed(Core::cond_expand, item.span());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Parts clause(x, item, parts[i], parts.span(i));
    if (clause.size() == 0 || !clause.is_proper())
      x.fail(parts.span(i), "cond-expand: a clause must look like (requirement form ...)");
    if (Requirement(x, item).holds(clause[0], clause.span(0)))
      return make_forms(x.heap, clause.rest(1), item.spans, clause.whole());
  }
  return make_forms(x.heap, kNull, item.spans, parts.whole());
}

}  // namespace fermata::scheme
