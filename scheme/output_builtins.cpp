// Writing to ports (R7RS 6.13.3).
//
// A native first asks for room, then puts all of its text into the buffer: so the texts of
// tasks that share a port do not mix, and a native that has to wait has written nothing
// yet and can be run again.  A datum with a long text is printed in steps; between two of
// them the port is given time to write and other tasks may run.
#include <algorithm>

#include "scheme/builtins.hpp"
#include "scheme/port_natives.hpp"
#include "scheme/print_atom.hpp"
#include "scheme/printer.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

using OptionalPort = std::optional<Value>;
constexpr std::size_t kNoLimit = ~std::size_t{0};

Outcome finish(Machine& m, Port& p, bool newline) {
  if (auto problem = settle(m, p, newline)) return *problem;
  return kUnspecified;
}

bool has_newline(const Port& p, std::size_t from) {
  return p.open && p.view().find('\n', std::min(from, p.available())) != std::string_view::npos;
}

Outcome write_text(Machine& m, Port& p, const String& s, std::size_t start, std::size_t end) {
  if (auto problem = make_room(m, p)) return *problem;
  const std::size_t before = p.available();
  if (auto problem = put(m, p, s, start, end)) return *problem;
  return finish(m, p, has_newline(p, before));
}

Outcome write_character(Machine& m, Port& p, char32_t c) {
  if (auto problem = make_room(m, p)) return *problem;
  if (c < 0x80 && p.limit < p.capacity) {
    p.buffer[p.limit++] = static_cast<std::uint8_t>(c);
  } else {
    std::string bytes;
    append_utf8(bytes, c);
    if (auto problem = put(m, p, bytes)) return *problem;
  }
  return finish(m, p, c == '\n');
}

// One step of printing; goes on by calling itself.
Outcome print_step(Machine& m, Printer& printer, Port& p) {
  std::string text;
  constexpr std::size_t kWork = 2000;
  const bool done = print_some(m, printer, text, kWork);
  if (auto problem = put(m, p, text)) return *problem;
  m.charge(text.size() / 8 + 1);
  const bool newline = text.find('\n') != std::string::npos;
  if (done) return finish(m, p, newline);
  if (auto problem = settle(m, p, newline)) return *problem;
  return m.tail_call(port_procedures(m).print_more, {printer_value(printer), value_of(&p)});
}

// Not among the names of any library: only print_step calls it.
Outcome print_more(Machine& m, Value printer, Port& p) {
  if (!p.is_open()) return usable_port(m, value_of(&p), 2, Use::write_text);
  if (auto problem = make_room(m, p)) return *problem;
  return print_step(m, printer_of(printer), p);
}
constexpr Builtin kPrintMore = builtin<print_more>("(write printer port)", "Goes on printing.");

Outcome print(Machine& m, Value obj, OptionalPort port, Style style) {
  FERMATA_PORT(p, m, port, 2, Use::write_text);
  if (style == Style::display) {
    if (const auto* s = cast<String>(obj)) return write_text(m, p, *s, 0, s->length);
    if (obj.is_char()) return write_character(m, p, obj.character());
  }
  if (auto problem = make_room(m, p)) return *problem;
  if (is_compound(obj)) return print_step(m, make_printer(m, obj, style), p);
  std::string text;
  print_atom(m, text, obj, style == Style::display ? Quoting::displayed : Quoting::written,
             kNoLimit);
  if (auto problem = put(m, p, text)) return *problem;
  m.charge(text.size() / 8);
  return finish(m, p, text.find('\n') != std::string::npos);
}

Outcome write(Machine& m, Value obj, OptionalPort port) {
  return print(m, obj, port, Style::write);
}
Outcome display(Machine& m, Value obj, OptionalPort port) {
  return print(m, obj, port, Style::display);
}
Outcome write_shared(Machine& m, Value obj, OptionalPort port) {
  return print(m, obj, port, Style::write_shared);
}
Outcome write_simple(Machine& m, Value obj, OptionalPort port) {
  return print(m, obj, port, Style::write_simple);
}

Outcome newline(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::write_text);
  return write_character(m, p, '\n');
}

Outcome write_char(Machine& m, char32_t c, OptionalPort port) {
  FERMATA_PORT(p, m, port, 2, Use::write_text);
  return write_character(m, p, c);
}

Outcome write_string(Machine& m, String& s, OptionalPort port, std::optional<Index> start,
                     std::optional<Index> end) {
  FERMATA_PORT(p, m, port, 2, Use::write_text);
  Range range;
  if (auto problem = check_range(m, s.length, 3, start, end, range)) return *problem;
  return write_text(m, p, s, range.start, range.end);
}

Outcome write_u8(Machine& m, Value byte, OptionalPort port) {
  if (!byte.is_fixnum() || byte.fixnum() < 0 || byte.fixnum() > 255) {
    return m.wrong_type(1, "a byte, an exact integer from 0 to 255", byte);
  }
  FERMATA_PORT(p, m, port, 2, Use::write_bytes);
  if (auto problem = make_room(m, p)) return *problem;
  const char c = static_cast<char>(byte.fixnum());
  if (auto problem = put(m, p, {&c, 1})) return *problem;
  return finish(m, p, false);
}

Outcome write_bytevector(Machine& m, Bytevector& b, OptionalPort port, std::optional<Index> start,
                         std::optional<Index> end) {
  FERMATA_PORT(p, m, port, 2, Use::write_bytes);
  Range range;
  if (auto problem = check_range(m, b.length(), 3, start, end, range)) return *problem;
  if (auto problem = make_room(m, p)) return *problem;
  const auto* bytes = reinterpret_cast<const char*>(b.bytes());
  if (auto problem = put(m, p, {bytes + range.start, range.size()})) return *problem;
  return finish(m, p, false);
}

constexpr Builtin kOutput[] = {
    builtin<write>("(write obj [port])",
                   "Writes obj so that read can read it; labels for cycles only. R7RS 6.13.3."),
    builtin<display>("(display obj [port])",
                     "Writes obj for people: strings and characters as they are. R7RS 6.13.3."),
    builtin<write_shared>("(write-shared obj [port])",
                          "As write, with labels for all that is shared. R7RS 6.13.3."),
    builtin<write_simple>("(write-simple obj [port])",
                          "As write, never with labels: does not end on a cycle. R7RS 6.13.3."),
    builtin<newline>("(newline [port])", "Ends the line. R7RS 6.13.3."),
    builtin<write_char>("(write-char char [port])", "Writes one character. R7RS 6.13.3."),
    builtin<write_string>("(write-string string [port [start [end]]])",
                          "Writes the characters of the range. R7RS 6.13.3."),
    builtin<write_u8>("(write-u8 byte [port])", "Writes one byte. R7RS 6.13.3."),
    builtin<write_bytevector>("(write-bytevector bytevector [port [start [end]]])",
                              "Writes the bytes of the range. R7RS 6.13.3."),
};

}  // namespace

const Builtin& print_more_row() { return kPrintMore; }

std::span<const Builtin> output_builtins() { return kOutput; }

}  // namespace fermata::scheme
