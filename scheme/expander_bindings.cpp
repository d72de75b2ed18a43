// Core forms that bind variables: lambda, the let family, loops, multiple values.
#include "scheme/expander_machine.hpp"
#include "scheme/trace_lines.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// Names bound by one construct must differ.
class Names {
 public:
  Names(Expander& x, Core core) : x_(x), core_(core), seen_(x.heap) {}
  void add(Value name, Span span, std::string_view what) {
    x_.want_identifier(core_, name, span, what);
    if (seen_.size() < 16) {
      for (const Value other : seen_) check(other == name, name, span);
    } else {  // many: a scratch environment is the quicker set
      if (table_ == nullptr) {
        table_ = &make_environment(x_.machine, kFalse, EnvironmentMode::program);
        for (const Value other : seen_) define_syntax(x_.machine, *table_, other, kTrue);
      }
      check(find_binding(*table_, name) != nullptr, name, span);
      define_syntax(x_.machine, *table_, name, kTrue);
    }
    seen_.push_back(name);
  }
  // The variable of a binding (name init) of the form `all`, visible in that scope.
  Variable* bind(const Parts& all, const Parts& binding, Scope& scope) {
    add(binding[0], binding.span(0), "what is bound");
    Variable* v = x_.variable(binding[0], all.is_written() ? binding.written_span(0) : Span{});
    bind_local(x_.heap, scope, binding[0], value_of(v));
    return v;
  }

 private:
  void check(bool twice, Value name, Span span) const {
    if (twice)
      x_.fail(span,
              std::string(core_form(core_).name()) + ": " + x_.text_of(name) + " is bound twice");
  }
  Expander& x_;
  Core core_;
  GcVector<Value> seen_;
  Environment* table_ = nullptr;
};

// ((name expression) ...), each binding checked.
struct Bindings {
  Bindings(Expander& x, const Item& item, Core core, const Parts& form, std::size_t at)
      : x(x),
        item(item),
        list(x, item, form.is_proper() && at < form.size() ? form[at] : kFalse,
             at < form.size() ? form.span(at) : form.whole()) {
    if (at + 1 >= form.size() || !form.is_proper()) x.malformed(core, item.span());
    if (!list.is_proper())
      x.malformed(core, list.whole(), "the bindings must be a list like ((name expression) ...)");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Parts p = binding(i);
      if (p.size() != 2 || !p.is_proper())
        x.malformed(core, list.span(i), "a binding must look like (name expression)");
    }
  }
  std::size_t size() const { return list.size(); }
  Parts binding(std::size_t i) const { return Parts(x, item, list[i], list.span(i)); }
  Expander& x;
  const Item& item;
  Parts list;
};

}  // namespace

// ---- lambda -----------------------------------------------------------------------------

// In the carried libraries an integer before the rest, (a 2 . rest), says how many arguments the
// rest takes at most: for procedures whose last arguments may be left out.  The machine refuses
// more as it refuses more than there are parameters, under the procedure's name, and `check` knows.
namespace {

constexpr std::int64_t kMostRest = 100;

std::size_t most_rest(const Parts& formals, const Span& place) {
  if (formals.is_proper() || formals.size() == 0) return 0;
  if (place.text == nullptr || !place.text->is_carried()) return 0;
  const Value last = formals[formals.size() - 1];
  const bool is_limit = last.is_fixnum() && last.fixnum() > 0 && last.fixnum() <= kMostRest;
  return is_limit ? static_cast<std::size_t>(last.fixnum()) : 0;
}

}  // namespace

Lambda* Expander::lambda(const Item& item, Value formals, Span span, Value scope, Value name,
                         Scope*& inside) {
  const Parts parts(*this, item, formals, span);
  const bool rest = !parts.is_proper();
  Names names(*this, Core::lambda);
  const std::size_t most = most_rest(parts, item.span()), required = parts.size() - (most != 0);
  Lambda* node = lambda(item.span(), name, required + rest, rest);
  node->most_rest = most;
  inside = &make_scope(heap, scope);
  const auto add = [&](std::size_t i, Value parameter, Span place) {
    names.add(parameter, place, "a parameter");
    Variable* v = variable(parameter);
    (*node->parameters)[i] = v;
    bind_local(heap, *inside, parameter, value_of(v));
  };
  for (std::size_t i = 0; i < required; ++i) add(i, parts[i], parts.span(i));
  if (rest) add(required, parts.tail(), parts.whole());
  return node;
}

