// What only the PostgreSQL store has: its tables, connections that break, failovers.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "flow/postgres_schema.hpp"
#include "tests/flow/cutting_proxy.hpp"
#include "tests/flow/postgres_place.hpp"
#include "tests/flow/store_parts.hpp"

using namespace fermata::flow;

namespace {

std::unique_ptr<Store> opened(const std::string& url, const std::string& owner = "first") {
  StoreOptions options;
  options.owner = owner;
  std::string error;
  auto store = open_store(url, options, error);
  INFO(error);
  REQUIRE(store != nullptr);
  return store;
}

std::string problem_with(const std::string& url) {
  std::string error;
  CHECK(open_store(url, {}, error) == nullptr);
  return error;
}

std::string folder_of(const std::string& url) {
  const auto begin = url.find("host=") + 5;
  return url.substr(begin, url.find('&', begin) - begin);
}

const std::vector<Record> more = {record(Event::step_result, "0", 1, "write", "\"draft\"")};

}  // namespace

TEST_CASE("a password is not shown", "[flow][store]") {
  CHECK(shown_url("postgresql://ada:secret@host:5433/db") == "postgresql://ada@host:5433/db");
  CHECK(shown_url("postgresql://ada@host/db") == "postgresql://ada@host/db");
  CHECK(shown_url("postgresql://host:5433/db") == "postgresql://host:5433/db");
  CHECK(shown_url("postgres:///db?user=ada&password=p&host=/tmp") ==
        "postgres:///db?user=ada&password=...&host=/tmp");
  CHECK(shown_url("sqlite:a:b@c") == "sqlite:a:b@c");
}

TEST_CASE("a PostgreSQL that is not there is told at once", "[flow][store][postgres]") {
  const Folder folder;
  if (!PostgresPlace()) return;
  CHECK(problem_with("postgresql:///x?host=" + folder.path).find("cannot connect to") == 0);
}

TEST_CASE("tables are made on request, and brought forward", "[flow][store][postgres]") {
  const PostgresPlace place(PostgresPlace::Tables::no);
  if (!place) return;
  std::string error;
  CHECK(problem_with(place.url()).find("fermata store init") != std::string::npos);
  SECTION("twice is once") {
    CHECK(change_store(place.url(), StoreChange::init, error));
    CHECK(change_store(place.url(), StoreChange::init, error));
    opened(place.url());
  }
  SECTION("of an earlier version") {
    place.run(kFirstPostgresSchema);
    CHECK(problem_with(place.url()).find("fermata store migrate") != std::string::npos);
    CHECK(change_store(place.url(), StoreChange::migrate, error));
    CHECK(change_store(place.url(), StoreChange::migrate, error));
    std::vector<std::string> ids;
    CHECK(opened(place.url())->admit({"mail"}, ids) == Answer::ok);
  }
  SECTION("of a later version") {
    place.run("CREATE TABLE fermata_store(version BIGINT); INSERT INTO fermata_store VALUES(99)");
    CHECK(problem_with(place.url()).find("a later Fermata") != std::string::npos);
    CHECK_FALSE(change_store(place.url(), StoreChange::migrate, error));
  }
  SECTION("a table of somebody else's is left alone") {
    place.run("CREATE TABLE flow(mine TEXT)");
    CHECK_FALSE(change_store(place.url(), StoreChange::init, error));
    CHECK(error.find("exists") != std::string::npos);
    place.run("SELECT mine FROM flow");
  }
}

TEST_CASE("what comes to a server that was restarted is connected anew",
          "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  const auto store = opened(place.url());
  const Claim made = store->create({"f", "f", "-"}, first_records());
  place.disconnect();
  CHECK(store->append(appending(made, 2, more)).answer == Answer::ok);
  place.disconnect();
  CHECK(store->load("f").records.size() == 3);
  place.disconnect();
  CHECK(store->deliver("f", answer_to("review", "1")) == Answer::ok);
}

