// Zones by hand-made files of the zoneinfo format, so that nothing depends on what is installed.
#include "flow/time_zone.hpp"

#include <catch2/catch.hpp>

using namespace fermata::flow;

namespace {

std::string number(std::int64_t n, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(n >> (8 * i) & 0xff);
  return out;
}

struct Change {
  std::int64_t at;
  int kind;
};

std::string part(const std::vector<Change>& changes, const std::vector<std::int64_t>& offsets,
                 int width) {
  std::string out = "TZif2" + std::string(15, '\0');
  for (const std::size_t n : {std::size_t{0}, std::size_t{0}, std::size_t{0}, changes.size(),
                              offsets.size(), std::size_t{4}})
    out += number(static_cast<std::int64_t>(n), 4);
  for (const Change& c : changes) out += number(c.at, width);
  for (const Change& c : changes) out += number(c.kind, 1);
  for (const std::int64_t offset : offsets) out += number(offset, 4) + std::string(2, '\0');
  return out + "ABC" + std::string(1, '\0');
}

std::string file(const std::vector<Change>& changes, const std::vector<std::int64_t>& offsets,
                 const std::string& footer) {
  return part({}, offsets, 4) + part(changes, offsets, 8) + "\n" + footer + "\n";
}

constexpr std::int64_t kHour = 3600;
// 2026-03-29 01:00 and 2026-10-25 01:00 UTC: summer time of the European Union begins and ends.
constexpr std::int64_t kSpring = 1774746000, kAutumn = 1792890000;

std::unique_ptr<TimeZone> middle_europe() {
  return TimeZone::parse(file({}, {kHour}, "CET-1CEST,M3.5.0,M10.5.0/3"));
}

}  // namespace

TEST_CASE("a zone without rules has one offset", "[flow][zone]") {
  const auto utc = TimeZone::find("UTC");
  REQUIRE(utc != nullptr);
  CHECK(utc->offset_at(kSpring) == 0);
  CHECK(utc->instants_of(kSpring) == std::vector<std::int64_t>{kSpring});
  const auto india = TimeZone::parse(file({}, {19800}, "IST-5:30"));
  REQUIRE(india != nullptr);
  CHECK(india->offset_at(0) == 19800);
  const auto named = TimeZone::parse(file({}, {-10800}, "<-03>3"));
  REQUIRE(named != nullptr);
  CHECK(named->offset_at(kSpring) == -10800);
}

TEST_CASE("clocks are put forward and back by the rule of the footer", "[flow][zone]") {
  const auto zone = middle_europe();
  REQUIRE(zone != nullptr);
  CHECK(zone->offset_at(kSpring - 1) == kHour);
  CHECK(zone->offset_at(kSpring) == 2 * kHour);
  CHECK(zone->offset_at(kAutumn - 1) == 2 * kHour);
  CHECK(zone->offset_at(kAutumn) == kHour);
  CHECK(zone->next_change(kSpring - 40000, kSpring + 40000) == kSpring);
}

TEST_CASE("a time that clocks skip has no instant, one they show twice has two", "[flow][zone]") {
  const auto zone = middle_europe();
  const std::int64_t skipped = kSpring + kHour + 1800;   // 02:30 by the wall
  const std::int64_t twice = kAutumn + kHour + 1800;
  CHECK(zone->instants_of(skipped).empty());
  CHECK(zone->instants_of(twice) == std::vector<std::int64_t>{kAutumn - 1800, kAutumn + 1800});
  CHECK(zone->instants_of(kSpring) == std::vector<std::int64_t>{kSpring - kHour});
}

TEST_CASE("summer may span the turn of the year", "[flow][zone]") {
  const auto south = TimeZone::parse(file({}, {36000}, "AEST-10AEDT,M10.1.0,M4.1.0/3"));
  REQUIRE(south != nullptr);
  CHECK(south->offset_at(1767225600) == 39600);  // 2026-01-01
  CHECK(south->offset_at(1782864000) == 36000);  // 2026-07-01
}

TEST_CASE("days may be counted from the first of the year", "[flow][zone]") {
  // From day 60 without the leap day, to day 200 with it.
  const auto odd = TimeZone::parse(file({}, {0}, "AAA0BBB,J60/0,200/0"));
  REQUIRE(odd != nullptr);
  CHECK(odd->offset_at(1709251200 - 1) == 0);     // 2024-03-01, a leap year
  CHECK(odd->offset_at(1709251200) == 3600);
  CHECK(odd->offset_at(1772323200 - 1) == 0);     // 2026-03-01
  CHECK(odd->offset_at(1772323200) == 3600);
}

TEST_CASE("changes listed in the file come before the rule", "[flow][zone]") {
  const auto zone = TimeZone::parse(file({{1000, 1}, {2000, 0}}, {100, 200}, "XXX-1"));
  REQUIRE(zone != nullptr);
  CHECK(zone->offset_at(0) == 100);
  CHECK(zone->offset_at(1000) == 200);
  CHECK(zone->offset_at(1999) == 200);
  CHECK(zone->offset_at(3000) == kHour);
}

TEST_CASE("what is no zone is refused", "[flow][zone]") {
  CHECK(TimeZone::parse("") == nullptr);
  CHECK(TimeZone::parse("TZif2 and then nothing") == nullptr);
  const std::string whole = file({{1000, 1}}, {100, 200}, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (std::size_t n = 0; n + 1 < whole.size(); n += 7)
    CHECK(TimeZone::parse(std::string_view(whole).substr(0, n)) == nullptr);
  CHECK(TimeZone::parse(file({{1, 9}}, {0}, "")) == nullptr);
  CHECK(TimeZone::parse(file({}, {0}, "CET-1CEST,M13.5.0,M10.5.0")) == nullptr);
  CHECK(TimeZone::find("../../etc/passwd") == nullptr);
  CHECK(TimeZone::find("/etc/passwd") == nullptr);
  CHECK(TimeZone::find("Nowhere/Atlantis") == nullptr);
}