namespace {

// Makes the lambda of formals and a list of body forms, and pushes its body.
void push_lambda(Expander& x, const Item& item, Core core, Value formals, Span formals_span,
                 const Parts& forms, std::size_t body, Value name, Hole hole) {
  if (body >= forms.size() || !forms.is_proper()) x.malformed(core, forms.whole());
  Scope* inside = nullptr;
  Lambda* node = x.lambda(item, formals, formals_span, item.scope, name, inside);
  x.fill(hole, node);
  x.body(item, forms, body, value_of(inside), hole_in(node, &Lambda::body));
}

}  // namespace

void expand_lambda(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3) x.malformed(core, item.span());
  push_lambda(x, item, core, parts[1], parts.span(1), parts, 2, item.name, item.hole());
}

void expand_named_lambda(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts[1].is_pair()) x.malformed(core, item.span());
  const Value name = parts[1].pair()->car;
  x.want_identifier(core, name, parts.span(1), "the name");
  push_lambda(x, item, core, parts[1].pair()->cdr, parts.span(1), parts, 2, symbol_of(name),
              item.hole());
}

void Expander::expand_lambda_item(const Item& item) {
  const Parts forms(*this, item);
  Scope* inside = nullptr;
  Lambda* node = lambda(item, item.a, item.span(), item.scope, item.name, inside);
  fill(item, node);
  body(item, forms, 0, value_of(inside), hole_in(node, &Lambda::body));
}

void expand_case_lambda(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (!parts.is_proper()) x.malformed(core, item.span());
  auto* clauses = make_list_of<Lambda>(x.heap, parts.size() - 1);
  x.fill(item,
         make_node<CaseLambda>(x.heap, NodeKind::case_lambda, item.span(), item.name, clauses));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Parts clause(x, item, parts[i], parts.span(i));
    if (clause.size() < 2 || !clause.is_proper())
      x.fail(clause.whole(), "case-lambda: a clause must look like (formals body ...)");
    push_lambda(x, item, core, clause[0], clause.span(0), clause, 1, item.name,
                hole_in(clauses, i - 1));
  }
}

Cell& Expander::assigned_cell(Value identifier, const Meaning& meaning, Span span) {
  if (meaning.scope || is<Macro>(meaning.denotation) || meaning.denotation.is_fixnum())
    fail(span, "set!: " + text_of(identifier) + " is a keyword, not a variable");
  if (meaning.binding && meaning.binding->is_imported()) {
    fail(span,
           "set!: " + text_of(identifier) + " is imported from " + text_of(meaning.binding->origin) +
               " and cannot be changed",
           mode_of(*meaning.environment) == EnvironmentMode::library
               ? "bind a variable of another name"
               : "(define " + text_of(identifier) + " ...) makes a variable of your own");
  }
  Cell& cell = global_cell(meaning, span);
  if (cell.is_constant())
    fail(span, "set!: " + text_of(identifier) + " of " + text_of(cell.home) +
                              " is never changed there and so cannot be changed from outside");
  if (Binding* b = find_binding(*meaning.environment, meaning.name)) b->set(Binding::kAssigned);
  return cell;
}

void expand_set(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() != 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Value name = parts[1];
  x.want_identifier(core, name, parts.span(1), "the variable");
  const Meaning meaning = resolve(name, item.scope);
  if (Variable* v = cast<Variable>(meaning.denotation)) {
    x.want_in_scope(item, *meaning.scope, name, parts.span(1));
    auto* node = make_node<LocalSet>(x.heap, NodeKind::local_set, item.span(), v,
                                     static_cast<Node*>(nullptr));
    x.fill(item, node);
    return x.expression(item, parts, 2, item.scope, hole_in(node, &LocalSet::value));
  }
  Cell& cell = x.assigned_cell(name, meaning, parts.span(1));
  auto* node = make_node<GlobalSet>(x.heap, NodeKind::global_set, item.span(), &cell,
                                    static_cast<Node*>(nullptr));
  x.fill(item, node);
  x.expression(item, parts, 2, item.scope, hole_in(node, &GlobalSet::value));
}

