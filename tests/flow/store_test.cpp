// One suite for every store: what docs/durability.md promises of appends, claims and the inbox.
#include "flow/store.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "tests/flow/postgres_place.hpp"
#include "tests/flow/store_parts.hpp"

using namespace fermata::flow;

namespace {

// What a suite gets: two owners (two processes, as it were) of one store, and their clock.
struct Pair {
  std::int64_t now = 1000000;
  bool gone = false;  // the first owner's process has ended
  std::chrono::milliseconds news{0};  // how long they may take
  std::unique_ptr<Store> a, b;
};

StoreOptions options_for(Pair& p, const std::string& owner) {
  StoreOptions o;
  o.owner = owner, o.lease_ms = 15000;
  o.now = [&p] { return p.now; };
  o.is_gone = [&p](std::string_view name) { return p.gone && name == "first"; };
  return o;
}

void conformance(Pair& p) {
  Store &a = *p.a, &b = *p.b;
  const auto start = first_records();
  const Claim made = a.create({"", "publish", "-"}, start);
  REQUIRE(made.answer == Answer::ok);
  REQUIRE(made.id.starts_with("publish-"));
  REQUIRE(made.epoch == 1);
  REQUIRE(made.next_seq == 2);

  const std::vector<Holding> held = {{made.id, made.epoch}};
  const std::vector<Record> more = {record(Event::step_result, "0", 1, "write", "\"draft\"")};

  SECTION("records come back as they were written, numbered without a gap") {
    REQUIRE(a.append(appending(made, 2, more)).answer == Answer::ok);
    const History h = b.load(made.id);
    REQUIRE(h.answer == Answer::ok);
    REQUIRE(h.records.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(h.records[i].seq == static_cast<std::int64_t>(i));
    CHECK(h.records[2].event == Event::step_result);
    CHECK(h.records[2].position == Position{"0", 1});
    CHECK(h.records[2].name == "write");
    CHECK(h.records[2].value == "\"draft\"");
    CHECK(h.records[2].epoch == 1);
    CHECK(h.row.next_seq == 3);
    CHECK(h.row.status == Status::running);
  }
  SECTION("texts of every kind survive") {
    auto odd = more;
    odd[0].value = std::string("a\0b\n\xc3\xa9\xf0\x9f\x8e\xbc", 10);
    odd[0].name = "n\xc3\xa4me with 'quotes'";
    odd[0].hash = (std::int64_t{1} << 60) - 1;
    REQUIRE(a.append(appending(made, 2, odd)).answer == Answer::ok);
    const History h = b.load(made.id);
    REQUIRE(h.answer == Answer::ok);
    CHECK(h.records[2].value == odd[0].value);
    CHECK(h.records[2].name == odd[0].name);
    CHECK(h.records[2].hash == odd[0].hash);
  }
  SECTION("an append has any number of records") {
    Append next = appending(made, 2, more);
    for (std::size_t count = 1; count <= 6; ++count) {
      std::vector<Record> some(count, more[0]);
      for (std::size_t i = 0; i < count; ++i) some[i].value = std::to_string(10 * count + i);
      next.records = some;
      REQUIRE(a.append(next).answer == Answer::ok);
      next.seq += static_cast<std::int64_t>(count), ++next.op;
      const History h = b.load(made.id, next.seq - static_cast<std::int64_t>(count));
      REQUIRE(h.answer == Answer::ok);
      REQUIRE(h.records.size() == count);
      for (std::size_t i = 0; i < count; ++i) CHECK(h.records[i].value == some[i].value);
    }
  }
  SECTION("a flow that goes on waits for nothing any more") {
    Append wait = appending(made, 2, more);
    wait.status = Status::suspended, wait.waiting = "review", wait.note = "later";
    wait.wake_at = 4000, wait.release = true;
    REQUIRE(a.append(wait).answer == Answer::ok);
    const Claim taken = b.claim(made.id);
    REQUIRE(b.deliver(made.id, answer_to("review", "1")) == Answer::ok);
    const Appended done = b.append(appending(taken, 1, more));
    CHECK(done.answer == Answer::ok);
    CHECK(done.mail);
    const FlowRow row = a.load(made.id).row;
    CHECK(row.status == Status::running);
    CHECK(row.waiting.empty());
    CHECK(row.note.empty());
    CHECK(row.wake_at == 0);
    CHECK(row.owner == b.owner());
    CHECK(row.attempts == 0);
  }
  SECTION("an append repeated because its answer was lost is recognised") {
    REQUIRE(a.append(appending(made, 2, more)).answer == Answer::ok);
    CHECK(a.append(appending(made, 2, more)).answer == Answer::duplicate);
    CHECK(b.load(made.id).records.size() == 3);
  }
  SECTION("it is recognised even when another has taken the flow over since") {
    REQUIRE(a.append(appending(made, 2, more)).answer == Answer::ok);
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    CHECK(a.append(appending(made, 2, more)).answer == Answer::duplicate);
    CHECK(b.load(made.id).records.size() == 3);
  }
  SECTION("an append of another op at a place already written is fenced") {
    REQUIRE(a.append(appending(made, 2, more)).answer == Answer::ok);
    CHECK(a.append(appending(made, 3, more)).answer == Answer::fenced);
  }
  SECTION("an append that skips a number is fenced") {
    auto skipping = appending(made, 2, more);
    skipping.seq = 5;
    CHECK(a.append(skipping).answer == Answer::fenced);
    CHECK(b.load(made.id).records.size() == 2);
  }
  SECTION("an append under an old epoch is fenced, and changes nothing") {
    const Claim stolen = b.claim(made.id, Store::Manner::steal);
    REQUIRE(stolen.answer == Answer::ok);
    CHECK(stolen.epoch == 2);
    auto stale = appending(made, 2, more);
    stale.status = Status::finished;
    CHECK(a.append(stale).answer == Answer::fenced);
    CHECK(b.load(made.id).records.size() == 2);
    CHECK(b.load(made.id).row.status == Status::running);
    CHECK(b.append(appending(stolen, 1, more)).answer == Answer::ok);
  }
  SECTION("of appends that are refused together each tells of its own flow") {
    const Claim other = a.create({"", "mail", "-"}, start), third = a.create({"", "f", "-"}, start);
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    Append end = appending(other, 2, more);
    end.status = Status::finished;
    REQUIRE(a.append(end).answer == Answer::ok);
    Append late = appending(other, 3, more);
    late.seq = 3;
    const std::vector<Append> all = {appending(made, 2, more), appending(third, 2, more), late};
    const auto done = a.append_all(all);
    CHECK(done[0].answer == Answer::fenced);
    CHECK(done[0].problem == made.id + " was taken over by another process");
    CHECK(done[1].answer == Answer::ok);
    CHECK(done[1].problem.empty());
    CHECK(done[2].answer == Answer::closed);
    CHECK(done[2].problem == other.id + " is finished");
    CHECK(a.append(all[0]).problem == done[0].problem);
  }
  SECTION("an append without records is fenced by the epoch as well") {
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    CHECK(a.append(appending(made, 2, {})).answer == Answer::fenced);
  }
  SECTION("a living owner is not disturbed until its lease is over") {
    CHECK(b.claim(made.id).answer == Answer::busy);
    p.now += 14000;
    CHECK(b.claim(made.id).answer == Answer::busy);
    p.now += 1001;
    CHECK(b.claim(made.id).answer == Answer::ok);
    CHECK(a.append(appending(made, 2, more)).answer == Answer::fenced);
  }
  SECTION("a flow that is handed over is its heir's alone for the length of a lease") {
    auto last = appending(made, 2, more);
    last.release = true, last.heir = "second";
    REQUIRE(a.append(last).answer == Answer::ok);
    const FlowRow handed = b.load(made.id).row;
    CHECK(holder(handed) == "second");
    CHECK(handed.epoch == made.epoch + 1);
    // Who gave it away can neither write nor take it again, nor is it offered to them.
    auto late = appending(made, 3, more);
    late.seq = handed.next_seq;
    CHECK(a.append(late).answer == Answer::fenced);
    CHECK(a.renew(held) == Answer::ok);
    CHECK(a.claim(made.id).answer == Answer::busy);
    std::vector<FlowRow> of_a, of_b;
    REQUIRE(a.due(10, of_a) == Answer::ok);
    REQUIRE(b.due(10, of_b) == Answer::ok);
    CHECK(of_a.empty());
    REQUIRE(of_b.size() == 1);
    SECTION("the heir takes it at once") {
      const Claim taken = b.claim(made.id);
      REQUIRE(taken.answer == Answer::ok);
      CHECK(taken.epoch == made.epoch + 2);
      CHECK(b.claim(made.id).answer == Answer::busy);
      CHECK(b.append(appending(taken, 1, more)).answer == Answer::ok);
    }
    SECTION("when the heir does not come, anybody may have it") {
      p.now += 15001;
      CHECK(a.claim(made.id).answer == Answer::ok);
    }
    SECTION("the append is recognised when its answer was lost") {
      CHECK(a.append(last).answer == Answer::duplicate);
      CHECK(b.load(made.id).row.epoch == made.epoch + 1);
    }
  }
  SECTION("who lets go of a flow did not die of it") {
    for (int i = 0; i < 3; ++i) REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    const Claim taken = b.claim(made.id, Store::Manner::steal);
    CHECK(b.load(made.id).row.attempts >= 4);
    auto down = appending(taken, 1, {});
    down.release = true;
    REQUIRE(b.append(down).answer == Answer::ok);
    CHECK(b.load(made.id).row.attempts == 0);
  }
  SECTION("a flow that has ended is handed to nobody") {
    auto last = appending(made, 2, more);
    last.status = Status::finished, last.release = true, last.heir = "second";
    REQUIRE(a.append(last).answer == Answer::ok);
    CHECK(b.load(made.id).row.owner.empty());
  }
  SECTION("what others wrote is heard of") {
    const auto hears = [&] {
      const auto until = std::chrono::steady_clock::now() + p.news;
      while (!b.changed()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      return true;
    };
    b.changed();
    if (p.news.count() > 0) hears();  // that it listens from now on
    CHECK_FALSE(b.changed());
    Append letting_go = appending(made, 2, more);
    letting_go.release = true;
    REQUIRE(a.append(letting_go).answer == Answer::ok);
    CHECK(hears());
    CHECK_FALSE(b.changed());
    REQUIRE(b.deliver(made.id, answer_to("review", "1")) == Answer::ok);
    CHECK(b.changed());  // for the worker that runs beside who delivered it
  }
  SECTION("queues tell how many flows wait in them, and since when") {
    for (const char* queue : {"mail", "mail", "print"}) {
      p.now += 1000;
      REQUIRE(a.create({"", "publish", "-", queue}, start).answer == Answer::ok);
    }
    std::vector<Backlog> found;
    REQUIRE(b.queues(found) == Answer::ok);
    REQUIRE(found.size() == 2);
    CHECK((found[0].queue == "mail" && found[0].flows == 2 && found[0].waited_ms == 2000));
    CHECK((found[1].queue == "print" && found[1].flows == 1 && found[1].waited_ms == 0));
  }
  SECTION("an owner whose process has ended is replaced at once") {
    p.gone = true;
    CHECK(b.claim(made.id).answer == Answer::ok);
  }
  SECTION("renewing prolongs a lease, and so does an append") {
    p.now += 10000;
    REQUIRE(a.renew(held) == Answer::ok);
    p.now += 10000;
    CHECK(b.claim(made.id).answer == Answer::busy);
    REQUIRE(a.append(appending(made, 2, more)).answer == Answer::ok);
    p.now += 10000;
    CHECK(b.claim(made.id).answer == Answer::busy);
    p.now += 10000;
    CHECK(b.claim(made.id).answer == Answer::ok);
  }
  SECTION("renewing does not bring back what another took") {
    p.now += 20000;
    const Claim taken = b.claim(made.id);
    REQUIRE(taken.answer == Answer::ok);
    REQUIRE(a.renew(held) == Answer::ok);
    CHECK(b.load(made.id).row.owner == "second");
  }
  SECTION("what an owner has without knowing is not renewed") {
    p.now += 10000;
    const std::vector<Holding> others = {{"another", 1}, {made.id, made.epoch + 1}};
    REQUIRE(a.renew(others) == Answer::ok);
    p.now += 10000;
    CHECK(b.claim(made.id).answer == Answer::ok);
  }
  SECTION("a released flow can be claimed by anybody") {
    auto last = appending(made, 2, more);
    last.release = true;
    last.status = Status::suspended;
    last.waiting = "review";
    REQUIRE(a.append(last).answer == Answer::ok);
    CHECK(b.load(made.id).row.owner.empty());
    CHECK(b.load(made.id).row.waiting == "review");
    const Claim taken = b.claim(made.id);
    CHECK(taken.answer == Answer::ok);
    CHECK(taken.next_seq == 3);
    CHECK(a.release(made.id, made.epoch) == Answer::ok);  // old epoch: nothing happens
    CHECK(b.load(made.id).row.owner == "second");
    CHECK(b.release(made.id, taken.epoch) == Answer::ok);
    CHECK(a.claim(made.id).answer == Answer::ok);
  }
  SECTION("a closed flow takes neither append nor claim nor message") {
    const std::vector<Record> end = {record(Event::cancelled, "0", 0, "publish", "\"no\"")};
    auto last = appending(made, 2, end);
    last.status = Status::cancelled;
    REQUIRE(a.append(last).answer == Answer::ok);
    CHECK(a.append(last).answer == Answer::duplicate);
    auto later = appending(made, 3, more);
    later.seq = 3;
    CHECK(a.append(later).answer == Answer::closed);
    CHECK(b.claim(made.id).answer == Answer::closed);
    CHECK(b.claim(made.id, Store::Manner::steal).answer == Answer::closed);
    CHECK(b.deliver(made.id, answer_to("review", "1")) == Answer::closed);
    CHECK(b.load(made.id).row.owner.empty());
  }
  SECTION("a message waits in the inbox until an append consumes it") {
    CHECK(b.deliver(made.id, answer_to("review", "yes")) == Answer::ok);
    CHECK(a.load(made.id).inbox.size() == 1);
    CHECK(a.load(made.id).inbox[0].body == "yes");
    CHECK(a.load(made.id).inbox[0].to == Position{"0", 1});
    auto first = appending(made, 2, more);
    const Appended told = a.append(first);
    CHECK(told.answer == Answer::ok);
    CHECK(told.mail);
    const std::vector<std::string> consumed = {"answer:0#1"};
    auto second = appending(made, 3, more);
    second.seq = 3;
    second.consumed = consumed;
    CHECK_FALSE(a.append(second).mail);
    CHECK(a.load(made.id).inbox.empty());
  }
  SECTION("an inbox is read in parts: a cancellation first, then what is oldest") {
    const auto ids = [&](std::size_t limit) {
      std::vector<Message> messages;
      CHECK(a.inbox(made.id, limit, messages) == Answer::ok);
      std::string text;
      for (const Message& m : messages) text += m.id + " ";
      return text;
    };
    for (const char* id : {"z", "y", "x"})
      CHECK(b.deliver(made.id, {id, Letter::signal, {"0", 0}, "s", "1"}) == Answer::ok);
    const std::string cancel(kCancelMessage);
    CHECK(b.deliver(made.id, {cancel, Letter::cancel, {"0", 0}, cancel, "1"}) == Answer::ok);
    CHECK(b.deliver(made.id, {"w", Letter::signal, {"0", 0}, "s", "1"}) == Answer::ok);
    CHECK(ids(0) == "");
    CHECK(ids(1) == "cancel ");
    CHECK(ids(3) == "cancel z y ");
    CHECK(ids(9) == "cancel z y x w ");
    Append append = appending(made, 2, more);
    const std::vector<std::string> taken = {"cancel", "y"};
    append.consumed = taken;
    CHECK(a.append(append).mail);
    CHECK(ids(2) == "z x ");
  }
  SECTION("the row of a flow is read without its history") {
    FlowRow row;
    REQUIRE(b.row(made.id, row) == Answer::ok);
    CHECK(row.id == made.id);
    CHECK(row.next_seq == made.next_seq);
    CHECK(b.row("nobody", row) == Answer::missing);
  }
  SECTION("a message delivered twice is one message; another under its id is refused") {
    CHECK(b.deliver(made.id, answer_to("review", "yes")) == Answer::ok);
    CHECK(b.deliver(made.id, answer_to("review", "yes")) == Answer::duplicate);
    CHECK(b.deliver(made.id, answer_to("review", "no")) == Answer::refused);
    CHECK(b.deliver(made.id, answer_to("legal", "no", 2)) == Answer::ok);
    CHECK(a.load(made.id).inbox.size() == 2);
    CHECK(a.load(made.id).inbox[1].tag == "legal");
  }
  SECTION("a fenced append consumes nothing") {
    REQUIRE(b.deliver(made.id, answer_to("review", "yes")) == Answer::ok);
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    const std::vector<std::string> consumed = {"answer:0#1"};
    auto stale = appending(made, 2, more);
    stale.consumed = consumed;
    REQUIRE(a.append(stale).answer == Answer::fenced);
    CHECK(b.load(made.id).inbox.size() == 1);
  }
  SECTION("what is not there is missing") {
    std::string text;
    CHECK(a.load("nobody").answer == Answer::missing);
    CHECK(a.claim("nobody").answer == Answer::missing);
    CHECK(a.deliver("nobody", answer_to("review", "1")) == Answer::missing);
    CHECK(a.get_program("none", text) == Answer::missing);
    CHECK_FALSE(a.error().empty());
  }
  SECTION("the list is newest first, and filtered") {
    p.now += 1;
    const Claim other = b.create({"", "order", "-"}, start);
    auto last = appending(other, 2, more);
    last.status = Status::suspended;
    REQUIRE(b.append(last).answer == Answer::ok);
    std::vector<FlowRow> rows;
    REQUIRE(a.list({}, rows) == Answer::ok);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == other.id);
    rows.clear();
    REQUIRE(a.list({{Status::suspended}, "", 0}, rows) == Answer::ok);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].name == "order");
    rows.clear();
    REQUIRE(a.list({{}, "publish", 0}, rows) == Answer::ok);
    CHECK(rows.size() == 1);
    rows.clear();
    REQUIRE(a.list({{}, "", 1}, rows) == Answer::ok);
    CHECK(rows.size() == 1);
  }
  SECTION("an append may take the place of all that was there") {
    auto anew = appending(made, 2, more);
    anew.restart = true;
    REQUIRE(a.append(anew).answer == Answer::ok);
    CHECK(a.append(anew).answer == Answer::duplicate);
    const History h = b.load(made.id);
    REQUIRE(h.answer == Answer::ok);
    REQUIRE(h.records.size() == 1);
    CHECK(h.records[0].seq == 2);
    CHECK(h.row.first_seq == 2);
    CHECK(h.row.next_seq == 3);
    auto later = appending(made, 3, more);
    later.seq = 3;
    CHECK(a.append(later).answer == Answer::ok);
    CHECK(b.load(made.id).records.size() == 2);
  }
  SECTION("what says by which program a flow goes on is read without the rest") {
    const std::vector<Record> rest = {record(Event::step_result, "0", 1, "write", "\"draft\""),
                                      record(Event::definitions, "0", 0, "", "((0 (x . 1)))"),
                                      record(Event::migrated, "0", 0, "abc"),
                                      record(Event::step_result, "0", 2, "print", "1")};
    REQUIRE(a.append(appending(made, 2, rest)).answer == Answer::ok);
    const History h = b.load_program(made.id);
    REQUIRE(h.answer == Answer::ok);
    CHECK(h.row.next_seq == 6);
    std::vector<std::string> found;
    for (const Record& r : h.records)
      found.push_back(std::to_string(r.seq) + " " + std::string(event_name(r.event)));
    CHECK(found == std::vector<std::string>{"0 program", "1 started", "3 definitions", "4 migrated"});
    CHECK(h.records[3].name == "abc");
    CHECK(b.load_program("nothing").answer == Answer::missing);
  }
  SECTION("long values come back as they were") {
    auto big = more;
    big[0].value = "\"";
    for (int i = 0; i < 20000; ++i) big[0].value += std::to_string(i * 7919 % 1000);
    big[0].value += "\"";
    REQUIRE(a.append(appending(made, 2, big)).answer == Answer::ok);
    const History h = b.load(made.id);
    REQUIRE(h.answer == Answer::ok);
    CHECK(h.records[2].value == big[0].value);
  }
  SECTION("claims are counted until something is recorded") {
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    const Claim last = b.claim(made.id, Store::Manner::steal);
    CHECK(b.load(made.id).row.attempts >= 2);
    REQUIRE(b.append(appending(last, 1, more)).answer == Answer::ok);
    CHECK(b.load(made.id).row.attempts == 0);
  }
  SECTION("the progress of a step is the last that was told") {
    Beat beat;
    CHECK(a.last_beat(made.id, "copy 0#1", beat) == Answer::missing);
    REQUIRE(a.beat(made.id, 1, "copy 0#1", "5") == Answer::ok);
    p.now += 10;
    REQUIRE(a.beat(made.id, 1, "copy 0#1", "6") == Answer::ok);
    REQUIRE(b.last_beat(made.id, "copy 0#1", beat) == Answer::ok);
    CHECK(beat.value == "6");
    CHECK(beat.at == p.now);
    REQUIRE(b.claim(made.id, Store::Manner::steal).answer == Answer::ok);
    CHECK(a.beat(made.id, 1, "copy 0#1", "7") == Answer::fenced);
    std::vector<std::pair<std::string, Beat>> all;
    CHECK(b.beats(made.id, all) == Answer::ok);
    CHECK(all.size() == 1);
  }
  SECTION("an item is changed by who knows its version") {
    CHECK(a.put_item({"schedule", "daily", 0, 500, "(1)"}) == Answer::ok);
    CHECK(a.put_item({"schedule", "daily", 0, 500, "(2)"}) == Answer::refused);
    CHECK(b.put_item({"schedule", "daily", 1, 900, "(3)"}) == Answer::ok);
    CHECK(a.put_item({"schedule", "daily", 1, 900, "(4)"}) == Answer::refused);
    CHECK(a.put_item({"schedule", "paused", 0, 0, "(5)"}) == Answer::ok);
    std::vector<Item> items;
    REQUIRE(a.items("schedule", 0, items) == Answer::ok);
    REQUIRE(items.size() == 2);
    CHECK(items[0].value == "(3)");
    CHECK(items[0].version == 2);
    items.clear();
    REQUIRE(a.items("schedule", 899, items) == Answer::ok);
    CHECK(items.empty());
    REQUIRE(a.items("schedule", 900, items) == Answer::ok);
    CHECK(items.size() == 1);
    Item one;
    CHECK(a.item("schedule", "daily", one) == Answer::ok);
    CHECK(one.value == "(3)");
    CHECK(one.version == 2);
    CHECK(one.due == 900);
    CHECK(a.item("queue", "daily", one) == Answer::missing);
    CHECK(a.drop_item("schedule", "daily") == Answer::ok);
    CHECK(a.drop_item("schedule", "daily") == Answer::missing);
  }
  SECTION("flows are found by attributes and age") {
    auto with = more;
    with[0] = record(Event::attribute, "0", 1, "customer", "\"ada\"");
    REQUIRE(a.append(appending(made, 2, with)).answer == Answer::ok);
    p.now += 100;
    REQUIRE(b.create({"other", "publish", "-"}, start).answer == Answer::ok);
    std::vector<FlowRow> rows;
    ListFilter filter;
    filter.attributes = {{"customer", "\"ada\""}};
    REQUIRE(b.list(filter, rows) == Answer::ok);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == made.id);
    filter.attributes.emplace_back("country", "fr");
    rows.clear();
    REQUIRE(b.list(filter, rows) == Answer::ok);
    CHECK(rows.empty());
    rows.clear();
    filter = {};
    filter.since = p.now;
    REQUIRE(b.list(filter, rows) == Answer::ok);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == "other");
    rows.clear();
    filter.since = 0, filter.until = p.now;
    REQUIRE(b.list(filter, rows) == Answer::ok);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == made.id);
  }
  const auto enqueue = [&](const char* id, const char* key, std::int64_t priority = 0) {
    p.now += 1;
    NewFlow queued{id, "publish", "-"};
    queued.queue = "mail", queued.queue_key = key, queued.priority = priority;
    REQUIRE(a.create(queued, start).answer == Answer::ok);
  };
  const auto admitted = [&](const QueueRule& rule) {
    std::vector<std::string> ids;
    REQUIRE(b.admit(rule, ids) == Answer::ok);
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
    return text;
  };
  const auto finish = [&](const char* id) {
    const Claim c = a.claim(id);
    REQUIRE(c.answer == Answer::ok);
    auto last = appending(c, 1, more);
    last.status = Status::finished;
    REQUIRE(a.append(last).answer == Answer::ok);
  };
  SECTION("a queued flow waits to be admitted") {
    enqueue("q1", "x");
    CHECK(b.load("q1").row.status == Status::queued);
    CHECK(b.claim("q1").answer == Answer::busy);
    std::vector<FlowRow> rows;
    REQUIRE(b.due(10, rows) == Answer::ok);
    CHECK(rows.empty());
    CHECK(admitted({"other"}).empty());
    CHECK(admitted({"mail"}) == "q1");
    CHECK(admitted({"mail"}).empty());
    REQUIRE(b.due(10, rows) == Answer::ok);
    CHECK(rows.size() == 1);
    CHECK(b.claim("q1").answer == Answer::ok);
  }
  SECTION("a queue has so many open flows, by priority, then age") {
    enqueue("q1", "x"), enqueue("q2", "x"), enqueue("q3", "x", 5), enqueue("q4", "x");
    const QueueRule rule{"mail", 2};
    CHECK(admitted(rule) == "q3 q1");
    CHECK(admitted(rule).empty());
    finish("q3");
    CHECK(admitted(rule) == "q2");
  }
  SECTION("each key has so many, and keys take turns") {
    enqueue("a1", "a"), enqueue("a2", "a"), enqueue("a3", "a"), enqueue("b1", "b");
    CHECK(admitted({"mail", 3, 2}) == "a1 b1 a2");
    finish("b1");
    CHECK(admitted({"mail", 3, 2}).empty());
    CHECK(admitted({"mail", 3, 3}) == "a3");
  }
  SECTION("whoever began last waits for the others") {
    enqueue("a1", "a"), enqueue("a2", "a"), enqueue("b1", "b");
    CHECK(admitted({"mail", 1}) == "a1");
    finish("a1");
    CHECK(admitted({"mail", 1}) == "b1");
    finish("b1");
    CHECK(admitted({"mail", 1}) == "a2");
  }
  SECTION("so many may begin in a time") {
    enqueue("q1", "x"), enqueue("q2", "x"), enqueue("q3", "x");
    const QueueRule rule{"mail", 0, 0, 2, 1000};
    const std::int64_t began = p.now;
    std::int64_t at = 0;
    CHECK(admitted(rule) == "q1 q2");
    CHECK(admitted(rule).empty());
    REQUIRE(b.next_admission(rule, at) == Answer::ok);
    CHECK(at == began + 1000);
    p.now = at + 1;
    CHECK(admitted(rule) == "q3");
    REQUIRE(b.next_admission(rule, at) == Answer::ok);
    CHECK(at == 0);
  }
  SECTION("an id that was chosen is kept, and given once") {
    CHECK(a.create({"mine", "publish", "-"}, start).id == "mine");
    CHECK(a.create({"mine", "publish", "-"}, start).answer == Answer::refused);
  }
  SECTION("a program is stored once, by its hash") {
    std::string text;
    CHECK(a.put_program("abc", "(display 1)") == Answer::ok);
    CHECK(b.put_program("abc", "(display 1)") == Answer::ok);
    CHECK(b.get_program("abc", text) == Answer::ok);
    CHECK(text == "(display 1)");
  }
}

}  // namespace

