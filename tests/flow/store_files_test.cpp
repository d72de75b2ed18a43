// The SQLite store's files, and several processes on one of them.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "flow/sha256.hpp"
#include "tests/flow/store_parts.hpp"

using namespace fermata::flow;

namespace {

std::unique_ptr<Store> open_here(const Folder& folder, const char* file = "/flows.sqlite") {
  std::string error;
  auto store = open_store("sqlite:" + folder.path + file, {}, error);
  INFO(error);
  return store;
}

// Runs body in a child process; its exit code, or minus the signal that ended it.
template <class Body>
int in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Runs body(0), body(1), ... side by side, each in a child process; all must give 0.
template <class Body>
void in_children(int count, Body body) {
  std::vector<pid_t> children;
  for (int c = 0; c < count; ++c) {
    const pid_t child = fork();
    if (child == 0) _exit(body(c));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}

void run_sql(const std::string& file, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  char* message = nullptr;
  const int code = sqlite3_exec(db, sql, nullptr, nullptr, &message);
  INFO((message ? message : ""));
  CHECK(code == SQLITE_OK);
  sqlite3_free(message);
  sqlite3_close(db);
}

// A folder with one flow of three records; the store is closed again.
std::string one_flow(const Folder& folder) {
  auto store = open_here(folder);
  const auto start = first_records();
  const Claim made = store->create({"", "publish", "-"}, start);
  const std::vector<Record> more = {record(Event::step_result, "0", 1, "write", "42")};
  store->append(appending(made, 2, more));
  return made.id;
}

}  // namespace

TEST_CASE("what was appended is there after the process was killed", "[flow][store]") {
  const Folder folder;
  CHECK(in_child([&] {
          one_flow(folder);
          raise(SIGKILL);
          return 0;
        }) == -SIGKILL);
  auto store = open_here(folder);
  std::vector<FlowRow> rows;
  REQUIRE(store->list({}, rows) == Answer::ok);
  REQUIRE(rows.size() == 1);
  CHECK(store->load(rows[0].id).records.size() == 3);
  // Its owner has ended, so nobody waits for the lease.
  CHECK(store->claim(rows[0].id).answer == Answer::ok);
}

TEST_CASE("a stopped process is fenced when it goes on", "[flow][store]") {
  const Folder folder;
  int to_parent[2];
  REQUIRE(pipe(to_parent) == 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_here(folder);
    const auto start = first_records();
    const Claim made = store->create({"f", "publish", "-"}, start);
    if (write(to_parent[1], "x", 1) != 1) _exit(9);
    raise(SIGSTOP);
    const std::vector<Record> more = {record(Event::step_result, "0", 1, "write", "42")};
    _exit(store->append(appending(made, 2, more)).answer == Answer::fenced ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(read(to_parent[0], &byte, 1) == 1);
  int status = 0;
  REQUIRE(waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));

  StoreOptions later;
  later.now = [] { return wall_clock_ms() + 20000; };  // the lease is over
  std::string error;
  auto store = open_store("sqlite:" + folder.store(), later, error);
  REQUIRE(store != nullptr);
  const Claim taken = store->claim("f");
  CHECK(taken.answer == Answer::ok);
  CHECK(taken.epoch == 2);
  kill(child, SIGCONT);
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(store->load("f").records.size() == 2);
  close(to_parent[0]);
  close(to_parent[1]);
}

TEST_CASE("processes that race for one flow: one wins each epoch", "[flow][store]") {
  const Folder folder;
  {
    auto store = open_here(folder);
    const auto start = first_records();
    const Claim made = store->create({"f", "publish", "-"}, start);
    store->release(made.id, made.epoch);
  }
  constexpr int kProcesses = 4, kRounds = 25;
  in_children(kProcesses, [&](int c) {
    auto store = open_here(folder);
    int won = 0;
    while (won < kRounds) {
      const Claim taken = store->claim("f");
      if (taken.answer == Answer::busy) continue;
      if (taken.answer != Answer::ok) return 2;
      const std::vector<Record> one = {
          record(Event::step_result, "0", taken.next_seq, "turn", std::to_string(c))};
      Append a = appending(taken, 1, one);
      a.release = true;
      if (store->append(a).answer != Answer::ok) return 3;
      ++won;
    }
    return 0;
  });
  auto store = open_here(folder);
  const History h = store->load("f");
  REQUIRE(h.answer == Answer::ok);
  CHECK(h.records.size() == 2 + kProcesses * kRounds);
  std::int64_t epoch = 1;
  for (std::size_t i = 2; i < h.records.size(); ++i) CHECK(h.records[i].epoch == ++epoch);
}

TEST_CASE("many processes write while others list; nothing is lost", "[flow][store]") {
  const Folder folder;
  constexpr int kProcesses = 4, kFlows = 20;
  in_children(kProcesses, [&](int) {
    auto store = open_here(folder);
    if (store == nullptr) return 1;
    const auto start = first_records();
    std::string big;  // so that checkpoints happen; not to be compressed
    while (big.size() < 40000) big += std::to_string(random_number());
    for (int f = 0; f < kFlows; ++f) {
      Claim made = store->create({"", "publish", "-"}, start);
      if (made.answer != Answer::ok) return 2;
      for (int i = 0; i < 5; ++i) {
        const std::vector<Record> one = {
            record(Event::step_result, "0", i + 1, "s", "\"" + big + "\"")};
        if (store->append(appending(made, 2 + i, one)).answer != Answer::ok) return 3;
        ++made.next_seq;
      }
      std::vector<FlowRow> rows;
      if (store->list({}, rows) != Answer::ok || rows.empty()) return 4;
    }
    return 0;
  });
  auto store = open_here(folder);
  std::vector<FlowRow> rows;
  REQUIRE(store->list({}, rows) == Answer::ok);
  CHECK(rows.size() == kProcesses * kFlows);
  for (const FlowRow& row : rows) CHECK(store->load(row.id).records.size() == 7);
  run_sql(folder.store(), "PRAGMA integrity_check");
}

TEST_CASE("a damaged or missing record is noticed", "[flow][store]") {
  const Folder folder;
  const std::string file = folder.store();
  const std::string id = one_flow(folder);
  const auto expect_damage = [&](const char* sql) {
    run_sql(file, sql);
    CHECK(open_here(folder)->load(id).answer == Answer::damaged);
  };
  SECTION("program") {
    expect_damage("UPDATE journal SET value='43' WHERE seq=0");
    CHECK(open_here(folder)->load_program(id).answer == Answer::damaged);
  }
  SECTION("value") { expect_damage("UPDATE journal SET value='43' WHERE seq=2"); }
  SECTION("place") { expect_damage("UPDATE journal SET strand='0.1' WHERE seq=2"); }
  SECTION("epoch") { expect_damage("UPDATE journal SET epoch=2 WHERE seq=2"); }
  SECTION("kind") { expect_damage("UPDATE journal SET event=200 WHERE seq=2"); }
  SECTION("middle") { expect_damage("DELETE FROM journal WHERE seq=1"); }
  SECTION("end") { expect_damage("DELETE FROM journal WHERE seq=2"); }
}

TEST_CASE("files that are not ours are refused", "[flow][store]") {
  const Folder folder;
  const std::string file = folder.store();
  std::string error;
  SECTION("of a later version") {
    one_flow(folder);
    run_sql(file, "PRAGMA user_version=99");
    CHECK(open_store(file, {}, error) == nullptr);
    CHECK(error.find("later Fermata") != std::string::npos);
  }
  SECTION("another database") {
    run_sql(file, "CREATE TABLE t(x)");
    CHECK(open_store(file, {}, error) == nullptr);
    CHECK(error.find("not one of Fermata's") != std::string::npos);
  }
  SECTION("no database at all") {
    std::ofstream(file) << "hello, this is no database, and it is long enough to be read as one "
                           "by whoever wants to try it; it has more than a hundred bytes.";
    CHECK(open_store(file, {}, error) == nullptr);
    CHECK_FALSE(error.empty());
  }
  SECTION("a folder that cannot be made") {
    std::ofstream(folder.path + "/plain") << "x";
    CHECK(open_store(folder.path + "/plain/deep/flows.sqlite", {}, error) == nullptr);
    CHECK(error.find("cannot make the folder") != std::string::npos);
  }
  SECTION("an unknown kind of store") {
    CHECK(open_store("redis:somewhere", {}, error) == nullptr);
    CHECK(error.find("redis") != std::string::npos);
  }
}

TEST_CASE("SHA-256 gives the standard's answers", "[flow]") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("an owner knows itself alive, and an ended process gone", "[flow]") {
  const std::string me = make_owner_name();
  CHECK_FALSE(owner_is_gone(me));
  CHECK_FALSE(owner_is_gone("another machine/1/2/3"));
  int name_pipe[2];
  REQUIRE(pipe(name_pipe) == 0);
  in_child([&] {
    const std::string name = make_owner_name();
    return write(name_pipe[1], name.data(), name.size()) > 0 ? 0 : 1;
  });
  char name[200];
  const ssize_t n = read(name_pipe[0], name, sizeof name);
  REQUIRE(n > 0);
  CHECK(owner_is_gone(std::string_view(name, static_cast<std::size_t>(n))));
  close(name_pipe[0]);
  close(name_pipe[1]);
}
