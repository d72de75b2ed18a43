// A place in a text as a value: what conditions and environments keep.
#pragma once

#include "vm/source_map.hpp"

namespace fermata::scheme {

inline vm::Value span_value(vm::Heap& heap, vm::Span span) {
  if (!span.known()) return vm::kFalse;
  return vm::value_of(&heap.make<vm::SpanObject>(
      vm::value_of(span.text), vm::Value::fixnum(span.start), vm::Value::fixnum(span.end)));
}
// Requires: made by span_value.
inline vm::Span span_from(vm::Value v) {
  if (!v.is_true()) return {};
  const auto& s = vm::as<vm::SpanObject>(v);
  return {&vm::as<vm::SourceText>(s.text), static_cast<std::uint32_t>(s.start.fixnum()),
          static_cast<std::uint32_t>(s.end.fixnum())};
}

}  // namespace fermata::scheme
