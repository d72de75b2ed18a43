#include "vm/backtrace.hpp"

#include <cstring>

#include "vm/frames.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

namespace {

// The frame of what runs there, after those of the calls inlined in it.
void push_frames(Value running, const Instruction* pc, GcVector<TraceFrame>& out) {
  const auto* closure = cast<Closure>(running);
  const auto word = closure != nullptr ? pc - closure->code->entry() : -1;
  if (word < 0 || static_cast<std::size_t>(word) > closure->code->word_count()) {
    out.push_back({running, {}});
    return;
  }
  const Code& code = *closure->code;
  // Stopped before its first instruction: what that was made for.
  const std::size_t at = word == 0 ? 0 : static_cast<std::size_t>(word - 1);
  auto* text = cast<SourceText>(code.file);
  Span span = find_span(code, at);
  std::uint32_t macro = 0;
  for (std::uint32_t f = find_inlined(code, at); f != 0;) {
    const InlinedEntry e = inlined_entry(code, f);
    const Value name = inlined_name(code, f);
    if (name.is_pair()) {
      if (macro == 0) macro = f;
    } else {
      out.push_back({name, e.is_foreign ? Span{} : span, false, true, &code, macro});
      span = e.end > 0 ? Span{text, e.start, e.end} : Span{};
      macro = 0;
    }
    f = e.below;
  }
  out.push_back({running, span, false, false, &code, macro});
}

// What the call before that return address was a call of, where the instruction says so
// itself: a constant, or a cell.  Else #f.
Value callee_before(Value running, const Instruction* pc) {
  const auto* closure = cast<Closure>(running);
  constexpr std::ptrdiff_t kLength = 4;  // the instruction, its literal, the R word
  if (closure == nullptr || pc - closure->code->entry() < kLength ||
      static_cast<std::size_t>(pc - closure->code->entry()) > closure->code->word_count())
    return kFalse;
  if ((pc[-1] & 0xff) != 0) return kFalse;  // no R word: the callee was in a register
  std::uint64_t bits;
  std::memcpy(&bits, pc - 3, sizeof bits);
  const Value literal = Value::from_bits(bits);
  switch (op_of(pc[-kLength])) {
    case Op::call_global:
      return as<Cell>(literal).value;
    case Op::call_closure:
      return literal;
    default:
      return kFalse;
  }
}

// Whether `callee`, once called, is what runs in the frame of `above`.
bool is_same(Value callee, Value above) {
  if (callee == above) return true;
  const auto* cases = cast<CaseLambda>(callee);
  if (cases == nullptr) return false;
  auto& clauses = as<Vector>(cases->clauses);
  for (std::size_t i = 0; i < clauses.length(); ++i)
    if (clauses.slots()[i] == above) return true;
  return false;
}

// above: what the frame above runs
void frames_below(const Kont* k, Value above, GcVector<TraceFrame>& out, std::size_t limit) {
  each_frame_below(k, [&](const SealedFrame& frame) {
    if (out.size() >= limit) return false;
    const Value running = frame.slots[0];
    // Another procedure runs there than was called: that one made a tail call.
    const Value callee = frame.place == frame.pc ? callee_before(running, frame.pc) : kFalse;
    if ((is<Closure>(callee) || is<CaseLambda>(callee)) && !is_same(callee, above))
      out.push_back({callee, {}, true});
    above = running;
    push_frames(running, frame.place, out);
    return true;
  });
}

}  // namespace

Value macro_uses(Heap& heap, const TraceFrame& frame) {
  GcVector<Value> uses(heap);
  for (std::uint32_t f = frame.macro; f != 0;) {
    const Value name = inlined_name(*frame.code, f);
    if (!name.is_pair()) break;  // the rest is of what it is inlined in
    uses.push_back(name);
    f = inlined_entry(*frame.code, f).below;
  }
  Value list = kNull;
  while (uses.size() > 0) list = heap.cons(uses.pop_back(), list);
  return list;
}

std::string name_of(const Machine& m, const TraceFrame& frame) {
  if (!frame.inlined) return m.procedure_name(frame.procedure);
  const auto* symbol = cast<Symbol>(frame.procedure);
  return symbol != nullptr ? to_utf8(as<String>(symbol->name)) : "";
}

void backtrace(Value trace, GcVector<TraceFrame>& out, std::size_t limit) {
  frames_below(cast<Kont>(trace), kFalse, out, limit);
}

void frames_running(Machine& m, GcVector<TraceFrame>& out, std::size_t limit) {
  const Machine::Running now = m.running();
  push_frames(now.procedure, now.pc, out);
  frames_below(&now.below, now.procedure, out, limit);
}

}  // namespace fermata::vm
