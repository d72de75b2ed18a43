// See answers.hpp.
#include "flow/answers.hpp"

#include "flow/plain_data.hpp"
#include "scheme/syntax.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

std::string text_of(Value v) {
  if (const auto* symbol = cast<Symbol>(v)) return to_utf8(as<String>(symbol->name));
  if (const auto* string = cast<String>(v)) return to_utf8(*string);
  return "";
}
Value string_of(Machine& m, std::string_view text) { return value_of(&make_string(m.heap, text)); }
Value symbol_of(Machine& m, std::string_view text) { return m.symbols.intern(text); }

Value vector_of(Machine& m, std::initializer_list<Value> items) {
  auto& vector = m.heap.make_vector(items.size(), kFalse);
  std::copy(items.begin(), items.end(), vector.slots());
  return value_of(&vector);
}

Outcome refuse(Machine& m, ConditionKind kind, std::string_view message) {
  const Value condition = m.make_condition(kind, message);
  as<Condition>(condition).who = kFalse;
  return m.raise(condition);
}

Outcome shown_text(Machine& m, const Shown& shown) {
  return shown.fine ? Outcome(string_of(m, shown.text))
                    : refuse(m, ConditionKind::flow, shown.text.substr(0, shown.text.size() - 1));
}

Outcome refuse(Machine& m, Answer answer, const Store& store, std::string_view problem) {
  switch (answer) {
    case Answer::fenced:
      return refuse(m, ConditionKind::fenced, problem);
    case Answer::missing:
    case Answer::closed:
    case Answer::busy:
    case Answer::refused:
      return refuse(m, ConditionKind::flow, problem);
    default:
      return refuse(m, answer == Answer::damaged ? ConditionKind::damaged : ConditionKind::store,
                    "the store " + store.url() + " failed: " + std::string(problem));
  }
}

Outcome not_open(Machine& m) {
  return refuse(m, ConditionKind::flow, "this flow is not running here any more");
}

Outcome no_store(Machine& m, Fixnum number) {
  return m.wrong_type(1, "an open store", Value::fixnum(number));
}

Outcome decode(Machine& m, std::string_view text) {
  try {
    return from_journal_text(m, text);
  } catch (const scheme::SyntaxError& e) {
    return refuse(m, ConditionKind::damaged, "a value in the journal cannot be read: " + e.message);
  }
}

namespace {
Value letter_name(Machine& m, Letter letter) {
  switch (letter) {
    case Letter::cancel:
      return symbol_of(m, "cancel");
    case Letter::signal:
      return symbol_of(m, "signal");
    case Letter::update:
      return symbol_of(m, "update");
    case Letter::handoff:
      return symbol_of(m, "handoff");
    case Letter::answer:
      break;
  }
  return symbol_of(m, "answer");
}
}  // namespace

Outcome letters_of(Machine& m, const std::vector<Message>& messages) {
  Value list = kNull;
  for (std::size_t i = messages.size(); i-- > 0;) {
    const Message& message = messages[i];
    FERMATA_TRY(body, decode(m, message.body));
    list = m.heap.cons(
        vector_of(m, {string_of(m, message.id), letter_name(m, message.letter),
                      string_of(m, message.to.strand), Value::fixnum(message.to.ordinal),
                      symbol_of(m, message.tag), body}),
        list);
  }
  return list;
}

}  // namespace fermata::flow
