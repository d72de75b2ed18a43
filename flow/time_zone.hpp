// Time zones, for schedules that follow a place's clock: files of the zoneinfo database (RFC 9636).
//
// A zone says by how much its clocks differ from UTC at an instant.  The reverse, the instant at
// which clocks show a time, has no answer when they are put forward and two when they are put back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::flow {

class TimeZone {
 public:
  // "UTC", or a name of the database such as "Europe/Berlin"; null when there is none.
  static std::unique_ptr<TimeZone> find(std::string_view name);
  // From the text of a zoneinfo file; null when it is none.
  static std::unique_ptr<TimeZone> parse(std::string_view file);

  // Seconds that its clocks are ahead of UTC at that second since 1970.
  std::int64_t offset_at(std::int64_t utc) const;
  // The instants at which its clocks show a time, given as seconds since 1970 without a zone: one,
  // none, or two, the first of them first.
  std::vector<std::int64_t> instants_of(std::int64_t wall) const;
  // When clocks are next put forward or back, at the earliest at `from`; `until` when not before.
  std::int64_t next_change(std::int64_t from, std::int64_t until) const;

 private:
  // When a rule of the footer begins in a year: day of year, or month, week and weekday.
  struct Rule {
    char kind = 'M';  // M, J or n
    int month = 0, week = 0, day = 0;
    std::int64_t second = 7200;  // of the local day
    std::int64_t in_year(int year) const;  // local second since 1970
  };
  bool parse_footer(std::string_view text);
  std::int64_t footer_offset(std::int64_t utc) const;

  std::vector<std::int64_t> changes_;  // instants
  std::vector<std::int64_t> offsets_;  // from each of them on
  std::int64_t first_offset_ = 0;      // before all of them
  bool has_footer_ = false, has_summer_ = false;
  std::int64_t standard_ = 0, summer_ = 0;
  Rule begin_, end_;
};

}  // namespace fermata::flow
