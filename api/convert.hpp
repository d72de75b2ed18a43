// Conversions between C++ and Scheme: Convert<T>, one specialisation a type.
//
//   static std::optional<T> from(View v)                   nothing: it is no such value
//   static View to(fermata_interp* in, const T& value)
//   static std::string wanted()                            "an exact integer below 256"
// Add your own by specialising Convert for your type; lists, optionals and maps of it follow.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include <fermata/value.hpp>

namespace fermata {

// A type without a specialisation is an object of the host: see Class<T>.
template <class T, class>
struct Convert {
  static constexpr bool is_object = true;
};
template <class T>
concept Converted = !requires { Convert<T>::is_object; };

template <class T>
View make(fermata_interp* in, const T& value) {
  return Convert<T>::to(in, value);
}

// ---- numbers, booleans, characters -----------------------------------------------------------
template <>
struct Convert<bool> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a boolean"}); }
  static std::optional<bool> from(View v) {
    return v.type() == FERMATA_BOOLEAN ? std::optional(v.is_true()) : std::nullopt;
  }
  static View to(fermata_interp* in, bool b) { return fermata_make_boolean(in, b); }
};

namespace detail {
[[gnu::noinline, gnu::cold]] inline std::string wanted_integer(std::int64_t least, std::uint64_t most) {
  return joined({"an exact integer from ", std::to_string(least), " to ", std::to_string(most)});
}
}  // namespace detail

template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
           !std::is_same_v<T, char32_t>)
struct Convert<T, void> {
  static constexpr bool kFits = std::is_signed_v<T> || sizeof(T) < 8;  // an int64_t holds it
  [[gnu::cold]] static std::string wanted() {
    using L = std::numeric_limits<T>;
    return detail::wanted_integer(static_cast<std::int64_t>(L::min()), static_cast<std::uint64_t>(L::max()));
  }
  static std::optional<T> from(View v) {
    std::conditional_t<kFits, std::int64_t, std::uint64_t> n;
    if constexpr (kFits) {
      if (!fermata_to_int64(v.raw(), &n)) return std::nullopt;
    } else {
      if (!fermata_to_uint64(v.raw(), &n)) return std::nullopt;
    }
    if (n < static_cast<decltype(n)>(std::numeric_limits<T>::min()) ||
        n > static_cast<decltype(n)>(std::numeric_limits<T>::max())) {
      return std::nullopt;
    }
    return static_cast<T>(n);
  }
  static View to(fermata_interp* in, T n) {
    if constexpr (kFits) return fermata_make_int64(in, n);
    else return fermata_make_uint64(in, n);
  }
};

template <class T>
  requires std::is_floating_point_v<T>
struct Convert<T, void> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a real number"}); }
  static std::optional<T> from(View v) {
    double d;
    return fermata_to_double(v.raw(), &d) ? std::optional(static_cast<T>(d)) : std::nullopt;
  }
  static View to(fermata_interp* in, T d) { return fermata_make_double(in, static_cast<double>(d)); }
};

template <>
struct Convert<char32_t> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a character"}); }
  static std::optional<char32_t> from(View v) {
    std::uint32_t c;
    return fermata_to_character(v.raw(), &c) ? std::optional(static_cast<char32_t>(c)) : std::nullopt;
  }
  static View to(fermata_interp* in, char32_t c) { return fermata_make_character(in, c); }
};
template <>
struct Convert<char> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"an ASCII character"}); }
  static std::optional<char> from(View v) {
    std::uint32_t c;
    return fermata_to_character(v.raw(), &c) && c < 128 ? std::optional(static_cast<char>(c)) : std::nullopt;
  }
  static View to(fermata_interp* in, char c) { return fermata_make_character(in, static_cast<unsigned char>(c)); }
};

