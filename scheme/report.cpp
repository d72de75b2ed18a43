// Puts a report together: place and excerpt, message, frames, hint.
#include "scheme/report.hpp"

#include <algorithm>

#include "scheme/expander_machine.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "scheme/span_value.hpp"
#include "scheme/text_search.hpp"
#include "scheme/trace_lines.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

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
    case ConditionKind::not_continuable:
    case ConditionKind::syntax:
    case ConditionKind::file:
    case ConditionKind::read:
    case ConditionKind::host:
      return true;
    default:
      return false;
  }
}

std::string shown(Machine& m, Value v) { return to_text_limited(m, v, Style::write, 400); }

// ---- places --------------------------------------------------------------------------

std::string_view text_of(const Span& span) {
  return span.text->view().substr(span.start, span.end - span.start);
}

// A call or a set! of a variable that has no value: the name is what to look at.
Span narrowed(const Condition& c, const Span& span) {
  const auto* first = cast<Pair>(c.irritants);
  if (!span.known() || c.condition_kind() != ConditionKind::unbound || first == nullptr ||
      !is<Symbol>(first->car))
    return span;
  const std::string name = to_utf8(as<String>(as<Symbol>(first->car).name));
  const std::string_view form = text_of(span), found = name_in_form(form, name);
  if (found.empty()) return span;
  const auto start = span.start + static_cast<std::uint32_t>(found.data() - form.data());
  return {span.text, start, start + static_cast<std::uint32_t>(found.size())};
}

// What a macro made has the place of the macro's use; this names the other places.
std::vector<std::string> macro_notes(Value macros) {
  std::vector<std::string> notes;
  for (; macros.is_pair(); macros = macros.pair()->cdr) {
    const Pair& use = *macros.pair()->car.pair();
    notes.push_back("in the expansion of " + to_utf8(as<String>(as<Symbol>(use.car).name)) +
                    ", defined at " + place_of(span_from(use.cdr)).text());
  }
  return notes;
}

// An error of a transformer procedure: the place of the use being expanded, which no frame tells.
std::string transformer_note(Machine& m, Value trace) {
  const auto* k = cast<Kont>(trace);
  const Value mark = k != nullptr ? find_mark(k->dynamic, Runtime::of(m).transforming) : kUnbound;
  if (mark == kUnbound) return {};
  const auto& renaming = as<Renaming>(mark);
  const Span use = span_from(renaming.place);
  return "in the transformer of " + to_utf8(as<String>(as<Symbol>(renaming.macro).name)) +
         (use.known() ? ", used at " + place_of(use).text() : "");
}

// A procedure of ours that was given something to call which is none: its name.
std::string own_caller(Machine& m, const Condition& c, GcVector<TraceFrame>& frames) {
  if (c.condition_kind() != ConditionKind::apply || frames.empty()) return {};
  for (const TraceFrame& f : frames) {
    if (f.left || (f.span.known() && !f.span.text->is_carried())) return {};
    const std::string name = name_of(m, f);
    if (!name.empty() && name.front() != '%') return name;
  }
  return {};
}

// Where the message and the first line say it all, a frame that repeats them is noise.
void tidy_frames(Report& r, const Span& place) {
  if (!r.frames.empty() && r.message.starts_with(r.frames[0].substr(3) + ":"))
    r.frames.erase(r.frames.begin());
  if (r.frames.size() == 1 && place.known() &&
      r.frames[0] == "at top level, " + place_of(place).text())
    r.frames.clear();
}

// The place is the variable itself, so the text has its name.
void name_variable(std::string& message, const Span& place) {
  constexpr std::string_view kNameless = "a variable is used";
  if (!place.known() || !message.starts_with(kNameless)) return;
  const std::string_view name = text_of(place);
  if (name.find_first_of("()[] \n\"") == name.npos)
    message.replace(0, std::string_view("a variable").size(), name);
}

}  // namespace

std::string condition_text(Machine& m, Value raised) {
  const auto* c = cast<Condition>(raised);
  if (c == nullptr) return "uncaught: " + shown(m, raised);
  std::string text = is<String>(c->message) ? to_utf8(as<String>(c->message)) : shown(m, c->message);
  if (message_is_complete(c->condition_kind())) return text;
  Value irritants = c->irritants;
  // (error 'who "message" obj ...), as other Schemes have it.
  if (is<Symbol>(c->message) && irritants.is_pair() && is<String>(irritants.pair()->car)) {
    text += ": " + to_utf8(as<String>(irritants.pair()->car));
    irritants = irritants.pair()->cdr;
  }
  // Users put the irritants wherever they stand; our own messages may name them already.
  const bool always = c->condition_kind() == ConditionKind::error;
  for (Value rest = irritants; rest.is_pair(); rest = rest.pair()->cdr) {
    const std::string irritant = shown(m, rest.pair()->car);
    if (always || text.find(irritant) == std::string::npos) text += " " + irritant;
  }
  return text;
}

Report report_error(Machine& m, Value raised, Value trace, const ReportOptions& options) {
  Report r;
  r.message = condition_text(m, raised);
  GcVector<TraceFrame> frames(m.heap);
  read_frames(raised, trace, frames);
  const ErrorPlace found = place_of_error(m.heap, raised, frames);
  Span span = found.span;
  if (const auto* c = cast<Condition>(raised)) {
    const std::string caller = own_caller(m, *c, frames);
    if (!caller.empty()) r.message = caller + ": " + r.message;
    r.hint = hint_of(m, *c, span, options.names);
    if (c->condition_kind() == ConditionKind::uninitialized) name_variable(r.message, span);
  }
  const Span whole = span;
  if (const auto* c = cast<Condition>(raised)) span = narrowed(*c, span);
  if (span.known()) {
    const Place place = place_of(span);
    r.file = place.file;
    r.line = place.line;
    r.column = place.column;
    r.excerpt = excerpt_of(span);
  }
  r.frames = texts_of(frame_lines(m, frames, cast<Condition>(raised)), options.frames);
  tidy_frames(r, whole);
  const std::vector<std::string> notes = macro_notes(found.macros);
  r.frames.insert(r.frames.begin(), notes.begin(), notes.end());
  const std::string use = transformer_note(m, trace_of(raised, trace));
  if (!use.empty()) r.frames.push_back(use);
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
