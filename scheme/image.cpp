#include "scheme/image.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/numeric_vectors.hpp"
#include "vm/source_map.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::string_view kMagic = "fermata image " __DATE__ " " __TIME__ "\n";

// How the fields of a kind are kept.
enum class Shape : std::uint8_t {
  pair, text, symbol, fresh_symbol, named,
  bytes,   // header and raw bytes after it
  fields,  // header and that many values
  closure, code, source
};

constexpr std::uint64_t kFieldsInAux = ~std::uint64_t{0};

// Kinds that consist of values only; kFieldsInAux: the header's aux counts them.
std::uint64_t field_count(Kind kind) {
  switch (kind) {
    case Kind::vector:
    case Kind::values: return kFieldsInAux;
    case Kind::box: return 1;
    case Kind::cell: return 3;
    case Kind::ratnum:
    case Kind::compnum: return 2;
    case Kind::record_type: return 4;
    case Kind::case_lambda: return 1;
    case Kind::parameter: return 2;
    case Kind::alias: return 2;
    case Kind::macro: return 6;
    default: return 0;
  }
}

Object* object_of(Value v) { return v.is_object() ? v.object() : v.procedure(); }

// Where the literals of a code object stand, in words.
template <class F>
void for_each_literal(const Code& code, F f) {
  const Instruction* start = code.entry();
  for (const Instruction* at = start; at < start + code.word_count(); at += op_length(at)) {
    if (has_literal(op_info(op_of(*at)).format)) f(static_cast<std::size_t>(at - start) + 1);
  }
}

Value literal_at(const Instruction* at) {
  std::uint64_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return Value::from_bits(bits);
}

std::string symbol_text(Value symbol) { return to_utf8(as<String>(as<Symbol>(symbol).name)); }

// ---- writing -------------------------------------------------------------------

class Writer {
 public:
  Writer(Machine& m, ImageNames& names) : names_(names), order_(m.heap) {}

