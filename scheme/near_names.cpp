// Edit distance by the usual table, three rows of it: a row looks back two for exchanges.
#include "scheme/near_names.hpp"

#include <algorithm>

namespace fermata::scheme {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most) return most + 1;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    if (*std::min_element(now.begin(), now.end()) > most) return most + 1;
    before.swap(last);
    last.swap(now);
  }
  return std::min(last[b.size()], most + 1);
}

NearNames::NearNames(std::string_view wanted)
    : wanted_(wanted), most_(wanted.size() <= 2 ? 0 : wanted.size() <= 5 ? 1 : 2) {}

void NearNames::offer(std::string_view name) {
  const std::size_t distance = edit_distance(wanted_, name, most_);
  if (distance == 0 || distance > most_) return;
  const auto same = [&](const Found& f) { return f.name == name; };
  if (std::any_of(found_.begin(), found_.end(), same)) return;
  found_.push_back({distance, std::string(name)});
}

std::vector<std::string> NearNames::best() const {
  std::vector<Found> sorted = found_;
  std::sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.name < b.name;
  });
  // One that is nearer makes the others unlikely.
  while (!sorted.empty() && sorted.back().distance > sorted.front().distance) sorted.pop_back();
  if (sorted.size() > 3) sorted.resize(3);
  std::vector<std::string> names;
  for (const Found& f : sorted) names.push_back(f.name);
  return names;
}

}  // namespace fermata::scheme
