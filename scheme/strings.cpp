// Strings: R7RS 6.7, and searching, joining and trimming that need no procedure argument.
//
// Literals are immutable and say so.  Every result is a new string unless the name ends
// in an exclamation mark.  string-map and its kin are in lib/fermata/string.sld.
#include "vm/string.hpp"

#include <algorithm>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/char_data.hpp"
#include "scheme/lists.hpp"
#include "scheme/long_append.hpp"
#include "scheme/order.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kWidest = 4;  // bytes a character, for memory checks

Value string_value(String& s) { return value_of(&s); }
Value index_value(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }

Outcome is_string(Machine&, Value v) { return Value::boolean(is<String>(v)); }

Outcome make_string_of(Machine& m, Index k, std::optional<char32_t> fill) {
  const char32_t c = fill.value_or(U' ');
  if (auto problem = check_memory(m, k, static_cast<std::size_t>(width_of(c)))) return *problem;
  return string_value(make_string(m.heap, k, c));
}

Outcome string_of(Machine& m, Args chars) {
  StringBuilder out(m.heap);
  for (std::size_t i = 0; i < chars.size(); ++i) {
    if (!chars[i].is_char()) return m.wrong_type(i + 1, "a character", chars[i]);
    out.push(chars[i].character());
  }
  return string_value(out.finish());
}

Outcome length(Machine&, String& s) { return index_value(s.length); }

Outcome ref(Machine& m, String& s, Index k) {
  if (auto problem = check_index(m, s.length, 2, k)) return *problem;
  return Value::character(string_ref(s, k));
}

Outcome set(Machine& m, String& s, Index k, char32_t c) {
  if (auto problem = check_mutable(m, s)) return *problem;
  if (auto problem = check_index(m, s.length, 2, k)) return *problem;
  string_set(m.heap, s, k, c);
  return kUnspecified;
}

// ---- comparing ---------------------------------------------------------------

enum class Case : std::uint8_t { matters, folded };

// Every argument is checked, also those after the first that is out of order.
template <Order order, Case letter_case>
Outcome compare(Machine& m, String& first, Args rest) {
  const auto key = [&](String& s) {
    m.charge(s.length / 16);
    return letter_case == Case::folded ? &foldcase(m.heap, s) : &s;
  };
  bool all = true;
  String* last = key(first);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    auto* next = cast<String>(rest[i]);
    if (next == nullptr) return m.wrong_type(i + 2, "a string", rest[i]);
    if (!all) continue;
    next = key(*next);
    all = order == Order::equal ? string_equal(*last, *next)
                                : in_order(order, string_compare(*last, *next), 0);
    last = next;
  }
  return Value::boolean(all);
}

// ---- parts and wholes ----------------------------------------------------------

Outcome part(Machine& m, String& s, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), kWidest)) return *problem;
  if (r.size() >= kLongResult)  // it is widened when a wider piece comes
    return copy_in_pieces(m, string_value(make_string_uninitialized(m.heap, r.size(), 1)), string_value(s), r.start);
  return string_value(substring(m.heap, s, r.start, r.end));
}

Outcome substring_of(Machine& m, String& s, Index start, std::optional<Index> end) {
  return part(m, s, start, end);
}

Outcome append(Machine& m, Args strings) {
  std::size_t total = 0;
  int width = 1;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    auto* s = cast<String>(strings[i]);
    if (s == nullptr) return m.wrong_type(i + 1, "a string", strings[i]);
    total += s->length;
    width = std::max(width, s->width());
  }
  if (total >= kLongResult && m.heap.can_allocate(total * kWidest))
    return append_in_pieces(m, string_value(make_string_uninitialized(m.heap, total, width)), strings);
  if (auto problem = check_memory(m, total, kWidest)) return *problem;
  return string_value(string_append(m.heap, strings.data, strings.size()));
}

Outcome to_list(Machine& m, String& s, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), sizeof(Pair))) return *problem;
  Value list = kNull;
  for (std::size_t i = r.end; i-- > r.start;)
    list = m.heap.cons(Value::character(string_ref(s, i)), list);
  return list;
}

