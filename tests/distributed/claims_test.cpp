// A7: processes that all look for work in one store, with a lease so short that it runs out under
// them.  What each believes to own, a flow under an epoch, no other believed.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "tests/flow/postgres_place.hpp"
#include "tests/flow/store_parts.hpp"

using namespace fermata::flow;
using namespace std::chrono_literals;

namespace {

const bool is_long = std::getenv("FERMATA_LONG_TESTS") != nullptr;
const int kProcesses = is_long ? 8 : 4, kFlows = is_long ? 10000 : 300;

std::unique_ptr<Store> opened(const std::string& url) {
  std::string error;
  StoreOptions options;
  options.lease_ms = 100;
  auto store = open_store(url, std::move(options), error);
  INFO(error);
  REQUIRE(store != nullptr);
  return store;
}

// Claims whatever is to be had, at times too slowly, and ends it, until nothing is left.  Writes
// what it got.
void work(const std::string& url, int number, const std::string& file) {
  const auto store = opened(url);
  std::ofstream got(file);
  std::mt19937 random(static_cast<unsigned>(number));
  for (int idle = 0; idle < 20;) {
    std::vector<FlowRow> rows;
    if (store->due(20, rows) != Answer::ok) continue;
    if (rows.empty()) {
      ++idle;
      std::this_thread::sleep_for(20ms);
      continue;
    }
    idle = 0;
    for (const FlowRow& row : rows) {
      const Claim claim = store->claim(row.id);
      if (claim.answer != Answer::ok) continue;
      got << claim.id << ' ' << claim.epoch << std::endl;
      if (random() % 30 == 0) std::this_thread::sleep_for(150ms);
      const std::vector<Record> end = {record(Event::finished, "0", 0, "publish", "1")};
      Append append = appending(claim, 1, end);
      append.status = Status::finished;
      store->append(append);
    }
  }
}

void claim_all(const std::string& url) {
  const Folder folder;
  {
    const auto store = opened(url);
    const std::vector<Creation> some(100, {{"", "publish", "-"}, first_records()});
    for (int made = 0; made < kFlows; made += 100)
      for (const Claim& c : store->create_all(some)) store->release(c.id, c.epoch);
  }
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      work(url, i, folder.path + "/" + std::to_string(i));
    } catch (...) {
      _exit(1);  // the child must not go on with the test
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  std::set<std::string> claims, flows;
  int count = 0, working = 0;
  for (int i = 0; i < kProcesses; ++i) {
    std::ifstream got(folder.path + "/" + std::to_string(i));
    int of_this = 0;
    for (std::string line; std::getline(got, line); ++count, ++of_this)
      claims.insert(line), flows.insert(line.substr(0, line.find(' ')));
    working += of_this > 0;
  }
  CHECK(static_cast<int>(claims.size()) == count);  // no flow twice under one epoch
  CHECK(static_cast<int>(flows.size()) == kFlows);
  CHECK(count > kFlows);  // some were taken over
  CHECK(working > 1);
  const auto store = opened(url);
  std::vector<Flaw> flaws;
  CHECK(store->check(flaws) == Answer::ok);
  for (const Flaw& f : flaws) FAIL(f.rule << " " << f.flow << " " << f.text);
  if (is_long) WARN(count << " claims of " << kFlows << " flows by " << kProcesses << " processes");
}

}  // namespace

TEST_CASE("A7: no two processes get a flow under one epoch", "[flow][store]") {
  const Folder folder;
  claim_all("sqlite:" + folder.path + "/flows.sqlite");
}

TEST_CASE("A7: no two processes get a flow of a PostgreSQL under one epoch",
          "[flow][store][postgres]") {
  const PostgresPlace place;
  if (place) claim_all(place.url());
}
