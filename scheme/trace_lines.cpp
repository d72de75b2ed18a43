#include "scheme/trace_lines.hpp"

#include "scheme/span_value.hpp"
#include "vm/machine.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kMostRead = 10000;  // frames looked at; deeper recursion is cut

bool is_machinery(const TraceFrame& f, const std::string& name) {
  if (f.left) {  // told of the program's own procedures only
    const auto* closure = cast<Closure>(f.procedure);
    const auto* text = closure != nullptr ? cast<SourceText>(closure->code->file) : nullptr;
    return text == nullptr || text->is_carried();
  }
  if (f.span.known() && !f.span.text->is_carried()) return false;
  return name.empty() || name.front() == '%';
}

bool is_refused(const TraceFrame& f, const Condition* about) {
  const auto* first = about != nullptr ? cast<Pair>(about->irritants) : nullptr;
  return f.left && first != nullptr && about->condition_kind() == ConditionKind::arity &&
         f.procedure == first->car;
}

// A form at top level is a procedure without a name that takes nothing and captures nothing.
bool is_top_level(const TraceFrame& f) {
  const auto* c = cast<Closure>(f.procedure);
  return c != nullptr && c->code->name == kFalse && c->free_count() == 0;
}

// Below the program's own frames stands what runs programs: nothing a user wants to see.
std::size_t without_runner(const GcVector<TraceFrame>& frames) {
  std::size_t count = frames.size();
  const auto is_own = [](const TraceFrame& f) {
    return !f.span.known() || f.span.text->is_carried();
  };
  while (count > 0 && is_own(frames[count - 1])) --count;
  return count;
}

}  // namespace

std::string Place::text() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Place place_of(const Span& span) {
  const Position p = position_of(span.text->view(), span.start);
  return {to_utf8(as<String>(span.text->name)), p.line, p.column};
}

std::string FrameLine::text() const {
  std::string out = !name.empty() ? "in " + name : top_level ? "at top level" : "in a lambda";
  if (!place.file.empty()) out += ", " + place.text();
  if (left) out += " (left by a tail call)";
  if (times > 1) out += " (" + std::to_string(times) + " times)";
  return out;
}

Value trace_of(Value raised, Value trace) {
  const auto* c = cast<Condition>(raised);
  return c != nullptr && c->trace != kFalse ? c->trace : trace;
}

void read_frames(Value raised, Value trace, GcVector<TraceFrame>& frames) {
  backtrace(trace_of(raised, trace), frames, kMostRead);
}

ErrorPlace place_of_error(Heap& heap, Value raised, GcVector<TraceFrame>& frames) {
  const auto* c = cast<Condition>(raised);
  if (c != nullptr && c->span.is_true()) return {span_from(c->span), macros_of(c->span)};
  ErrorPlace own;
  for (const TraceFrame& f : frames) {
    if (!f.span.known()) continue;
    if (!f.span.text->is_carried()) return {f.span, macro_uses(heap, f)};
    if (!own.span.known()) own.span = f.span;
  }
  return own;
}

std::vector<FrameLine> frame_lines(Machine& m, GcVector<TraceFrame>& frames,
                                   const Condition* about) {
  std::vector<FrameLine> lines;
  const TraceFrame* last = nullptr;
  const std::size_t count = without_runner(frames);
  for (std::size_t i = 0; i < count; ++i) {
    const TraceFrame& f = frames[i];
    const std::string name = name_of(m, f);
    if (is_machinery(f, name) || (i == 0 && is_refused(f, about))) continue;
    const bool same = last != nullptr && last->procedure == f.procedure && last->left == f.left && last->inlined == f.inlined &&
                      last->span.text == f.span.text && last->span.start == f.span.start;
    last = &f;
    if (same) {
      ++lines.back().times;
      continue;
    }
    const bool shown = f.span.known() && !f.span.text->is_carried();
    lines.push_back({name, i + 1 == count && is_top_level(f), shown ? place_of(f.span) : Place{},
                     f.left});
  }
  return lines;
}

std::vector<std::string> texts_of(const std::vector<FrameLine>& lines, std::size_t most) {
  std::vector<std::string> texts;
  const bool cut = most >= 2 && lines.size() > most;
  const std::size_t head = cut ? most / 2 : lines.size();
  const std::size_t tail = cut ? lines.size() - (most - head - 1) : lines.size();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == head && cut) texts.push_back("... " + std::to_string(tail - head) + " more");
    if (i < head || i >= tail) texts.push_back(lines[i].text());
  }
  return texts;
}

}  // namespace fermata::scheme
