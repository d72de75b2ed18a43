// Characters: R7RS 6.6.
#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/char_data.hpp"
#include "scheme/order.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome is_character(Machine&, Value v) { return Value::boolean(v.is_char()); }

template <bool (*test)(char32_t)>
Outcome classify(Machine&, char32_t c) {
  return Value::boolean(test(c));
}

template <char32_t (*map)(char32_t)>
Outcome convert(Machine&, char32_t c) {
  return Value::character(map(c));
}

Outcome value_of_digit(Machine&, char32_t c) {
  const int value = digit_value(c);
  return value < 0 ? kFalse : Value::fixnum(value);
}

Outcome char_to_integer(Machine&, char32_t c) { return Value::fixnum(c); }

Outcome integer_to_char(Machine& m, Index n) {
  if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000))
    return m.wrong_type(1, "a Unicode scalar value",
                        Value::fixnum(static_cast<std::int64_t>(n.value)));
  return Value::character(static_cast<char32_t>(n.value));
}

enum class Case : std::uint8_t { matters, folded };

// Every argument is checked, also those after the first that is out of order.
template <Order order, Case letter_case>
Outcome compare(Machine& m, char32_t first, Args rest) {
  const auto key = [](char32_t c) { return letter_case == Case::folded ? foldcase(c) : c; };
  bool all = true;
  char32_t last = key(first);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!rest[i].is_char()) return m.wrong_type(i + 2, "a character", rest[i]);
    const char32_t next = key(rest[i].character());
    all = all && in_order(order, last, next);
    last = next;
  }
  return Value::boolean(all);
}

constexpr Builtin kChars[] = {
    builtin<is_character>("(char? obj)", "Whether obj is a character."),
    builtin<compare<Order::equal, Case::matters>>("(char=? char1 char2 ...)",
                                                  "Whether the characters are all the same."),
    builtin<compare<Order::less, Case::matters>>("(char<? char1 char2 ...)",
                                                 "Whether the code points increase."),
    builtin<compare<Order::greater, Case::matters>>("(char>? char1 char2 ...)",
                                                    "Whether the code points decrease."),
    builtin<compare<Order::less_equal, Case::matters>>("(char<=? char1 char2 ...)",
                                                       "Whether the code points never decrease."),
    builtin<compare<Order::greater_equal, Case::matters>>(
        "(char>=? char1 char2 ...)", "Whether the code points never increase."),
    builtin<compare<Order::equal, Case::folded>>(
        "(char-ci=? char1 char2 ...)", "Like char=?, after char-foldcase of each."),
    builtin<compare<Order::less, Case::folded>>(
        "(char-ci<? char1 char2 ...)", "Like char<?, after char-foldcase of each."),
    builtin<compare<Order::greater, Case::folded>>(
        "(char-ci>? char1 char2 ...)", "Like char>?, after char-foldcase of each."),
    builtin<compare<Order::less_equal, Case::folded>>(
        "(char-ci<=? char1 char2 ...)", "Like char<=?, after char-foldcase of each."),
    builtin<compare<Order::greater_equal, Case::folded>>(
        "(char-ci>=? char1 char2 ...)", "Like char>=?, after char-foldcase of each."),
    builtin<classify<is_alphabetic>>("(char-alphabetic? char)",
                                     "Whether char has the Unicode property Alphabetic."),
    builtin<classify<is_numeric>>("(char-numeric? char)",
                                  "Whether char is a decimal digit of any script."),
    builtin<classify<is_whitespace>>("(char-whitespace? char)",
                                     "Whether char has the Unicode property White_Space."),
    builtin<classify<is_uppercase>>("(char-upper-case? char)",
                                    "Whether char has the Unicode property Uppercase."),
    builtin<classify<is_lowercase>>("(char-lower-case? char)",
                                    "Whether char has the Unicode property Lowercase."),
    builtin<value_of_digit>("(digit-value char)",
                            "The value 0 to 9 of a decimal digit of any script, or #f."),
    builtin<char_to_integer>("(char->integer char)", "The code point of char."),
    builtin<integer_to_char>("(integer->char n)", "The character with code point n."),
    builtin<convert<upcase>>("(char-upcase char)", "The single upper-case character, or char."),
    builtin<convert<downcase>>("(char-downcase char)", "The single lower-case character, or char."),
    builtin<convert<foldcase>>("(char-foldcase char)", "The simple case folding of char."),
};

}  // namespace

std::span<const Builtin> char_builtins() { return kChars; }

}  // namespace fermata::scheme