Outcome from_list(Machine& m, Value list) {
  const std::int64_t n = list_length(list);
  if (n < 0) return m.wrong_type(1, "a proper list of characters", list);
  if (auto problem = check_memory(m, static_cast<std::size_t>(n), kWidest)) return *problem;
  StringBuilder out(m.heap);
  for (Value at = list; at.is_pair(); at = at.pair()->cdr) {
    const Value c = at.pair()->car;
    if (!c.is_char()) return m.wrong_type(1, "a list of characters", list);
    out.push(c.character());
  }
  return string_value(out.finish());
}

Outcome to_vector(Machine& m, String& s, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), sizeof(Value))) return *problem;
  Vector& v = m.heap.make_vector(r.size(), kUnspecified);
  for (std::size_t i = r.start; i < r.end; ++i)
    v.slots()[i - r.start] = Value::character(string_ref(s, i));
  return value_of(&v);
}

Outcome from_vector(Machine& m, Vector& v, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, v.length(), 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), kWidest)) return *problem;
  StringBuilder out(m.heap);
  for (std::size_t i = r.start; i < r.end; ++i) {
    if (!v.slots()[i].is_char()) return m.wrong_type(1, "a vector of characters", value_of(&v));
    out.push(v.slots()[i].character());
  }
  return string_value(out.finish());
}

Outcome copy_into(Machine& m, String& to, Index at, String& from, std::optional<Index> start,
                  std::optional<Index> end) {
  if (auto problem = check_mutable(m, to)) return *problem;
  Range r;
  if (auto problem = check_range(m, from.length, 4, start, end, r)) return *problem;
  if (at > to.length)
    return m.out_of_range(2, "an index of at most " + std::to_string(to.length), index_value(at));
  if (r.size() > to.length - at)
    return m.out_of_range(2, "an index that leaves room for " + std::to_string(r.size()) +
                                 " characters", index_value(at));
  if (auto problem = check_memory(m, r.size(), kWidest)) return *problem;
  string_copy(m.heap, to, at, from, r.start, r.end);
  return kUnspecified;
}

Outcome fill(Machine& m, String& s, char32_t c, std::optional<Index> start,
             std::optional<Index> end) {
  if (auto problem = check_mutable(m, s)) return *problem;
  Range r;
  if (auto problem = check_range(m, s.length, 3, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  string_fill(m.heap, s, c, r.start, r.end);
  return kUnspecified;
}

template <String& (*map)(Heap&, const String&)>
Outcome convert(Machine& m, String& s) {
  if (auto problem = check_memory(m, s.length, kWidest)) return *problem;
  m.charge(s.length / 4);
  return string_value(map(m.heap, s));
}

// ---- searching -----------------------------------------------------------------

bool matches_at(const String& pattern, const String& text, std::size_t at) {
  for (std::size_t i = 0; i < pattern.length; ++i)
    if (string_ref(pattern, i) != string_ref(text, at + i)) return false;
  return true;
}

// Finds a pattern in one pass over the text (Knuth, Morris, Pratt), so that no text makes
// the search slower than the sum of both lengths.  It is fed the text character by character,
// in either direction; the pattern is read in the same direction.
class Matcher {
 public:
  enum class Direction : std::uint8_t { forward, backward };
  // Requires: the pattern is not empty.
  Matcher(Heap& heap, const String& pattern, Direction direction)
      : pattern_(pattern),
        direction_(direction),
        border_(static_cast<std::uint32_t*>(heap.atomic(pattern.length * sizeof(std::uint32_t)))) {
    border_[0] = 0;
    for (std::size_t i = 1, k = 0; i < pattern.length; ++i) {
      k = extend(k, at(i));
      border_[i] = static_cast<std::uint32_t>(k);
    }
  }
  // Whether a place of the pattern ends with c; the search then begins anew behind it.
  bool feed(char32_t c) {
    matched_ = extend(matched_, c);
    if (matched_ < pattern_.length) return false;
    matched_ = 0;
    return true;
  }

 private:
  char32_t at(std::size_t i) const {
    return string_ref(pattern_, direction_ == Direction::forward ? i : pattern_.length - 1 - i);
  }
  // The longest start of the pattern that ends with c, after one of length k.
  std::size_t extend(std::size_t k, char32_t c) const {
    while (k > 0 && at(k) != c) k = border_[k - 1];
    return at(k) == c ? k + 1 : k;
  }
  const String& pattern_;
  Direction direction_;
  std::uint32_t* border_;  // of each start of the pattern, the length of its longest border
  std::size_t matched_ = 0;
};

std::optional<std::size_t> find_forward(Heap& heap, const String& pattern, const String& text,
                                        std::size_t start) {
  if (pattern.length > text.length - start) return std::nullopt;
  if (pattern.length == 0) return start;
  Matcher matcher(heap, pattern, Matcher::Direction::forward);
  for (std::size_t i = start; i < text.length; ++i)
    if (matcher.feed(string_ref(text, i))) return i + 1 - pattern.length;
  return std::nullopt;
}

Outcome found(std::optional<std::size_t> at) { return at ? index_value(*at) : kFalse; }

Outcome contains(Machine& m, String& text, String& pattern, std::optional<Index> start) {
  Range r;
  if (auto problem = check_range(m, text.length, 3, start, std::nullopt, r)) return *problem;
  if (auto problem = check_memory(m, pattern.length, sizeof(std::uint32_t))) return *problem;
  m.charge((text.length - r.start) / 8);
  return found(find_forward(m.heap, pattern, text, r.start));
}

Outcome search_forward(Machine& m, String& pattern, String& text, std::optional<Index> start) {
  Range r;
  if (auto problem = check_range(m, text.length, 3, start, std::nullopt, r)) return *problem;
  if (auto problem = check_memory(m, pattern.length, sizeof(std::uint32_t))) return *problem;
  m.charge((text.length - r.start) / 8);
  return found(find_forward(m.heap, pattern, text, r.start));
}

Outcome search_backward(Machine& m, String& pattern, String& text, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, text.length, 2, std::nullopt, end, r)) return *problem;
  if (auto problem = check_memory(m, pattern.length, sizeof(std::uint32_t))) return *problem;
  if (pattern.length > r.end) return kFalse;
  if (pattern.length == 0) return index_value(r.end);
  m.charge(r.end / 8);
  Matcher matcher(m.heap, pattern, Matcher::Direction::backward);
  for (std::size_t i = r.end; i-- > 0;)
    if (matcher.feed(string_ref(text, i))) return index_value(i + pattern.length);
  return kFalse;
}

