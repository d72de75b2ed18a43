// See queueing.hpp.
#include "flow/queueing.hpp"

#include <deque>

namespace fermata::flow {

namespace {

// The flows of one priority: for each key those that wait, and where the key first appeared.
struct Line {
  std::size_t appeared = 0;
  std::deque<const Queued*> waiting;
};

// Whose turn it is: the key with the fewest open flows, of those the one that had none admitted
// for longest, of those the one that waits longest.  Null when none may begin.
Line* next_line(const QueueRule& rule, QueueState& state, std::map<std::string, Line>& lines) {
  Line* best = nullptr;
  std::tuple<std::int64_t, std::int64_t, std::size_t> best_rank;
  for (auto& [key, line] : lines) {
    const QueueState::Key& known = state.keys[key];
    if (line.waiting.empty() || (rule.per_key > 0 && known.open >= rule.per_key)) continue;
    const std::tuple rank{known.open, known.last_admitted, line.appeared};
    if (best == nullptr || rank < best_rank) best = &line, best_rank = rank;
  }
  return best;
}

}  // namespace

std::vector<std::string> next_to_begin(const QueueRule& rule, QueueState state,
                                       const std::vector<Queued>& waiting) {
  std::vector<std::string> ids;
  std::int64_t room = room_in(rule, state);
  std::int64_t latest = 0;
  for (const auto& [key, known] : state.keys) latest = std::max(latest, known.last_admitted);
  for (std::size_t i = 0; i < waiting.size() && room > 0;) {
    std::map<std::string, Line> lines;
    const std::int64_t priority = waiting[i].priority;
    for (; i < waiting.size() && waiting[i].priority == priority; ++i) {
      Line& line = lines[waiting[i].key];
      if (line.waiting.empty()) line.appeared = i;
      line.waiting.push_back(&waiting[i]);
    }
    while (room > 0) {
      Line* const line = next_line(rule, state, lines);
      if (line == nullptr) break;
      QueueState::Key& key = state.keys[line->waiting.front()->key];
      ids.push_back(line->waiting.front()->id);
      line->waiting.pop_front();
      ++key.open, --room;
      key.last_admitted = ++latest;
    }
  }
  return ids;
}

}  // namespace fermata::flow
