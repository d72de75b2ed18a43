// The insides of tokens: escapes, character names, what a symbol may look like.
// Reader and printer share these rules, so that what is written reads back.
#include <utf8proc.h>

#include <cstdio>

#include "scheme/lexer.hpp"
#include "scheme/number_text.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

struct NamedCharacter {
  const char* name;
  char32_t character;
};

// R7RS 6.6 first: the printer takes the first name that fits.  The rest are R6RS's.
constexpr NamedCharacter kNames[] = {
    {"alarm", 7},     {"backspace", 8}, {"delete", 127}, {"escape", 27}, {"newline", 10},
    {"null", 0},      {"return", 13},   {"space", ' '},  {"tab", 9},     {"nul", 0},
    {"linefeed", 10}, {"vtab", 11},     {"page", 12},    {"esc", 27},    {"rubout", 127},
};

[[noreturn]] void fail(vm::SourceText* source, std::uint64_t start, std::uint64_t end,
                       std::string message, std::string hint = {}) {
  throw SyntaxError({source, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)},
                    std::move(message), std::move(hint));
}

// The scalar value that hexadecimal digits denote; nothing when they denote none.
std::optional<char32_t> scalar_value(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint32_t n = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    n = n * 16 + static_cast<std::uint32_t>(digit);
    if (n > 0x10ffff) return std::nullopt;
  }
  if (n >= 0xd800 && n < 0xe000) return std::nullopt;
  return n;
}

bool is_intraline_blank(char c) { return c == ' ' || c == '\t'; }

// Skips one line ending at text[i]; false when there is none.
bool skip_line_end(std::string_view text, std::size_t& i) {
  if (i == text.size() || (text[i] != '\n' && text[i] != '\r')) return false;
  if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
  ++i;
  return true;
}

// One escape; i stands behind the backslash.
void unescape_one(std::string& out, std::string_view text, std::size_t& i, std::uint64_t start,
                  vm::SourceText* source) {
  const std::size_t backslash = i - 1;
  const char c = text[i++];
  switch (c) {
    case 'a':
      out += '\a';
      return;
    case 'b':
      out += '\b';
      return;
    case 't':
      out += '\t';
      return;
    case 'n':
      out += '\n';
      return;
    case 'r':
      out += '\r';
      return;
    case '"':
    case '\\':
    case '|':
      out += c;
      return;
    case 'x':
    case 'X': {
      const std::size_t end = text.find(';', i);
      const auto value = end == text.npos ? std::nullopt : scalar_value(text.substr(i, end - i));
      if (!value) {
        const std::size_t to = end == text.npos ? i : end + 1;
        fail(source, start + backslash, start + to, "bad \\x escape",
             "write the code point in hexadecimal and a semicolon, as in \\x3bb;");
      }
      vm::append_utf8(out, *value);
      i = end + 1;
      return;
    }
    default:
      break;
  }
  // Blanks, a line ending, blanks: all of it vanishes.
  std::size_t j = i - 1;
  while (j < text.size() && is_intraline_blank(text[j])) ++j;
  if (!skip_line_end(text, j)) {
    std::size_t end = i;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    fail(source, start + backslash, start + end,
         "unknown escape " + std::string(text.substr(backslash, end - backslash)),
         "the escapes are \\a \\b \\t \\n \\r \\\" \\\\ \\| \\xHHHH; and a backslash at the end of "
         "a line");
  }
  while (j < text.size() && is_intraline_blank(text[j])) ++j;
  i = j;
}

// R7RS <initial>; letters beyond ASCII are those that show themselves.
bool is_initial(char32_t c) {
  if (c >= 0x80) return is_graphic(c);
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return c != 0 &&
         std::string_view("!$%&*/:<=>?^_~").find(static_cast<char>(c)) != std::string_view::npos;
}