Outcome find_char(Machine& m, String& s, char32_t c, std::optional<Index> start,
                  std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 3, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  for (std::size_t i = r.start; i < r.end; ++i)
    if (string_ref(s, i) == c) return index_value(i);
  return kFalse;
}

Outcome find_char_right(Machine& m, String& s, char32_t c, std::optional<Index> start,
                        std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 3, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  for (std::size_t i = r.end; i-- > r.start;)
    if (string_ref(s, i) == c) return index_value(i);
  return kFalse;
}

Outcome has_prefix(Machine& m, String& prefix, String& s) {
  m.charge(prefix.length / 16);
  return Value::boolean(prefix.length <= s.length && matches_at(prefix, s, 0));
}

Outcome has_suffix(Machine& m, String& suffix, String& s) {
  m.charge(suffix.length / 16);
  return Value::boolean(suffix.length <= s.length &&
                        matches_at(suffix, s, s.length - suffix.length));
}

Outcome is_empty(Machine&, String& s) { return Value::boolean(s.length == 0); }

// ---- joining, splitting, trimming, reversing -------------------------------------

enum class Grammar : std::uint8_t { infix, strict_infix, prefix, suffix };

std::optional<Grammar> grammar_named(Machine& m, Value symbol) {
  if (symbol == m.symbols.intern("infix")) return Grammar::infix;
  if (symbol == m.symbols.intern("strict-infix")) return Grammar::strict_infix;
  if (symbol == m.symbols.intern("prefix")) return Grammar::prefix;
  if (symbol == m.symbols.intern("suffix")) return Grammar::suffix;
  return std::nullopt;
}

