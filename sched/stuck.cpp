#include "sched/stuck.hpp"

#include <algorithm>
#include <vector>

#include "sched/place.hpp"
#include "sched/running.hpp"
#include "sched/waiting.hpp"
#include "vm/string.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

std::string text_of(Machine& m, Value v) {
  if (const auto* s = cast<Symbol>(v)) return to_utf8(as<String>(s->name));
  if (const auto* s = cast<String>(v)) return to_utf8(*s);
  return m.describe(v);
}

std::string named(Machine& m, const Fiber& f) {
  std::string text = "task " + std::to_string(f.id);
  if (f.name != kFalse) text += " " + text_of(m, f.name);
  return text;
}

std::string object_text(Machine& m, Value what) {
  if (const auto* q = cast<WaitQueue>(what)) return q->name == kFalse ? "a wait queue" : text_of(m, q->name);
  if (const auto* s = cast<Scheduler>(what)) {
    return s->name == kFalse ? "the tasks of a scheduler" : "the tasks of scheduler " + text_of(m, s->name);
  }
  if (auto* cases = cast<Vector>(what)) {  // of place-select!
    std::string text;
    for (std::size_t i = 1; i + 1 < cases->length(); i += 2) {
      const Value a = cases->slots()[i], b = cases->slots()[i + 1];
      const Place* p = place_of(a == kTrue ? b : a);
      if (p == nullptr && a != kNull) continue;
      const std::string name =
          p == nullptr ? "a time" : object_text(m, a == kTrue ? value_of(p->takers) : a);
      if ((", " + text + ",").find(", " + name + ",") == std::string::npos) {
        text += (text.empty() ? "" : ", ") + name;
      }
    }
    return text.empty() ? "nothing" : "one of: " + text;
  }
  if (what.is_pair()) {  // several
    std::string text;
    for (; what.is_pair(); what = what.pair()->cdr) {
      text += (text.empty() ? "" : " or ") + object_text(m, what.pair()->car);
    }
    return text;
  }
  return what == kFalse ? "task-wake" : text_of(m, what);
}

const Fiber* holder_of(const Fiber& f) {
  const auto* q = cast<WaitQueue>(f.waits_on);
  return q != nullptr ? cast<Fiber>(q->holder) : nullptr;
}

// Ids of the fibers of a cycle of holders that f is in, from f on; empty: none.
std::vector<std::uint32_t> cycle_from(const Fiber& f) {
  std::vector<std::uint32_t> ids{f.id};
  for (const Fiber* next = holder_of(f); next != nullptr && next->state == State::parked;
       next = holder_of(*next)) {
    if (next == &f) return ids;
    if (std::find(ids.begin(), ids.end(), next->id) != ids.end()) return {};
    ids.push_back(next->id);
  }
  return {};
}

// Empty for what no program has: libraries that we carry.
std::string place_of(const TraceFrame& frame) {
  if (!frame.span.known()) return {};
  const std::string file = to_utf8(as<String>(frame.span.text->name));
  if (file.starts_with("fermata:")) return {};
  const Position at = position_of(frame.span.text->view(), frame.span.start);
  return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace

std::string place_of(Machine& m, const Fiber& f) {
  GcVector<TraceFrame> frames(m.heap);
  read_frames(m, f, frames, 64);
  for (const TraceFrame& frame : frames) {
    if (std::string place = place_of(frame); !place.empty()) return place;
  }
  return {};
}

std::vector<std::string> places_of(Machine& m, const Fiber& f, std::size_t limit) {
  GcVector<TraceFrame> frames(m.heap);
  read_frames(m, f, frames, 64);
  std::vector<std::string> lines;
  for (const TraceFrame& frame : frames) {
    const std::string place = place_of(frame);
    if (place.empty() || lines.size() == limit) continue;
    const std::string name = name_of(m, frame);
    lines.push_back(name.empty() ? "at " + place : "in " + name + " at " + place);
  }
  return lines;
}

std::string wait_text(Machine& m, const Fiber& f) { return named(m, f) + " " + wait_clause(m, f); }

std::string wait_clause(Machine& m, const Fiber& f) {
  std::string text = "waits for " + object_text(m, f.waits_on);
  if (const Fiber* holder = holder_of(f)) text += ", held by " + named(m, *holder);
  if (const std::string place = place_of(m, f); !place.empty()) text += ", at " + place;
  return text;
}

std::string stuck_report(Engine& e, const Scheduler* s) {
  std::vector<std::pair<std::uint32_t, std::string>> lines;
  std::vector<std::uint32_t> cycle;
  e.fibers.for_each([&](const Fiber& f) {
    if (f.state != State::parked || (s != nullptr && f.scheduler != s)) return;
    lines.emplace_back(f.id, wait_text(e.machine, f));
    if (cycle.empty()) cycle = cycle_from(f);
  });
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& [id, line] : lines) text += line + "\n";
  if (!cycle.empty()) {
    text += "in a circle:";
    for (const std::uint32_t id : cycle) text += " task " + std::to_string(id) + " waits for";
    text += " task " + std::to_string(cycle.front()) + "\n";
  }
  return text;
}

}  // namespace fermata::sched
