// Layouts of the heap objects that the machine itself knows.
//
// An object begins with a header word that is odd, so the collector never takes it
// for a pointer:
//   bits 0-3 = 1 | bits 4-7 flags | bits 8-15 kind | bits 16-63 "aux" (a length, or packed facts)
// A type T declares kKind, and is<T>(v), as<T>(v), cast<T>(v) work on it.  Types are
// trivially destructible; make them with Heap::make (heap.hpp), never with new.
#pragma once

#include <cstddef>
#include <type_traits>

#include "vm/value.hpp"

namespace fermata::vm {

inline constexpr std::uint64_t kFlagImmutable = 0x10;

constexpr std::uint64_t make_header(Kind kind, std::uint64_t aux = 0, std::uint64_t flags = 0) {
  return 1 | flags | static_cast<std::uint64_t>(kind) << 8 | aux << 16;
}

struct Object {
  std::uint64_t header;

  Kind kind() const { return static_cast<Kind>(header >> 8 & 0xff); }
  std::uint64_t aux() const { return header >> 16; }
  bool is_immutable() const { return header & kFlagImmutable; }
  void make_immutable() { header |= kFlagImmutable; }
};

struct Pair {
  Value car, cdr;
};

// Text.  `data` is an atomic block of width() bytes a character: 1 (all below U+0100),
// 2 or 4; string-set! widens it in place.  See string.hpp.
struct String : Object {
  static constexpr Kind kKind = Kind::string;
  std::uint64_t length;  // characters
  void* data;
  int width() const { return static_cast<int>(aux()); }
};

struct Symbol : Object {
  static constexpr Kind kKind = Kind::symbol;
  Value name;          // immutable String
  std::uint64_t hash;  // of the name, shifted so that its low bit is 1
  bool is_interned() const { return aux() == 0; }
};

struct Vector : Object {
  static constexpr Kind kKind = Kind::vector;
  std::size_t length() const { return aux(); }
  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
};

struct Bytevector : Object {  // atomic
  static constexpr Kind kKind = Kind::bytevector;
  std::size_t length() const { return aux(); }
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

// Sign and magnitude; the limbs are GMP's (least significant first, no leading zero).
// A number that fits a fixnum is never a Bignum.
struct Bignum : Object {  // atomic
  static constexpr Kind kKind = Kind::bignum;
  static constexpr std::uint64_t kNegative = 0x20;  // header flag
  std::size_t count() const { return aux(); }
  bool is_negative() const { return header & kNegative; }
  std::uint64_t* limbs() { return reinterpret_cast<std::uint64_t*>(this + 1); }
};

struct Ratnum : Object {  // lowest terms, denominator >= 2
  static constexpr Kind kKind = Kind::ratnum;
  Value numerator, denominator;
};

struct Flonum : Object {  // atomic; only doubles that have no immediate word
  static constexpr Kind kKind = Kind::flonum;
  double value;
};

struct Compnum : Object {  // parts both exact or both inexact; exact zero imaginary part never
  static constexpr Kind kKind = Kind::compnum;
  Value real, imaginary;
};

struct Box : Object {
  static constexpr Kind kKind = Kind::box;
  Value value;
};

// A global variable.  Code holds cells, never names; aux bit 0: the binding never changes again.
struct Cell : Object {
  static constexpr Kind kKind = Kind::cell;
  Value value;  // kUnbound until defined
  Value name;   // Symbol
  Value home;   // Symbol or list naming the library, or #f
  bool is_constant() const { return aux() & 1; }
  void set_constant() { header |= std::uint64_t{1} << 16; }
};

// What (values a b ...) returns when it is not exactly one value.
struct Values : Object {
  static constexpr Kind kKind = Kind::values;
  std::size_t count() const { return aux(); }
  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
};

struct RecordType : Object {
  static constexpr Kind kKind = Kind::record_type;
  Value name;    // Symbol
  Value fields;  // Vector of Symbols, the parent's first
  Value parent;  // RecordType or #f
  Value mutability;  // Vector of booleans, parallel to fields
};

struct Record : Object {
  static constexpr Kind kKind = Kind::record;
  Value type;  // RecordType
  std::size_t count() const { return aux(); }
  Value* fields() { return reinterpret_cast<Value*>(this + 1); }
};

// R7RS 4.2.5: promises share a state so that delay-force chains run in constant space.
struct Promise : Object {
  static constexpr Kind kKind = Kind::promise;
  Value state;  // Pair: (done? . value-or-thunk), shared between chained promises
};

// A C++ resource seen from Scheme: opaque pointer with a type name and an owner's table.
struct Foreign : Object {
  static constexpr Kind kKind = Kind::foreign;
  const void* type;  // address of a static that identifies the C++ type
  void* pointer;
  Value extra;       // what must stay alive with it
};

// ---- procedures (tag 1000) -------------------------------------------------
// Their header's aux packs, from bit 16: exact argument count (8 bits; kVariadic when the
// slow path must look), unused 8, frame size in slots (16), free variables (16).
inline constexpr std::uint64_t kVariadic = 0xff;

struct Code;

struct Closure : Object {
  static constexpr Kind kKind = Kind::closure;
  Code* code;
  Value* free() { return reinterpret_cast<Value*>(this + 1); }
  static constexpr std::uint64_t pack(std::uint64_t argc, std::uint64_t frame, std::uint64_t free) {
    return argc | frame << 16 | free << 32;
  }
  std::size_t argc() const { return header >> 16 & 0xff; }
  std::size_t frame_size() const { return header >> 32 & 0xffff; }
  std::size_t free_count() const { return header >> 48; }
};

struct Builtin;

struct Native : Object {
  static constexpr Kind kKind = Kind::native;
  const Builtin* row;
};

struct Parameter : Object {
  static constexpr Kind kKind = Kind::parameter;
  Value value;      // the global value, already converted
  Value converter;  // procedure or #f
};

// Tries its clauses in order by argument count (R7RS 4.2.9).
struct CaseLambda : Object {
  static constexpr Kind kKind = Kind::case_lambda;
  Value clauses;  // Vector of Closures
};

// ---- casts -----------------------------------------------------------------
template <class T>
concept ProcedureKind = std::is_base_of_v<Object, T> &&
                        (T::kKind == Kind::closure || T::kKind == Kind::native ||
                         T::kKind == Kind::continuation || T::kKind == Kind::parameter ||
                         T::kKind == Kind::case_lambda);

template <class T>
bool is(Value v) {
  if constexpr (std::is_same_v<T, Pair>) {
    return v.is_pair();
  } else if constexpr (ProcedureKind<T>) {
    return v.is_procedure() && v.procedure()->kind() == T::kKind;
  } else {
    return v.is_object() && v.object()->kind() == T::kKind;
  }
}

// Requires: is<T>(v).
template <class T>
T& as(Value v) {
  assert(is<T>(v));
  if constexpr (std::is_same_v<T, Pair>) {
    return *v.pair();
  } else if constexpr (ProcedureKind<T>) {
    return *static_cast<T*>(v.procedure());
  } else {
    return *static_cast<T*>(v.object());
  }
}

template <class T>
T* cast(Value v) {
  return is<T>(v) ? &as<T>(v) : nullptr;
}

// The value that refers to a heap object.
template <class T>
Value value_of(const T* p) {
  const auto bits = reinterpret_cast<std::uint64_t>(p);
  if constexpr (std::is_same_v<T, Pair>) {
    return Value::from_bits(bits + 4);
  } else if constexpr (ProcedureKind<T>) {
    return Value::from_bits(bits + 8);
  } else {
    return Value::from_bits(bits);
  }
}

// "string", "pair", "exact integer" ... of any value, for messages.
const char* type_name(Value v);

}  // namespace fermata::vm
