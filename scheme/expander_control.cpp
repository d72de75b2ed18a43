// Core forms that choose: quote, if, cond, case, and, or, when, unless, guard, assert.
#include "scheme/expander_machine.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

void expand_quote(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() != 2 || !parts.is_proper()) x.malformed(core, item.span());
  x.fill(item, x.constant(item.span(), strip(x.heap, parts[1])));
}

void expand_if(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  if (parts.size() > 4)
    x.malformed(core, item.span(),
                "there are two branches; (begin expression ...) makes one of several expressions");
  Conditional* node = x.conditional(item.span());
  x.fill(item, node);
  x.expression(item, parts, 1, item.scope, hole_in(node, &Conditional::test));
  x.expression(item, parts, 2, item.scope, hole_in(node, &Conditional::then));
  if (parts.size() == 4)
    x.expression(item, parts, 3, item.scope, hole_in(node, &Conditional::otherwise));
  else
    node->otherwise = x.constant(item.span(), kUnspecified);
}

namespace {

void expand_one_armed(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  Conditional* node = x.conditional(item.span());
  x.fill(item, node);
  x.expression(item, parts, 1, item.scope, hole_in(node, &Conditional::test));
  const bool when = core == Core::when;
  x.sequence(item, parts, 2, item.scope,
             hole_in(node, when ? &Conditional::then : &Conditional::otherwise));
  (when ? node->otherwise : node->then) = x.constant(item.span(), kUnspecified);
}

}  // namespace

void expand_when(Expander& x, const Item& item, Core core) { expand_one_armed(x, item, core); }
void expand_unless(Expander& x, const Item& item, Core core) { expand_one_armed(x, item, core); }

void expand_and(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (!parts.is_proper()) x.malformed(core, item.span());
  if (parts.size() == 1) return x.fill(item, x.constant(item.span(), kTrue));
  Hole hole = item.hole();
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    Conditional* node = x.conditional(parts.span(i));
    x.fill(hole, node);
    x.expression(item, parts, i, item.scope, hole_in(node, &Conditional::test));
    node->otherwise = x.constant(parts.span(i), kFalse);
    hole = hole_in(node, &Conditional::then);
  }
  x.expression(item, parts, parts.size() - 1, item.scope, hole);
}

namespace {

// (let ((t <value>)) (if t <then> <otherwise>)); the three are for the caller to fill.
struct Test {
  Test(Expander& x, Span span)
      : variable(x.temporary("t")), node(x.let(span, 1)), choice(x.conditional(span)) {
    (*node->variables)[0] = variable;
    choice->test = x.local(span, variable);
    node->body = choice;
  }
  Hole value() const { return hole_in(node->inits, 0); }
  Hole otherwise() const { return hole_in(choice, &Conditional::otherwise); }
  Variable* variable;
  Let* node;
  Conditional* choice;
};

}  // namespace

void expand_or(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (!parts.is_proper()) x.malformed(core, item.span());
  if (parts.size() == 1) return x.fill(item, x.constant(item.span(), kFalse));
  Hole hole = item.hole();
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const Test test(x, parts.span(i));
    x.fill(hole, test.node);
    x.expression(item, parts, i, item.scope, test.value());
    test.choice->then = x.local(parts.span(i), test.variable);
    hole = test.otherwise();
  }
  x.expression(item, parts, parts.size() - 1, item.scope, hole);
}

// ---- clauses ---------------------------------------------------------------------------------

