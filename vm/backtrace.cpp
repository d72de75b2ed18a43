#include "vm/backtrace.hpp"

#include "vm/stubs.hpp"

namespace fermata::vm {

namespace {

Span span_at(Value running, const Instruction* pc) {
  const auto* closure = cast<Closure>(running);
  if (closure == nullptr) return {};
  const Code& code = *closure->code;
  const auto word = pc - code.entry();
  if (word <= 0 || static_cast<std::size_t>(word) > code.word_count()) return {};
  return find_span(code, static_cast<std::size_t>(word - 1));
}

}  // namespace

void backtrace(Value trace, GcVector<TraceFrame>& out, std::size_t limit) {
  const auto* k = cast<Kont>(trace);
  for (; k != nullptr; k = k->next) {
    const Value* slots = k->segment->slots();
    const Instruction* pc = k->pc;
    std::size_t at = k->hi;  // where the return pc of the frame above stood
    while (at > k->lo) {
      if (out.size() >= limit) return;
      const std::size_t base = pc[-1] >> 16 & 0xff;
      const std::size_t frame = at + 1 - base;
      const Instruction* place = is_raise_stub(pc) ? pc_of(slots[at - 1]) : pc;
      out.push_back({slots[frame], span_at(slots[frame], place)});
      at = frame - 1;
      pc = pc_of(slots[at]);
    }
  }
}

}  // namespace fermata::vm
