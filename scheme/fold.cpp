// Calls of natives: computed now when the arguments are known and nothing can be raised,
// or turned into simpler calls.

#include <limits>
#include <optional>

#include "scheme/passes.hpp"
#include "scheme/primitives.hpp"
#include "vm/native.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {

namespace {

std::string_view native_name(const Call& call) {
  const vm::Native* native = native_of(call.procedure);
  return native != nullptr ? native->row->name() : std::string_view();
}

std::optional<std::int64_t> fitting(std::int64_t n) {
  if (!Value::fits_fixnum(n)) return std::nullopt;
  return n;
}

std::optional<std::int64_t> arithmetic(std::string_view name, std::int64_t a, std::int64_t b) {
  std::int64_t r = 0;
  bool overflow = false;
  if (name == "+")
    overflow = __builtin_add_overflow(a, b, &r);
  else if (name == "-")
    overflow = __builtin_sub_overflow(a, b, &r);
  else if (name == "*")
    overflow = __builtin_mul_overflow(a, b, &r);
  if (overflow) return std::nullopt;
  if (name == "+" || name == "-" || name == "*") return fitting(r);
  if (b == 0) return std::nullopt;
  if (name == "quotient" || name == "truncate-quotient") return fitting(a / b);
  if (name == "remainder" || name == "truncate-remainder") return a % b;
  if (name == "modulo" || name == "floor-remainder") {
    const std::int64_t m = a % b;
    return m != 0 && (m < 0) != (b < 0) ? m + b : m;
  }
  return std::nullopt;
}

std::optional<bool> compare(std::string_view name, std::int64_t a, std::int64_t b) {
  if (name == "=" || name == "char=?") return a == b;
  if (name == "<" || name == "char<?") return a < b;
  if (name == ">" || name == "char>?") return a > b;
  if (name == "<=" || name == "char<=?") return a <= b;
  if (name == ">=" || name == "char>=?") return a >= b;
  return std::nullopt;
}

std::optional<Value> fold_one(std::string_view name, Value v) {
  if (name == "not") return Value::boolean(!v.is_true());
  if (name == "null?") return Value::boolean(v == vm::kNull);
  if (name == "pair?") return Value::boolean(v.is_pair());
  if (name == "char?") return Value::boolean(v.is_char());
  if (name == "string?") return Value::boolean(vm::is<vm::String>(v));
  if (name == "symbol?") return Value::boolean(vm::is<vm::Symbol>(v));
  if (name == "vector?") return Value::boolean(vm::is<vm::Vector>(v));
  if (name == "values") return v;
  if (v.is_char() && name == "char->integer") return Value::fixnum(v.character());
  if (!v.is_fixnum()) return std::nullopt;
  const std::int64_t n = v.fixnum();
  if (name == "zero?") return Value::boolean(n == 0);
  if (name == "positive?") return Value::boolean(n > 0);
  if (name == "negative?") return Value::boolean(n < 0);
  if (name == "-" && Value::fits_fixnum(-n)) return Value::fixnum(-n);
  return std::nullopt;
}

std::optional<Value> fold_two(std::string_view name, Value a, Value b) {
  if (name == "eq?" || name == "eqv?") {
    if (a == b) return vm::kTrue;
    if (compares_by_word(a) || compares_by_word(b)) return vm::kFalse;
    return std::nullopt;
  }
  if (a.is_fixnum() && b.is_fixnum() && !name.starts_with("char")) {
    if (const auto n = arithmetic(name, a.fixnum(), b.fixnum())) return Value::fixnum(*n);
    if (const auto t = compare(name, a.fixnum(), b.fixnum())) return Value::boolean(*t);
  }
  if (a.is_char() && b.is_char() && name.starts_with("char"))
    if (const auto t = compare(name, a.character(), b.character())) return Value::boolean(*t);
  return std::nullopt;
}

}  // namespace

Node* fold_call(Compilation& c, Call& call) {
  const std::string_view name = native_name(call);
  List<Node>& a = *call.arguments;
  if (name.empty() || a.count == 0 || a.count > 2) return nullptr;
  for (Node* n : a)
    if (n->node_kind() != NodeKind::constant) return nullptr;
  const Value first = node_cast<Constant>(a[0]).value;
  const auto result =
      a.count == 1 ? fold_one(name, first) : fold_two(name, first, node_cast<Constant>(a[1]).value);
  return result ? make_constant(c.heap(), call.span(), *result) : nullptr;
}