namespace {

// (receiver value), the receiver being parts[i].
void push_receiver(Expander& x, const Item& item, const Parts& parts, std::size_t i,
                   Variable* value, Value scope, Hole hole) {
  Call* call = x.call(parts.whole(), nullptr, {x.local(parts.whole(), value)});
  x.fill(hole, call);
  x.expression(item, parts, i, scope, hole_in(call, &Call::procedure));
}

// cond's clauses from the i-th on; what is to be done when none fits is filled in by `none`.
// Answers whether there was an else.
template <class None>
bool push_clauses(Expander& x, const Item& item, Core core, const Parts& parts, std::size_t i,
                  Value scope, Hole hole, None none) {
  const std::string name(core_form(core).name());
  for (; i < parts.size(); ++i) {
    const Parts clause(x, item, parts[i], parts.span(i));
    if (clause.size() == 0 || !clause.is_proper())
      x.fail(parts.span(i), name + ": a clause must look like (test expression ...)");
    if (x.is_core(clause[0], scope, Core::else_)) {
      if (i + 1 != parts.size()) x.fail(parts.span(i), name + ": else must be the last clause");
      if (clause.size() == 1)
        x.fail(parts.span(i), name + ": else must be followed by an expression");
      x.sequence(item, clause, 1, scope, hole);
      return true;
    }
    if (clause.size() > 1 && x.is_keyword(clause[0], scope))
      x.fail(
          parts.span(i), name + ": a clause must look like (test expression ...)",
          x.is_core(clause[0], scope, Core::quote)
              ? "(else expression ...) says what holds when no test does"
              : "the test is in parentheses of its own: ((" + x.text_of(clause[0]) + " ...) ...)");
    if (clause.size() > 1 && x.is_core(clause[1], scope, Core::arrow)) {
      if (clause.size() != 3)
        x.fail(clause.whole(), name + ": a clause with => must look like (test => receiver)");
      const Test test(x, clause.whole());
      x.fill(hole, test.node);
      x.expression(item, clause, 0, scope, test.value());
      push_receiver(x, item, clause, 2, test.variable, scope,
                    hole_in(test.choice, &Conditional::then));
      hole = test.otherwise();
    } else if (clause.size() == 1) {
      const Test test(x, clause.whole());
      x.fill(hole, test.node);
      x.expression(item, clause, 0, scope, test.value());
      test.choice->then = x.local(clause.whole(), test.variable);
      hole = test.otherwise();
    } else {
      Conditional* node = x.conditional(clause.whole());
      x.fill(hole, node);
      x.expression(item, clause, 0, scope, hole_in(node, &Conditional::test));
      x.sequence(item, clause, 1, scope, hole_in(node, &Conditional::then));
      hole = hole_in(node, &Conditional::otherwise);
    }
  }
  x.fill(hole, none());
  return false;
}

}  // namespace

void expand_cond(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 2 || !parts.is_proper()) x.malformed(core, item.span());
  push_clauses(x, item, core, parts, 1, item.scope, item.hole(),
               [&] { return x.constant(item.span(), kUnspecified); });
}

namespace {

// Whether the key is one of the data: eq? for what has an identity of its own, else eqv?.
Node* key_test(Expander& x, const Parts& data, Variable* key) {
  const Span span = data.whole();
  if (data.size() > 8) {
    return x.call(span, x.builtin(span, "memv"),
                  {x.local(span, key), x.constant(span, strip(x.heap, data.rest(0)))});
  }
  Node* test = nullptr;
  for (std::size_t i = data.size(); i-- > 0;) {
    const Value datum = strip(x.heap, data[i]);
    const bool eq = !datum.is_object() || is<Symbol>(datum);
    Node* one = x.call(span, x.builtin(span, eq && !datum.is_immediate_flonum() ? "eq?" : "eqv?"),
                       {x.local(span, key), x.constant(data.span(i), datum)});
    test = test ? x.conditional(span, one, x.constant(span, kTrue), test) : one;
  }
  return test ? test : x.constant(span, kFalse);
}

}  // namespace

