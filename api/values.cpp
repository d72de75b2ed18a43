// Looking at values and making them: the C interface of it.
//
// A view without an interpreter is one of a datum: its word is the address of a node.
#include <cstring>
#include <limits>

#include "api/datum.hpp"
#include "scheme/printer.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

using namespace fermata;
using namespace fermata::api;
using vm::as;
using vm::cast;
using vm::is;
using vm::Value;

namespace fermata::api {

std::optional<std::uint64_t> natural_of(Value v) {
  if (v.is_fixnum()) return v.fixnum() < 0 ? std::nullopt : std::optional<std::uint64_t>(v.fixnum());
  auto* b = cast<vm::Bignum>(v);
  if (b == nullptr || b->is_negative() || b->count() != 1) return std::nullopt;
  return b->limbs()[0];
}

}  // namespace fermata::api

namespace {

fermata_type type_of_node(const Node* n) {
  if (n == nullptr) return FERMATA_NOTHING;
  using Kind = Node::Kind;
  switch (n->kind) {
    case Kind::null: return FERMATA_NULL;
    case Kind::unspecified: return FERMATA_UNSPECIFIED;
    case Kind::eof: return FERMATA_EOF;
    case Kind::boolean: return FERMATA_BOOLEAN;
    case Kind::integer:
    case Kind::natural: return FERMATA_INTEGER;
    case Kind::real: return FERMATA_REAL;
    case Kind::number: return FERMATA_NUMBER;
    case Kind::character: return FERMATA_CHARACTER;
    case Kind::string: return FERMATA_STRING;
    case Kind::symbol: return FERMATA_SYMBOL;
    case Kind::bytes: return FERMATA_BYTES;
    case Kind::pair: return FERMATA_PAIR;
    case Kind::vector: return FERMATA_VECTOR;
  }
  return FERMATA_OTHER;
}

const HostObject* object_of(Value v) {
  const auto* f = cast<vm::Foreign>(v);
  return f != nullptr && f->type == &kHostObject ? static_cast<const HostObject*>(f->pointer) : nullptr;
}

// The bytes of a text, or none for anything else.
struct Text {
  const char* data = nullptr;
  std::size_t size = 0;
};

Text copy_text(std::string_view from, char* to, std::size_t room) {
  if (from.size() <= room && !from.empty()) std::memcpy(to, from.data(), from.size());
  return {to, from.size()};
}

fermata_view nothing() { return {0, nullptr}; }
fermata_view of_node(const Node* n) { return {reinterpret_cast<std::uint64_t>(n), nullptr}; }

}  // namespace

fermata_type fermata_type_of(fermata_view v) {
  if (v.in == nullptr) return type_of_node(node_of(v));
  const Value x = value_of_view(v);
  if (x.is_fixnum()) return FERMATA_INTEGER;
  if (x.is_pair()) return FERMATA_PAIR;
  if (x.is_immediate_flonum()) return FERMATA_REAL;
  if (x.is_procedure()) return FERMATA_PROCEDURE;
  if (x.is_boolean()) return FERMATA_BOOLEAN;
  if (x.is_char()) return FERMATA_CHARACTER;
  if (x == vm::kNull) return FERMATA_NULL;
  if (x == vm::kUnspecified) return FERMATA_UNSPECIFIED;
  if (x == vm::kEof) return FERMATA_EOF;
  if (!x.is_object()) return FERMATA_OTHER;
  switch (x.object()->kind()) {
    case vm::Kind::string: return FERMATA_STRING;
    case vm::Kind::symbol: return FERMATA_SYMBOL;
    case vm::Kind::vector: return FERMATA_VECTOR;
    case vm::Kind::bytevector: return FERMATA_BYTES;
    case vm::Kind::bignum: return FERMATA_INTEGER;
    case vm::Kind::ratnum:
    case vm::Kind::flonum: return FERMATA_REAL;
    case vm::Kind::compnum: return FERMATA_NUMBER;
    case vm::Kind::foreign: return object_of(x) != nullptr ? FERMATA_OBJECT : FERMATA_OTHER;
    default: return FERMATA_OTHER;
  }
}

const char* fermata_type_name(fermata_view v) {
  if (v.in != nullptr) {
    if (const HostObject* o = object_of(value_of_view(v))) return fermata_defined_name(v.in, o->type);
    return vm::type_name(value_of_view(v));
  }
  static constexpr const char* kNames[] = {
      "value of a closed interpreter", "empty list", "unspecified value", "end-of-file object", "boolean",
      "exact integer", "inexact real", "number", "character", "string", "symbol", "bytevector", "pair", "vector",
      "procedure", "object", "object"};
  return kNames[fermata_type_of(v)];
}

int fermata_is_true(fermata_view v) {
  if (v.in != nullptr) return value_of_view(v).is_true();
  const Node* n = node_of(v);
  return n == nullptr || n->kind != Node::Kind::boolean || n->boolean;
}

