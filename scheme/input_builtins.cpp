// Reading from ports (R7RS 6.13.2).
//
// A native takes bytes from the buffer only when it has all it wants: when the device
// makes it wait, it is run again from the beginning, and nothing is lost if it never is.
#include <algorithm>
#include <cstring>

#include "scheme/builtins.hpp"
#include "scheme/port_natives.hpp"
#include "scheme/reader.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

using OptionalPort = std::optional<Value>;

// ---- characters --------------------------------------------------------------------------

std::size_t sequence_length(std::uint8_t first) {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

// Whether the bytes begin with a character: a whole one, or one that is malformed already.
bool holds_character(std::string_view bytes) {
  if (bytes.empty()) return false;
  const std::size_t n = sequence_length(static_cast<std::uint8_t>(bytes[0]));
  for (std::size_t i = 1; i < n; ++i) {
    if (i == bytes.size()) return false;
    if ((static_cast<std::uint8_t>(bytes[i]) & 0xc0) != 0x80) return true;
  }
  return true;
}

struct Decoded {
  Value value = kEof;  // a character, or the end
  std::size_t bytes = 0;
};

Problem next_character(Machine& m, Port& p, Decoded& d) {
  for (std::size_t wanted = 1;; ++wanted) {
    if (auto problem = need(m, p, wanted)) return problem;
    if (p.available() < wanted || holds_character(p.view())) break;
  }
  if (p.available() == 0) return std::nullopt;
  d.value = Value::character(decode_utf8(p.view(), d.bytes));
  return std::nullopt;
}

// Whether the next character is in the buffer and is a byte there.
bool has_ascii(const Port& p) {
  return p.available() > 0 && *p.data() < 0x80 && !(p.state & Port::kSkipLineFeed);
}

Outcome read_char(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_text);
  if (has_ascii(p)) {
    const auto c = static_cast<char32_t>(*p.data());
    p.consume(1);
    return Value::character(c);
  }
  Decoded d;
  if (auto problem = next_character(m, p, d)) return *problem;
  p.consume(d.bytes);
  return d.value;
}

Outcome peek_char(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_text);
  if (has_ascii(p)) return Value::character(static_cast<char32_t>(*p.data()));
  Decoded d;
  if (auto problem = next_character(m, p, d)) return *problem;
  return d.value;
}

// What is there, without waiting.  Errors count as ready: the read will tell.
bool has_some(Machine& m, Port& p) {
  const auto problem = need(m, p, 1);
  return !problem || problem->kind != Outcome::Kind::retry;
}

Outcome char_ready(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_text);
  if (!has_some(m, p)) return kFalse;
  while (!at_end(p) && !holds_character(p.view())) {
    const auto problem = fill(m, p);
    if (problem) return Value::boolean(problem->kind != Outcome::Kind::retry);
  }
  return kTrue;
}

// ---- lines and strings ---------------------------------------------------------------------

// Where the line in [from, size) ends; size when it does not.  Looks in windows, so that
// a text with few of the one character does not cost a walk to the next for every line.
std::size_t find_line_end(std::string_view text, std::size_t from) {
  for (std::size_t window = 128; from < text.size(); from += window, window *= 2) {
    const std::string_view part = text.substr(from, window);
    const std::size_t feed = part.find('\n');
    const std::size_t back = part.substr(0, feed).find('\r');
    const std::size_t at = back != part.npos ? back : feed;
    if (at != part.npos) return from + at;
  }
  return text.size();
}

Outcome read_line(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_text);
  if (auto problem = need(m, p, 1)) return *problem;
  for (;;) {
    const std::size_t end = find_line_end(p.view(), p.scanned);
    if (end < p.available()) {
      const std::string_view text = p.view();
      const Value line = value_of(&make_string(m.heap, text.substr(0, end)));
      std::size_t used = end + 1;
      if (text[end] == '\r') {
        // The line feed of a pair may not have come yet; do not wait for it.
        if (used < text.size())
          used += text[used] == '\n';
        else
          p.state |= Port::kSkipLineFeed;
      }
      p.consume(used);
      m.charge(used / 16);
      return line;
    }
    p.scanned = end;
    if (at_end(p)) break;
    if (auto problem = fill(m, p)) return *problem;
  }
  if (p.available() == 0) return kEof;
  const Value line = value_of(&make_string(m.heap, p.view()));
  m.charge(p.available() / 16);
  p.consume(p.available());
  return line;
}

