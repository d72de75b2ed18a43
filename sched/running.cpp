#include "sched/running.hpp"

#include <algorithm>

#include "vm/stubs.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::size_t kMostFrames = 100'000;

// Where the instructions of a code were made for: within these offsets of its file.
struct Range {
  SourceText* text = nullptr;
  std::uint32_t start = 0, end = 0;
  bool holds(const Range& other) const {
    return text != nullptr && text == other.text && start <= other.start && other.end <= end;
  }
};

Range range_of(const Code& code) {
  Range range;
  for (std::size_t word = 0; word <= code.word_count(); ++word) {
    const Span span = find_span(code, word);
    if (!span.known()) continue;
    if (range.text == nullptr) range = {span.text, span.start, span.end};
    range.start = std::min(range.start, span.start);
    range.end = std::max(range.end, span.end);
  }
  return range;
}

class Codes {
 public:
  explicit Codes(Machine& m) : codes_(m.heap) {}

  void add_procedure(Value procedure) {
    if (auto* closure = cast<Closure>(procedure)) {
      add(*closure->code);
    } else if (auto* cases = cast<CaseLambda>(procedure)) {
      auto& clauses = as<Vector>(cases->clauses);
      for (std::size_t i = 0; i < clauses.length(); ++i) add_procedure(clauses.slots()[i]);
    }
  }
  bool has(const Code& code) {
    return std::find(codes_.begin(), codes_.end(), &code) != codes_.end();
  }

 private:
  // With the lambdas inside: nested code, or closures made while compiling.  The latter may
  // also be procedures from elsewhere, which lie outside of the text.
  void add(Code& outer) {
    const Range range = range_of(outer);
    if (has(outer)) return;
    codes_.push_back(&outer);
    for (std::size_t done = codes_.size() - 1; done < codes_.size(); ++done) {
      auto* constants = cast<Vector>(codes_[done]->constants);
      if (constants == nullptr) continue;
      for (std::size_t i = 0; i < constants->length(); ++i) {
        const Value v = constants->slots()[i];
        if (auto* code = cast<Code>(v)) {
          if (!has(*code)) codes_.push_back(code);
        } else if (auto* closure = cast<Closure>(v)) {
          if (!has(*closure->code) && range.holds(range_of(*closure->code)))
            codes_.push_back(closure->code);
        }
      }
    }
  }

  GcVector<Code*> codes_;
};

}  // namespace

Value trace_of(Machine& m, const Fiber& f) {
  const Task& task = *f.task;
  if (task.segment == nullptr) return kFalse;
  const auto hi = static_cast<std::uint32_t>(task.fp - 1);
  const Instruction* pc = pc_of(task.segment->slots()[hi]);
  const auto lo = static_cast<std::uint32_t>(task.lo);
  Kont* k = hi == lo ? task.kont
                     : &m.heap.make<Kont>(task.segment, lo, hi, pc, task.kont, task.dynamic, kFalse,
                                          kFalse);
  return k != nullptr ? value_of(k) : kFalse;
}

void read_frames(Machine& m, const Fiber& f, GcVector<TraceFrame>& out, std::size_t limit) {
  if (const Value trace = trace_of(m, f); trace != kFalse) backtrace(trace, out, limit);
}

bool runs_any(Machine& m, const Fiber& f, Value procedures) {
  if (f.is_over() || f.task->segment == nullptr) return false;
  Codes codes(m);
  for (; procedures.is_pair(); procedures = procedures.pair()->cdr)
    codes.add_procedure(procedures.pair()->car);
  const auto runs = [&](Value procedure) {
    const auto* closure = cast<Closure>(procedure);
    return closure != nullptr && codes.has(*closure->code);
  };
  if (runs(f.task->segment->slots()[f.task->fp])) return true;  // between two instructions
  GcVector<TraceFrame> frames(m.heap);
  read_frames(m, f, frames, kMostFrames);
  m.charge(frames.size());
  return std::any_of(frames.begin(), frames.end(),
                     [&](const TraceFrame& frame) { return !frame.left && runs(frame.procedure); });
}

}  // namespace fermata::sched