Outcome join(Machine& m, Value strings, std::optional<String*> delimiter,
             std::optional<Symbol*> grammar_name) {
  auto grammar = Grammar::infix;
  if (grammar_name) {
    const auto named = grammar_named(m, value_of(*grammar_name));
    if (!named)
      return m.out_of_range(3, "infix, strict-infix, prefix or suffix", value_of(*grammar_name));
    grammar = *named;
  }
  const String& between = delimiter ? **delimiter : make_string(m.heap, " ");
  if (list_length(strings) < 0) return m.wrong_type(1, "a proper list of strings", strings);
  if (strings == kNull && grammar == Grammar::strict_infix)
    return m.out_of_range(1, "a list with at least one string", strings);
  std::size_t total = 0;
  for (Value at = strings; at.is_pair(); at = at.pair()->cdr) {
    auto* s = cast<String>(at.pair()->car);
    if (s == nullptr) return m.wrong_type(1, "a list of strings", strings);
    total += s->length + between.length;
  }
  if (auto problem = check_memory(m, total, kWidest)) return *problem;
  StringBuilder out(m.heap);
  for (Value at = strings; at.is_pair(); at = at.pair()->cdr) {
    const bool inner = grammar == Grammar::infix || grammar == Grammar::strict_infix;
    if (grammar == Grammar::prefix || (inner && at != strings))
      out.push(between, 0, between.length);
    const String& s = as<String>(at.pair()->car);
    out.push(s, 0, s.length);
    if (grammar == Grammar::suffix) out.push(between, 0, between.length);
  }
  return string_value(out.finish());
}

// Pieces between the delimiters; an empty text has none, an empty delimiter cuts everywhere.
Outcome split(Machine& m, String& text, Value delimiter) {
  String* by = cast<String>(delimiter);
  if (delimiter.is_char()) by = &make_string(m.heap, 1, delimiter.character());
  if (by == nullptr) return m.wrong_type(2, "a character or a string", delimiter);
  if (auto problem = check_memory(m, text.length, kWidest)) return *problem;
  if (text.length == 0) return kNull;
  ListBuilder pieces(m.heap);
  if (by->length == 0) {
    for (std::size_t i = 0; i < text.length; ++i)
      pieces.push(string_value(substring(m.heap, text, i, i + 1)));
    return pieces.finish();
  }
  Matcher matcher(m.heap, *by, Matcher::Direction::forward);
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.length; ++i) {
    if (!matcher.feed(string_ref(text, i))) continue;
    pieces.push(string_value(substring(m.heap, text, start, i + 1 - by->length)));
    start = i + 1;
  }
  pieces.push(string_value(substring(m.heap, text, start, text.length)));
  return pieces.finish();
}

enum Side : std::uint8_t { left = 1, right = 2 };

template <int sides>
Outcome trim(Machine& m, String& s) {
  std::size_t start = 0, end = s.length;
  if (sides & left)
    while (start < end && is_whitespace(string_ref(s, start))) ++start;
  if (sides & right)
    while (start < end && is_whitespace(string_ref(s, end - 1))) --end;
  if (auto problem = check_memory(m, end - start, kWidest)) return *problem;
  return string_value(substring(m.heap, s, start, end));
}

Outcome reverse(Machine& m, String& s) {
  if (auto problem = check_memory(m, s.length, kWidest)) return *problem;
  String& r = make_string_uninitialized(m.heap, s.length, s.width());
  for (std::size_t i = 0; i < s.length; ++i)
    string_set(m.heap, r, i, string_ref(s, s.length - 1 - i));
  return string_value(r);
}

// To at least n characters, on the left or the right; longer strings lose characters there.
template <Side side>
Outcome pad(Machine& m, String& s, Index n, std::optional<char32_t> with) {
  if (auto problem = check_memory(m, n, kWidest)) return *problem;
  const std::size_t kept = std::min<std::size_t>(n, s.length);
  const std::size_t from = side == left ? s.length - kept : 0;
  String& r = make_string(m.heap, n, with.value_or(U' '));
  string_copy(m.heap, r, side == left ? n - kept : 0, s, from, from + kept);
  return string_value(r);
}

