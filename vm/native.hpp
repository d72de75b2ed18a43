// Native procedures: the row that declares one, and the adapter that types it.
//
//   Outcome list_tail(Machine& m, Value list, Index k);
//   constexpr Builtin kPairs[] = {
//       builtin<list_tail>("(list-tail list k)", "What remains of list without its first k elements."),
//   };
// The signature is written once, as the manual prints it: `[x]` is optional, `x ...` any
// number.  Arity is computed from it and compared with the C++ function at compile time.
// Parameter types are the argument checks:
//   Value any object                     Pair& String& Symbol& Vector& ... that kind of object
//   Index exact, 0 <= k < 2^62           Fixnum exact, fits a fixnum
//   char32_t, bool                       Procedure any procedure
//   std::optional<T> for `[x]` (heap objects as std::optional<String*>)
//   Args for `x ...` (what is left)
// A wrong type raises "list-tail: argument 2 must be an index, got -1".
// The first parameter is always Machine&.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>

#include "vm/machine.hpp"
#include "vm/object.hpp"
#include "vm/outcome.hpp"

namespace fermata::vm {

struct Index {
  std::size_t value;
  operator std::size_t() const { return value; }
};
struct Fixnum {
  std::int64_t value;
  operator std::int64_t() const { return value; }
};
struct Procedure {
  Value value;
  operator Value() const { return value; }
};

using NativeFunction = Outcome (*)(Machine&, Args);

struct Builtin {
  NativeFunction function;
  std::string_view signature;  // "(list-tail list k)"
  std::string_view doc;
  int required;
  int optional;
  bool rest;

  constexpr std::string_view name() const {
    std::size_t end = 1;
    while (end < signature.size() && signature[end] != ' ' && signature[end] != ')') ++end;
    return signature.substr(1, end - 1);
  }
  constexpr bool accepts(std::size_t n) const {
    return n >= static_cast<std::size_t>(required) &&
           (rest || n <= static_cast<std::size_t>(required + optional));
  }
};

struct Arity {
  int required = 0, optional = 0;
  bool rest = false;
};

// "(vector-fill! vector fill [start [end]])" -> 2 required, 2 optional.
consteval Arity parse_signature(std::string_view text) {
  Arity a;
  int depth = 0;
  bool in_word = false, first = true, optional = false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const char c = text[i];
    if (c == '[') ++depth, optional = true, in_word = false;
    else if (c == ']') --depth, in_word = false;
    else if (c == ' ') in_word = false;
    else if (!in_word) {
      in_word = true;
      if (text.substr(i, 3) == "...") {
        a.rest = true;
        (optional ? a.optional : a.required)--;  // the repeated name itself
        i += 2;
      } else if (first) first = false;
      else (optional ? a.optional : a.required)++;
    }
  }
  if (depth != 0 || text.front() != '(' || text.back() != ')') throw "malformed signature";
  return a;
}

// ---- parameter types ---------------------------------------------------------
template <class T>
struct Parse {  // heap objects by reference
  using Target = std::remove_cvref_t<T>;
  static constexpr bool check(Value v) { return is<Target>(v); }
  static T get(Value v) { return as<Target>(v); }
  static const char* wanted();
};
template <class T> struct Parse<T*> {  // the same by pointer, for std::optional
  static constexpr bool check(Value v) { return is<T>(v); }
  static T* get(Value v) { return &as<T>(v); }
  static const char* wanted() { return Parse<T&>::wanted(); }
};
template <> struct Parse<Value> {
  static constexpr bool check(Value) { return true; }
  static Value get(Value v) { return v; }
  static const char* wanted() { return "any object"; }
};
template <> struct Parse<Index> {
  static bool check(Value v) { return v.is_fixnum() && v.fixnum() >= 0; }
  static Index get(Value v) { return {static_cast<std::size_t>(v.fixnum())}; }
  static const char* wanted() { return "an exact non-negative integer"; }
};
template <> struct Parse<Fixnum> {
  static bool check(Value v) { return v.is_fixnum(); }
  static Fixnum get(Value v) { return {v.fixnum()}; }
  static const char* wanted() { return "a fixnum"; }
};
template <> struct Parse<Procedure> {
  static bool check(Value v) { return v.is_procedure(); }
  static Procedure get(Value v) { return {v}; }
  static const char* wanted() { return "a procedure"; }
};
template <> struct Parse<char32_t> {
  static bool check(Value v) { return v.is_char(); }
  static char32_t get(Value v) { return v.character(); }
  static const char* wanted() { return "a character"; }
};
template <> struct Parse<bool> {
  static bool check(Value v) { return v.is_boolean(); }
  static bool get(Value v) { return v.is_true(); }
  static const char* wanted() { return "a boolean"; }
};

