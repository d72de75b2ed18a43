// A store that is slow to answer: who asks it waits, and nobody else.
#include <catch2/catch.hpp>
#include <thread>

#include "flow/builtins.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/postgres_place.hpp"
#include "tests/flow/run_program.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

using Clock = std::chrono::steady_clock;

// Holds what all others must wait for, until so many do.
class Holder {
 public:
  Holder(const PostgresPlace& place, int waiters) : session_(library()) {
    const auto until = Clock::now() + std::chrono::seconds(8);
    REQUIRE(session_.open(place.url(), until));
    REQUIRE(session_.run_script("BEGIN; LOCK TABLE flow, item, attribute IN ACCESS EXCLUSIVE MODE", until)
                .ok());
    thread_ = std::thread([this, until, waiters] {
      const PgParameters none;
      while (most_ < waiters && Clock::now() < until) {
        const PgRows rows = session_.run(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
            " AND relation IN ('flow'::regclass, 'item'::regclass, 'attribute'::regclass)",
            none, PgSession::Plan::kept, until);
        if (!rows.ok()) break;
        most_ = std::max(most_, static_cast<int>(rows.number(0, 0)));
      }
      session_.run_script("COMMIT", until);
    });
  }
  // How many waited at once.
  int most() {
    if (thread_.joinable()) thread_.join();
    return most_;
  }
  ~Holder() { most(); }

 private:
  static const Libpq& library() {
    std::string error;
    return *Libpq::load(error);
  }
  PgSession session_;
  int most_ = 0;
  std::thread thread_;
};

Ended run(const std::string& url, const std::string& program) {
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& r = scheme::Runtime::create(m, {});
  install_flow(r);
  set_default_store(r, url);
  Ended ended = run_program(
      m,
      r.loader("test.scm",
               "(import (scheme base) (fermata flow) (fermata sched))" + program,
               nullptr),
      1000);
  uninstall_flow(r);
  scheme::Runtime::destroy(r);
  vm::Machine::destroy(m);
  return ended;
}

}  // namespace

TEST_CASE("who asks a slow database waits, and other tasks run on", "[flow][postgres]") {
  const PostgresPlace place;
  if (!place) return;
  std::string error;
  const auto store = open_store(place.url(), {}, error);
  REQUIRE(store != nullptr);
  const std::vector<Record> none;
  REQUIRE(store->create({"f", "f", "-", "queue"}, none).answer == Answer::ok);
  struct Case {
    const char* first;
    const char* second;
    const char* third;
  };
  const Case each = GENERATE(
      Case{"(flow/list)", "(flow/schedules)", "(flow/attributes 'f)"},
      Case{"(flow/status 'f)", "(flow-queues)", "(flow/cancel 'f)"});
  Holder holder(place, 3);
  const Ended ended =
      run(place.url(), std::string() +
                           "(define log '())"
                           "(define (note! what) (set! log (append log (list what))))"
                           "(define (asks what thunk)"
                           "  (task-spawn (lambda () (thunk) (note! what))))"
                           "(define tasks (list (asks 'asked (lambda () " + each.first + "))"
                           "  (asks 'asked (lambda () " + each.second + "))"
                           "  (asks 'asked (lambda () " + each.third + "))))"
                           "(task-yield) (note! 'ran-on)"
                           "(for-each task-join tasks) log");
  CHECK(holder.most() >= 3);
  CHECK(ended.text == "(ran-on asked asked asked)");
}
