// quasiquote: templates become constants and calls of cons, list, append, list->vector.
//
// One item looks at one level of a template and pushes an item for each element; a second
// item, done when the elements are, joins them.  So nothing recurses, and what is constant is
// found from the leaves upwards.
#include "scheme/expander_machine.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// The elements of a list template, to be joined.
struct Quasi : Object {
  static constexpr Kind kKind = Kind::work;
  List<Node>* nodes;  // the elements, then the tail
  Value splices;      // Vector of booleans, parallel
  Value is_vector;    // the list's elements are those of a vector
};

std::int64_t depth_of(const Item& item) { return item.a.fixnum(); }

void push_quasi(Expander& x, const Item& model, Value form, Span span, std::int64_t depth,
                Hole hole) {
  x.push(ItemKind::quasi, model, form, span, model.scope, hole, kFalse, Value::fixnum(depth));
}

// Whether the pair is (keyword anything), for unquote and its kin, also at the end of a list.
bool is_form(Expander& x, const Item& item, Value v, Core core) {
  return v.is_pair() && v.pair()->cdr.is_pair() && v.pair()->cdr.pair()->cdr == kNull &&
         x.is_core(v.pair()->car, item.scope, core);
}

void expand_list(Expander& x, const Item& item, Value list, bool is_vector) {
  const std::int64_t depth = depth_of(item);
  GcVector<Pair*> pairs(x.heap);
  Value tail = list;
  while (tail.is_pair()) {
    const bool unquotes = is_form(x, item, tail, Core::unquote) ||
                          is_form(x, item, tail, Core::quasiquote) ||
                          is_form(x, item, tail, Core::unquote_splicing);
    if (unquotes && tail != list && !is_vector) break;  // (a . ,b)
    pairs.push_back(tail.pair());
    tail = tail.pair()->cdr;
  }
  // (unquote x) one level down: its arguments are at another depth.
  std::int64_t inner = depth;
  if (!is_vector && !pairs.empty()) {
    if (is_form(x, item, list, Core::unquote) || is_form(x, item, list, Core::unquote_splicing))
      inner = depth - 1;
    else if (is_form(x, item, list, Core::quasiquote))
      inner = depth + 1;
  }
  const std::size_t count = pairs.size();
  auto* nodes = make_list_of<Node>(x.heap, count + 1);
  Vector& splices = x.heap.make_vector(count + 1, kFalse);
  Quasi& quasi = x.heap.make<Quasi>(nodes, value_of(&splices), Value::boolean(is_vector));
  const Parts parts(x, item, list, item.span());
  for (std::size_t i = 0; i < count; ++i) {
    const Value element = pairs[i]->car;
    const Span span = i < parts.size() ? parts.span(i) : item.span();
    if (inner == 1 && (i > 0 || depth == 1) && is_form(x, item, element, Core::unquote_splicing)) {
      splices.slots()[i] = kTrue;
      const Parts form(x, item, element, span);
      x.expression(item, form, 1, item.scope, hole_in(nodes, i));
    } else {
      push_quasi(x, item, element, span, i == 0 ? depth : inner, hole_in(nodes, i));
    }
  }
  push_quasi(x, item, tail, item.span(), depth, hole_in(nodes, count));
  x.push(ItemKind::quasi_join, item, item.form, item.span(), item.scope, item.hole(), kFalse,
         value_of(&quasi));
}

Value constant_of(Node* n) { return static_cast<Constant*>(n)->value; }
bool is_constant(Node* n) { return n->node_kind() == NodeKind::constant; }

// The constant that nodes of constants make: the template itself when they are its parts.
Value constant_list(Expander& x, Value form, const Quasi& quasi) {
  List<Node>& nodes = *quasi.nodes;
  Value list = constant_of(nodes[nodes.count - 1]);
  for (std::size_t i = nodes.count - 1; i-- > 0;) list = x.heap.cons(constant_of(nodes[i]), list);
  if (!quasi.is_vector.is_true()) {
    Value a = list, b = form;
    while (a.is_pair() && b.is_pair() && a.pair()->car == b.pair()->car)
      a = a.pair()->cdr, b = b.pair()->cdr;
    return a == b ? form : list;
  }
  auto& v = as<Vector>(form);
  bool same = true;
  Value rest = list;
  for (std::size_t i = 0; i < v.length(); ++i, rest = rest.pair()->cdr)
    same = same && rest.pair()->car == v.slots()[i];
  if (same) return form;
  Vector& fresh = x.heap.make_vector(v.length(), kNull);
  for (std::size_t i = 0; i < v.length(); ++i, list = list.pair()->cdr)
    fresh.slots()[i] = list.pair()->car;
  fresh.make_immutable();
  return value_of(&fresh);
}