namespace {

// (let ((sum a)) (set! sum (+ sum b)) (set! sum (+ sum c)) ... sum)
template <class Operand>
Node* accumulate(Compilation& c, Call& call, Node* first, Operand operand) {
  Heap& heap = c.heap();
  const vm::Span span = call.span();
  const std::size_t n = call.arguments->count;
  Variable* sum = make_variable(heap, vm::kFalse);
  sum->references = sum->assignments = static_cast<std::int32_t>(n);
  sum->flags |= kEscapes;
  const auto ref = [&] { return make_local_ref(heap, span, sum); };
  auto* nodes = make_list_of<Node>(heap, n);
  for (std::size_t i = 1; i < n; ++i)
    (*nodes)[i - 1] = make_node<LocalSet>(heap, NodeKind::local_set, span, sum,
                                          make_call(heap, span, call.procedure, {ref(), operand(i)}));
  (*nodes)[n - 1] = ref();
  return make_let(heap, span, sum, first,
                  make_node<Sequence>(heap, NodeKind::sequence, span, nodes));
}

// (+ a b c) is (+ (+ a b) c).  What follows b is evaluated before + complains about a or b:
// unless it does nothing, it is bound first.
Node* chain(Compilation& c, Call& call) {
  List<Node>& a = *call.arguments;
  bool quiet = true;
  for (std::size_t i = 2; i < a.count; ++i) quiet = quiet && is_pure(a[i]);
  auto* variables = make_list_of<Variable>(c.heap(), quiet ? 0 : a.count);
  const auto operand = [&](std::size_t i) -> Node* {
    if (quiet) return a[i];
    Variable* v = (*variables)[i] = make_variable(c.heap(), vm::kFalse);
    v->references = 1;
    v->flags |= kEscapes;
    return make_local_ref(c.heap(), call.span(), v);
  };
  Node* result = operand(0);
  constexpr std::size_t kNested = 64;  // the passes recurse on nested calls
  if (a.count <= kNested)
    for (std::size_t i = 1; i < a.count; ++i)
      result = make_call(c.heap(), call.span(), call.procedure, {result, operand(i)});
  else
    result = accumulate(c, call, result, operand);
  if (quiet) return result;
  return make_node<Let>(c.heap(), NodeKind::let, call.span(), variables, call.arguments, result);
}

// (< a b c) is (let ((x a) (y b) (z c)) (if (< x y) (< y z) (begin (< z z) #f))): c is
// checked even when the answer is known.
Node* compare_three(Compilation& c, Call& call) {
  Heap& heap = c.heap();
  const vm::Span span = call.span();
  auto* variables = make_list_of<Variable>(heap, 3);
  for (Variable*& v : *variables) v = make_variable(heap, vm::kFalse);
  (*variables)[0]->references = 1;
  (*variables)[1]->references = 2;
  const auto* last = (*call.arguments)[2]->node_kind() == NodeKind::constant
                         ? &node_cast<Constant>((*call.arguments)[2])
                         : nullptr;
  const bool checked = last != nullptr && vm::is_real(last->value);
  (*variables)[2]->references = checked ? 1 : 3;
  for (Variable* v : *variables) v->flags |= kEscapes;
  const auto ref = [&](std::size_t i) { return make_local_ref(heap, span, (*variables)[i]); };
  Node* no = make_constant(heap, span, vm::kFalse);
  if (!checked) {
    auto* nodes = make_list_of<Node>(heap, 2);
    (*nodes)[0] = make_call(heap, span, call.procedure, {ref(2), ref(2)});
    (*nodes)[1] = no;
    no = make_node<Sequence>(heap, NodeKind::sequence, span, nodes);
  }
  Node* body = make_node<Conditional>(heap, NodeKind::conditional, span,
                                      make_call(heap, span, call.procedure, {ref(0), ref(1)}),
                                      make_call(heap, span, call.procedure, {ref(1), ref(2)}), no);
  return make_node<Let>(heap, NodeKind::let, span, variables, call.arguments, body);
}

bool is_comparison(std::string_view name) {
  return name == "<" || name == ">" || name == "<=" || name == ">=" || name == "=";
}

}  // namespace

Node* rewrite_native_call(Compilation& c, Call& call) {
  const std::string_view name = native_name(call);
  if (name.empty()) return nullptr;
  Heap& heap = c.heap();
  const vm::Span span = call.span();
  const std::size_t n = call.arguments->count;
  if (name == "+" || name == "*") {
    if (n == 0) return make_constant(heap, span, Value::fixnum(name == "+" ? 0 : 1));
    if (n > 2) return chain(c, call);
  }
  if ((name == "-" || name == "/") && n > 2) return chain(c, call);
  if (is_comparison(name) && n == 3) return compare_three(c, call);
  if (name == "apply") return spread_apply(c, call);
  if (name == "list" && n == 0) return make_constant(heap, span, vm::kNull);
  return nullptr;
}

}  // namespace fermata::scheme
