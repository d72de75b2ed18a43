// Conditions: the error objects of the machine and of (error ...).
//
// A condition says what kind of trouble it is, carries a message and irritants, and
// remembers where it was raised: the machine seals its stack in O(1) and keeps the
// record; the backtrace is read off it only when somebody asks (backtrace.hpp).
#pragma once

#include <cstdint>

#include "vm/object.hpp"

namespace fermata::vm {

enum class ConditionKind : std::uint8_t {
#define CONDITION(name, text) name,
#include "vm/conditions.def"
#undef CONDITION
};
const char* condition_kind_name(ConditionKind kind);

struct Condition : Object {
  static constexpr Kind kKind = Kind::condition;  // aux: the ConditionKind
  Value message;    // String (any object after (error obj ...))
  Value irritants;  // list
  Value who;        // Symbol naming the procedure, or #f
  Value trace;      // Kont of the raise, or #f
  Value span;       // source place when the raiser knows better than the trace: SpanObject or #f
  Value hint;       // String with advice, or #f
  ConditionKind condition_kind() const { return static_cast<ConditionKind>(aux()); }
};

}  // namespace fermata::vm
