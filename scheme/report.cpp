// Puts a report together: place and excerpt, message, frames, hint.
//
// Frames of Fermata's own libraries whose names begin with % are machinery and not shown;
// the place is the innermost frame of somebody else's text, since that is where a user can
// change something.
#include "scheme/report.hpp"

#include <utf8proc.h>

#include <algorithm>

#include "scheme/near_names.hpp"
#include "scheme/printer.hpp"
#include "vm/backtrace.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kMostRead = 100000;  // frames looked at; deeper recursion is cut
constexpr std::size_t kExcerptWidth = 100; // columns

// ---- messages ------------------------------------------------------------------------

// Conditions of these kinds say everything in their message; irritants are for programs.
bool message_is_complete(ConditionKind kind) {
  switch (kind) {
    case ConditionKind::type:
    case ConditionKind::range:
    case ConditionKind::arity:
    case ConditionKind::apply:
    case ConditionKind::unbound:
    case ConditionKind::uninitialized:
    case ConditionKind::immutable:
    case ConditionKind::syntax:
    case ConditionKind::file:
      return true;
    default:
      return false;
  }
}

std::string shown(Machine& m, Value v) { return to_text_limited(m, v, Style::write, 400); }

// ---- places --------------------------------------------------------------------------

// The texts of the carried libraries are named "fermata:fermata/list.sld".
bool is_own_library(const SourceText& text) {
  return to_utf8(as<String>(text.name)).starts_with("fermata:");
}

struct Place {
  std::string file;
  Position position;
  std::string text() const {
    return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
  }
};

Place place_of(const Span& span) {
  return {to_utf8(as<String>(span.text->name)), position_of(span.text->view(), span.start)};
}

Span span_of_condition(const Condition& c) {
  // SpanObjects share the kind of boxes; only this field ever holds one.
  if (c.span == kFalse) return {};
  const auto& s = as<SpanObject>(c.span);
  return {&as<SourceText>(s.text), static_cast<std::uint32_t>(s.start.fixnum()),
          static_cast<std::uint32_t>(s.end.fixnum())};
}

bool is_machinery(Machine& m, const TraceFrame& f) {
  if (f.span.known() && !is_own_library(*f.span.text)) return false;
  const std::string name = m.procedure_name(f.procedure);
  return name.empty() || name.front() == '%';
}

// A form at top level is a procedure without a name that takes nothing and captures nothing.
bool is_top_level(const TraceFrame& f) {
  const auto* c = cast<Closure>(f.procedure);
  return c != nullptr && c->code->name == kFalse && c->free_count() == 0;
}

std::string frame_text(Machine& m, const TraceFrame& f, bool outermost) {
  const std::string name = m.procedure_name(f.procedure);
  std::string text = !name.empty()                  ? "in " + name
                     : outermost && is_top_level(f) ? "at top level"
                                                    : "in a lambda";
  // Places in Fermata's own texts are nothing a user can open.
  if (f.span.known() && !is_own_library(*f.span.text)) text += ", " + place_of(f.span).text();
  return text;
}

// Below the program's own frames stands what runs programs: nothing a user wants to see.
std::size_t without_runner(const GcVector<TraceFrame>& frames) {
  std::size_t count = frames.size();
  const auto is_own = [](const TraceFrame& f) {
    return !f.span.known() || is_own_library(*f.span.text);
  };
  while (count > 0 && is_own(frames[count - 1])) --count;
  return count;
}

// The frames as lines; a run of equal ones (recursion) is one line.
std::vector<std::string> frame_texts(Machine& m, GcVector<TraceFrame>& frames, std::size_t most) {
  std::vector<std::string> lines;
  std::vector<std::size_t> times;
  const TraceFrame* last = nullptr;
  const std::size_t count = without_runner(frames);
  for (std::size_t i = 0; i < count; ++i) {
    const TraceFrame& f = frames[i];
    if (is_machinery(m, f)) continue;
    const bool same = last != nullptr && last->procedure == f.procedure &&
                      last->span.text == f.span.text && last->span.start == f.span.start;
    last = &f;
    if (same) {
      ++times.back();
      continue;
    }
    lines.push_back(frame_text(m, f, i + 1 == count));
    times.push_back(1);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (times[i] > 1) lines[i] += " (" + std::to_string(times[i]) + " times)";
  }
  if (most >= 2 && lines.size() > most) {
    const std::size_t head = most / 2, tail = most - head - 1;
    const std::size_t left_out = lines.size() - head - tail;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(head),
                lines.end() - static_cast<std::ptrdiff_t>(tail));
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(head),
                 "... " + std::to_string(left_out) + " more");
  }
  return lines;
}

// ---- excerpts ------------------------------------------------------------------------

// One character as a terminal shows it: its bytes and how many columns they take.
struct Cell {
  std::string bytes;
  std::size_t width;
};

Cell cell_of(char32_t c, std::size_t column) {
  if (c == '\t') {
    const std::size_t width = 8 - column % 8;
    return {std::string(width, ' '), width};
  }
  if (c < 0x20 || c == 0x7f) return {"?", 1};
  std::string bytes;
  append_utf8(bytes, c);
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(c));
  return {bytes, width < 0 ? 0 : static_cast<std::size_t>(width)};
}

