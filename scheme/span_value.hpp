// A place in a text as a value: what conditions and environments keep.
#pragma once

#include "vm/source_map.hpp"

namespace fermata::scheme {

// `macros`: list of (name . place), what made what stands there.
inline vm::Value span_value(vm::Heap& heap, vm::Span span, vm::Value macros) {
  if (!span.known()) return vm::kFalse;
  return vm::value_of(&heap.make<vm::SpanObject>(vm::value_of(span.text),
                                                 vm::Value::fixnum(span.start),
                                                 vm::Value::fixnum(span.end), macros));
}
inline vm::Value span_value(vm::Heap& heap, vm::Span span) {
  vm::GcVector<vm::Value> uses(heap);
  for (const vm::Inlined* in = span.within; in != nullptr && in->is_macro(); in = in->site.within)
    uses.push_back(in->name);
  vm::Value macros = vm::kNull;
  while (uses.size() > 0) macros = heap.cons(uses.pop_back(), macros);
  return span_value(heap, span, macros);
}
// Requires: made by span_value.
inline vm::Span span_from(vm::Value v) {
  if (!v.is_true()) return {};
  const auto& s = vm::as<vm::SpanObject>(v);
  return {&vm::as<vm::SourceText>(s.text), static_cast<std::uint32_t>(s.start.fixnum()),
          static_cast<std::uint32_t>(s.end.fixnum())};
}
inline vm::Value macros_of(vm::Value v) {
  return v.is_true() ? vm::as<vm::SpanObject>(v).macros : vm::kNull;
}

}  // namespace fermata::scheme