constexpr Builtin kStrings[] = {
    builtin<is_string>("(string? obj)", "Whether obj is a string."),
    builtin<make_string_of>("(make-string k [char])", "A new string of k characters."),
    builtin<string_of>("(string char ...)", "A new string of the characters."),
    builtin<length>("(string-length string)", "The number of characters."),
    builtin<ref>("(string-ref string k)", "Character k of the string, counted from 0."),
    builtin<set>("(string-set! string k char)", "Makes char character k of the string."),
    builtin<compare<Order::equal, Case::matters>>("(string=? string1 string2 ...)",
                                                  "Whether the strings are all the same text."),
    builtin<compare<Order::less, Case::matters>>(
        "(string<? string1 string2 ...)", "Whether the strings increase, by code points."),
    builtin<compare<Order::greater, Case::matters>>(
        "(string>? string1 string2 ...)", "Whether the strings decrease, by code points."),
    builtin<compare<Order::less_equal, Case::matters>>(
        "(string<=? string1 string2 ...)", "Whether the strings never decrease."),
    builtin<compare<Order::greater_equal, Case::matters>>(
        "(string>=? string1 string2 ...)", "Whether the strings never increase."),
    builtin<compare<Order::equal, Case::folded>>(
        "(string-ci=? string1 string2 ...)", "Like string=?, after string-foldcase of each."),
    builtin<compare<Order::less, Case::folded>>(
        "(string-ci<? string1 string2 ...)", "Like string<?, after string-foldcase of each."),
    builtin<compare<Order::greater, Case::folded>>(
        "(string-ci>? string1 string2 ...)", "Like string>?, after string-foldcase of each."),
    builtin<compare<Order::less_equal, Case::folded>>(
        "(string-ci<=? string1 string2 ...)", "Like string<=?, after string-foldcase of each."),
    builtin<compare<Order::greater_equal, Case::folded>>(
        "(string-ci>=? string1 string2 ...)", "Like string>=?, after string-foldcase of each."),
    builtin<convert<upcase>>("(string-upcase string)",
                             "The string in upper case; it may become longer (ß gives SS)."),
    builtin<convert<downcase>>("(string-downcase string)",
                               "The string in lower case, with the final form of sigma."),
    builtin<convert<foldcase>>("(string-foldcase string)",
                               "The full case folding, for comparing without regard to case."),
    builtin<substring_of>("(substring string start [end])",
                          "A new string of the characters from start up to end."),
    builtin<append>("(string-append string ...)", "Joins the strings into a new one."),
    builtin<to_list>("(string->list string [start [end]])", "A list of the characters."),
    builtin<from_list>("(list->string list)", "A new string of the characters in list."),
    builtin<to_vector>("(string->vector string [start [end]])", "A vector of the characters."),
    builtin<from_vector>("(vector->string vector [start [end]])",
                         "A new string of the characters in vector."),
    builtin<part>("(string-copy string [start [end]])",
                  "A new string of the characters from start up to end."),
    builtin<copy_into>("(string-copy! to at from [start [end]])",
                       "Copies characters of from into to, beginning at at; overlap is fine."),
    builtin<fill>("(string-fill! string fill [start [end]])",
                  "Makes every character from start up to end the character fill."),

    // Beyond R7RS: exported by (fermata string).
    builtin<is_empty>("(string-null? string)", "Whether the string has no characters."),
    builtin<has_prefix>("(string-prefix? prefix string)", "Whether string begins with prefix."),
    builtin<has_suffix>("(string-suffix? suffix string)", "Whether string ends with suffix."),
    builtin<contains>("(string-contains string pattern [start])",
                      "The index of the first place of pattern in string, or #f."),
    builtin<search_forward>("(string-search-forward pattern string [start])",
                            "The index of the first place of pattern at or after start, or #f."),
    builtin<search_backward>(
        "(string-search-backward pattern string [end])",
        "The index after the last place of pattern that lies before end, or #f."),
    builtin<find_char>("(%string-index string char [start [end]])",
                       "The index of the first char in string, or #f."),
    builtin<find_char_right>("(%string-index-right string char [start [end]])",
                             "The index of the last char in string, or #f."),
    builtin<join>("(string-join strings [delimiter [grammar]])",
                  "Joins a list of strings with the delimiter (a blank) between them; grammar is "
                  "infix, strict-infix, prefix or suffix."),
    builtin<split>("(string-split string delimiter)",
                   "The list of pieces between the delimiters, a character or a string."),
    builtin<trim<left | right>>("(%string-trim-both string)",
                                "The string without white space at its ends."),
    builtin<trim<left>>("(%string-trim string)", "The string without white space at its start."),
    builtin<trim<right>>("(%string-trim-right string)",
                         "The string without white space at its end."),
    builtin<reverse>("(string-reverse string)", "The characters in the opposite order."),
    builtin<pad<left>>("(string-pad string n [char])",
                       "The last n characters, filled up on the left."),
    builtin<pad<right>>("(string-pad-right string n [char])",
                        "The first n characters, filled up on the right."),
};

}  // namespace

std::span<const Builtin> string_builtins() { return kStrings; }

}  // namespace fermata::scheme