// ---- hints ---------------------------------------------------------------------------

// "(define (name a b)" as the text has it: the signature of a procedure defined there.
std::string signature_in_text(const SourceText& source, const std::string& name,
                              std::size_t before) {
  const std::string_view text = source.view();
  const std::string start = "(define (" + name;
  std::size_t at = text.rfind(start, before);
  if (at == std::string_view::npos) return {};
  at += 8;
  const char next = text[at + 1 + name.size()];
  if (next != ' ' && next != ')' && next != '\n') return {};
  const std::size_t end = text.find(')', at);
  if (end == std::string_view::npos || end - at > 200) return {};
  std::string signature(text.substr(at, end + 1 - at));
  std::replace(signature.begin(), signature.end(), '\n', ' ');
  return signature;
}

std::string signature_hint(Machine& m, Value procedure) {
  const auto* closure = cast<Closure>(procedure);
  if (closure == nullptr) return {};
  const Span span = find_span(*closure->code, closure->code->word_count());
  if (!span.known()) return {};
  const std::string signature = signature_in_text(*span.text, m.procedure_name(procedure), span.start);
  return signature.empty() ? "" : "its signature is " + signature;
}

std::string_view text_of(const Span& span) {
  return span.known() ? span.text->view().substr(span.start, span.end - span.start)
                      : std::string_view{};
}

std::string hint_for_unbound(const std::string& name, std::string_view form,
                             const ReportOptions& options) {
  std::string hint = options.names ? hint_for_name(name, options.names) : std::string();
  if (!hint.empty()) return hint;
  if (form.starts_with("(set!")) return "(define " + name + " ...) makes the variable";
  return "write '" + name + " for the symbol; a variable needs a (define " + name + " ...)";
}

// What the form that applied `callee` looks like says what was meant.
std::string hint_for_apply(std::string_view form, Value callee) {
  if (form.starts_with("((") && !form.starts_with("((lambda")) {
    return "the outer parentheses call the value of the inner expression once more";
  }
  const char first = form.size() > 1 && form[0] == '(' ? form[1] : ' ';
  if ((first >= '0' && first <= '9') || first == '"' || first == '#') {
    return "write '(...) or (list ...) for a list of data";
  }
  if (callee.is_pair() || callee == kNull) return "(list-ref list k) gives an element of a list";
  if (is<Vector>(callee)) return "(vector-ref vector k) gives an element of a vector";
  if (is<String>(callee)) return "(string-ref string k) gives a character of a string";
  return {};
}

std::string hint_for_literal(Value literal) {
  if (is<String>(literal)) return "(string-copy \"...\") makes a string that may be changed";
  if (is<Bytevector>(literal)) return "(bytevector ...) makes a bytevector that may be changed";
  return "(vector ...) makes a vector that may be changed, '#(...) does not";
}

std::string hint_for_type(std::string_view form, Value got) {
  if (got == kFalse && (form.find("(ass") != form.npos || form.find("(mem") != form.npos)) {
    return "a search like assq or memq gives #f when it finds nothing";
  }
  if (is<Values>(got)) return "an argument is one value; several are received by call-with-values";
  return {};
}

std::string hint_of(Machine& m, const Condition& c, const Span& place,
                    const ReportOptions& options) {
  if (is<String>(c.hint)) return to_utf8(as<String>(c.hint));
  const auto* irritants = cast<Pair>(c.irritants);
  if (irritants == nullptr) return {};
  const Value first = irritants->car;
  switch (c.condition_kind()) {
    case ConditionKind::unbound:
      if (!is<Symbol>(first)) return {};
      return hint_for_unbound(to_utf8(as<String>(as<Symbol>(first).name)), text_of(place), options);
    case ConditionKind::arity:
      return signature_hint(m, first);
    case ConditionKind::apply:
      return hint_for_apply(text_of(place), first);
    case ConditionKind::immutable:
      return hint_for_literal(first);
    case ConditionKind::type:
      return hint_for_type(text_of(place), first);
    default:
      return {};
  }
}

// A procedure of ours that was given something to call which is none: its name.
std::string own_caller(Machine& m, const Condition& c, GcVector<TraceFrame>& frames) {
  if (c.condition_kind() != ConditionKind::apply || frames.empty()) return {};
  for (const TraceFrame& f : frames) {
    if (f.span.known() && !is_own_library(*f.span.text)) return {};
    const std::string name = m.procedure_name(f.procedure);
    if (!name.empty() && name.front() != '%') return name;
  }
  return {};
}

}  // namespace

std::string condition_text(Machine& m, Value raised) {
  const auto* c = cast<Condition>(raised);
  if (c == nullptr) return "uncaught: " + shown(m, raised);
  std::string text = is<String>(c->message) ? to_utf8(as<String>(c->message)) : shown(m, c->message);
  if (message_is_complete(c->condition_kind())) return text;
  // Users put the irritants wherever they stand; our own messages may name them already.
  const bool always = c->condition_kind() == ConditionKind::error;
  for (Value rest = c->irritants; rest.is_pair(); rest = rest.pair()->cdr) {
    const std::string irritant = shown(m, rest.pair()->car);
    if (always || text.find(irritant) == std::string::npos) text += " " + irritant;
  }
  return text;
}