// ---- text and bytes ----------------------------------------------------------------------------
template <>
struct Convert<std::string> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a string"}); }
  [[gnu::noinline]] static std::string text(View v) {
    char few[64];
    const std::size_t size = fermata_text(v.raw(), few, sizeof few);
    if (size <= sizeof few) return std::string(few, size);
    std::string all(size, '\0');
    fermata_text(v.raw(), all.data(), size);
    return all;
  }
  static std::optional<std::string> from(View v) { return v.is_string() ? std::optional(text(v)) : std::nullopt; }
  static View to(fermata_interp* in, std::string_view s) { return fermata_make_string(in, s.data(), s.size()); }
};
template <>
struct Convert<std::string_view> {
  static View to(fermata_interp* in, std::string_view s) { return fermata_make_string(in, s.data(), s.size()); }
};
template <>
struct Convert<const char*> : Convert<std::string_view> {};
template <std::size_t n>
struct Convert<char[n]> : Convert<std::string_view> {};

// A name: ("red" as a C++ string is a string; Symbol{"red"} is the symbol.)
struct Symbol {
  std::string name;
  bool operator==(const Symbol&) const = default;
  auto operator<=>(const Symbol&) const = default;
};
template <>
struct Convert<Symbol> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a symbol"}); }
  static std::optional<Symbol> from(View v) {
    return v.is_symbol() ? std::optional(Symbol{Convert<std::string>::text(v)}) : std::nullopt;
  }
  static View to(fermata_interp* in, const Symbol& s) { return fermata_make_symbol(in, s.name.data(), s.name.size()); }
};

template <class B>
  requires(std::is_same_v<B, std::uint8_t> || std::is_same_v<B, std::byte>)
struct Convert<std::vector<B>, void> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a bytevector"}); }
  static std::optional<std::vector<B>> from(View v) {
    std::size_t size = 0;
    const unsigned char* bytes = fermata_bytes(v.raw(), &size);
    if (bytes == nullptr && v.type() != FERMATA_BYTES) return std::nullopt;
    std::vector<B> all(size);
    if (size > 0) std::memcpy(all.data(), bytes, size);
    return all;
  }
  static View to(fermata_interp* in, const std::vector<B>& b) { return fermata_make_bytes(in, b.data(), b.size()); }
};

// ---- values themselves ---------------------------------------------------------------------------
template <>
struct Convert<View> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"any object"}); }
  static std::optional<View> from(View v) { return v; }
  static View to(fermata_interp*, View v) { return v; }
};
template <>
struct Convert<Value> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"any object"}); }
  static std::optional<Value> from(View v) { return v.root(); }
  static View to(fermata_interp*, const Value& v) { return v.view(); }
};
template <>
struct Convert<Datum> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"plain data"}); }
  static std::optional<Datum> from(View v) {
    Result<Datum> d = Datum::of(v);
    return d ? std::optional(std::move(*d)) : std::nullopt;
  }
  static View to(fermata_interp* in, const Datum& d) {
    return d.is_empty() ? fermata_make_unspecified(in) : fermata_make_datum(in, d.get());
  }
};
template <>
struct Convert<std::monostate> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"the unspecified value"}); }
  static std::optional<std::monostate> from(View v) {
    return v.is_unspecified() ? std::optional(std::monostate{}) : std::nullopt;
  }
  static View to(fermata_interp* in, std::monostate) { return fermata_make_unspecified(in); }
};

// ---- composed types --------------------------------------------------------------------------------
// #f is nothing.
template <class T>
struct Convert<std::optional<T>, void> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({Convert<T>::wanted(), " or #f"}); }
  static std::optional<std::optional<T>> from(View v) {
    if (!v.is_true()) return std::optional<T>();
    std::optional<T> inner = Convert<T>::from(v);
    if (!inner) return std::nullopt;
    return std::optional<std::optional<T>>(std::move(inner));
  }
  static View to(fermata_interp* in, const std::optional<T>& v) {
    return v ? make(in, *v) : View(fermata_make_boolean(in, 0));
  }
};

// A list or a vector; given back as a list.  Views stand on the stack only: a container of
// them would hide the values from the collector.
template <class T>
  requires(!std::is_same_v<T, std::uint8_t> && !std::is_same_v<T, std::byte>)
