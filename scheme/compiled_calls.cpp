#include "scheme/compiled_calls.hpp"

#include "scheme/passes.hpp"

namespace fermata::scheme {

using namespace vm;

bool is_core_call(const Call& call, CoreProcedure which) {
  const std::size_t count = call.arguments->count;
  const auto argument = [&](std::size_t i) -> Node* { return (*call.arguments)[i]; };
  const auto is_procedure = [&](std::size_t i, std::size_t parameters) {
    const auto* l = node_if<Lambda>(argument(i), NodeKind::lambda);
    return l != nullptr && l->required == parameters && !l->has_rest;
  };
  const auto constant_at = [&](std::size_t i) {
    const auto* c = node_if<Constant>(argument(i), NodeKind::constant);
    return c != nullptr ? c->value : kUnbound;
  };
  // A type is one of the program's own, since there are no constants of others.
  const auto type_at = [&](std::size_t i) { return cast<RecordType>(constant_at(i)); };
  const auto field_at = [&](const RecordType& type, std::size_t i, bool changes) {
    const Value index = constant_at(i);
    const auto fields = static_cast<std::int64_t>(as<Vector>(type.fields).length());
    return index.is_fixnum() && index.fixnum() >= 0 && index.fixnum() < fields &&
           (!changes || as<Vector>(type.mutability).slots()[index.fixnum()].is_true());
  };
  switch (which) {
    case CoreProcedure::guard:
      return count == 2 && is_procedure(0, 0) && is_procedure(1, 2);
    case CoreProcedure::guard_else:
      return count == 2 && is_procedure(0, 0) && is_procedure(1, 1);
    case CoreProcedure::parameterize:
      return count > 1 && count % 2 == 1 && is_procedure(0, 0);
    case CoreProcedure::parameterize_one:
      return count == 3 && is_procedure(0, 0);
    case CoreProcedure::make_promise:
      return count == 2 && (constant_at(0) == Value::fixnum(0) || constant_at(0) == kFalse) &&
             is_procedure(1, 0);
    case CoreProcedure::make_record: {
      auto* type = count > 0 ? type_at(0) : nullptr;
      return type != nullptr && count - 1 == as<Vector>(type->fields).length();
    }
    case CoreProcedure::is_record:
      return count == 2 && type_at(1) != nullptr;
    case CoreProcedure::record_ref:
      return count == 3 && type_at(1) != nullptr && field_at(*type_at(1), 2, false);
    case CoreProcedure::record_set:
      return count == 4 && type_at(1) != nullptr && field_at(*type_at(1), 2, true);
  }
  return false;
}

}  // namespace fermata::scheme