TEST_CASE("an append whose answer is lost is found, and written once", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  CuttingProxy proxy(folder_of(place.url()));
  const auto store = opened(place.url("&host=" + proxy.folder()));
  const Claim made = store->create({"f", "f", "-"}, first_records());
  REQUIRE(made.answer == Answer::ok);
  REQUIRE(store->append(appending(made, 2, more)).answer == Answer::ok);  // it is prepared
  Append next = appending(made, 3, more);
  next.seq = 3;
  SECTION("the server did not get it") {
    proxy.cut(CuttingProxy::Cut::request);
    CHECK(store->append(next).answer == Answer::ok);
  }
  SECTION("the server had written it") {
    proxy.cut(CuttingProxy::Cut::answer);
    const Appended done = store->append(next);
    CHECK(done.answer == Answer::duplicate);
    CHECK(done.mail);  // there might be
  }
  SECTION("the server had written it, and somebody else has the flow since") {
    place.run("CREATE FUNCTION rob() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              " NEW.epoch = NEW.epoch + 1; NEW.owner = 'robber'; RETURN NEW; END $$;"
              "CREATE TRIGGER rob BEFORE UPDATE ON flow FOR EACH ROW EXECUTE FUNCTION rob()");
    proxy.cut(CuttingProxy::Cut::answer);
    CHECK(store->append(next).answer == Answer::duplicate);
    CHECK(store->append(appending(made, 9, more)).answer == Answer::fenced);
    place.run("DROP TRIGGER rob ON flow; DROP FUNCTION rob");
  }
  CHECK(proxy.cuts() == 1);
  CHECK(store->load("f").records.size() == 4);
}

TEST_CASE("an append that goes on does so from whatever the row said", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  const auto store = opened(place.url());
  const Claim made = store->create({"f", "f", "-"}, first_records());
  Append next = appending(made, 2, more);
  SECTION("it ran, and waited for nothing") {}
  SECTION("it waited") {
    next.waiting = "review", next.wake_at = 5, next.note = "why";
    CHECK(store->append(next).answer == Answer::ok);
    next = appending(made, 3, more), next.seq = 3;
  }
  SECTION("it was let go of, under the same epoch") {
    CHECK(store->release("f", made.epoch) == Answer::ok);
  }
  SECTION("it was claimed, and began to wait before") {
    next.waiting = "review", next.status = Status::suspended, next.release = true;
    CHECK(store->append(next).answer == Answer::ok);
    const Claim again = store->claim("f");
    next = appending(again, 1, more);
  }
  CHECK(store->append(next).answer == Answer::ok);
  FlowRow row;
  CHECK(store->row("f", row) == Answer::ok);
  CHECK(row.status == Status::running);
  CHECK(row.owner == "first");
  CHECK((row.waiting.empty() && row.note.empty() && row.wake_at == 0));
  CHECK(row.attempts == 0);
  CHECK(row.next_seq == next.seq + 1);
  CHECK(store->load("f").records.size() == static_cast<std::size_t>(row.next_seq));
  CHECK(store->append(next).answer == Answer::duplicate);
  next.op += 1;
  CHECK(store->append(next).answer == Answer::fenced);
}

TEST_CASE("other changes whose answer is lost take place once", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  CuttingProxy proxy(folder_of(place.url()));
  const auto store = opened(place.url("&host=" + proxy.folder()));
  const auto first = first_records();
  const auto cut = GENERATE(CuttingProxy::Cut::request, CuttingProxy::Cut::answer);
  proxy.cut(cut);
  const Claim made = store->create({"f", "f", "-"}, first);
  CHECK(made.answer == Answer::ok);
  CHECK(store->load("f").records.size() == 2);
  // Prepared, so that the next is one request.
  CHECK(store->create({"f", "f", "-"}, first).answer == Answer::refused);
  proxy.cut(cut);
  CHECK(store->create({"g", "g", "-"}, first).answer == Answer::ok);
  CHECK(store->put_item({"kind", "a", 0, 0, "(1)"}) == Answer::ok);
  proxy.cut(cut);
  CHECK(store->put_item({"kind", "b", 0, 0, "(1)"}) == Answer::ok);
  // Last, because what is delivered is told to others over a connection of its own.
  proxy.cut(cut);
  CHECK(store->deliver("f", answer_to("review", "1")) != Answer::refused);
  CHECK(store->load("f").inbox.size() == 1);
  CHECK(proxy.cuts() == 4);
}

TEST_CASE("what the server cancels, or has no room for, is asked again", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  const auto store = opened(place.url());
  const Claim made = store->create({"f", "f", "-"}, first_records());
  const std::string code = GENERATE("57014", "53200", "40P01");
  // A sequence counts also what is rolled back.
  place.run("CREATE SEQUENCE trips; CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF nextval('trips') <= 2 THEN RAISE EXCEPTION 'tripped' USING ERRCODE = '" + code + "';"
            " END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER trip BEFORE UPDATE ON flow FOR EACH ROW EXECUTE FUNCTION trip()");
  CHECK(store->append(appending(made, 2, more)).answer == Answer::ok);
  place.run("DROP TRIGGER trip ON flow; DROP FUNCTION trip; DROP SEQUENCE trips");
  CHECK(store->load("f").records.size() == 3);
}

