#include "repl/profile.hpp"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "scheme/trace_lines.hpp"
#include "vm/backtrace.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

constexpr std::size_t kDeepest = 200;    // frames of a sample; a recursion may have millions
constexpr std::size_t kProfileService = 2;  // slot in Machine::services

double cpu_seconds() {
  timespec t = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

std::string place_text(const Span& span) {
  if (!span.known()) return "";
  const scheme::Place place = scheme::place_of(span);
  return place.file + ":" + std::to_string(place.line);
}

}  // namespace

Profile::Profile(Machine& m) : machine_(m), codes_(m.heap), last_(cpu_seconds()) {
  m.services[kProfileService] = this;
  m.hooks.sample = sample;
}

Profile::~Profile() {
  machine_.hooks.sample = nullptr;
  machine_.services[kProfileService] = nullptr;
}

void Profile::sample(Machine& m) { static_cast<Profile*>(m.services[kProfileService])->take(); }

// One for each code object, whichever closure runs it, for each native, and for each name of
// something inlined.
std::uint32_t Profile::number_of(const TraceFrame& frame) {
  const auto* closure = cast<Closure>(frame.procedure);
  const Value key = closure != nullptr ? value_of(closure->code) : frame.procedure;
  const auto [entry, fresh] =
      numbers_.try_emplace(key.bits(), static_cast<std::uint32_t>(names_.size()));
  if (fresh) {
    codes_.push_back(key);
    std::string name = name_of(machine_, frame);
    if (name.empty())
      name = closure != nullptr && closure->free_count() == 0 && closure->code->required() == 0
                 ? "(top level)"
                 : "(lambda)";
    names_.push_back(std::move(name));
    places_.push_back(closure != nullptr ? place_text(find_span(*closure->code, 0))
                      : frame.inlined    ? "inlined"
                                         : "");
  }
  return entry->second;
}

void Profile::take() {
  GcVector<TraceFrame> frames(machine_.heap);
  frames_running(machine_, frames, kDeepest);
  Stack stack;
  for (const TraceFrame& f : frames)
    if (f.inlined || f.procedure.is_procedure()) stack.push_back(number_of(f));
  const double now = cpu_seconds();
  seconds_[stack] += now - last_;
  last_ = cpu_seconds();  // what the sample took is nobody's
}

std::string Profile::table(std::size_t most) const {
  struct Row {
    std::uint32_t number;
    double self = 0, total = 0;
  };
  std::vector<Row> rows(names_.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i].number = i;
  double all = 0;
  for (const auto& [stack, seconds] : seconds_) {
    all += seconds;
    if (stack.empty()) continue;
    rows[stack.front()].self += seconds;
    for (const std::uint32_t i : std::set<std::uint32_t>(stack.begin(), stack.end()))
      rows[i].total += seconds;
  }
  if (all == 0) return "it was over before the first sample\n";
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.self != b.self ? a.self > b.self : a.total > b.total;
  });
  std::string out = "   self   total  procedure\n";
  for (std::size_t i = 0; i < rows.size() && i < most; ++i) {
    const Row& row = rows[i];
    if (row.total < all / 1000) break;
    char figures[40];
    std::snprintf(figures, sizeof figures, "%5.1f %%  %5.1f %%  ", 100 * row.self / all,
                  100 * row.total / all);
    out += figures + names_[row.number];
    if (!places_[row.number].empty()) out += ", " + places_[row.number];
    out += "\n";
  }
  char sum[60];
  std::snprintf(sum, sizeof sum, "%.3f s\n", all);
  return out + sum;
}

std::string Profile::folded() const {
  std::string out;
  for (const auto& [stack, seconds] : seconds_) {
    for (std::size_t i = stack.size(); i-- > 0;) {
      std::string name = names_[stack[i]];
      std::replace(name.begin(), name.end(), ';', ':');
      std::replace(name.begin(), name.end(), ' ', '_');
      if (!places_[stack[i]].empty()) name += "@" + places_[stack[i]];
      out += name + (i > 0 ? ";" : "");
    }
    out += " " + std::to_string(static_cast<long long>(1e6 * seconds)) + "\n";
  }
  return out;
}

}  // namespace fermata::repl