// ---- let and its kin --------------------------------------------------------------------------

namespace {

// (let loop ((name init) ...) body ...): the loop is not visible in the inits.
void expand_named_let(Expander& x, const Item& item, const Parts& parts) {
  const Bindings bindings(x, item, Core::let, parts, 2);
  Letrec* node = x.letrec(item.span(), 1);
  Variable* loop = x.variable(parts[1]);
  Scope& outer = make_scope(x.heap, item.scope);
  bind_local(x.heap, outer, parts[1], value_of(loop));
  Scope& inner = make_scope(x.heap, value_of(&outer));
  Lambda* procedure = x.lambda(item.span(), symbol_of(parts[1]), bindings.size());
  Call* start = x.call(item.span(), x.local(parts.span(1), loop), bindings.size());
  (*node->variables)[0] = loop;
  (*node->inits)[0] = procedure;
  node->body = start;
  x.fill(item, node);
  Names names(x, Core::let);
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Parts b = bindings.binding(i);
    names.add(b[0], b.span(0), "what is bound");
    Variable* v = x.variable(b[0]);
    (*procedure->parameters)[i] = v;
    bind_local(x.heap, inner, b[0], value_of(v));
    x.expression(item, b, 1, item.scope, hole_in(start->arguments, i));
  }
  x.body(item, parts, 3, value_of(&inner), hole_in(procedure, &Lambda::body));
}

}  // namespace

void expand_let(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() > 1 && is_identifier(parts[1])) return expand_named_let(x, item, parts);
  const Bindings bindings(x, item, core, parts, 1);
  Scope& inside = make_scope(x.heap, item.scope);
  if (bindings.size() == 0) return x.body(item, parts, 2, value_of(&inside), item.hole());
  Let* node = x.let(item.span(), bindings.size());
  x.fill(item, node);
  Names names(x, core);
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Parts b = bindings.binding(i);
    (*node->variables)[i] = names.bind(parts, b, inside);
    x.expression(item, b, 1, item.scope, hole_in(node->inits, i), symbol_of(b[0]));
  }
  x.body(item, parts, 2, value_of(&inside), hole_in(node, &Let::body));
}

void expand_let_star(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  const Bindings bindings(x, item, core, parts, 1);
  Value scope = item.scope;
  Hole hole = item.hole();
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Parts b = bindings.binding(i);
    x.want_identifier(core, b[0], b.span(0), "what is bound");
    Let* node = x.let(item.span(), 1);
    Variable* v = x.variable(b[0], parts.is_written() ? b.written_span(0) : Span{});
    (*node->variables)[0] = v;
    x.fill(hole, node);
    x.expression(item, b, 1, scope, hole_in(node->inits, 0), symbol_of(b[0]));
    Scope& inside = make_scope(x.heap, scope);
    bind_local(x.heap, inside, b[0], value_of(v));
    scope = value_of(&inside);
    hole = hole_in(node, &Let::body);
  }
  x.body(item, parts, 2, value_of(&make_scope(x.heap, scope)), hole);
}

namespace {

void expand_letrecs(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  const Bindings bindings(x, item, core, parts, 1);
  Scope& inside = make_scope(x.heap, item.scope);
  if (bindings.size() == 0) return x.body(item, parts, 2, value_of(&inside), item.hole());
  Letrec* node = x.letrec(item.span(), bindings.size());
  x.fill(item, node);
  Names names(x, core);
  for (std::size_t i = 0; i < bindings.size(); ++i)
    (*node->variables)[i] = names.bind(parts, bindings.binding(i), inside);
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Parts b = bindings.binding(i);
    x.expression(item, b, 1, value_of(&inside), hole_in(node->inits, i), symbol_of(b[0]));
  }
  x.body(item, parts, 2, value_of(&inside), hole_in(node, &Letrec::body));
  if (core == Core::letrec)
    x.push(ItemKind::letrec, item, kFalse, item.span(), item.scope, item.hole(), kFalse,
           value_of(node));
}

}  // namespace

