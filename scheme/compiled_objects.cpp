#include "scheme/compiled_objects.hpp"

#include <bit>
#include <cstring>

#include "scheme/compiled_format.hpp"
#include "scheme/number_text.hpp"
#include "vm/machine.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

// The contents of all come after the shapes of all.
std::size_t CompiledObjects::promised() {
  const std::size_t count = in_.count();
  promised_ += count;
  if (promised_ > in_.left()) UntrustedBytes::damaged("it ends too early");
  return count;
}

void CompiledObjects::read() {
  const std::size_t count = in_.count();
  for (std::size_t i = 0; i < count; ++i) {
    want_memory(m_.heap, i);
    objects_.push_back(shape());
  }
  for (std::size_t i = 0; i < count; ++i) contents(objects_[i]);
}

Value CompiledObjects::shape() {
  switch (in_.tag(ObjectShape::record_type)) {
    case ObjectShape::pair:
      return m_.heap.cons(kNull, kNull);
    case ObjectShape::string: {
      const bool immutable = in_.flag();
      String& s = make_string(m_.heap, in_.text());
      if (immutable) s.make_immutable();
      return value_of(&s);
    }
    case ObjectShape::symbol:
      return m_.symbols.intern(in_.text());
    case ObjectShape::vector: {
      const bool immutable = in_.flag();
      Vector& v = m_.heap.make_vector(promised(), kFalse);
      if (immutable) v.make_immutable();
      return value_of(&v);
    }
    case ObjectShape::bytevector: {
      const bool immutable = in_.flag();
      const std::string_view bytes = in_.text();
      Bytevector& b = m_.heap.make_bytevector(bytes.size());
      if (!bytes.empty()) std::memcpy(b.bytes(), bytes.data(), bytes.size());
      if (immutable) b.make_immutable();
      return value_of(&b);
    }
    case ObjectShape::number: {
      // #e1e999999 is short for what it makes.
      const std::string_view text = in_.text();
      const auto number = text.find('#') == text.npos ? parse_number(m_, text) : std::nullopt;
      if (!number) UntrustedBytes::damaged("a number that is none");
      return *number;
    }
    case ObjectShape::record_type: {
      const std::size_t fields = promised();
      Vector& names = m_.heap.make_vector(fields, kFalse);
      Vector& mutability = m_.heap.make_vector(fields, kFalse);
      return value_of(
          &m_.heap.make<RecordType>(kFalse, value_of(&names), kFalse, value_of(&mutability)));
    }
  }
  return kUnspecified;
}

void CompiledObjects::contents(Value v) {
  if (v.is_pair()) {
    v.pair()->car = reference();
    v.pair()->cdr = reference();
  } else if (auto* vector = cast<Vector>(v)) {
    for (std::size_t i = 0; i < vector->length(); ++i) vector->slots()[i] = reference();
  } else if (auto* type = cast<RecordType>(v)) {
    type->name = symbol();
    auto& names = as<Vector>(type->fields);
    for (std::size_t i = 0; i < names.length(); ++i) {
      names.slots()[i] = symbol();
      as<Vector>(type->mutability).slots()[i] = Value::boolean(in_.flag());
    }
  }
}

Value CompiledObjects::reference() {
  const std::uint64_t n = in_.number();
  if (n == 0) return plain();
  if (n > objects_.size()) UntrustedBytes::damaged("an object that is not there");
  return objects_[n - 1];
}

Value CompiledObjects::symbol() {
  const Value v = reference();
  if (!is<Symbol>(v)) UntrustedBytes::damaged("something else where a name is wanted");
  return v;
}

Value CompiledObjects::name() {
  const Value v = reference();
  if (v != kFalse && !is<Symbol>(v))
    UntrustedBytes::damaged("something else where a name is wanted");
  return v;
}

// Constants of the machine's own - no value, an argument left out, a removed entry of a table -
// are none of these.
Value CompiledObjects::plain() {
  switch (in_.tag(Plain::constant)) {
    case Plain::fixnum: {
      const std::int64_t n = in_.signed_number();
      if (!Value::fits_fixnum(n)) UntrustedBytes::damaged("a number that is too large");
      return Value::fixnum(n);
    }
    case Plain::flonum: {
      std::uint64_t bits = 0;
      for (int shift = 0; shift < 64; shift += 8) bits |= std::uint64_t{in_.byte()} << shift;
      return m_.heap.make_flonum(std::bit_cast<double>(bits));
    }
    case Plain::character: {
      const std::uint64_t c = in_.number();
      if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        UntrustedBytes::damaged("a character that is none");
      return Value::character(static_cast<char32_t>(c));
    }
    case Plain::constant: {
      const Value v = Value::from_bits(Value::constant(in_.byte()));
      if (!v.is_boolean() && v != kNull && v != kUnspecified && v != kEof)
        UntrustedBytes::damaged("a constant that is none");
      return v;
    }
  }
  return kUnspecified;
}

}  // namespace fermata::scheme
