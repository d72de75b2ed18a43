// Raising, and looking at what was raised (R7RS 6.11).
#include "scheme/builtins.hpp"
#include "scheme/report.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

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
  const Value c = m.make_condition(ConditionKind::not_continuable,
                                   "a handler returned from raise: " + m.describe(obj),
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

Outcome report_text(Machine& m, Value raised, Value trace) {
  return value_of(&make_string(m.heap, report_error(m, raised, trace).text()));
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
    builtin<make_condition>("(make-condition kind message irritants)",
                            "A condition of one of Fermata's kinds, not raised yet."),
    builtin<report_text>("(%report-text raised trace)", "What the command says of an error, lines."),
    builtin<is_file_error>("(file-error? obj)", "Whether obj tells of a file that failed. R7RS 6.11."),
    builtin<is_read_error>("(read-error? obj)", "Whether obj tells of a malformed datum. R7RS 6.11."),
};

}  // namespace

std::span<const Builtin> condition_builtins() { return kConditions; }

}  // namespace fermata::scheme
