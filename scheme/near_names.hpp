// Near misses: which of many names somebody may have meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::scheme {

// Steps from one word to the other: a character more, less, another, or two exchanged.
// Anything above `most` is given as most + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

// Keeps the best few of the names that are offered to it.
class NearNames {
 public:
  explicit NearNames(std::string_view wanted);
  void offer(std::string_view name);
  std::vector<std::string> best() const;  // the nearest, at most three

 private:
  struct Found {
    std::size_t distance;
    std::string name;
  };
  std::string wanted_;
  std::size_t most_;
  std::vector<Found> found_;
};

}  // namespace fermata::scheme