TEST_CASE("who had a flow before a failover has it no more, and its epoch is not given again",
          "[flow][store][postgres]") {
  const PostgresPlace place(PostgresPlace::Tables::no);
  if (!place) return;
  std::string error;
  REQUIRE(change_store(place.url(), StoreChange::init, error));
  const auto store = opened(place.url());
  const Claim made = store->create({"f", "f", "-"}, first_records());
  REQUIRE(made.epoch == 1);
  // What the server says of its timeline, said by a function that is found before PostgreSQL's.
  place.run("CREATE FUNCTION pg_walfile_name(pg_lsn) RETURNS text LANGUAGE sql"
            " AS $$ SELECT '000000020000000000000001' $$");
  place.disconnect();
  CHECK(store->append(appending(made, 2, more)).answer == Answer::fenced);
  CHECK(store->append(appending(made, 2, {})).answer == Answer::fenced);
  const std::vector<Holding> held = {{made.id, made.epoch}};
  CHECK(store->renew(held) == Answer::ok);
  CHECK(store->beat("f", made.epoch, "copy 0#1", "5") == Answer::fenced);
  const Claim taken = store->claim("f", Store::Manner::steal);
  CHECK(taken.epoch == (std::int64_t{1} << 32) + 1);
  CHECK(store->append(appending(taken, 1, more)).answer == Answer::ok);
  CHECK(store->create({"g", "g", "-"}, first_records()).epoch == (std::int64_t{1} << 32) + 1);
  place.run("DROP FUNCTION " + place.name() + ".pg_walfile_name(pg_lsn)");
  CHECK(opened(place.url(), "second")->create({"h", "h", "-"}, first_records()).epoch == 1);
}

TEST_CASE("an heir is told at once of what it was handed, and nobody else", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  const auto giver = opened(place.url()), heir = opened(place.url(), "second"),
             third = opened(place.url(), "third");
  const auto hears = [](Store& store) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!store.changed()) {
      if (std::chrono::steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  };
  REQUIRE(hears(*heir));  // that it listens from now on
  REQUIRE(hears(*third));
  const Claim made = giver->create({"", "publish", "-"}, first_records());
  std::vector<FlowRow> before, handed, again, of_third;
  REQUIRE(heir->handed(before) == Answer::ok);
  CHECK(before.empty());
  auto last = appending(made, 2, more);
  last.release = true, last.heir = "second";
  REQUIRE(giver->append(last).answer == Answer::ok);
  CHECK(hears(*heir));
  REQUIRE(heir->handed(handed) == Answer::ok);
  REQUIRE(heir->handed(again) == Answer::ok);
  REQUIRE(handed.size() == 1);
  CHECK(handed[0].id == made.id);
  CHECK(holder(handed[0]) == "second");
  CHECK(again.empty());
  CHECK_FALSE(third->changed());
  REQUIRE(third->handed(of_third) == Answer::ok);
  CHECK(of_third.empty());
  const Claim other = giver->create({"", "publish", "-"}, first_records());
  auto down = appending(other, 2, more);
  down.release = true;
  REQUIRE(giver->append(down).answer == Answer::ok);
  CHECK(hears(*third));
}

TEST_CASE("a check of a store names what is wrong", "[flow][store][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  const auto store = opened(place.url());
  const Claim made = store->create({"f", "f", "-"}, first_records());
  REQUIRE(store->append(appending(made, 2, more)).answer == Answer::ok);
  const auto rules = [&] {
    std::vector<Flaw> flaws;
    CHECK(store->check(flaws) == Answer::ok);
    std::string text;
    for (const Flaw& f : flaws) text += f.rule + " ";
    return text;
  };
  CHECK(rules().empty());
  SECTION("a gap") {
    place.run("DELETE FROM journal WHERE seq = 1");
    CHECK(rules() == "I1 ");
  }
  SECTION("records of nobody") {
    place.run("UPDATE flow SET id = 'other'");
    CHECK(rules() == "I1 I1 ");
  }
  SECTION("an epoch that never was") {
    place.run("UPDATE journal SET epoch = 7 WHERE seq = 2");
    CHECK(rules() == "I2 ");
  }
  SECTION("epochs that fall") {
    place.run("UPDATE flow SET epoch = 2; UPDATE journal SET epoch = 2 WHERE seq = 1");
    CHECK(rules() == "I3 ");
  }
  SECTION("an owner without a lease") {
    place.run("UPDATE flow SET lease_until = NULL");
    CHECK(rules() == "I4 ");
  }
  SECTION("an owner of what has ended") {
    place.run("UPDATE flow SET status = 4");
    CHECK(rules() == "I4 ");
  }
  SECTION("a message taken in by nothing") {
    REQUIRE(store->deliver("f", answer_to("review", "1")) == Answer::ok);
    place.run("UPDATE inbox SET consumed_seq = 9");
    CHECK(rules() == "I6 ");
  }
}