void expand_case(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  Let* node = x.let(item.span(), 1);
  Variable* key = x.temporary("key");
  (*node->variables)[0] = key;
  x.fill(item, node);
  x.expression(item, parts, 1, item.scope, hole_in(node->inits, 0));
  Hole hole = hole_in(node, &Let::body);
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const Parts clause(x, item, parts[i], parts.span(i));
    if (clause.size() < 2 || !clause.is_proper())
      x.fail(parts.span(i), "case: a clause must look like ((datum ...) expression ...)");
    const bool last = x.is_core(clause[0], item.scope, Core::else_);
    if (last && i + 1 != parts.size()) x.fail(parts.span(i), "case: else must be the last clause");
    Hole then = hole;
    if (!last) {
      const Parts data(x, item, clause[0], clause.span(0));
      if (!data.is_proper())
        x.fail(clause.span(0), "case: a clause must begin with a list of data, or else",
               "write ((" + x.text_of(clause[0]) + ") expression ...)");
      Conditional* choice = x.conditional(clause.whole(), key_test(x, data, key));
      x.fill(hole, choice);
      then = hole_in(choice, &Conditional::then);
      hole = hole_in(choice, &Conditional::otherwise);
    }
    if (x.is_core(clause[1], item.scope, Core::arrow)) {
      if (clause.size() != 3)
        x.fail(clause.whole(), "case: a clause with => must look like ((datum ...) => receiver)");
      push_receiver(x, item, clause, 2, key, item.scope, then);
    } else {
      x.sequence(item, clause, 1, item.scope, then);
    }
    if (last) return;
  }
  x.fill(hole, x.constant(item.span(), kUnspecified));
}

// ---- guard: (%guard thunk (lambda (condition reraise) ...)) or %guard-else
// ------------------------

void expand_guard(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() < 3 || !parts.is_proper()) x.malformed(core, item.span());
  const Parts clauses(x, item, parts[1], parts.span(1));
  if (clauses.size() == 0 || !clauses.is_proper())
    x.fail(parts.span(1), "guard: expected (variable clause ...) before the body");
  x.want_identifier(core, clauses[0], clauses.span(0), "the variable");
  const Span span = item.span();
  Lambda* thunk = x.lambda(span, kFalse, 0);
  Lambda* handler = x.lambda(span, kFalse, 2);
  Variable* condition = x.variable(clauses[0]);
  Variable* reraise = x.temporary("reraise");
  (*handler->parameters)[0] = condition;
  (*handler->parameters)[1] = reraise;
  Scope& inside = make_scope(x.heap, item.scope);
  bind_local(x.heap, inside, clauses[0], value_of(condition));
  x.body(item, parts, 2, value_of(&make_scope(x.heap, item.scope)), hole_in(thunk, &Lambda::body));
  const bool has_else =
      push_clauses(x, item, core, clauses, 1, value_of(&inside), hole_in(handler, &Lambda::body),
                   [&] { return x.call(span, x.local(span, reraise), 0); });
  if (has_else) {
    handler->parameters->count = 1;
    handler->required = 1;
  }
  x.fill(item,
         x.call(span, x.builtin(span, has_else ? "%guard-else" : "%guard"), {thunk, handler}));
}

void expand_assert(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() != 2 || !parts.is_proper()) x.malformed(core, item.span());
  const Span span = item.span();
  String& message = make_string(x.heap, "assertion failed");
  message.make_immutable();
  Call* error =
      x.call(span, x.builtin(span, "error"),
             {x.constant(span, value_of(&message)), x.constant(span, strip(x.heap, parts[1]))});
  Conditional* node = x.conditional(span, nullptr, x.constant(span, kUnspecified), error);
  x.fill(item, node);
  x.expression(item, parts, 1, item.scope, hole_in(node, &Conditional::test));
}

void expand_syntax_error(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  const String* message = parts.size() > 1 ? cast<String>(parts[1]) : nullptr;
  if (message == nullptr || !parts.is_proper()) x.malformed(core, item.span());
  std::string text = to_utf8(*message);
  for (std::size_t i = 2; i < parts.size(); ++i) text += " " + x.text_of(parts[i]);
  x.fail(item.span(), text);
}

}  // namespace fermata::scheme
