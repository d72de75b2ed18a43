// A store that is slow to answer: who asks it waits, and nobody else.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "flow/builtins.hpp"
#include "scheme/library.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/hooked_store.hpp"
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

// A store that counts who waits for it: the engine's own thread, or another.
struct Counted {
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  const std::thread::id engine = std::this_thread::get_id();
  std::atomic<int> at_once = 0, meanwhile = 0;

  std::unique_ptr<Store> store() {
    auto store = std::make_unique<HookedStore>(make_memory_store({}, tables), [](int, Moment) {});
    store->remote = true;
    store->asked = [this] { ++(std::this_thread::get_id() == engine ? at_once : meanwhile); };
    return store;
  }
  std::string run(const std::string& program) {
    vm::Machine& m = vm::Machine::create();
    scheme::Runtime& r = scheme::Runtime::create(m, {});
    install_flow(r);
    set_default_store(r, store());
    const std::string text =
        "(import (scheme base) (scheme write) (fermata flow) (fermata sched) (fermata flow builtins)"
        " (fermata flow journals)"
        " (only (fermata flow looks) %flow-copy %flow-history) (fermata flow moving)"
        " (fermata flow asking) (fermata flow sources) (only (fermata flow history) current-store))" +
        program;
    const Ended ended = run_program(m, r.loader(std::string(scheme::kCarried) + "test.scm", text, nullptr), 1000);
    uninstall_flow(r);
    scheme::Runtime::destroy(r);
    vm::Machine::destroy(m);
    return ended.text;
  }
};

}  // namespace

TEST_CASE("a task that asks a remote store never holds the engine's thread", "[flow]") {
  struct Case {
    const char* what;
    const char* gives;
  };
  const Case each = GENERATE(
      Case{"(flow/divergence 'f f)", "#f"},
      Case{"(string? (%flow-export store 'f))", "#t"},
      Case{"(let ((text (%flow-export store 'g)))"
           " (%flow-purge! store -1000) (list (%flow-import store text) (flow/status 'g)))",
           "(g finished)"},
      Case{"(%flow-copy store 'f store 'copy 2 #f)", "copy"},
      Case{"(%flow-copy store 'f (%flow-store \"memory:\") 'copy 2 #f)", "copy"},
      Case{"(%flow-copy (%flow-store \"memory:\") 'none store 'copy 2 #f)", "missing"},
      Case{"(%flow-purge! store -1000)", "1"},
      Case{"(string? (%flow-load-program store (%flow-save-current-program store)))", "#t"},
      Case{"(let ((j (%flow-claim store 'f)))"
           " (%flow-settle! j 'suspended \"x\" 0) (flow/status 'f))",
           "suspended"},
      Case{"(%flow-stuck! (%flow-claim store 'f) \"why\") (flow/status 'f)", "stuck"},
      Case{"(%flow-put-down! (%flow-claim store 'f) #f) (flow/status 'f)", "running"},
      Case{"(let ((j (%flow-claim store 'f)))"
           " (%flow-restart! j 7 '((go 1) (go 2)) 5) (%flow-put-down! j #f)"
           " (length (cdr (%flow-history store 'f))))",
           "3"},
      Case{"(flow/start again 3 'id 'h) (flow/status 'h)", "finished"},
      Case{"(string? (%flow-export-part store 'f 0 10))", "#t"},
      Case{"(%flow-program-kept? store \"none\")", "#f"},
      Case{"(%flow-promote! store 'f 1)", "#f"},
      Case{"(%flow-recall! store 'f 1)", "#f"},
      Case{"(%flow-inbox store 'f 10)", "()"},
      Case{"(string? (%flow-take-copy store \"(flow\" 'peer))", "#t"},
      Case{"(flow/cancel 'f) (flow/status 'f)", "cancelled"},
      Case{"(flow/resume 'f 5)", "5"});
  CAPTURE(each.what);
  Counted counted;
  const std::string text = counted.run(
      "(define store (current-store))"
      "(defflow (f x) (suspend 'answer))"
      "(defflow (g x) x)"
      "(defflow (again n) (if (= n 0) 'done (continue-as-new (- n 1))))"
      "(flow/start f 1 'id 'f) (flow/start g 1 'id 'g) (flow-evict!)" +
      std::string("(guard (raised ((error-object? raised) 'missing)) ") + each.what + ")");
  CHECK(text == each.gives);
  CHECK(counted.at_once == 0);
  CHECK(counted.meanwhile > 0);
}

TEST_CASE("a task that is cancelled while it lets go of a flow has let go of it", "[flow]") {
  Counted counted;
  const std::string text = counted.run(
      "(define store (current-store))"
      "(defflow (f x) (suspend 'answer))"
      "(flow/start f 1 'id 'f) (flow-evict!)"
      "(define journal (%flow-claim store 'f))"
      "(define task (task-spawn (lambda () (%flow-put-down! journal #f))))"
      "(task-yield)"
      "(task-cancel task 'enough)"
      "(sync (join-op task))"
      "(list (guard (raised (#t 'closed)) (%flow-id journal)) (integer? (%flow-claim store 'f)))");
  CHECK(text == "(closed #t)");
}

TEST_CASE("a flow's own code is answered at once, however far the store is", "[flow]") {
  Counted counted;
  CHECK(counted.run("(defflow (f x) (suspend 'answer) (%flow-inbox (current-store) 'f 10))"
                    "(flow/start f 1 'id 'f) (flow/resume 'f 1)"
                    "(flow/status 'f)") == "finished");
  CHECK(counted.at_once > 0);
}

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