// Bytes of the first k characters; `missing` says how many characters are not there yet.
std::size_t measure(std::string_view text, std::size_t k, bool ended, std::size_t& missing) {
  std::size_t at = 0;
  for (missing = k; missing > 0 && at < text.size(); --missing) {
    if (static_cast<std::uint8_t>(text[at]) < 0x80) {
      ++at;
    } else {
      if (!ended && !holds_character(text.substr(at))) break;
      decode_utf8(text, at);
    }
  }
  return at;
}

Outcome read_string(Machine& m, Index k, OptionalPort port) {
  FERMATA_PORT(p, m, port, 2, Use::read_text);
  if (k == 0) return value_of(&make_string(m.heap, std::string_view()));
  std::size_t wanted = std::min<std::size_t>(k, 1);  // bytes
  for (;;) {
    if (auto problem = need(m, p, wanted)) return *problem;
    const bool ended = at_end(p);
    if (!ended && p.available() < k) {  // no character is shorter than a byte
      wanted = p.available() + 1;
      continue;
    }
    std::size_t missing = 0;
    const std::size_t bytes = measure(p.view(), k, ended, missing);
    if (missing > 0 && !ended) {
      wanted = p.available() + missing;
      continue;
    }
    if (bytes == 0) return kEof;
    if (auto problem = check_memory(m, bytes, 4)) return *problem;
    const Value s = value_of(&make_string(m.heap, p.view().substr(0, bytes)));
    p.consume(bytes);
    return s;
  }
}

// ---- bytes -----------------------------------------------------------------------------------

Outcome read_u8(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_bytes);
  if (auto problem = need(m, p, 1)) return *problem;
  if (p.available() == 0) return kEof;
  const auto byte = Value::fixnum(*p.data());
  p.consume(1);
  return byte;
}

Outcome peek_u8(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_bytes);
  if (auto problem = need(m, p, 1)) return *problem;
  return p.available() == 0 ? kEof : Value::fixnum(*p.data());
}

Outcome u8_ready(Machine& m, OptionalPort port) {
  FERMATA_PORT(p, m, port, 1, Use::read_bytes);
  return Value::boolean(has_some(m, p));
}

// Up to k bytes; fewer only at the end.  The buffer grows with what comes, not with k.
Problem need_bytes(Machine& m, Port& p, std::size_t k) {
  while (p.available() < k && !at_end(p)) {
    if (auto problem = fill(m, p)) return problem;
  }
  return std::nullopt;
}

Outcome read_bytevector(Machine& m, Index k, OptionalPort port) {
  FERMATA_PORT(p, m, port, 2, Use::read_bytes);
  if (k == 0) return value_of(&m.heap.make_bytevector(0));
  if (auto problem = need_bytes(m, p, k)) return *problem;
  const std::size_t n = std::min<std::size_t>(k, p.available());
  if (n == 0) return kEof;
  if (auto problem = check_memory(m, n, 1)) return *problem;
  Bytevector& b = m.heap.make_bytevector(n);
  std::memcpy(b.bytes(), p.data(), n);
  p.consume(n);
  return value_of(&b);
}

Outcome read_bytevector_into(Machine& m, Bytevector& to, OptionalPort port,
                             std::optional<Index> start, std::optional<Index> end) {
  FERMATA_PORT(p, m, port, 2, Use::read_bytes);
  Range range;
  if (auto problem = check_range(m, to.length(), 3, start, end, range)) return *problem;
  if (auto problem = check_mutable(m, to)) return *problem;
  if (range.size() == 0) return Value::fixnum(0);
  if (auto problem = need_bytes(m, p, range.size())) return *problem;
  const std::size_t n = std::min(range.size(), p.available());
  if (n == 0) return kEof;
  std::memcpy(to.bytes() + range.start, p.data(), n);
  p.consume(n);
  m.charge(n / 16);
  return Value::fixnum(static_cast<std::int64_t>(n));
}

// ---- what is there -------------------------------------------------------------------------

// Bytes of whole characters at the beginning of a text whose rest may be still to come.
std::size_t whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::size_t at = text.size() - back;
    if ((static_cast<std::uint8_t>(text[at]) & 0xc0) == 0x80) continue;
    return holds_character(text.substr(at)) ? text.size() : at;
  }
  return text.size();
}