int fermata_same(fermata_view a, fermata_view b) { return a.word == b.word && a.in == b.in; }

int fermata_to_int64(fermata_view v, int64_t* out) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr || n->kind != Node::Kind::integer) return 0;
    *out = n->integer;
    return 1;
  }
  const Value x = value_of_view(v);
  if (x.is_fixnum()) [[likely]] {
    *out = x.fixnum();
    return 1;
  }
  if (!is<vm::Bignum>(x)) return 0;
  const auto n = vm::to_int64(x);
  if (n) *out = *n;
  return n.has_value();
}

int fermata_to_uint64(fermata_view v, uint64_t* out) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr) return 0;
    if (n->kind == Node::Kind::natural) return *out = n->natural, 1;
    if (n->kind != Node::Kind::integer || n->integer < 0) return 0;
    return *out = static_cast<std::uint64_t>(n->integer), 1;
  }
  const auto n = natural_of(value_of_view(v));
  if (n) *out = *n;
  return n.has_value();
}

int fermata_to_double(fermata_view v, double* out) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr) return 0;
    if (n->kind == Node::Kind::real) return *out = n->real, 1;
    if (n->kind == Node::Kind::integer) return *out = static_cast<double>(n->integer), 1;
    if (n->kind == Node::Kind::natural) return *out = static_cast<double>(n->natural), 1;
    return 0;
  }
  const Value x = value_of_view(v);
  if (!vm::is_number(x) || !vm::is_real(x)) return 0;
  *out = vm::to_double(x);
  return 1;
}

int fermata_to_character(fermata_view v, uint32_t* out) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr || n->kind != Node::Kind::character) return 0;
    return *out = n->character, 1;
  }
  if (!value_of_view(v).is_char()) return 0;
  return *out = value_of_view(v).character(), 1;
}

size_t fermata_text(fermata_view v, char* to, size_t room) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    const bool text = n != nullptr && (n->kind == Node::Kind::string || n->kind == Node::Kind::symbol);
    return text ? copy_text(n->text, to, room).size : 0;
  }
  const Value x = value_of_view(v);
  const auto* s = cast<vm::String>(x);
  if (const auto* symbol = cast<vm::Symbol>(x)) s = &as<vm::String>(symbol->name);
  return s != nullptr ? copy_text(vm::to_utf8(*s), to, room).size : 0;
}

const unsigned char* fermata_bytes(fermata_view v, size_t* size) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr || n->kind != Node::Kind::bytes) return nullptr;
    *size = n->text.size();
    return reinterpret_cast<const unsigned char*>(n->text.data());
  }
  auto* b = cast<vm::Bytevector>(value_of_view(v));
  if (b == nullptr) return nullptr;
  *size = b->length();
  return b->bytes();
}

// A circular list has none: the hare meets the tortoise.
int64_t fermata_length(fermata_view v) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    if (n == nullptr) return -1;
    if (n->kind == Node::Kind::vector) return static_cast<std::int64_t>(n->items.size());
    std::int64_t count = 0;
    for (; n->kind == Node::Kind::pair; n = n->cdr) ++count;
    return n->kind == Node::Kind::null ? count : -1;
  }
  Value x = value_of_view(v);
  if (auto* vector = cast<vm::Vector>(x)) return static_cast<std::int64_t>(vector->length());
  std::int64_t count = 0;
  for (Value slow = x; x.is_pair();) {
    x = x.pair()->cdr;
    if (++count % 2 == 0) slow = slow.pair()->cdr;
    if (x == slow && x.is_pair()) return -1;
  }
  return x == vm::kNull ? count : -1;
}

fermata_view fermata_car(fermata_view v) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    return n != nullptr && n->kind == Node::Kind::pair ? of_node(n->car) : nothing();
  }
  const Value x = value_of_view(v);
  return x.is_pair() ? view_of(*v.in, x.pair()->car) : nothing();
}

fermata_view fermata_cdr(fermata_view v) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    return n != nullptr && n->kind == Node::Kind::pair ? of_node(n->cdr) : nothing();
  }
  const Value x = value_of_view(v);
  return x.is_pair() ? view_of(*v.in, x.pair()->cdr) : nothing();
}

fermata_view fermata_item(fermata_view v, size_t index) {
  if (v.in == nullptr) {
    const Node* n = node_of(v);
    return n != nullptr && index < n->items.size() ? of_node(n->items[index]) : nothing();
  }
  auto* x = cast<vm::Vector>(value_of_view(v));
  return x != nullptr && index < x->length() ? view_of(*v.in, x->slots()[index]) : nothing();
}

