// Checks that parameter types cannot express: ranges, literals, sizes, lists.
//
// Each answers nothing when all is well, and otherwise the error to return:
//   if (auto problem = check_range(m, s.length, 2, start, end, range)) return *problem;
#pragma once

#include <optional>
#include <string>

#include "vm/native.hpp"

namespace fermata::scheme {

using Problem = std::optional<vm::Outcome>;

struct Range {
  std::size_t start = 0, end = 0;
  std::size_t size() const { return end - start; }
};

// The optional arguments [start [end]], start being argument number `argument`.
inline Problem check_range(vm::Machine& m, std::size_t length, std::size_t argument,
                           std::optional<vm::Index> start, std::optional<vm::Index> end,
                           Range& range) {
  const auto between = [](std::size_t low, std::size_t high) {
    return "an index from " + std::to_string(low) + " to " + std::to_string(high);
  };
  const auto as_value = [](std::size_t i) { return vm::Value::fixnum(static_cast<std::int64_t>(i)); };
  range.end = end ? end->value : length;
  range.start = start ? start->value : 0;
  if (range.end > length) {
    // With a bad start as well, the end's lower bound would make no sense.
    const std::size_t low = range.start <= length ? range.start : 0;
    return m.out_of_range(argument + 1, between(low, length), as_value(range.end));
  }
  if (range.start > range.end) {
    // An end below a fitting start is blamed on the end.
    if (end && range.start <= length)
      return m.out_of_range(argument + 1, between(range.start, length), as_value(range.end));
    return m.out_of_range(argument, between(0, range.end), as_value(range.start));
  }
  return std::nullopt;
}

inline Problem check_index(vm::Machine& m, std::size_t length, std::size_t argument,
                           vm::Index index) {
  if (index < length) return std::nullopt;
  return m.bad_index(argument, length, vm::Value::fixnum(static_cast<std::int64_t>(index.value)));
}

// Literals must not change (R7RS 3.4).  Argument 1 is what all mutators change.
template <class T>
Problem check_mutable(vm::Machine& m, const T& object) {
  if (!object.is_immutable()) return std::nullopt;
  return m.error(vm::ConditionKind::immutable,
                 std::string(m.native_name()) +
                     ": argument 1 is a literal constant, which cannot be changed",
                 {vm::value_of(&object)});
}

// Asks for memory and charges for filling it; small requests are not worth asking.
inline Problem check_memory(vm::Machine& m, std::size_t count, std::size_t bytes_each) {
  constexpr std::size_t kSmall = 4096;
  m.charge(count / 16);
  if (count <= kSmall / 16) return std::nullopt;
  if (count > ~std::size_t{0} / 64) return m.out_of_memory(~std::size_t{0} / 64);
  const std::size_t bytes = count * bytes_each;
  if (bytes <= kSmall || m.heap.can_allocate(bytes)) return std::nullopt;
  return m.out_of_memory(bytes);
}

}  // namespace fermata::scheme
