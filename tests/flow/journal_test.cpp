// Replay against a history: what matches, and how each kind of difference is told.
// Also: the table in docs/journal-format.md says what events.def says.
#include "flow/journal.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "flow/commands.hpp"

using namespace fermata::flow;

namespace {

Record record(Event event, std::string strand, std::int64_t ordinal, std::string name,
              std::int64_t hash = 0, std::string value = "") {
  Record r;
  r.event = event, r.position = {std::move(strand), ordinal}, r.name = std::move(name);
  r.hash = hash, r.value = std::move(value);
  return r;
}

// A flow with this history, taken over from whoever wrote it.
struct Taken {
  std::unique_ptr<Store> store = make_memory_store();
  std::unique_ptr<Journal> journal;

  explicit Taken(std::vector<Record> history) {
    history.insert(history.begin(), {record(Event::program, "0", 0, "-"),
                                     record(Event::started, "0", 0, "f", 7, "1")});
    const Claim made = store->create({"f", "f", "-"}, history);
    store->release("f", made.epoch);
    take();
  }
  void take() {
    const Claim claim = store->claim("f", Store::Manner::steal);
    REQUIRE(claim.answer == Answer::ok);
    journal = std::make_unique<Journal>(*store, claim, store->load("f"));
  }
};

const Position p1{"0", 1}, p2{"0", 2}, p3{"0", 3};

}  // namespace

TEST_CASE("a replay finds each step's value, then goes on", "[flow][journal]") {
  Taken t({record(Event::step_intent, "0", 1, "a"),
           record(Event::step_result, "0", 1, "a", 0, "10"),
           record(Event::step_failed, "0", 2, "b", 5, "(raised x)")});
  Journal& j = *t.journal;
  CHECK_FALSE(j.is_replayed());
  CHECK(j.ask(p1, Operation::step, "a", 0).kind == Found::recorded);
  CHECK(j.next_event()->value == "10");
  CHECK(j.ask(p2, Operation::step, "b", 5).kind == Found::recorded);
  CHECK(j.next_event()->event == Event::step_failed);
  CHECK(j.is_replayed());
  CHECK(j.ends_here());
  CHECK(j.ask(p3, Operation::step, "c", 0).kind == Found::fresh);
  CHECK(j.problem().empty());
}

TEST_CASE("a step that only began is in doubt", "[flow][journal]") {
  Taken t({record(Event::step_intent, "0", 1, "a")});
  CHECK(t.journal->ask(p1, Operation::step, "a", 0).kind == Found::open);
}

TEST_CASE("every difference from the history is a mismatch", "[flow][journal]") {
  Taken t({record(Event::step_result, "0", 1, "charge", 5, "10"),
           record(Event::suspended, "0", 2, "review")});
  Journal& j = *t.journal;
  const auto told = [&](std::string_view part) {
    INFO(j.problem());
    CHECK(j.problem().find(part) != std::string::npos);
  };
  SECTION("another name") {
    CHECK(j.ask(p1, Operation::step, "refund", 5).kind == Found::mismatch);
    told("history: 2  0#1  step-result charge -> 10");
    told("program: 0#1  step refund");
  }
  SECTION("another operation") {
    CHECK(j.ask(p1, Operation::suspend, "charge", 5).kind == Found::mismatch);
    told("program: 0#1  suspend charge");
  }
  SECTION("other arguments") {
    CHECK(j.ask(p1, Operation::step, "charge", 6).kind == Found::mismatch);
    told("with other arguments");
  }
  SECTION("something new before the history is over") {
    CHECK(j.ask({"0.1", 1}, Operation::step, "charge", 5).kind == Found::mismatch);
    told("program: 0.1#1  step charge");
  }
  SECTION("the end before the history is over") {
    CHECK(j.ask(p1, Operation::step, "charge", 5).kind == Found::recorded);
    CHECK_FALSE(j.ends_here());
    told("history: 3  0#2  suspended review");
    told("program: has nothing more to do");
  }
  SECTION("the same place twice") {
    CHECK(j.ask(p1, Operation::step, "charge", 5).kind == Found::recorded);
    CHECK(j.ask(p1, Operation::step, "charge", 5).kind == Found::mismatch);
  }
  SECTION("after one, everything is one; the first is told") {
    CHECK(j.ask(p1, Operation::step, "refund", 5).kind == Found::mismatch);
    CHECK(j.ask(p2, Operation::suspend, "review", 0).kind == Found::mismatch);
    CHECK(j.next_event() == nullptr);
    told("refund");
  }
}

