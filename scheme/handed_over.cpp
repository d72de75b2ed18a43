// See handed_over.hpp.
#include "scheme/handed_over.hpp"

#include <algorithm>
#include <cstring>

#include "scheme/report.hpp"
#include "scheme/span_value.hpp"
#include "scheme/trace_lines.hpp"
#include "vm/code.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kMostRead = 1000;  // frames looked at

bool is_own(const Code& code) {
  const auto* text = cast<SourceText>(code.file);
  return text == nullptr || text->is_carried();
}

// The procedure that the instruction goes on as, where the instruction itself says so; or #f.
Value tail_callee(const Instruction* at) {
  const Op op = op_of(*at);
  if (op != Op::tail_call_global && op != Op::tail_call_closure) return kFalse;
  std::uint64_t bits;
  std::memcpy(&bits, at + 1, sizeof bits);
  const Value literal = Value::from_bits(bits);
  return op == Op::tail_call_global ? as<Cell>(literal).value : literal;
}

struct Places {
  Span named, only, body;
  std::size_t count = 0;
};

// message: begins with the name of who raised it, often.
Places places_in(Machine& m, const Code& code, const std::string& message) {
  Places found;
  auto* const map = cast<Bytevector>(code.source);
  auto* const text = cast<SourceText>(code.file);
  if (map == nullptr || text == nullptr) return found;
  for (std::size_t at = 0; at + sizeof(SourceMapEntry) <= map->length(); at += sizeof(SourceMapEntry)) {
    SourceMapEntry e;
    std::memcpy(&e, map->bytes() + at, sizeof e);
    if (e.end == 0 || find_inlined(code, e.word) != 0) continue;
    const Span span{text, e.start, e.end};
    if (!found.body.known()) found.body = span;
    found.body.start = std::min(found.body.start, e.start);
    found.body.end = std::max(found.body.end, e.end);
    const Value callee = tail_callee(code.entry() + e.word);
    const auto* const closure = cast<Closure>(callee);
    if (closure == nullptr || !is_own(*closure->code)) continue;
    ++found.count;
    found.only = span;
    const std::string name = m.procedure_name(callee);
    if (!name.empty() && message.starts_with(name)) found.named = span;
  }
  return found;
}

bool lacks_place(Machine& m, Value raised) {
  const auto* const c = cast<Condition>(raised);
  if (c == nullptr || c->span.is_true()) return false;
  GcVector<TraceFrame> frames(m.heap);
  read_frames(raised, kFalse, frames);
  const Span known = place_of_error(m.heap, raised, frames).span;
  return !known.known() || known.text->is_carried();
}

}  // namespace

void place_here(Machine& m, Value raised) {
  if (!lacks_place(m, raised)) return;
  GcVector<TraceFrame> frames(m.heap);
  frames_running(m, frames, kMostRead);
  const ErrorPlace found = place_of_error(m.heap, raised, frames);
  if (found.span.known() && !found.span.text->is_carried())
    as<Condition>(raised).span = span_value(m.heap, found.span, found.macros);
}

void place_near(Machine& m, Value raised, Value procedure) {
  const auto* const closure = cast<Closure>(procedure);
  if (closure == nullptr || is_own(*closure->code) || !lacks_place(m, raised)) return;
  const Places found = places_in(m, *closure->code, condition_text(m, raised));
  as<Condition>(raised).span = span_value(m.heap, found.named.known() ? found.named
                               : found.count == 1  ? found.only
                                                   : found.body);
}

}  // namespace fermata::scheme
