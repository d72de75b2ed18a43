// Making conditions, and the messages every native shares.
#include "vm/condition.hpp"

#include <string>

#include "vm/arity_text.hpp"
#include "vm/machine.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

const char* condition_kind_name(ConditionKind kind) {
  static constexpr const char* kNames[] = {
#define CONDITION(name, text) text,
#include "vm/conditions.def"
#undef CONDITION
  };
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view Machine::native_name() const {
  std::string_view name = native_ ? native_->name() : std::string_view(instruction_name_);
  // (%f x) does the work of a Scheme procedure f, under whose name it is known.
  if (name.starts_with('%')) name.remove_prefix(1);
  return name;
}

std::string Machine::procedure_name(Value procedure) const {
  Value name = kFalse;
  if (const auto* c = cast<Closure>(procedure)) name = c->code->name;
  if (const auto* n = cast<Native>(procedure)) return std::string(n->row->name());
  if (const auto* c = cast<CaseLambda>(procedure)) {
    auto& clauses = as<Vector>(c->clauses);
    if (clauses.length()) name = as<Closure>(clauses.slots()[0]).code->name;
  }
  return is<Symbol>(name) ? to_utf8(as<String>(as<Symbol>(name).name)) : std::string();
}

std::string Machine::describe(Value v) {
  return hooks.describe ? hooks.describe(*this, v) : std::string("a ") + type_name(v);
}

Value Machine::make_condition(ConditionKind kind, std::string_view message, Value irritants) {
  const Value text = value_of(&make_string(heap, message));
  const std::string_view name = native_name();
  const Value who = name.empty() ? kFalse : symbols.intern(name);
  return value_of(&heap.make_with<Condition>(static_cast<std::uint64_t>(kind), 0, text, irritants, who,
                                             kFalse, kFalse, kFalse));
}

Outcome Machine::error(ConditionKind kind, std::string_view message,
                       std::initializer_list<Value> irritants) {
  Value list = kNull;
  for (const Value* v = irritants.end(); v != irritants.begin();) list = heap.cons(*--v, list);
  return raise(make_condition(kind, message, list));
}

namespace {

std::string about(Machine& m, std::size_t argument, std::string_view wanted, Value got) {
  std::string text(m.native_name());
  if (!text.empty()) text += ": ";
  text += "argument " + std::to_string(argument) + " must be ";
  text += wanted;
  return text + ", got " + m.describe(got);
}

}  // namespace

Outcome Machine::wrong_type(std::size_t argument, std::string_view wanted, Value got) {
  return error(ConditionKind::type, about(*this, argument, wanted, got), {got});
}

Outcome Machine::out_of_range(std::size_t argument, std::string_view wanted, Value got) {
  return error(ConditionKind::range, about(*this, argument, wanted, got), {got});
}

Outcome Machine::bad_index(std::size_t argument, std::size_t length, Value got) {
  if (!got.is_fixnum()) return wrong_type(argument, "an index", got);
  return out_of_range(argument,
                      length == 0 ? "an index (but there are no elements)"
                                  : "an index below " + std::to_string(length),
                      got);
}

Outcome Machine::out_of_memory(std::size_t bytes) {
  const std::string_view name = native_name();
  constexpr std::size_t kMoreThanThereIs = std::size_t{1} << 50;  // sizes are not counted beyond
  return error(ConditionKind::memory,
               std::string(name) + (name.empty() ? "" : ": ") + "out of memory: " +
                   (bytes > kMoreThanThereIs ? "the result would be too large for any machine"
                                             : std::to_string(bytes >> 20) + " MiB were asked for"));
}

Outcome Machine::wrong_arity(Value procedure, std::size_t given) {
  std::string wanted = "another number of arguments", hint;
  if (const std::vector<Arity> all = arities(procedure); !all.empty()) wanted = arguments_text(all);
  if (const auto* n = cast<Native>(procedure))
    hint = "its signature is " + std::string(n->row->signature);
  const std::string name = procedure_name(procedure);
  const Value condition =
      make_condition(ConditionKind::arity,
                     (name.empty() ? "this procedure" : name) + " takes " + wanted + ", but got " +
                         (given == 0 ? "none" : std::to_string(given)),
                     heap.cons(procedure, kNull));
  if (!hint.empty()) as<Condition>(condition).hint = value_of(&make_string(heap, hint));
  return raise(condition);
}

}  // namespace fermata::vm