  std::string write(Value root) {
    number(root);
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (!by_name_.count(order_[i].bits())) visit(order_[i]);
    }
    put(order_.size());
    for (Value v : order_) shape(v);
    for (Value v : order_) {
      if (!by_name_.count(v.bits())) fill(v);
    }
    reference(root);
    const std::uint64_t sum = checksum(out_);
    std::string all(kMagic);
    all.append(reinterpret_cast<const char*>(&sum), sizeof sum);
    return all + out_;
  }

 private:
  static bool is_heap(Value v) { return v.is_pair() || v.is_object() || v.is_procedure(); }

  void number(Value v) {
    if (!is_heap(v) || numbers_.count(v.bits())) return;
    numbers_[v.bits()] = order_.size();
    order_.push_back(v);
    if (auto name = names_.name_of(v)) by_name_.emplace(v.bits(), std::move(*name));
  }

  void visit(Value v) {
    if (v.is_pair()) {
      number(v.pair()->car);
      number(v.pair()->cdr);
      return;
    }
    Object* o = object_of(v);
    if (const auto* c = cast<Closure>(v)) {
      if (c->free_count() != 0) throw std::runtime_error("an image cannot hold a closure with variables");
      number(value_of(c->code));
    } else if (const auto* c = cast<Code>(v)) {
      number(c->name), number(c->source), number(c->file), number(c->frames), number(c->form);
      for_each_literal(*c, [&](std::size_t at) { number(literal_at(c->entry() + at)); });
    } else if (!is<SourceText>(v)) {
      Value* fields = reinterpret_cast<Value*>(o + 1);
      for (std::uint64_t i = first_field(o), n = count_of(o); i < n; ++i) number(fields[i]);
    }
  }

  static std::uint64_t count_of(const Object* o) {
    const std::uint64_t n = field_count(o->kind());
    return n == kFieldsInAux ? o->aux() : n;
  }
  // A variable is kept without its value: the library's body sets it.
  static std::uint64_t first_field(const Object* o) { return o->kind() == Kind::cell ? 1 : 0; }

  void shape(Value v) {
    if (const auto named = by_name_.find(v.bits()); named != by_name_.end()) {
      tag(Shape::named);
      out_.push_back(static_cast<char>(named->second.kind));
      text(named->second.library);
      return text(named->second.name);
    }
    if (v.is_pair()) return tag(Shape::pair);
    Object* o = object_of(v);
    switch (o->kind()) {
      case Kind::string:
        tag(Shape::text);
        text(to_utf8(as<String>(v)));
        out_.push_back(o->is_immutable());
        return;
      case Kind::symbol:
        tag(as<Symbol>(v).is_interned() ? Shape::symbol : Shape::fresh_symbol);
        return text(symbol_text(v));
      case Kind::bytevector:
      case Kind::numeric_vector: {
        const auto view = numeric_view(v);
        return raw(o, view->length * element_size(view->element));
      }
      case Kind::bignum: return raw(o, as<Bignum>(v).count() * sizeof(std::uint64_t));
      case Kind::flonum: return raw(o, sizeof(double));
      case Kind::closure: return tag(Shape::closure);
      case Kind::code: {
        auto& c = as<Code>(v);
        tag(Shape::code);
        put(c.word_count());
        put(c.shape);
        put(c.arity);
        std::size_t from = out_.size();
        out_.append(reinterpret_cast<const char*>(c.entry()), c.word_count() * sizeof(Instruction));
        for_each_literal(c, [&](std::size_t at) {
          std::memset(out_.data() + from + at * sizeof(Instruction), 0, sizeof(Value));
        });
        return;
      }
      case Kind::source:
        tag(Shape::source);
        return text(to_utf8(as<String>(as<SourceText>(v).name)));
      default: {
        if (field_count(o->kind()) == 0) {
          throw std::runtime_error(std::string("an image cannot hold a ") + type_name(v));
        }
        tag(Shape::fields);
        put(o->header);
        out_.push_back(v.is_procedure());
      }
    }
  }

  void fill(Value v) {
    if (v.is_pair()) {
      reference(v.pair()->car);
      reference(v.pair()->cdr);
      return;
    }
    Object* o = object_of(v);
    if (const auto* c = cast<Closure>(v)) {
      reference(value_of(c->code));
    } else if (const auto* c = cast<Code>(v)) {
      reference(c->name), reference(c->source), reference(c->file), reference(c->frames), reference(c->form);
      for_each_literal(*c, [&](std::size_t at) { reference(literal_at(c->entry() + at)); });
    } else if (!is<SourceText>(v)) {
      const Value* fields = reinterpret_cast<const Value*>(o + 1);
      if (first_field(o)) reference(kUnbound);
      for (std::uint64_t i = first_field(o), n = count_of(o); i < n; ++i) reference(fields[i]);
    }
  }

  void tag(Shape s) { out_.push_back(static_cast<char>(s)); }
  void put(std::uint64_t n) {  // seven bits a byte, lowest first
    for (; n >= 0x80; n >>= 7) out_.push_back(static_cast<char>(n | 0x80));
    out_.push_back(static_cast<char>(n));
  }
  void text(std::string_view s) {
    put(s.size());
    out_.append(s);
  }
  void raw(const Object* o, std::size_t bytes) {
    tag(Shape::bytes);
    put(o->header);
    put(bytes);
    out_.append(reinterpret_cast<const char*>(o + 1), bytes);
  }
  // An object by its number + 1; 0, then the word of anything else.
  void reference(Value v) {
    if (is_heap(v)) return put(numbers_.at(v.bits()) + 1);
    put(0);
    put(v.bits());
  }

  ImageNames& names_;
  GcVector<Value> order_;
  std::unordered_map<std::uint64_t, ImageName> by_name_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // of objects that order_ keeps alive
  std::string out_;
};

// ---- reading -------------------------------------------------------------------

class Reading {
 public:
  Reading(Machine& m, std::string_view bytes, ImageNames& names)
      : m_(m), in_(bytes), names_(names) {}

  Value read() {
    count_ = get();
    objects_ = &m_.heap.make_vector(count_, kUnspecified);
    pending_ = &m_.heap.make_vector(count_, kFalse);
    for (std::size_t i = 0; i < count_; ++i) objects_->slots()[i] = make(i);
    for (std::size_t i = 0; i < count_; ++i) fill(i);
    return reference();
  }