TEST_CASE("answers enter in the order of the journal", "[flow][journal]") {
  Taken t({record(Event::branches, "0", 1, "parallel"), record(Event::suspended, "0.1", 1, "a"),
           record(Event::suspended, "0.2", 1, "b"), record(Event::resumed, "0.2", 1, "b", 0, "2"),
           record(Event::step_result, "0.2", 2, "late"),
           record(Event::resumed, "0.1", 1, "a", 0, "1")});
  Journal& j = *t.journal;
  const auto ask_first_three = [&] {
    j.ask(p1, Operation::branches, "parallel", 0);
    j.ask({"0.1", 1}, Operation::suspend, "a", 0);
    j.ask({"0.2", 1}, Operation::suspend, "b", 0);
  };
  SECTION("as they came") {
    ask_first_three();
    CHECK(j.next_event()->value == "2");
    CHECK(j.ask({"0.2", 2}, Operation::step, "late", 0).kind == Found::recorded);
    CHECK(j.next_event()->name == "late");
    CHECK(j.next_event()->value == "1");
    CHECK(j.next_event() == nullptr);
    CHECK(j.problem().empty());
    CHECK(j.is_replayed());
  }
  SECTION("not before what led to them was asked for") {
    j.ask(p1, Operation::branches, "parallel", 0);
    CHECK(j.next_event() == nullptr);
    CHECK(j.problem().find("waits without having come there") != std::string::npos);
  }
  SECTION("and the second not before what the first one led to") {
    ask_first_three();
    CHECK(j.next_event() != nullptr);
    CHECK(j.next_event() == nullptr);
    CHECK(j.problem().find("late") != std::string::npos);
  }
}

TEST_CASE("what was added is in the store after the commit, in one append", "[flow][journal]") {
  Taken t({});
  t.journal->add(Event::step_result, p1, "a", 3, "10");
  t.journal->add(Event::step_intent, p2, "b", 0, "");
  CHECK(t.journal->has_pending());
  CHECK(t.store->load("f").records.size() == 2);
  REQUIRE(t.journal->commit() == Answer::ok);
  const History h = t.store->load("f");
  REQUIRE(h.records.size() == 4);
  CHECK(h.records[2].op == h.records[3].op);
  t.take();
  CHECK(t.journal->ask(p1, Operation::step, "a", 3).kind == Found::recorded);
  CHECK(t.journal->ask(p2, Operation::step, "b", 0).kind == Found::open);
}

TEST_CASE("a journal that another took over cannot commit", "[flow][journal]") {
  Taken t({});
  t.store->claim("f", Store::Manner::steal);
  t.journal->add(Event::step_result, p1, "a", 3, "10");
  CHECK(t.journal->commit() == Answer::fenced);
  CHECK(t.store->load("f").records.size() == 2);
}

TEST_CASE("a journal that heard nothing for long asks before it lets anybody act",
          "[flow][journal]") {
  Taken t({});
  std::int64_t now = 1000;
  const Claim claim = t.store->claim("f", Store::Manner::steal);
  Journal j(*t.store, claim, t.store->load("f"), [&] { return now; });
  CHECK_FALSE(j.is_stale());
  now += t.store->trust_ms() + 1;
  CHECK(j.is_stale());
  CHECK(j.commit() == Answer::ok);
  CHECK_FALSE(j.is_stale());
  now += t.store->trust_ms() + 1;
  t.store->claim("f", Store::Manner::steal);
  CHECK(j.commit() == Answer::fenced);
}

TEST_CASE("a message is consumed by the append that records it", "[flow][journal]") {
  Taken t({record(Event::suspended, "0", 1, "review")});
  t.store->deliver("f", {"m1", Letter::answer, p1, "review", "yes"});
  REQUIRE(t.journal->commit({Status::running, "", "", false}) == Answer::ok);
  CHECK(t.journal->has_mail());
  std::vector<Message> messages;
  const auto fetch = [&] {
    messages.clear();
    REQUIRE(t.store->inbox("f", t.journal->mail_to_ask(1), messages) == Answer::ok);
    t.journal->take_mail(1, messages);
  };
  fetch();
  REQUIRE(messages.size() == 1);
  t.journal->consume("m1");
  fetch();
  CHECK(messages.empty());
  CHECK_FALSE(t.journal->has_mail());
  CHECK(t.store->load("f").inbox.size() == 1);
  t.journal->add(Event::resumed, p1, "review", 0, "yes");
  REQUIRE(t.journal->commit() == Answer::ok);
  CHECK_FALSE(t.journal->has_mail());
  CHECK(t.store->load("f").inbox.empty());
}