TEST_CASE("the memory store keeps the rules", "[flow][store]") {
  Pair p;
  const auto tables = make_memory_tables();
  p.a = make_memory_store(options_for(p, "first"), tables);
  p.b = make_memory_store(options_for(p, "second"), tables);
  conformance(p);
}

TEST_CASE("the PostgreSQL store keeps the rules", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  Pair p;
  std::string error;
  p.news = std::chrono::seconds(5);
  p.a = open_store(place.url(), options_for(p, "first"), error);
  p.b = open_store(place.url(), options_for(p, "second"), error);
  INFO(error);
  REQUIRE(p.a != nullptr);
  REQUIRE(p.b != nullptr);
  conformance(p);
  std::vector<Flaw> flaws;
  REQUIRE(p.a->check(flaws) == Answer::ok);
  for (const Flaw& f : flaws) FAIL(f.rule << " " << f.flow << ": " << f.text);
}

TEST_CASE("the SQLite store keeps the rules", "[flow][store]") {
  const Folder folder;
  Pair p;
  std::string error;
  p.a = open_store("sqlite:" + folder.path + "/sub/flows.sqlite", options_for(p, "first"), error);
  p.b = open_store(folder.path + "/sub/flows.sqlite", options_for(p, "second"), error);
  REQUIRE(p.a != nullptr);
  REQUIRE(p.b != nullptr);
  conformance(p);
  std::vector<Flaw> flaws;
  REQUIRE(p.a->check(flaws) == Answer::ok);
  for (const Flaw& f : flaws) FAIL(f.rule << " " << f.flow << ": " << f.text);
}