const char* wanted_text(Kind kind);  // "a string", "an exact rational" ...
template <class T>
const char* Parse<T>::wanted() {
  if constexpr (std::is_same_v<Target, Pair>) return "a pair";
  else return wanted_text(Target::kKind);
}

template <class T> struct OptionalOf { using type = void; static constexpr bool is = false; };
template <class T> struct OptionalOf<std::optional<T>> { using type = T; static constexpr bool is = true; };

template <class F> struct Shape;
template <class... P> struct Shape<Outcome (*)(Machine&, P...)> {
  static constexpr bool kRest = (std::is_same_v<P, Args> || ...);
  static constexpr int kOptional = (0 + ... + (OptionalOf<P>::is ? 1 : 0));
  static constexpr int kRequired = static_cast<int>(sizeof...(P)) - kOptional - (kRest ? 1 : 0);

  template <auto function, std::size_t... I>
  static Outcome call(Machine& m, Args args, std::index_sequence<I...>) {
    std::size_t bad = 0;
    const char* wanted = nullptr;
    const bool fine = (check_one<P, I>(args, bad, wanted) && ...);
    if (!fine) return m.wrong_type(bad + 1, wanted, args[bad]);
    return function(m, get_one<P, I>(args)...);
  }
  template <class T, std::size_t i>
  static bool check_one([[maybe_unused]] Args args, std::size_t& bad, const char*& wanted) {
    if constexpr (std::is_same_v<T, Args>) {
      return true;
    } else if constexpr (OptionalOf<T>::is) {
      using Inner = typename OptionalOf<T>::type;
      if (i >= args.count || args[i] == kDefault || Parse<Inner>::check(args[i])) return true;
      wanted = Parse<Inner>::wanted();
      bad = i;
      return false;
    } else {
      if (Parse<T>::check(args[i])) return true;
      wanted = Parse<T>::wanted();
      bad = i;
      return false;
    }
  }
  template <class T, std::size_t i>
  static T get_one(Args args) {
    if constexpr (std::is_same_v<T, Args>) {
      return i < args.count ? args.from(i) : Args{};
    } else if constexpr (OptionalOf<T>::is) {
      using Inner = typename OptionalOf<T>::type;
      if (i >= args.count || args[i] == kDefault) return std::nullopt;
      return Parse<Inner>::get(args[i]);
    } else {
      return Parse<T>::get(args[i]);
    }
  }
  template <auto function>
  static Outcome adapt(Machine& m, Args args) {
    return call<function>(m, args, std::make_index_sequence<sizeof...(P)>{});
  }
};

// A signature checked against the shape of one C++ function.
template <auto function>
struct CheckedSignature {
  std::string_view text;
  Arity arity;
  template <std::size_t n>
  consteval CheckedSignature(const char (&s)[n]) : text(s, n - 1), arity(parse_signature(text)) {
    using S = Shape<decltype(function)>;
    if (arity.required != S::kRequired || arity.optional != S::kOptional || arity.rest != S::kRest)
      throw "the signature and the C++ function disagree on the arity";
  }
};

template <auto function>
constexpr Builtin builtin(CheckedSignature<function> s, std::string_view doc) {
  return {&Shape<decltype(function)>::template adapt<function>, s.text, doc,
          s.arity.required, s.arity.optional, s.arity.rest};
}

}  // namespace fermata::vm
