// Raising, and looking at what was raised (R7RS 6.11).
#include <algorithm>

#include "scheme/builtins.hpp"
#include "scheme/handed_over.hpp"
#include "scheme/report.hpp"
#include "scheme/runtime.hpp"
#include "scheme/trace_lines.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kMostRepeated = 1000;  // frames of one recursion in a backtrace

Outcome error(Machine& m, Value message, Args irritants) {
  Value list = kNull;
  for (std::size_t i = irritants.count; i-- > 0;) list = m.heap.cons(irritants[i], list);
  const Value c = m.make_condition(ConditionKind::error, "", list);
  as<Condition>(c).message = message;
  as<Condition>(c).who = kFalse;
  return m.raise(c);
}

Outcome raise(Machine& m, Value obj) { return m.raise(obj); }
Outcome raise_continuable(Machine& m, Value obj) { return m.raise_continuable(obj); }

Outcome not_continuable(Machine& m, Value obj) {
  const std::string what = is<Condition>(obj) ? "an error: " + condition_text(m, obj)
                                              : "raise: " + m.describe(obj);
  const Value c = m.make_condition(ConditionKind::not_continuable, "a handler returned from " + what,
                                   m.heap.cons(obj, kNull));
  as<Condition>(c).who = kFalse;
  return m.raise(c);
}

Outcome is_condition(Machine&, Value obj) { return Value::boolean(is<Condition>(obj)); }
Outcome message(Machine&, Condition& c) { return c.message; }
Outcome irritants(Machine&, Condition& c) { return c.irritants; }
Outcome who(Machine&, Condition& c) { return c.who; }
Outcome kind(Machine& m, Condition& c) {
  return m.symbols.intern(condition_kind_name(c.condition_kind()));
}

Outcome make_condition(Machine& m, Symbol& name, String& text, Value irritant_list) {
  const std::string wanted = to_utf8(as<String>(name.name));
  for (int k = 0; k <= static_cast<int>(ConditionKind::internal); ++k) {
    if (wanted == condition_kind_name(static_cast<ConditionKind>(k))) {
      const Value c = m.make_condition(static_cast<ConditionKind>(k), to_utf8(text), irritant_list);
      as<Condition>(c).who = kFalse;
      return c;
    }
  }
  return m.wrong_type(1, "the name of a kind of condition", value_of(&name));
}

// ---- what the reporter knows, for programs ------------------------------------------------

Value place_list(Machine& m, const Place& place) {
  return m.heap.cons(
      value_of(&make_string(m.heap, place.file)),
      m.heap.cons(Value::fixnum(static_cast<std::int64_t>(place.line)),
                  m.heap.cons(Value::fixnum(static_cast<std::int64_t>(place.column)), kNull)));
}

Outcome place(Machine& m, Condition& c) {
  GcVector<TraceFrame> frames(m.heap);
  read_frames(value_of(&c), kFalse, frames);
  const Span span = place_of_error(m.heap, value_of(&c), frames).span;
  return span.known() ? place_list(m, place_of(span)) : kFalse;
}

Outcome condition_backtrace(Machine& m, Condition& c) {
  GcVector<TraceFrame> frames(m.heap);
  read_frames(value_of(&c), kFalse, frames);
  m.charge(frames.size());
  const std::vector<FrameLine> lines = frame_lines(m, frames, &c);
  Value list = kNull;
  for (std::size_t i = lines.size(); i-- > 0;) {
    const FrameLine& f = lines[i];
    const Value name = f.name.empty() ? kFalse : m.symbols.intern(f.name);
    const Value where = f.place.file.empty() ? kNull : place_list(m, f.place);
    for (std::size_t k = 0; k < std::min<std::size_t>(f.times, kMostRepeated); ++k)
      list = m.heap.cons(m.heap.cons(name, where), list);
  }
  return list;
}

Outcome text(Machine& m, Value obj) {
  return value_of(&make_string(m.heap, condition_text(m, obj)));
}

ReportOptions report_options(Machine& m) {
  ReportOptions options;
  options.names = names_known(m, Runtime::of(m).program);
  return options;
}

Outcome hint(Machine& m, Condition& c) {
  const std::string advice = report_error(m, value_of(&c), kFalse, report_options(m)).hint;
  return advice.empty() ? kFalse : value_of(&make_string(m.heap, advice));
}

Outcome report(Machine& m, Value obj) {
  m.charge(1000);
  return value_of(&make_string(m.heap, report_error(m, obj, kFalse, report_options(m)).text()));
}

bool is_kind(Value obj, ConditionKind kind) {
  const auto* c = cast<Condition>(obj);
  return c != nullptr && c->condition_kind() == kind;
}
Outcome is_file_error(Machine&, Value obj) {
  return Value::boolean(is_kind(obj, ConditionKind::file));
}
Outcome is_read_error(Machine&, Value obj) {
  return Value::boolean(is_kind(obj, ConditionKind::read));
}

Outcome place_near_native(Machine& m, Value obj, Value procedure) {
  place_near(m, obj, procedure);
  return kUnspecified;
}

Outcome place_here_native(Machine& m, Value obj) {
  place_here(m, obj);
  return kUnspecified;
}

constexpr Builtin kConditions[] = {
    builtin<error>("(error message obj ...)",
                   "Raises an error object with that message and irritants. R7RS 6.11."),
    builtin<raise>("(raise obj)", "Calls the current exception handler on obj. R7RS 6.11."),
    builtin<raise_continuable>(
        "(raise-continuable obj)",
        "The same; what the handler returns is the value of the call. R7RS 6.11."),
    builtin<not_continuable>("(%not-continuable obj)", "Raises: a handler returned from raise."),
    builtin<is_condition>("(error-object? obj)", "Whether obj is an error object. R7RS 6.11."),
    builtin<is_condition>("(condition? obj)", "The same as error-object?."),
    builtin<message>("(error-object-message error-object)", "Its message. R7RS 6.11."),
    builtin<irritants>("(error-object-irritants error-object)", "Its list of irritants. R7RS 6.11."),
    builtin<message>("(condition-message condition)", "Its message."),
    builtin<irritants>("(condition-irritants condition)", "Its list of irritants."),
    builtin<who>("(condition-who condition)", "Symbol naming the procedure that raised it, or #f."),
    builtin<kind>("(condition-kind condition)",
                  "Symbol saying what went wrong, such as wrong-type or unbound-variable."),
    builtin<place>("(condition-place condition)",
                   "List of file name, line and column of what went wrong, or #f."),
    builtin<condition_backtrace>(
        "(condition-backtrace condition)",
        "List of (procedure-name file line column), innermost first; the name may be #f, and "
        "the place missing."),
    builtin<hint>("(condition-hint condition)", "String with advice, or #f."),
    builtin<text>("(condition->string obj)",
                  "What a report's first line says of obj, any object that was raised."),
    builtin<report>("(condition-report obj)",
                    "String with all that is reported of obj when nobody handles it."),
    builtin<place_here_native>("(%place-here! obj)",
                               "Gives a condition without a place that of the caller."),
    builtin<place_near_native>("(%place-near! obj procedure)",
                               "Gives a condition without a place one in the procedure."),
    builtin<make_condition>("(make-condition kind message irritants)",
                            "A condition of one of Fermata's kinds, not raised yet."),
    builtin<is_file_error>("(file-error? obj)", "Whether obj tells of a file that failed. R7RS 6.11."),
    builtin<is_read_error>("(read-error? obj)", "Whether obj tells of a malformed datum. R7RS 6.11."),
};

}  // namespace

std::span<const Builtin> condition_builtins() { return kConditions; }

}  // namespace fermata::scheme