TEST_CASE("open waits are those without an answer", "[flow][journal]") {
  const std::vector<Record> records = {
      record(Event::suspended, "0.1", 1, "a"), record(Event::suspended, "0.2", 1, "b"),
      record(Event::resumed, "0.1", 1, "a", 0, "1"), record(Event::suspended, "0.1", 2, "a")};
  const auto waits = Journal::open_waits(records);
  REQUIRE(waits.size() == 2);
  CHECK(waits[0].name == "b");
  CHECK(waits[1].position == Position{"0.1", 2});
}

TEST_CASE("list and show tell the state at a glance", "[flow]") {
  Taken t({record(Event::step_result, "0", 1, "write", 0, "\"draft\""),
           record(Event::branches, "0", 2, "parallel", 0, "(1 2 (review spelling))"),
           record(Event::suspended, "0.1", 1, "approval"),
           record(Event::step_result, "0.2", 1, "spelling", 0, "ok")});
  t.journal->commit({Status::suspended, "approval", "", true});
  const std::int64_t now = t.store->load("f").row.created_at + 125000;
  const Shown list = list_text(*t.store, now);
  CHECK(list.fine);
  CHECK(list.text ==
        "ID  FLOW  STATE      WAITS FOR  STARTED\n"
        "f   f     suspended  approval   2 minutes ago\n"
        "1 flow in memory:\n");
  const Shown show = show_text(*t.store, "f", now);
  CHECK(show.fine);
  CHECK(show.text.find("f: flow f, suspended, waits for approval") == 0);
  CHECK(show.text.find("did       write            \"draft\"") != std::string::npos);
  CHECK(show.text.find("forked    parallel         review spelling") != std::string::npos);
  CHECK(show.text.find("WAITS     approval") != std::string::npos);
  CHECK(show.text.find("fermata flow resume f VALUE") != std::string::npos);
  CHECK_FALSE(show_text(*t.store, "nobody", now).fine);
}

// ---- the document ------------------------------------------------------------------------
namespace {

std::string document() {
  for (const char* folder : {"", "../", "../../", "../../../"}) {
    std::ifstream in(std::string(folder) + "docs/journal-format.md");
    if (in) return {std::istreambuf_iterator<char>(in), {}};
  }
  return "";
}

}  // namespace

TEST_CASE("docs/journal-format.md lists the records and states of events.def", "[flow][docs]") {
  const std::string text = document();
  REQUIRE_FALSE(text.empty());
  std::string rows;
  const auto expect = [&](const std::string& row) {
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  };
#define EVENT(number, enumerator, name, name_field, value_field) \
  expect("| " #number " | `" name "` | " name_field " | " value_field " |\n");
#define STATUS(number, enumerator, name) expect("| " #number " | `" name "` |");
#include "flow/events.def"
#undef EVENT
#undef STATUS
}

// The numbers were computed from docs/journal-format.md, by another program.
TEST_CASE("a checksum is what the journal format says, and finds each changed field", "[flow]") {
  Record r = record(Event::step_result, "0.2", 5, "charge", 99, "(paid 42)");
  r.seq = 7, r.epoch = 2, r.op = 3, r.at = 1700000000000;
  constexpr std::int64_t kSum = -924948594054689200, kOnceSum = 991969323595077379;
  CHECK(checksum("order-1", r) == kSum);
  for (const std::int64_t sum : {kSum, kOnceSum}) {
    CHECK(is_intact("order-1", r, sum));
    CHECK_FALSE(is_intact("order-1", r, sum + 1));
    CHECK_FALSE(is_intact("order-2", r, sum));
    const auto is_found = [&](auto change) {
      Record other = r;
      change(other);
      return !is_intact("order-1", other, sum);
    };
    CHECK(is_found([](Record& o) { ++o.seq; }));
    CHECK(is_found([](Record& o) { ++o.epoch; }));
    CHECK(is_found([](Record& o) { ++o.op; }));
    CHECK(is_found([](Record& o) { ++o.at; }));
    CHECK(is_found([](Record& o) { ++o.hash; }));
    CHECK(is_found([](Record& o) { o.event = Event::step_failed; }));
    CHECK(is_found([](Record& o) { ++o.position.ordinal; }));
    CHECK(is_found([](Record& o) { o.position.strand = "0.3"; }));
    CHECK(is_found([](Record& o) { o.value = "(paid 43)"; }));
    // As much text, with another border between two fields.
    CHECK(is_found([](Record& o) { o.name = "charge(", o.value = "paid 42)"; }));
  }
}
