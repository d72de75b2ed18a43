// See text.hpp.
#include "flow/text.hpp"

#include <algorithm>

#include "flow/owner.hpp"

namespace fermata::flow {

std::string span_text(std::int64_t ms) {
  struct Unit {
    std::int64_t ms;
    const char* name;
  };
  constexpr Unit kUnits[] = {
      {86400000, "day"}, {3600000, "hour"}, {60000, "minute"}, {1000, "second"}};
  for (const Unit& u : kUnits)
    if (ms >= u.ms) {
      const std::int64_t n = ms / u.ms;
      return std::to_string(n) + " " + u.name + (n == 1 ? "" : "s");
    }
  return "moments";
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}
std::string padded(std::string_view text, std::size_t columns) {
  std::string out(text);
  for (std::size_t w = width(text); w < columns; ++w) out += ' ';
  return out;
}
std::string shortened(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  std::size_t end = 0, seen = 0;
  while (end < text.size() && seen < columns - 3) {
    ++end;
    while (end < text.size() && (text[end] & 0xc0) == 0x80) ++end;
    ++seen;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string state_text(const FlowRow& row, std::int64_t now_ms) {
  if (row.status != Status::running) return std::string(status_name(row.status));
  const bool owned = !row.owner.empty() && row.lease_until >= now_ms && !owner_is_gone(holder(row));
  return owned ? "running" : "interrupted";
}

}  // namespace fermata::flow