struct Convert<std::vector<T>, void> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a list, each element ", Convert<T>::wanted()}); }
  static std::optional<std::vector<T>> from(View v) {
    const std::int64_t length = v.length();
    if (length < 0) return std::nullopt;
    std::vector<T> all;
    all.reserve(static_cast<std::size_t>(length));
    const bool list = v.type() != FERMATA_VECTOR;
    for (std::int64_t i = 0; i < length; ++i) {
      std::optional<T> item = Convert<T>::from(list ? v.car() : v[static_cast<std::size_t>(i)]);
      if (!item) return std::nullopt;
      all.push_back(std::move(*item));
      if (list) v = v.cdr();
    }
    return all;
  }
  static View to(fermata_interp* in, const std::vector<T>& all) {
    View list = fermata_make_null(in);
    for (std::size_t i = all.size(); i > 0; --i) {
      const T& item = all[i - 1];
      const View made = make<T>(in, item);
      list = fermata_make_pair(in, made.raw(), list.raw());
    }
    return list;
  }
};

// An association list, in the map's order.
template <class M>
struct ConvertMap {
  using K = typename M::key_type;
  using T = typename M::mapped_type;
  [[gnu::cold]] static std::string wanted() {
    return detail::joined({"an association list, each key ", Convert<K>::wanted(), " and each value ",
                           Convert<T>::wanted()});
  }
  static std::optional<M> from(View v) {
    if (v.length() < 0 || v.type() == FERMATA_VECTOR) return std::nullopt;
    M all;
    for (; v.is_pair(); v = v.cdr()) {
      if (!v.car().is_pair()) return std::nullopt;
      std::optional<K> key = Convert<K>::from(v.car().car());
      std::optional<T> value = Convert<T>::from(v.car().cdr());
      if (!key || !value) return std::nullopt;
      all.emplace(std::move(*key), std::move(*value));
    }
    return all;
  }
  static View to(fermata_interp* in, const M& all) {
    View list = fermata_make_null(in);
    for (const auto& [k, t] : all) {
      const View key = make(in, k), value = make(in, t);
      const View entry = fermata_make_pair(in, key.raw(), value.raw());
      list = fermata_make_pair(in, entry.raw(), list.raw());
    }
    View ordered = fermata_make_null(in);  // it was put together from its end
    for (; list.is_pair(); list = list.cdr()) ordered = fermata_make_pair(in, list.car().raw(), ordered.raw());
    return ordered;
  }
};
// std::map, std::unordered_map and others like them.
template <class M>
  requires requires(M all) {
    typename M::mapped_type;
    all.emplace(std::declval<typename M::key_type>(), std::declval<typename M::mapped_type>());
  }
struct Convert<M, void> : ConvertMap<M> {};

template <class A, class B>
struct Convert<std::pair<A, B>, void> {
  [[gnu::cold]] static std::string wanted() {
    return detail::joined({"a pair of ", Convert<A>::wanted(), " and ", Convert<B>::wanted()});
  }
  static std::optional<std::pair<A, B>> from(View v) {
    if (!v.is_pair()) return std::nullopt;
    std::optional<A> a = Convert<A>::from(v.car());
    std::optional<B> b = Convert<B>::from(v.cdr());
    if (!a || !b) return std::nullopt;
    return std::pair<A, B>(std::move(*a), std::move(*b));
  }
  static View to(fermata_interp* in, const std::pair<A, B>& p) {
    const View a = make(in, p.first), b = make(in, p.second);
    return fermata_make_pair(in, a.raw(), b.raw());
  }
};

// A list of exactly these.
template <class... T>
struct Convert<std::tuple<T...>, void> {
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a list of ", std::to_string(sizeof...(T))}); }
  static std::optional<std::tuple<T...>> from(View v) {
    if (v.length() != static_cast<std::int64_t>(sizeof...(T)) || v.type() == FERMATA_VECTOR) return std::nullopt;
    std::tuple<std::optional<T>...> parts;
    const bool fine = std::apply(
        [&](auto&... part) { return (read(v, part) && ...); }, parts);
    if (!fine) return std::nullopt;
    return std::apply([](auto&... part) { return std::tuple<T...>(std::move(*part)...); }, parts);
  }
  static View to(fermata_interp* in, const std::tuple<T...>& all) {
    return std::apply(
        [&](const auto&... part) -> View {
          const std::array<fermata_view, sizeof...(T)> views{make(in, part).raw()...};
          return fermata_make_list(in, views.data(), views.size());
        },
        all);
  }

