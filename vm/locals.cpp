#include "vm/locals.hpp"

#include "vm/frames.hpp"

namespace fermata::vm {

namespace {

// The vector of tables, or null.
Vector* tables_of(const Code& code) {
  auto* const frames = cast<Vector>(code.frames);
  if (frames == nullptr) return nullptr;
  const std::size_t inlined =
      as<Bytevector>(frames->slots()[1]).length() / sizeof(InlinedEntry);
  return frames->length() > 2 + inlined ? cast<Vector>(frames->slots()[2 + inlined]) : nullptr;
}

// In front of `list`: the variables of a table, whose places count from `base`.
Value with_table(Heap& heap, Vector& table, const Value* base, Value list) {
  for (std::size_t i = 1; i + 1 < table.length(); i += 2) {
    const std::int64_t place = table.slots()[i + 1].fixnum();
    Value value = base[place >> 1];
    if (place & 1) {
      const auto* const box = cast<Box>(value);
      if (box == nullptr) continue;  // not made yet
      value = box->value;
    }
    list = heap.cons(heap.cons(table.slots()[i], value), list);
  }
  return list;
}

}  // namespace

void locals_below(Heap& heap, Value trace, GcVector<FrameLocals>& out, std::size_t limit) {
  each_frame_below(cast<Kont>(trace), [&](const SealedFrame& frame) {
    if (out.size() >= limit) return false;
    auto* const closure = cast<Closure>(frame.slots[0]);
    Vector* const tables = closure != nullptr ? tables_of(*closure->code) : nullptr;
    if (tables == nullptr) return true;
    const auto word = frame.place - closure->code->entry();
    Value list = kNull;
    for (const std::int64_t wanted : {std::int64_t{-1}, static_cast<std::int64_t>(word)})
      for (std::size_t i = 0; i < tables->length(); ++i) {
        auto& table = as<Vector>(tables->slots()[i]);
        if (table.slots()[0].fixnum() == wanted)
          list = with_table(heap, table, wanted < 0 ? closure->free() : frame.slots, list);
      }
    out.push_back({frame.slots[0],
                   find_span(*closure->code, static_cast<std::size_t>(word) - 1), list});
    return true;
  });
}

}  // namespace fermata::vm