// What no reader of a program could see.  The joiners are letters of some scripts.
bool is_invisible(char32_t c) {
  if (c == 0x200c || c == 0x200d) return false;
  if (c < 0x80) return c < 0x20 || c == 0x7f;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

bool is_subsequent(char32_t c) {
  return is_initial(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == '@';
}

}  // namespace

std::string unescape(std::string_view text, std::uint64_t start, vm::SourceText* source) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t plain = text.find_first_of("\\\r", i);
    out.append(text.substr(i, plain - i));
    if (plain == text.npos) break;
    i = plain;
    if (text[i] == '\\') {
      ++i;
      unescape_one(out, text, i, start, source);
    } else {
      skip_line_end(text, i);
      out += '\n';
    }
  }
  return out;
}

char32_t character_from(std::string_view text, bool fold, std::uint64_t start,
                        vm::SourceText* source) {
  std::size_t at = 0;
  const char32_t first = vm::decode_utf8(text, at);
  if (at == text.size()) return first;
  if (first == 'x' || first == 'X') {
    if (const auto c = scalar_value(text.substr(1))) return *c;
  }
  const std::string name = fold ? ascii_lower(text) : std::string(text);
  for (const auto& row : kNames) {
    if (name == row.name) return row.character;
  }
  fail(source, start, start + 2 + text.size(), "unknown character name #\\" + std::string(text),
       "the names are alarm backspace delete escape newline null return space tab, and #\\x41");
}

const char* character_name(char32_t c) {
  for (const auto& row : kNames) {
    if (row.character == c) return row.name;
  }
  return nullptr;
}

bool is_graphic(char32_t c) {
  if (c < 0x80) return c >= 0x20 && c != 0x7f;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
  }
  return out;
}

std::optional<bool> boolean_named(std::string_view text) {
  const std::string name = ascii_lower(text.substr(0, 7));
  if (name == "#t" || name == "#true") return true;
  if (name == "#f" || name == "#false") return false;
  return std::nullopt;
}

void check_symbol(std::string_view text, std::uint64_t start, vm::SourceText* source) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t from = i;
    const char32_t c = vm::decode_utf8(text, i);
    if (c == '\\') {
      fail(source, start + from, start + i, "a backslash inside a symbol",
           "write the symbol between bars, as in |a\\x20;b|");
    }
    if (is_invisible(c)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(c));
      fail(source, start + from, start + i,
           std::string("an invisible character, ") + name + ", inside a symbol",
           "remove it, or write the symbol between bars");
    }
  }
}

namespace {

// 1+ and 2d-vector: no identifiers of R7RS, but read as symbols everywhere, for no number ends
// in a sign, nor has it such letters.
bool is_plain_after_digits(std::string_view name) {
  const std::size_t end = std::min(name.find_first_not_of("0123456789"), name.size());
  if (end + 1 == name.size() && (name[end] == '+' || name[end] == '-')) return true;
  return name.find_first_not_of("0123456789+-./@eEiInNfFaA") != name.npos;
}

}  // namespace

bool needs_bars(vm::Machine& m, std::string_view name) {
  if (name.empty()) return true;
  std::size_t at = 0;
  const char32_t first = vm::decode_utf8(name, at);
  const bool peculiar = first == '+' || first == '-' || first == '.';
  const bool digit = first >= '0' && first <= '9';
  if (!peculiar && !digit && !is_initial(first)) return true;
  while (at < name.size()) {
    if (!is_subsequent(vm::decode_utf8(name, at))) return true;
  }
  if (digit) return !is_plain_after_digits(name) || parse_number(m, name).has_value();
  if (!peculiar) return false;
  // R7RS <peculiar identifier>: no digit where a number would have its first one.
  std::size_t i = first == '.' ? 0 : 1;
  if (i < name.size() && name[i] == '.') {
    ++i;
    if (i == name.size()) return true;
  }
  if (i < name.size() && name[i] >= '0' && name[i] <= '9')  // -1+ is a symbol like 1+
    return first == '.' || !is_plain_after_digits(name.substr(1)) || parse_number(m, name);
  return first != '.' && parse_number(m, name).has_value();
}

}  // namespace fermata::scheme