void expand_letrec(Expander& x, const Item& item, Core core) { expand_letrecs(x, item, core); }
void expand_letrec_star(Expander& x, const Item& item, Core core) { expand_letrecs(x, item, core); }

// letrec makes its variables, evaluates all inits, then assigns, which shows only when an init's
// continuation is entered again: it is the same variable that gets another value.  So inits
// that are not plain get temporaries; a variable without a value yet is bound to the constant
// "unbound".
void Expander::finish_letrec(const Item& item) {
  auto* node = static_cast<Letrec*>(&as<Node>(item.a));
  const auto is_plain = [](Node* n) {
    const NodeKind k = n->node_kind();
    return k == NodeKind::lambda || k == NodeKind::case_lambda || k == NodeKind::constant;
  };
  std::size_t plain = 0;
  for (Node* init : *node->inits) plain += is_plain(init);
  const std::size_t others = node->inits->count - plain;
  if (others == 0) return;
  Let* values = let(item.span(), others);
  Sequence* assign = sequence_node(item.span(), others + 1);
  (*assign->nodes)[others] = node->body;
  std::size_t at = 0;
  for (std::size_t i = 0; i < node->inits->count; ++i) {
    Node* init = (*node->inits)[i];
    if (is_plain(init)) continue;
    Variable* v = (*node->variables)[i];
    Variable* t = make_variable(heap, v->name);
    (*values->variables)[at] = t;
    (*values->inits)[at] = init;
    (*assign->nodes)[at++] = make_node<LocalSet>(heap, NodeKind::local_set, init->span(), v,
                                                 static_cast<Node*>(local(init->span(), t)));
    (*node->inits)[i] = constant(init->span(), kUnbound);
  }
  values->body = assign;
  node->body = values;
}

// ---- do
// -------------------------------------------------------------------------------------------

void expand_do(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Parts list(x, item, parts[1], parts.span(1));
  const Parts end(x, item, parts[2], parts.span(2));
  if (!list.is_proper())
    x.malformed(core, list.whole(), "the bindings must be a list like ((name init step) ...)");
  if (end.size() == 0 || !end.is_proper())
    x.fail(end.whole(), "do: the end must look like (test expression ...)");

  Letrec* node = x.letrec(item.span(), 1);
  Variable* loop = x.temporary("do");
  Lambda* procedure = x.lambda(item.span(), x.symbol("do"), list.size());
  Conditional* turn = x.conditional(item.span());
  Call* start = x.call(item.span(), x.local(item.span(), loop), list.size());
  Call* again = x.call(item.span(), x.local(item.span(), loop), list.size());
  (*node->variables)[0] = loop;
  (*node->inits)[0] = procedure;
  node->body = start;
  procedure->body = turn;
  x.fill(item, node);

  Scope& inside = make_scope(x.heap, item.scope);
  Names names(x, core);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Parts b(x, item, list[i], list.span(i));
    if (b.size() < 2 || b.size() > 3 || !b.is_proper())
      x.fail(list.span(i), "do: a binding must look like (name init [step])");
    names.add(b[0], b.span(0), "what is bound");
    Variable* v = x.variable(b[0]);
    (*procedure->parameters)[i] = v;
    bind_local(x.heap, inside, b[0], value_of(v));
    x.expression(item, b, 1, item.scope, hole_in(start->arguments, i));
  }
  const Value scope = value_of(&inside);
  x.expression(item, end, 0, scope, hole_in(turn, &Conditional::test));
  if (end.size() > 1)
    x.sequence(item, end, 1, scope, hole_in(turn, &Conditional::then));
  else
    turn->then = x.constant(end.whole(), kUnspecified);
  turn->otherwise = again;
  if (parts.size() > 3) {
    Sequence* commands = x.sequence_node(item.span(), parts.size() - 2);
    turn->otherwise = commands;
    for (std::size_t i = 3; i < parts.size(); ++i)
      x.expression(item, parts, i, scope, hole_in(commands->nodes, i - 3));
    (*commands->nodes)[parts.size() - 3] = again;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Parts b(x, item, list[i], list.span(i));
    if (b.size() == 3)
      x.expression(item, b, 2, scope, hole_in(again->arguments, i));
    else
      (*again->arguments)[i] = x.local(b.span(0), (*procedure->parameters)[i]);
  }
}

