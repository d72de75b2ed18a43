// What the loop calls out of line: everything that is not the common case.
#pragma once

#include "vm/machine.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

Outcome unbound_variable(Machine& m, const Cell& cell);
Outcome uninitialized_variable(Machine& m, Value name);
Outcome not_a_procedure(Machine& m, Value callee, const Value* arguments, std::size_t count);
// Whether a call is certain to fail for what is called or for the number of arguments.  A tail
// call asks before it gives up its frame, so that the error is told of the place of the call.
inline bool refuses(Value callee, std::size_t argc) {
  if (!callee.is_procedure()) return true;
  const auto* closure = cast<Closure>(callee);
  if (closure == nullptr || closure->argc() == argc) return false;
  return !closure->code->accepts(argc);
}
Outcome refusal(Machine& m, Value callee, std::size_t argc);
// (+ a n) or (+ n a): which of them was written is not known any more.
Outcome add_small(Machine& m, Value a, std::int64_t n);
Outcome bad_vector_access(Machine& m, Value vector, Value index);
Outcome bad_string_access(Machine& m, Value string, Value index);
// With all checks; it may become wider.
Outcome set_character(Machine& m, Value string, Value index, Value character);
// Whether the number, an integer or an error, leaves that remainder (0 or 1) when divided by 2.
Outcome has_parity(Machine& m, Value number, int remainder);
Outcome bad_bytevector_access(Machine& m, Value bytevector, Value index, Value byte);
// What messages call a record of the type: "a point" for both point and <point>.
std::string record_of(const RecordType& type);
// The error of an accessor.  One that is private, by a name that begins with %, says who called it.
Outcome wrong_record(Machine& m, Value accessor, Value got, Value type);
Outcome wrong_record(Machine& m, std::string who, Value got, const RecordType& type);
// A number of values other than `wanted` (or fewer, when more are welcome).
Outcome wrong_values(Machine& m, Value packed, std::size_t wanted, bool more);
Outcome throw_to(Machine& m, Continuation& k, Args values);
Value parameter_value(Machine& m, const Parameter& p);
// Values as one value: itself when it is one, else a Values object.
Value pack_values(Machine& m, Args values);

bool is_subtype(const RecordType& type, Value ancestor);
inline bool is_record_of(Value v, Value type) {
  return is<Record>(v) &&
         (as<Record>(v).type == type || is_subtype(as<RecordType>(as<Record>(v).type), type));
}

// The free variables of the running closure; null when none runs.
inline const Value* captures_of(Value running) {
  return is<Closure>(running) ? as<Closure>(running).free() : nullptr;
}

}  // namespace fermata::vm
