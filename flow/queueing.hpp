// Which flows of a queue begin next: the same for every store.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "flow/store.hpp"

namespace fermata::flow {

struct Queued {
  std::string id, key;
  std::int64_t priority = 0;
};

// What is known of the flows of a queue that have begun.
struct QueueState {
  struct Key {
    std::int64_t open = 0;
    std::int64_t last_admitted = 0;
  };
  std::int64_t open = 0;           // in all
  std::int64_t begun_lately = 0;   // within the window of the rate
  std::map<std::string, Key> keys;
};

// How many more may begin now, whatever their keys.
inline std::int64_t room_in(const QueueRule& rule, const QueueState& state) {
  std::int64_t room = std::numeric_limits<std::int64_t>::max();
  if (rule.limit > 0) room = std::min(room, rule.limit - state.open);
  if (rule.rate > 0) room = std::min(room, rule.rate - state.begun_lately);
  return std::max<std::int64_t>(room, 0);
}

// waiting: by falling priority, then the oldest first.
std::vector<std::string> next_to_begin(const QueueRule& rule, QueueState state,
                                       const std::vector<Queued>& waiting);

}  // namespace fermata::flow