 private:
  Value make(std::size_t i) {
    const auto shape = static_cast<Shape>(in_[at_++]);
    pending_->slots()[i] = Value::fixnum(static_cast<int>(shape));
    switch (shape) {
      case Shape::pair: return m_.heap.cons(kNull, kNull);
      case Shape::text: {
        String& s = make_string(m_.heap, text());
        if (in_[at_++]) s.make_immutable();
        return value_of(&s);
      }
      case Shape::symbol: return m_.symbols.intern(text());
      case Shape::fresh_symbol: return m_.symbols.generate(text());
      case Shape::named: {
        const auto kind = static_cast<ImageName::Kind>(in_[at_++]);
        std::string library(text());
        return names_.find({kind, std::move(library), std::string(text())});
      }
      case Shape::bytes: {
        const std::uint64_t header = get();
        const std::size_t bytes = get();
        auto* o = static_cast<Object*>(m_.heap.atomic(sizeof(Object) + bytes));
        o->header = header;
        std::memcpy(static_cast<void*>(o + 1), in_.data() + at_, bytes);
        at_ += bytes;
        return Value::from_bits(reinterpret_cast<std::uint64_t>(o));
      }
      case Shape::fields: {
        const std::uint64_t header = get();
        const bool procedure = in_[at_++];
        const std::uint64_t n = field_count(static_cast<Kind>(header >> 8 & 0xff));
        const std::uint64_t fields = n == kFieldsInAux ? header >> 16 : n;
        auto* o = static_cast<Object*>(m_.heap.traced(sizeof(Object) + fields * sizeof(Value)));
        o->header = header;
        auto* slots = reinterpret_cast<Value*>(o + 1);
        for (std::uint64_t k = 0; k < fields; ++k) slots[k] = kUnspecified;
        return Value::from_bits(reinterpret_cast<std::uint64_t>(o) + (procedure ? 8 : 0));
      }
      case Shape::closure: {
        auto* c = static_cast<Closure*>(m_.heap.traced(sizeof(Closure)));
        c->header = make_header(Kind::closure, kVariadic);
        c->code = nullptr;
        return value_of(c);
      }
      case Shape::code: {
        const std::size_t words = get();
        auto& c = *static_cast<Code*>(m_.heap.described(sizeof(Code) + words * sizeof(Instruction)));
        c.header = make_header(Kind::code, words);
        c.live = sizeof(Code);
        c.shape = get();
        c.arity = get();
        c.name = c.constants = c.source = c.file = c.frames = c.form = kFalse;
        std::memcpy(c.words(), in_.data() + at_, words * sizeof(Instruction));
        at_ += words * sizeof(Instruction);
        return value_of(&c);
      }
      case Shape::source: {
        const std::string_view name = text();
        return value_of(&make_source(m_.heap, name, names_.source_text(name)));
      }
    }
    return kUnspecified;
  }

  void fill(std::size_t i) {
    const Value v = objects_->slots()[i];
    switch (static_cast<Shape>(pending_->slots()[i].fixnum())) {
      case Shape::pair:
        v.pair()->car = reference();
        v.pair()->cdr = reference();
        return;
      case Shape::fields: {
        Object* o = object_of(v);
        const std::uint64_t n = field_count(o->kind());
        auto* slots = reinterpret_cast<Value*>(o + 1);
        for (std::uint64_t k = 0, end = n == kFieldsInAux ? o->aux() : n; k < end; ++k) slots[k] = reference();
        return;
      }
      case Shape::closure: {
        auto& closure = as<Closure>(v);
        const Code& code = as<Code>(reference());
        closure.code = const_cast<Code*>(&code);
        closure.header = make_header(Kind::closure, Closure::pack(code.shape >> 1 & 0xff, code.frame_size(), 0));
        return;
      }
      case Shape::code: return fill_code(as<Code>(v));
      default: return;
    }
  }

  void fill_code(Code& c) {
    c.name = reference();
    c.source = reference();
    c.file = reference();
    c.frames = reference();
    c.form = reference();
    std::size_t literals = 0;
    for_each_literal(c, [&](std::size_t) { ++literals; });
    Vector& constants = m_.heap.make_vector(literals, kFalse);
    c.constants = value_of(&constants);
    literals = 0;
    for_each_literal(c, [&](std::size_t at) {
      const Value v = reference();
      constants.slots()[literals++] = v;
      const std::uint64_t bits = v.bits();
      std::memcpy(c.words() + at, &bits, sizeof bits);
    });
  }

  std::uint64_t get() {
    std::uint64_t n = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(in_[at_++]);
      n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
  }
  std::string_view text() {
    const std::size_t n = get();
    at_ += n;
    return in_.substr(at_ - n, n);
  }
  Value reference() {
    const std::uint64_t n = get();
    if (n == 0) return Value::from_bits(get());
    return objects_->slots()[n - 1];
  }

  Machine& m_;
  std::string_view in_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  Vector* objects_ = nullptr;
  Vector* pending_ = nullptr;  // each object's Shape
  ImageNames& names_;
};

}  // namespace

// FNV's idea, eight bytes at a time: half a millisecond a megabyte.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;  // so that high bits reach low ones
  }
  return hash;
}

std::string library_text(Value name) {
  if (is<Symbol>(name)) return symbol_text(name);
  std::string text = "(";
  for (; name.is_pair(); name = name.pair()->cdr) {
    const Value part = name.pair()->car;
    if (text.size() > 1) text += ' ';
    text += part.is_fixnum() ? std::to_string(part.fixnum()) : symbol_text(part);
  }
  return text + ")";
}

std::string write_image(Machine& m, Value root, ImageNames& names) {
  return Writer(m, names).write(root);
}

Value read_image(Machine& m, std::string_view bytes, ImageNames& names) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return kUnbound;
  bytes.remove_prefix(kMagic.size());
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof sum) return kUnbound;
  std::memcpy(&sum, bytes.data(), sizeof sum);
  bytes.remove_prefix(sizeof sum);
  if (checksum(bytes) != sum) return kUnbound;
  return Reading(m, bytes, names).read();
}

}  // namespace fermata::scheme