std::string excerpt_of(const Span& span) {
  if (!span.known()) return {};
  const std::string_view text = span.text->view();
  const Position position = position_of(text, span.start);
  const std::string_view line = position.line_text;
  if (line.find_first_not_of(" \t") == std::string_view::npos) return {};
  const auto line_start = static_cast<std::size_t>(line.data() - text.data());
  const std::size_t from = std::min<std::size_t>(span.start - line_start, line.size());
  const std::size_t to = std::clamp<std::size_t>(span.end > line_start ? span.end - line_start : 0,
                                                 from, line.size());
  std::vector<Cell> cells;
  std::size_t column = 0, mark_start = 0, mark_end = 0, first = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (at <= from) mark_start = column, first = cells.size();
    const bool marked = at < to;
    cells.push_back(cell_of(decode_utf8(line, at), column));
    column += cells.back().width;
    if (marked) mark_end = column;
  }
  if (from >= line.size()) mark_start = column, first = cells.size();
  mark_end = std::max(mark_end, mark_start + 1);

  // A line that is too long begins a little before the mark.
  std::size_t begin = 0, skipped = 0;
  if (column > kExcerptWidth) {
    while (begin < first && mark_start - skipped > kExcerptWidth / 3) skipped += cells[begin++].width;
  }
  std::string shown_line = begin > 0 ? "..." : "", number = std::to_string(position.line);
  const std::size_t shift = shown_line.size();
  std::size_t width = 0;
  for (std::size_t i = begin; i < cells.size(); ++i) {
    if (width + cells[i].width > kExcerptWidth) {
      shown_line += "...";
      break;
    }
    shown_line += cells[i].bytes;
    width += cells[i].width;
  }
  const std::size_t indent = mark_start - skipped + shift;
  const std::size_t mark = std::min(mark_end - mark_start, std::max<std::size_t>(width + shift, indent + 1) - indent);
  return "  " + number + " | " + shown_line + "\n  " + std::string(number.size(), ' ') + " | " +
         std::string(indent, ' ') + std::string(mark, '^') + "\n";
}

std::string hint_for_name(std::string_view name,
                          const std::function<void(const NameVisitor&)>& names) {
  // The same name elsewhere: a standard library before one of our own, the shortest first.
  std::string best;
  NearNames near(name);
  const auto rank = [](std::string_view library) {
    const bool standard = library.starts_with("(scheme ") && library != "(scheme r5rs)";
    return (standard ? 0 : library.starts_with("(fermata ") ? 1000 : 2000) + library.size();
  };
  names([&](std::string_view offered, std::string_view library) {
    if (offered.starts_with('%') || library == "(fermata builtins)") return;
    if (library.empty()) return near.offer(offered);
    if (offered != name) return;
    if (best.empty() || rank(library) < rank(best)) best = library;
  });
  if (!best.empty())
    return "`" + std::string(name) + "` is exported by " + best + ": add (import " + best + ")";
  const std::vector<std::string> found = near.best();
  if (found.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) text += i + 1 == found.size() ? " or " : ", ";
    text += "`" + found[i] + "`";
  }
  return text + "?";
}

Report report_error(Machine& m, Value raised, Value trace, const ReportOptions& options) {
  Report r;
  r.message = condition_text(m, raised);
  Span span;
  if (const auto* c = cast<Condition>(raised)) {
    span = span_of_condition(*c);
    if (c->trace != kFalse) trace = c->trace;
  }
  GcVector<TraceFrame> frames(m.heap);
  backtrace(trace, frames, kMostRead);
  if (!span.known()) {
    for (const TraceFrame& f : frames) {
      if (!f.span.known()) continue;
      if (!span.known()) span = f.span;
      if (is_own_library(*f.span.text)) continue;
      span = f.span;
      break;
    }
  }
  if (const auto* c = cast<Condition>(raised)) {
    const std::string caller = own_caller(m, *c, frames);
    if (!caller.empty()) r.message = caller + ": " + r.message;
    r.hint = hint_of(m, *c, span, options);
  }
  if (span.known()) {
    const Place place = place_of(span);
    r.file = place.file;
    r.line = place.position.line;
    r.column = place.position.column;
    r.excerpt = excerpt_of(span);
  }
  r.frames = frame_texts(m, frames, options.frames);
  // Where the first line and the excerpt say it all, a trace of one line is noise.
  if (r.frames.size() == 1 && r.frames[0] == "at top level, " + r.place()) r.frames.clear();
  return r;
}

std::string Report::place() const {
  return file.empty() ? "" : file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Report::text() const {
  std::string out = (file.empty() ? std::string("error") : place()) + ": " + message + "\n" + excerpt;
  for (const std::string& frame : frames) out += "  " + frame + "\n";
  if (!hint.empty()) out += "  hint: " + hint + "\n";
  return out;
}

}  // namespace fermata::scheme
