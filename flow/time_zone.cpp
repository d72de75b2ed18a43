// See time_zone.hpp.
#include "flow/time_zone.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace fermata::flow {

namespace {

constexpr std::int64_t kDay = 86400;

// Days since 1970 of a date of the Gregorian calendar (month from 1).
std::int64_t days_of(int year, int month, int day) {
  // Years that begin in March: leap days come last, months have a regular length.
  const std::int64_t y = month > 2 ? year : year - 1;
  const std::int64_t m = month > 2 ? month - 3 : month + 9;
  const std::int64_t century = (y >= 0 ? y : y - 99) / 100;
  const std::int64_t leap = (y >= 0 ? y : y - 3) / 4 - century + (century >= 0 ? century : century - 3) / 4;
  return y * 365 + leap + (m * 153 + 2) / 5 + day - 1 - 719468;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

int year_of(std::int64_t second) {
  const std::int64_t days = floor_divide(second, kDay);
  int year = static_cast<int>(1970 + floor_divide(days * 400, 146097));
  while (days_of(year, 1, 1) > days) --year;
  while (days_of(year + 1, 1, 1) <= days) ++year;
  return year;
}

// Big-endian numbers of a zoneinfo file.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}
  bool has(std::size_t n) const { return rest_.size() >= n; }
  std::int64_t number(std::size_t bytes) {
    if (!has(bytes)) return failed_ = true, 0;
    // Signed: the first bit of the first byte counts down.
    std::int64_t n = static_cast<signed char>(rest_[0]);
    for (std::size_t i = 1; i < bytes; ++i) n = n * 256 + static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(bytes);
    return n;
  }
  void skip(std::size_t n) {
    if (!has(n)) failed_ = true, n = rest_.size();
    rest_.remove_prefix(n);
  }
  std::string_view rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Header {
  std::size_t is_utc, is_standard, leaps, times, types, letters;
};

bool read_header(Bytes& in, Header& h, int& version) {
  if (!in.rest().starts_with("TZif") || !in.has(44)) return false;
  version = in.rest()[4] == '\0' ? 1 : in.rest()[4] - '0';
  in.skip(20);
  for (std::size_t* field : {&h.is_utc, &h.is_standard, &h.leaps, &h.times, &h.types, &h.letters}) {
    const std::int64_t n = in.number(4);
    if (n < 0 || n > 100000) return false;
    *field = static_cast<std::size_t>(n);
  }
  return true;
}

// The parts of a footer such as "CET-1CEST,M3.5.0,M10.5.0/3".
class Footer {
 public:
  explicit Footer(std::string_view rest) : rest_(rest) {}
  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool name() {
    if (take('<')) {
      const auto end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    std::size_t n = 0;
    while (n < rest_.size() && ((rest_[n] | 32) >= 'a' && (rest_[n] | 32) <= 'z')) ++n;
    rest_.remove_prefix(n);
    return n >= 3;
  }
  bool number(int& n) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
    if (error != std::errc()) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }
  // [+-]hh[:mm[:ss]] as seconds.
  bool time(std::int64_t& seconds) {
    const bool minus = take('-');
    if (!minus) take('+');
    seconds = 0;
    std::int64_t unit = 3600;
    do {
      int n = 0;
      if (unit == 0 || !number(n)) return false;
      seconds += n * unit;
      unit = unit == 3600 ? 60 : unit == 60 ? 1 : 0;
    } while (take(':'));
    if (minus) seconds = -seconds;
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::int64_t TimeZone::Rule::in_year(int year) const {
  if (kind == 'J') {  // 1 to 365, without the leap day
    const int leap = is_leap(year) && day >= 60 ? 1 : 0;
    return (days_of(year, 1, 1) + day - 1 + leap) * kDay + second;
  }
  if (kind == 'n') return (days_of(year, 1, 1) + day) * kDay + second;
  const std::int64_t first = days_of(year, month, 1);
  const std::int64_t weekday = (first + 4) % 7;  // 1970 began on a Thursday
  std::int64_t date = first + (day - weekday + 7) % 7 + (week - 1) * 7;
  const std::int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
  while (date >= next) date -= 7;
  return date * kDay + second;
}

bool TimeZone::parse_footer(std::string_view text) {
  if (text.empty()) return true;
  Footer in(text);
  if (!in.name() || !in.time(standard_)) return false;
  standard_ = -standard_;  // written as what is to be added to get UTC
  has_footer_ = true;
  if (in.at_end()) return true;
  if (!in.name()) return false;
  summer_ = standard_ + 3600;
  if (!in.next_is(',')) {
    if (!in.time(summer_)) return false;
    summer_ = -summer_;
  }
  has_summer_ = true;
  for (Rule* rule : {&begin_, &end_}) {
    if (!in.take(',')) return false;
    if (in.take('M')) {
      if (!in.number(rule->month) || !in.take('.') || !in.number(rule->week) || !in.take('.') ||
          !in.number(rule->day))
        return false;
      if (rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 ||
          rule->day < 0 || rule->day > 6)
        return false;
    } else {
      rule->kind = in.take('J') ? 'J' : 'n';
      if (!in.number(rule->day)) return false;
    }
    if (in.take('/') && !in.time(rule->second)) return false;
  }
  return in.at_end();
}

std::unique_ptr<TimeZone> TimeZone::parse(std::string_view file) {
  Bytes in(file);
  Header h;
  int version = 1;
  if (!read_header(in, h, version)) return nullptr;
  std::size_t width = 4;
  if (version >= 2) {  // the first part has the times that fit 32 bits; the second has all
    in.skip(h.times * 5 + h.types * 6 + h.letters + h.leaps * 8 + h.is_standard + h.is_utc);
    if (!read_header(in, h, version)) return nullptr;
    width = 8;
  }
  auto zone = std::make_unique<TimeZone>();
  for (std::size_t i = 0; i < h.times; ++i) zone->changes_.push_back(in.number(width));
  std::vector<std::size_t> kinds;
  for (std::size_t i = 0; i < h.times; ++i)
    kinds.push_back(static_cast<std::size_t>(in.number(1) & 0xff));
  std::vector<std::int64_t> offsets;
  for (std::size_t i = 0; i < h.types; ++i) {
    offsets.push_back(in.number(4));
    in.skip(2);
  }
  in.skip(h.letters + h.leaps * (width + 4) + h.is_standard + h.is_utc);
  if (in.failed() || offsets.empty()) return nullptr;
  zone->first_offset_ = offsets[0];
  for (const std::size_t kind : kinds) {
    if (kind >= offsets.size()) return nullptr;
    zone->offsets_.push_back(offsets[kind]);
  }
  if (width == 8) {
    std::string_view rest = in.rest();
    if (rest.size() < 2 || rest.front() != '\n') return nullptr;
    rest.remove_prefix(1);
    const auto end = rest.find('\n');
    if (end == std::string_view::npos || !zone->parse_footer(rest.substr(0, end))) return nullptr;
  }
  return zone;
}

std::unique_ptr<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return std::make_unique<TimeZone>();
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '/' || c == '_' || c == '-' || c == '+';
  });
  if (!fits || name.empty() || name.front() == '/') return nullptr;
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? parse(text.str()) : nullptr;
}

std::int64_t TimeZone::footer_offset(std::int64_t utc) const {
  if (!has_summer_) return standard_;
  const int year = year_of(utc + standard_);
  const std::int64_t begin = begin_.in_year(year) - standard_;
  const std::int64_t end = end_.in_year(year) - summer_;
  const bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
  return summer ? summer_ : standard_;
}

std::int64_t TimeZone::offset_at(std::int64_t utc) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), utc);
  if (after == changes_.end() && has_footer_) return footer_offset(utc);
  if (after == changes_.begin()) return first_offset_;
  return offsets_[static_cast<std::size_t>(after - changes_.begin()) - 1];
}

std::vector<std::int64_t> TimeZone::instants_of(std::int64_t wall) const {
  std::vector<std::int64_t> found;
  for (const std::int64_t offset : {offset_at(wall - kDay), offset_at(wall + kDay)}) {
    const std::int64_t instant = wall - offset;
    if (offset_at(instant) == offset && (found.empty() || found[0] != instant))
      found.push_back(instant);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::int64_t TimeZone::next_change(std::int64_t from, std::int64_t until) const {
  // Two changes are never less than some hours apart: look hourly, then halve.
  const std::int64_t before = offset_at(from - 1);
  for (std::int64_t t = from; t <= until; t += 3600) {
    if (offset_at(t) == before) continue;
    std::int64_t low = std::max(from, t - 3600), high = t;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (offset_at(middle) == before)
        low = middle + 1;
      else
        high = middle;
    }
    return high;
  }
  return until;
}

}  // namespace fermata::flow
