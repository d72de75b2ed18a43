// The text of objects that have no parts to print: numbers, strings, characters, symbols,
// and the #<...> forms of what cannot be read back.
#include "scheme/print_atom.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <charconv>

#include "scheme/lexer.hpp"
#include "scheme/number_text.hpp"
#include "scheme/numeric_vectors.hpp"
#include "scheme/ports.hpp"
#include "scheme/tables.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

void print_hex(std::string& out, char32_t c) {
  char digits[8];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, static_cast<std::uint32_t>(c), 16).ptr;
  out.append(digits, end);
}

// Inside a string or a |symbol|; `quote` is what ends it.
void print_escaped(std::string& out, char32_t c, char quote) {
  switch (c) {
    case '\a':
      out += "\\a";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      break;
  }
  if (c == static_cast<char32_t>(quote)) {
    out += '\\';
    out += quote;
  } else if (is_graphic(c)) {
    append_utf8(out, c);
  } else {
    out += "\\x";
    print_hex(out, c);
    out += ';';
  }
}

bool is_combining(char32_t c) {
  if (c < 0x300) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
         category == UTF8PROC_CATEGORY_MC;
}

void print_character(std::string& out, char32_t c) {
  out += "#\\";
  if (const char* name = character_name(c)) {
    out += name;
  } else if (is_graphic(c) && !is_combining(c)) {
    append_utf8(out, c);
  } else {
    out += 'x';
    print_hex(out, c);
  }
}

void print_number(Machine& m, std::string& out, Value v, std::size_t limit) {
  if (v.is_fixnum()) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, v.fixnum()).ptr);
    return;
  }
  if (const auto* big = cast<Bignum>(v); big && big->count() > limit) {
    // Conversion takes more than linear time; nobody wants to wait for a message.
    out += "#<exact integer of about " + std::to_string(big->count() * 64) + " bits>";
    return;
  }
  out += number_to_text(m, v);
}

void print_numeric_vector(Machine& m, std::string& out, const NumericView& view,
                          std::size_t limit) {
  out += '#';
  out += element_name(view.element);
  out += '(';
  for (std::size_t i = 0; i < view.length && i < limit; ++i) {
    if (i) out += ' ';
    print_number(m, out, load_element(m.heap, view, i), limit);
  }
  out += ')';
}

void print_procedure(Machine& m, std::string& out, Value v) {
  if (is<Continuation>(v))
    out += "#<continuation";
  else if (is<Parameter>(v))
    out += "#<parameter";
  else
    out += "#<procedure";
  const std::string name = m.procedure_name(v);
  if (!name.empty()) out += ' ' + name;
  out += '>';
}

void print_port(std::string& out, const Port& p) {
  out += p.is_open() ? "#<" : "#<closed ";
  out += p.is_textual() ? "textual " : "binary ";
  out += p.is_input() ? "input port" : "output port";
  if (const auto* name = cast<String>(p.name)) {
    out += ' ';
    print_string(out, *name, Quoting::written, name->length);
  }
  out += '>';
}

// "#<end-of-file-object>" would be the general form; these have shorter names.
const char* constant_text(Value v) {
  if (v == kTrue) return "#t";
  if (v == kFalse) return "#f";
  if (v == kNull) return "()";
  if (v == kEof) return "#<eof>";
  if (v == kUnspecified) return "#<unspecified>";
  if (v == kDefault) return "#<default>";
  if (v == kUnbound) return "#<unbound>";
  return nullptr;
}

std::string hyphenated(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '-');
  return text;
}

void print_type_name(Machine& m, std::string& out, const RecordType& type) {
  if (const auto* name = cast<Symbol>(type.name)) print_symbol(m, out, *name, Quoting::displayed);
}

}  // namespace

void print_string(std::string& out, const String& s, Quoting quoting, std::size_t limit) {
  const std::size_t n = std::min<std::size_t>(s.length, limit);
  if (quoting == Quoting::displayed) {
    for (std::size_t i = 0; i < n; ++i) append_utf8(out, string_ref(s, i));
    return;
  }
  out += '"';
  for (std::size_t i = 0; i < n; ++i) {
    const char32_t c = string_ref(s, i);
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
      out += static_cast<char>(c);
    else
      print_escaped(out, c, '"');
  }
  if (n == s.length) out += '"';
}

void print_symbol(Machine& m, std::string& out, const Symbol& s, Quoting quoting) {
  const String& name = as<String>(s.name);
  const std::string text = to_utf8(name);
  if (quoting == Quoting::displayed || !needs_bars(m, text)) {
    out += text;
    return;
  }
  out += '|';
  for (std::size_t i = 0; i < name.length; ++i) print_escaped(out, string_ref(name, i), '|');
  out += '|';
}

void print_atom(Machine& m, std::string& out, Value v, Quoting quoting, std::size_t limit) {
  if (is_number(v)) return print_number(m, out, v, limit);
  if (v.is_char()) {
    if (quoting == Quoting::written)
      print_character(out, v.character());
    else
      append_utf8(out, v.character());
    return;
  }
  if (const auto* s = cast<Symbol>(v)) return print_symbol(m, out, *s, quoting);
  if (const auto* s = cast<String>(v)) return print_string(out, *s, quoting, limit);
  if (const auto view = numeric_view(v)) return print_numeric_vector(m, out, *view, limit);
  if (const char* text = constant_text(v)) {
    out += text;
    return;
  }
  if (v.is_procedure()) return print_procedure(m, out, v);
  if (auto* vector = cast<Vector>(v); vector && vector->length() == 0) {
    out += "#()";
    return;
  }
  if (const auto* p = cast<Port>(v)) return print_port(out, *p);
  if (const auto* table = cast<Table>(v)) {
    out += "#<hash-table " + std::to_string(table_size(*table)) + '>';
    return;
  }
  out += "#<" + hyphenated(type_name(v));
  if (const auto* type = cast<RecordType>(v)) {
    out += ' ';
    print_type_name(m, out, *type);
  }
  out += '>';
}

}  // namespace fermata::scheme