// ---- multiple values
// ----------------------------------------------------------------------------------

namespace {

// Nested Receives; `sequential` makes each init see the variables before it.
void expand_let_of_values(Expander& x, const Item& item, Core core, bool sequential) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Parts list(x, item, parts[1], parts.span(1));
  if (!list.is_proper())
    x.malformed(core, list.whole(), "the bindings must be a list like ((formals expression) ...)");
  Value scope = item.scope;
  Scope* all = &make_scope(x.heap, item.scope);
  Names names(x, core);
  Hole hole = item.hole();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Parts b(x, item, list[i], list.span(i));
    if (b.size() != 2 || !b.is_proper())
      x.malformed(core, list.span(i), "a binding must look like (formals expression)");
    Scope* inside = nullptr;
    const Lambda* shape = x.lambda(item, b[0], b.span(0), scope, kFalse, inside);
    auto* node = x.receive(item.span(), shape->parameters, shape->has_rest);
    x.fill(hole, node);
    x.expression(item, b, 1, sequential ? scope : item.scope, hole_in(node, &Receive::producer));
    hole = hole_in(node, &Receive::body);
    if (sequential) {
      scope = value_of(inside);
      continue;
    }
    for (Value at = inside->bindings; at.is_pair(); at = at.pair()->cdr) {
      Pair& entry = as<Pair>(at.pair()->car);
      names.add(entry.car, b.span(0), "what is bound");
      bind_local(x.heap, *all, entry.car, entry.cdr);
    }
  }
  if (sequential) all = &make_scope(x.heap, scope);
  x.body(item, parts, 2, value_of(all), hole);
}

}  // namespace

void expand_let_values(Expander& x, const Item& item, Core core) {
  expand_let_of_values(x, item, core, false);
}
void expand_let_star_values(Expander& x, const Item& item, Core core) {
  expand_let_of_values(x, item, core, true);
}

// ---- parameters, promises: thunks around a body or an expression
// ------------------------------------

void expand_parameterize(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Parts list(x, item, parts[1], parts.span(1));
  if (!list.is_proper())
    x.malformed(core, list.whole(), "the bindings must be a list like ((parameter value) ...)");
  const Value scope = value_of(&make_scope(x.heap, item.scope));
  if (list.size() == 0) return x.body(item, parts, 2, scope, item.hole());
  Lambda* thunk = x.lambda(item.span(), kFalse, 0);
  const char* const name = list.size() == 1 ? "%parameterize-one" : "%parameterize";
  Call* node = x.call(item.span(), x.builtin(item.span(), name), 1 + 2 * list.size());
  (*node->arguments)[0] = thunk;
  x.fill(item, node);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Parts b(x, item, list[i], list.span(i));
    if (b.size() != 2 || !b.is_proper())
      x.malformed(core, list.span(i), "a binding must look like (parameter value)");
    x.expression(item, b, 0, item.scope, hole_in(node->arguments, 1 + 2 * i));
    x.expression(item, b, 1, item.scope, hole_in(node->arguments, 2 + 2 * i));
  }
  x.body(item, parts, 2, scope, hole_in(thunk, &Lambda::body));
}

namespace {

void expand_promise(Expander& x, const Item& item, Core core, Value kind) {
  const Parts parts(x, item);
  if (parts.size() != 2 || !parts.is_proper()) x.malformed(core, item.span());
  Lambda* thunk = x.lambda(item.span(), kFalse, 0);
  x.fill(item, x.call(item.span(), x.builtin(item.span(), "%make-promise"),
                      {x.constant(item.span(), kind), thunk}));
  x.expression(item, parts, 1, item.scope, hole_in(thunk, &Lambda::body));
}

}  // namespace

// What the first of a promise's state says: see `force` in (fermata control).
void expand_delay(Expander& x, const Item& item, Core core) {
  expand_promise(x, item, core, Value::fixnum(0));
}

void expand_delay_force(Expander& x, const Item& item, Core core) {
  expand_promise(x, item, core, kFalse);
}

}  // namespace fermata::scheme