 private:
  template <class P>
  static bool read(View& v, std::optional<P>& part) {
    part = Convert<P>::from(v.car());
    v = v.cdr();
    return part.has_value();
  }
};

// The first alternative that fits.
template <class... T>
struct Convert<std::variant<T...>, void> {
  [[gnu::cold]] static std::string wanted() {
    std::string text;
    ((text = detail::joined({text, text.empty() ? "" : " or ", Convert<T>::wanted()})), ...);
    return text;
  }
  static std::optional<std::variant<T...>> from(View v) {
    std::optional<std::variant<T...>> found;
    static_cast<void>((attempt<T>(v, found) || ...));
    return found;
  }
  static View to(fermata_interp* in, const std::variant<T...>& value) {
    return std::visit([&](const auto& held) { return make(in, held); }, value);
  }

 private:
  template <class P>
  static bool attempt(View v, std::optional<std::variant<T...>>& found) {
    std::optional<P> p = Convert<P>::from(v);
    if (p) found.emplace(std::move(*p));
    return p.has_value();
  }
};

// Symbols, for an enum that says its names: specialise EnumNames.
//   template <> struct fermata::EnumNames<Colour> {
//     static constexpr std::pair<Colour, std::string_view> names[] = {{Colour::red, "red"}, ...};
//   };
// Any other is an integer.
template <class E>
struct EnumNames;
template <class E>
  requires std::is_enum_v<E>
struct Convert<E, void> {
  static constexpr bool kNamed = requires { EnumNames<E>::names; };
  using Number = std::underlying_type_t<E>;
  static std::string wanted() {
    if constexpr (kNamed) {
      std::string text = "one of";
      for (const auto& [value, name] : EnumNames<E>::names) text += " " + std::string(name);
      return text;
    } else {
      return Convert<Number>::wanted();
    }
  }
  static std::optional<E> from(View v) {
    if constexpr (kNamed) {
      if (!v.is_symbol()) return std::nullopt;
      const std::string text = Convert<std::string>::text(v);
      for (const auto& [value, name] : EnumNames<E>::names) {
        if (name == text) return value;
      }
      return std::nullopt;
    } else {
      const std::optional<Number> n = Convert<Number>::from(v);
      return n ? std::optional(static_cast<E>(*n)) : std::nullopt;
    }
  }
  static View to(fermata_interp* in, E e) {
    if constexpr (kNamed) {
      for (const auto& [value, name] : EnumNames<E>::names) {
        if (value == e) return fermata_make_symbol(in, name.data(), name.size());
      }
    }
    return make(in, static_cast<Number>(e));
  }
};

// Seconds, as everywhere in Scheme.
template <class Rep, class Period>
struct Convert<std::chrono::duration<Rep, Period>, void> {
  using D = std::chrono::duration<Rep, Period>;
  using Seconds = std::chrono::duration<double>;
  [[gnu::cold]] static std::string wanted() { return detail::joined({"a number of seconds"}); }
  static std::optional<D> from(View v) {
    const std::optional<double> s = Convert<double>::from(v);
    if (!s || !(*s >= Seconds(D::min()).count() && *s <= Seconds(D::max()).count())) return std::nullopt;
    if constexpr (std::is_floating_point_v<Rep>) return std::chrono::duration_cast<D>(Seconds(*s));
    else return std::chrono::round<D>(Seconds(*s));
  }
  static View to(fermata_interp* in, const D& d) { return fermata_make_double(in, Seconds(d).count()); }
};

// ---- as<T>() -----------------------------------------------------------------------------------------
namespace detail {
[[gnu::noinline, gnu::cold]] inline Error misfit(View got, const std::string& wanted) {
  const bool lives = got.interpreter() != nullptr;
  return Error(joined({"wanted ", wanted, ", got ", lives ? got.write() : std::string(got.type_name())}), Errc::type);
}
}  // namespace detail

template <class T>
Result<T> View::as() const {
  if constexpr (std::is_same_v<T, void>) {
    return {};
  } else {
    if (type() == FERMATA_NOTHING) return Error("the interpreter of this value is closed", Errc::closed);
    std::optional<T> found = Convert<T>::from(*this);
    if (found) return std::move(*found);
    return detail::misfit(*this, Convert<T>::wanted());
  }
}

}  // namespace fermata
