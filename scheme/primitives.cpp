// The table of primitives, looked up by native and number of arguments.

#include "scheme/primitives.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "vm/native.hpp"

namespace fermata::scheme {

namespace {

constexpr unsigned kind_number(vm::Kind k) { return static_cast<unsigned>(k); }

constexpr Primitive kPrimitives[] = {
#define PRIMITIVE(name, arguments, shape, op, pure, extra) \
  {name, arguments, Shape::shape, vm::Op::op, pure, extra},
#include "scheme/primitives.def"
#undef PRIMITIVE
};

// Natives that go on in a procedure they were given, or in another part of the program.
// `raise` and `error` are not here: keeping their caller's frame makes a better backtrace.
constexpr std::string_view kControl[] = {
    "abort-to-prompt",
    "apply",
    "call-with-current-continuation",
    "call-with-escape-continuation",
    "call-with-port",
    "call-with-prompt",
    "call-with-values",
    "call/cc",
    "call/ec",
    "dynamic-wind",
    "emergency-exit",
    "eval",
    "exit",
    "force",
    "load",
    "make-parameter",
    "with-exception-handler",
};

// In order.  %wrong-type raises, and a handler of that cannot come back here.
constexpr std::string_view kSimple[] = {
    "%wrong-type", "abs", "append", "assq", "assv", "exact", "exact->inexact", "exact-integer?", "expt",
    "floor", "gcd", "inexact", "inexact->exact", "lcm", "length", "list->string", "list->vector", "list-copy",
    "list-ref", "list-tail", "list?", "log", "make-string", "make-vector", "max", "memq", "memv", "min",
    "number->string", "reverse", "round", "sqrt", "string->list", "string->number", "string->symbol",
    "string-append", "string-copy", "string-length", "string-ref", "string<?", "string=?", "substring",
    "symbol->string", "truncate", "vector->list", "vector-copy", "vector-fill!",
};
static_assert(std::is_sorted(std::begin(kSimple), std::end(kSimple)));

constexpr std::size_t kLongest = 8;  // list and vector with more arguments are calls

bool is_constant_type(Node* n) {
  auto* c = node_if<Constant>(n, NodeKind::constant);
  return c != nullptr && vm::is<vm::RecordType>(c->value);
}

bool is_field_number(Node* type, Node* index) {
  auto* t = node_if<Constant>(type, NodeKind::constant);
  auto* c = node_if<Constant>(index, NodeKind::constant);
  if (t == nullptr || c == nullptr || !c->value.is_fixnum()) return false;
  const vm::RecordType* record_type = vm::cast<vm::RecordType>(t->value);
  const vm::Vector* fields = record_type ? vm::cast<vm::Vector>(record_type->fields) : nullptr;
  const std::int64_t i = c->value.fixnum();
  return fields != nullptr && i >= 0 && i < 256 && static_cast<std::size_t>(i) < fields->length();
}

bool operands_fit(const Primitive& p, const Call& call) {
  List<Node>& a = *call.arguments;
  switch (p.shape) {
    case Shape::list:
    case Shape::vector:
      return a.count <= kLongest;
    case Shape::make_record: {
      if (a.count == 0 || a.count > 65 || !is_constant_type(a[0])) return false;
      auto& type = vm::as<vm::RecordType>(node_cast<Constant>(a[0]).value);
      const vm::Vector* fields = vm::cast<vm::Vector>(type.fields);
      return fields != nullptr && fields->length() == a.count - 1;
    }
    case Shape::record_test:
      return is_constant_type(a[1]);
    case Shape::record_ref:
    case Shape::record_set:
      return is_field_number(a[1], a[2]);
    default:
      return true;
  }
}

}  // namespace

const Primitive* find_primitive(std::string_view name, std::size_t arguments) {
  static const auto index = [] {
    std::unordered_multimap<std::string_view, const Primitive*> map;
    for (const Primitive& p : kPrimitives) map.emplace(p.name, &p);
    return map;
  }();
  const auto [first, last] = index.equal_range(name);
  for (auto i = first; i != last; ++i)
    if (i->second->arguments < 0 || static_cast<std::size_t>(i->second->arguments) == arguments)
      return i->second;
  return nullptr;
}

const Primitive* primitive_of(const Call& call) {
  const vm::Native* native = native_of(call.procedure);
  if (native == nullptr) return nullptr;
  const Primitive* p = find_primitive(native->row->name(), call.arguments->count);
  return p != nullptr && operands_fit(*p, call) ? p : nullptr;
}

bool is_control(const vm::Native& native) {
  const std::string_view name = native.row->name();
  if (name.starts_with("%") || name.starts_with("call-with-") || name.starts_with("with-"))
    return !name.starts_with("%record") && name != "%make-record" && name != "%make-case-lambda";
  return std::find(std::begin(kControl), std::end(kControl), name) != std::end(kControl);
}

bool is_simple(const vm::Native& native) {
  return std::binary_search(std::begin(kSimple), std::end(kSimple), native.row->name());
}

bool is_test(Shape s) {
  switch (s) {
    case Shape::test1:
    case Shape::test2:
    case Shape::test2_swapped:
    case Shape::compare:
    case Shape::sign:
    case Shape::kind:
    case Shape::literal:
    case Shape::negation:
    case Shape::eq:
    case Shape::eqv:
    case Shape::record_test:
      return true;
    default:
      return false;
  }
}

bool is_immediate_number(Node* n, int& value) {
  auto* c = node_if<Constant>(n, NodeKind::constant);
  if (c == nullptr || !c->value.is_fixnum()) return false;
  const std::int64_t i = c->value.fixnum();
  if (i < -128 || i > 127) return false;
  value = static_cast<int>(i);
  return true;
}

bool compares_by_word(Value v) {
  if (v.is_fixnum() || v.is_char() || v.is_boolean() || v.is_pair()) return true;
  return v == vm::kNull || v == vm::kUnspecified || v == vm::kEof || vm::is<vm::Symbol>(v) ||
         vm::is<vm::String>(v);
}

}  // namespace fermata::scheme