void fermata_print(fermata_view v, int display, fermata_sink sink, void* data) {
  std::string text;
  if (v.in != nullptr) {
    text = scheme::to_text(*v.in->machine, value_of_view(v),
                           display != 0 ? scheme::Style::display : scheme::Style::write);
  }
  sink(data, text.data(), text.size());
}

// ---- making them -----------------------------------------------------------------------------

fermata_view fermata_make_null(fermata_interp* in) { return view_of(*in, vm::kNull); }
fermata_view fermata_make_unspecified(fermata_interp* in) { return view_of(*in, vm::kUnspecified); }
fermata_view fermata_make_boolean(fermata_interp* in, int b) { return view_of(*in, Value::boolean(b != 0)); }

fermata_view fermata_make_int64(fermata_interp* in, int64_t n) {
  if (Value::fits_fixnum(n)) [[likely]] return view_of(*in, Value::fixnum(n));
  return view_of(*in, vm::integer_from(in->machine->heap, n));
}
fermata_view fermata_make_uint64(fermata_interp* in, uint64_t n) {
  return view_of(*in, vm::integer_from_unsigned(in->machine->heap, n));
}
fermata_view fermata_make_double(fermata_interp* in, double d) {
  return view_of(*in, in->machine->heap.make_flonum(d));
}
fermata_view fermata_make_character(fermata_interp* in, uint32_t c) {
  const bool scalar = c < 0x110000 && (c < 0xd800 || c >= 0xe000);
  return view_of(*in, Value::character(scalar ? static_cast<char32_t>(c) : U'\uFFFD'));
}
fermata_view fermata_make_string(fermata_interp* in, const char* utf8, size_t size) {
  return view_of(*in, vm::value_of(&vm::make_string(in->machine->heap, std::string_view(utf8, size))));
}
fermata_view fermata_make_symbol(fermata_interp* in, const char* utf8, size_t size) {
  return view_of(*in, in->machine->symbols.intern(std::string_view(utf8, size)));
}
fermata_view fermata_make_bytes(fermata_interp* in, const void* bytes, size_t size) {
  vm::Bytevector& b = in->machine->heap.make_bytevector(size);
  if (size > 0) std::memcpy(b.bytes(), bytes, size);
  return view_of(*in, vm::value_of(&b));
}
fermata_view fermata_make_pair(fermata_interp* in, fermata_view car, fermata_view cdr) {
  return view_of(*in, in->machine->heap.cons(value_of_view(car), value_of_view(cdr)));
}
fermata_view fermata_make_list(fermata_interp* in, const fermata_view* items, size_t count) {
  Value list = vm::kNull;
  while (count > 0) list = in->machine->heap.cons(value_of_view(items[--count]), list);
  return view_of(*in, list);
}
fermata_view fermata_make_vector(fermata_interp* in, const fermata_view* items, size_t count) {
  vm::Vector& v = in->machine->heap.make_vector(count, vm::kFalse);
  for (std::size_t i = 0; i < count; ++i) v.slots()[i] = value_of_view(items[i]);
  return view_of(*in, vm::value_of(&v));
}

// ---- objects of the host -----------------------------------------------------------------------

fermata_error* fermata_define_type(fermata_interp* in, const void* type, const char* name, const void* base,
                                   void* (*to_base)(void*)) {
  if (fermata_error* e = in->check()) return e;
  in->types[type] = {name, base, to_base};
  return nullptr;
}

const char* fermata_defined_name(fermata_interp* in, const void* type) {
  const auto found = in->types.find(type);
  return found != in->types.end() ? found->second.name.c_str() : "object";
}

fermata_view fermata_make_object(fermata_interp* in, const void* type, void* pointer, void* owner, fermata_drop drop,
                                 int (*alive)(void* owner)) {
  in->hub->sweep();
  auto& f = in->machine->heap.make<vm::Foreign>(static_cast<const void*>(&kHostObject), static_cast<void*>(nullptr),
                                                vm::kFalse);
  f.pointer = &in->hub->add({in->hub, type, pointer, owner, drop, alive});
  vm::set_finalizer(f, [](vm::Object& o) {
    auto& object = *static_cast<HostObject*>(static_cast<vm::Foreign&>(o).pointer);
    object.hub->unreachable(object);
  });
  return view_of(*in, vm::value_of(&f));
}

void* fermata_object(fermata_view v, const void* type, void** owner) {
  if (v.in == nullptr) return nullptr;
  const HostObject* o = object_of(value_of_view(v));
  if (o == nullptr || o->pointer == nullptr || (o->alive != nullptr && o->alive(o->owner) == 0)) return nullptr;
  void* pointer = o->pointer;
  for (const void* t = o->type; t != type;) {
    const auto found = v.in->types.find(t);
    if (found == v.in->types.end() || found->second.base == nullptr) return nullptr;
    pointer = found->second.to_base(pointer);
    t = found->second.base;
  }
  if (owner != nullptr) *owner = o->owner;
  return pointer;
}