// (list element ...) of nodes [from, to), in calls of at most 100 arguments.
Node* list_call(Expander& x, Span span, List<Node>& nodes, std::size_t from, std::size_t to) {
  Call* call = x.call(span, x.builtin(span, "list"), to - from);
  for (std::size_t i = from; i < to; ++i) (*call->arguments)[i - from] = nodes[i];
  return call;
}

Node* append_call(Expander& x, Span span, GcVector<Node*>& segments) {
  while (segments.size() > 1) {  // the last hundred at a time
    const std::size_t from = segments.size() > 100 ? segments.size() - 100 : 0;
    Call* call = x.call(span, x.builtin(span, "append"), segments.size() - from);
    for (std::size_t i = from; i < segments.size(); ++i) (*call->arguments)[i - from] = segments[i];
    while (segments.size() > from) segments.pop_back();
    segments.push_back(call);
  }
  return segments[0];
}

}  // namespace

void expand_quasiquote(Expander& x, const Item& item, Core core) {
  const Parts parts(x, item);
  if (parts.size() != 2 || !parts.is_proper()) x.malformed(core, item.span());
  push_quasi(x, item, parts[1], parts.span(1), 1, item.hole());
}

void expand_quasi_item(Expander& x, const Item& item) {
  const Value form = item.form;
  if (const auto* v = cast<Vector>(form); v && v->length() > 0) {
    Value list = kNull;
    for (std::size_t i = v->length(); i-- > 0;)
      list = x.heap.cons(as<Vector>(form).slots()[i], list);
    return expand_list(x, item, list, true);
  }
  if (!form.is_pair()) return x.fill(item, x.constant(item.span(), strip(x.heap, form)));
  const Parts parts(x, item);
  if (depth_of(item) == 1) {
    if (x.is_core(form.pair()->car, item.scope, Core::unquote)) {
      if (parts.size() != 2 || !parts.is_proper()) x.malformed(Core::unquote, item.span());
      return x.expression(item, parts, 1, item.scope, item.hole());
    }
    if (is_form(x, item, form, Core::unquote_splicing))
      x.fail(item.span(), "unquote-splicing: there is no list here to splice into");
  }
  expand_list(x, item, form, false);
}

void join_quasi(Expander& x, const Item& item) {
  const Quasi& quasi = as<Quasi>(item.a);
  List<Node>& nodes = *quasi.nodes;
  const Value* splices = as<Vector>(quasi.splices).slots();
  const Span span = item.span();
  const std::size_t count = nodes.count - 1;
  bool constant = is_constant(nodes[count]);
  for (std::size_t i = 0; i < count; ++i)
    constant = constant && is_constant(nodes[i]) && !splices[i].is_true();
  if (constant) return x.fill(item, x.constant(span, constant_list(x, item.form, quasi)));

  Node* tail = nodes[count];
  std::size_t end = count;  // constants at the end become part of a constant tail
  while (end > 0 && is_constant(tail) && is_constant(nodes[end - 1]) &&
         !splices[end - 1].is_true()) {
    tail = x.constant(span, x.heap.cons(constant_of(nodes[end - 1]), constant_of(tail)));
    --end;
  }
  const bool nil = is_constant(tail) && constant_of(tail) == kNull;
  bool any_splice = false;
  for (std::size_t i = 0; i < end; ++i) any_splice = any_splice || splices[i].is_true();
  Node* result = nullptr;
  if (!any_splice && nil && end <= 100) {
    result = list_call(x, span, nodes, 0, end);
  } else if (!any_splice && end <= 4) {
    result = tail;
    for (std::size_t i = end; i-- > 0;)
      result = x.call(span, x.builtin(span, "cons"), {nodes[i], result});
  } else {
    GcVector<Node*> segments(x.heap);
    for (std::size_t i = 0; i < end;) {
      if (splices[i].is_true()) {
        segments.push_back(nodes[i++]);
        continue;
      }
      std::size_t to = i;
      while (to < end && !splices[to].is_true() && to - i < 100) ++to;
      segments.push_back(list_call(x, span, nodes, i, to));
      i = to;
    }
    // What is spliced last need not be a list, and is shared.
    if (!nil || !splices[end - 1].is_true()) segments.push_back(tail);
    result = append_call(x, span, segments);
  }
  if (quasi.is_vector.is_true()) result = x.call(span, x.builtin(span, "list->vector"), {result});
  x.fill(item, result);
}

}  // namespace fermata::scheme
