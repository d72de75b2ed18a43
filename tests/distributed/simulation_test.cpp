// A15: whole fleets by seed; what they must keep, and that a rule left out is noticed.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/distributed/fleet.hpp"
#include "tests/flow/postgres_place.hpp"

using namespace fermata::flow;

namespace {

int workers_of(unsigned seed) { return 2 + static_cast<int>(seed % 5); }

}  // namespace

TEST_CASE("A15: simulated fleets lose nothing, double nothing, and come to the end",
          "[flow][simulation]") {
  const unsigned seeds = std::getenv("FERMATA_LONG_TESTS") != nullptr ? 1000000 : 10000;
  for (unsigned seed = 1; seed <= seeds; ++seed)
    if (const std::string problem = Fleet(seed, Defect::none, workers_of(seed)).run(); !problem.empty())
      FAIL("seed " << seed << ": " << problem);
}

TEST_CASE("A15: simulated fleets on PostgreSQL", "[flow][simulation][postgres]") {
  const unsigned seeds = std::getenv("FERMATA_LONG_TESTS") != nullptr ? 300 : 4;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    const PostgresPlace place;
    if (!place) return;
    const auto open = [&](StoreOptions options) {
      std::string error;
      auto store = open_store(place.url(), std::move(options), error);
      INFO(error);
      REQUIRE(store != nullptr);
      return store;
    };
    const std::string problem = Fleet(seed, Defect::none, workers_of(seed), open).run();
    if (!problem.empty()) FAIL("seed " << seed << ": " << problem);
    std::vector<Flaw> flaws;
    StoreOptions anybody;
    REQUIRE(open(anybody)->check(flaws) == Answer::ok);
    for (const Flaw& f : flaws) FAIL("seed " << seed << ": " << f.rule << " " << f.text);
  }
}

TEST_CASE("A15: the simulation notices each rule that is left out", "[flow][simulation]") {
  for (int defect = 1; defect <= kDefects; ++defect) {
    unsigned seed = 1;
    while (seed <= 10000 && Fleet(seed, static_cast<Defect>(defect), workers_of(seed)).run().empty())
      ++seed;
    INFO("defect " << defect);
    CHECK(seed <= 10000);
  }
}
