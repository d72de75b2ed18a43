// Flows that come from other stores, in every store: copies, what they do not let anybody do, how
// they grow, and how one becomes a flow that runs.
#include "flow/moving.hpp"

#include <catch2/catch.hpp>

#include "tests/flow/postgres_place.hpp"
#include "tests/flow/store_parts.hpp"

using namespace fermata::flow;

namespace {

// A flow `f` as another store had it, with so many records, all of epoch 5.
FlowRow row_of(Status status, std::int64_t epoch, std::int64_t records) {
  FlowRow row;
  row.id = "f", row.name = "publish", row.program = "-", row.status = status, row.epoch = epoch;
  row.next_seq = records, row.created_at = row.updated_at = 1000, row.waiting = "shop";
  return row;
}
std::vector<Record> records_of(std::int64_t count) {
  std::vector<Record> records = first_records();
  for (std::int64_t i = 2; i < count; ++i)
    records.push_back(record(Event::step_result, "0", i, "write", std::to_string(i)));
  for (std::int64_t i = 0; i < count; ++i)
    records[static_cast<std::size_t>(i)].seq = i, records[static_cast<std::size_t>(i)].epoch = 5,
                                       records[static_cast<std::size_t>(i)].at = 1000;
  return records;
}
std::span<const Record> from(const std::vector<Record>& records, std::size_t n) {
  return std::span(records).subspan(n);
}

void conformance(Store& s) {
  const auto three = records_of(3), five = records_of(5);
  const FlowRow copy = row_of(Status::copy, 5, 3);
  REQUIRE(s.import(copy, three) == Answer::ok);
  FlowRow row;

  SECTION("a copy is looked at, and no more") {
    CHECK(s.load("f").records.size() == 3);
    CHECK(s.claim("f").answer == Answer::busy);
    CHECK(s.deliver("f", answer_to("review", "1")) == Answer::closed);
    std::vector<FlowRow> due;
    REQUIRE(s.due(10, due) == Answer::ok);
    CHECK(due.empty());
    std::size_t removed = 0;
    REQUIRE(s.purge(std::int64_t{1} << 50, 10, removed) == Answer::ok);
    CHECK(removed == 0);
  }
  SECTION("it grows by what follows") {
    REQUIRE(s.extend(row_of(Status::copy, 7, 5), from(five, 3)) == Answer::ok);
    const History h = s.load("f");
    CHECK(h.row.epoch == 7);
    REQUIRE(h.records.size() == 5);
    CHECK(h.records[4].value == "4");
    CHECK(h.records[4].epoch == 5);
    CHECK(s.extend(row_of(Status::copy, 6, 6), from(records_of(6), 5)) == Answer::refused);
  }
  SECTION("when its origin has ended, so has it") {
    REQUIRE(s.extend(row_of(Status::finished, 7, 5), from(five, 3)) == Answer::ok);
    std::size_t removed = 0;
    REQUIRE(s.purge(std::int64_t{1} << 50, 10, removed) == Answer::ok);
    CHECK(removed == 1);
  }
  SECTION("and not by what leaves a gap, or is there already") {
    CHECK(s.extend(row_of(Status::copy, 7, 5), from(five, 4)) == Answer::refused);
    CHECK(s.extend(row_of(Status::copy, 7, 4), from(records_of(4), 2)) == Answer::refused);
    CHECK(s.load("f").records.size() == 3);
  }
  SECTION("promoted it runs, under an epoch that its origin does not reach") {
    CHECK(s.promote("f", 4, next_generation(4)) == Answer::refused);
    REQUIRE(s.promote("f", 5, next_generation(5)) == Answer::ok);
    REQUIRE(s.row("f", row) == Answer::ok);
    CHECK(row.status == Status::running);
    CHECK(row.epoch > 1'000'000'000'000);
    CHECK(s.extend(row_of(Status::copy, 7, 5), from(five, 3)) == Answer::refused);
    CHECK(s.import(row_of(Status::copy, 1'000'000, 5), five) == Answer::refused);
    const Claim mine = s.claim("f");
    REQUIRE(mine.answer == Answer::ok);
    CHECK(mine.epoch > row.epoch);
    const std::vector<Record> more = {record(Event::step_result, "0", 9, "more", "1")};
    CHECK(s.append(appending(mine, 1, more)).answer == Answer::ok);
    REQUIRE(s.beat("f", mine.epoch, "0#1", "1") == Answer::ok);
  }
  SECTION("a newer whole takes its place") {
    REQUIRE(s.import(row_of(Status::copy, 6, 5), five) == Answer::ok);
    CHECK(s.load("f").records.size() == 5);
    CHECK(s.import(copy, three) == Answer::refused);
  }
  SECTION("one that was delegated takes letters, stays so, and gives way when it comes back") {
    REQUIRE(s.promote("f", 5, next_generation(5)) == Answer::ok);
    const Claim mine = s.claim("f");
    Append away = appending(mine, 1, {});
    away.status = Status::delegated, away.waiting = "shop", away.release = true;
    REQUIRE(s.append(away).answer == Answer::ok);
    CHECK(s.claim("f").answer == Answer::busy);
    CHECK(s.deliver("f", answer_to("review", "1")) == Answer::ok);
    const Claim again = s.claim("f", Store::Manner::steal);
    REQUIRE(again.answer == Answer::ok);
    REQUIRE(s.row("f", row) == Answer::ok);
    CHECK(row.status == Status::delegated);
    CHECK(s.import(row_of(Status::copy, 5, 5), five) == Answer::refused);
    REQUIRE(s.import(row_of(Status::copy, next_generation(again.epoch), 5), five) == Answer::ok);
    REQUIRE(s.promote("f", next_generation(again.epoch), 3 * next_generation(5)) == Answer::ok);
    std::vector<Message> inbox;
    REQUIRE(s.inbox("f", 10, inbox) == Answer::ok);
    CHECK(inbox.size() == 1);
  }
  std::vector<Flaw> flaws;
  REQUIRE(s.check(flaws) == Answer::ok);
  for (const Flaw& f : flaws) FAIL(f.rule << " " << f.flow << ": " << f.text);
}

}  // namespace

TEST_CASE("flows move between stores: memory", "[flow][store][moving]") {
  conformance(*make_memory_store());
}

TEST_CASE("flows move between stores: SQLite", "[flow][store][moving]") {
  const Folder folder;
  std::string error;
  const auto store = open_store(folder.path + "/flows.sqlite", {}, error);
  REQUIRE(store != nullptr);
  conformance(*store);
}

TEST_CASE("flows move between stores: PostgreSQL", "[flow][store][moving][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  std::string error;
  const auto store = open_store(place.url(), {}, error);
  INFO(error);
  REQUIRE(store != nullptr);
  conformance(*store);
}