Outcome read_some(Machine& m, OptionalPort port) {
  const Value given = port ? *port : current_port(m, Root::current_input);
  const auto* which = cast<Port>(given);
  const bool bytes = which != nullptr && which->is_input() && !which->is_textual();
  FERMATA_PORT(p, m, port, 1, bytes ? Use::read_bytes : Use::read_text);
  constexpr std::size_t kMost = 65536;
  Decoded d;
  if (auto problem = bytes ? need(m, p, 1) : next_character(m, p, d)) return *problem;
  if (p.available() == 0) return kEof;
  std::size_t n = std::min(p.available(), kMost);
  if (!bytes) n = std::max(whole_characters(p.view().substr(0, n)), d.bytes);
  Value taken;
  if (bytes) {
    Bytevector& b = m.heap.make_bytevector(n);
    std::memcpy(b.bytes(), p.data(), n);
    taken = value_of(&b);
  } else {
    taken = value_of(&make_string(m.heap, p.view().substr(0, n)));
  }
  p.consume(n);
  m.charge(n / 16);
  return taken;
}

// ---- data
// ----------------------------------------------------------------------------------------

Outcome read_error(Machine& m, Port& p, const SyntaxError& error) {
  std::string text = "read: " + error.message;
  if (is<String>(p.name)) text += " (in \"" + to_utf8(as<String>(p.name)) + "\")";
  // The place is a byte offset: the text itself is not kept.
  const Value at = m.heap.cons(Value::fixnum(error.span.start), kNull);
  const Value c = m.make_condition(ConditionKind::read, text, at);
  if (!error.hint.empty()) as<Condition>(c).hint = value_of(&make_string(m.heap, error.hint));
  return m.raise(c);
}

Outcome read(Machine& m, OptionalPort port) {
  constexpr std::size_t kPiece = 65536;  // then others may run
  FERMATA_PORT(p, m, port, 1, Use::read_text);
  if (auto problem = need(m, p, 0)) return *problem;
  if (p.reader == kFalse) p.reader = reader_value(make_reader(m));
  Reader& reader = reader_of(p.reader);
  for (;;) {
    const std::string_view piece = p.view().substr(0, kPiece);
    const bool last = at_end(p) && piece.size() == p.available();
    std::size_t used = 0;
    ReadStatus status;
    try {
      status = feed(m, reader, piece, used, last);
    } catch (const SyntaxError& error) {
      p.consume(used);
      return read_error(m, p, error);
    }
    p.consume(used);
    m.charge(used / 4);
    if (status == ReadStatus::datum) return take(reader);
    if (last) return kEof;
    if (p.available() > 0) return m.tail_call(port_procedures(m).read, {value_of(&p)});
    if (auto problem = fill(m, p)) return *problem;
  }
}

constexpr Builtin kRead = builtin<read>(
    "(read [port])", "The next datum on the textual input port, or the eof object. R7RS 6.13.2.");

constexpr Builtin kInput[] = {
    kRead,
    builtin<read_char>("(read-char [port])", "The next character, or the eof object. R7RS 6.13.2."),
    builtin<peek_char>("(peek-char [port])", "The same, and leaves it there. R7RS 6.13.2."),
    builtin<read_line>(
        "(read-line [port])",
        "The text up to the end of the line (LF, CR or both) or input. R7RS 6.13.2."),
    builtin<char_ready>("(char-ready? [port])", "Whether read-char would not wait. R7RS 6.13.2."),
    builtin<read_string>("(read-string k [port])",
                         "The next k characters, fewer at the end. R7RS 6.13.2."),
    builtin<read_u8>("(read-u8 [port])", "The next byte, or the eof object. R7RS 6.13.2."),
    builtin<peek_u8>("(peek-u8 [port])", "The same, and leaves it there. R7RS 6.13.2."),
    builtin<u8_ready>("(u8-ready? [port])", "Whether read-u8 would not wait. R7RS 6.13.2."),
    builtin<read_bytevector>("(read-bytevector k [port])",
                             "The next k bytes, fewer at the end. R7RS 6.13.2."),
    builtin<read_some>("(read-some [port])",
                       "What there is to read, as a string or bytevector; waits only when there is\n"
                       "nothing. The eof object at the end."),
    builtin<read_bytevector_into>(
        "(read-bytevector! bytevector [port [start [end]]])",
        "Fills the range with the next bytes; how many, or the eof object. R7RS 6.13.2."),
};

}  // namespace

const Builtin& read_row() { return kInput[0]; }

std::span<const Builtin> input_builtins() { return kInput; }

}  // namespace fermata::scheme
