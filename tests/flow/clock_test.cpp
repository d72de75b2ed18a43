// The clock goes wrong: it is set an hour forward or back between any two writes, and a process
// stands still beyond its lease, so that another takes its flow (A5).  Two interpreters and a third
// owner share a memory store; each round one of them goes on with the flow at what it takes for
// now.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "flow/builtins.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/hooked_store.hpp"
#include "tests/flow/run_program.hpp"
#include "vm/machine.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

constexpr const char* kFlow =
    "(import (scheme base) (fermata flow) (fermata sched))"
    "(defflow waits (lambda (x)"
    "  (step 'one (lambda () 1))"
    "  (flow-sleep 100)"
    "  (let ((all ((parallel (lambda (y) (flow-sleep 4000) (step 'two (lambda () 2)))"
    "                        (lambda (y) (flow-sleep 50) (step 'three (lambda () 3))"
    "                                    (flow-sleep 7000) 'late)"
    "                        (try-catch (timeout 600 (lambda (y) (suspend 'never)))"
    "                                   (lambda (e) 'in-vain)))"
    "              x)))"
    "    (flow-sleep-until (+ (flow-now) 1000))"
    "    (step 'four (lambda () 4))"
    "    all)))"
    "(define (at second thunk)"
    "  (let ((s (make-scheduler 'clock 'manual 'on-error 'stop)))"
    "    (clock-advance! s second)"
    "    (task-spawn s (lambda () (parameterize ((flow-patience 0))"
    "                               (guard (e (#t 'failed)) (thunk)))))"
    "    (scheduler-run s)))";
constexpr const char* kEnd = "(2 late in-vain)";

struct World {
  explicit World(unsigned seed) : random(seed) {
    third = make_memory_store(options("third"), tables);
    for (Process& p : processes) start(p);
  }
  ~World() {
    for (Process& p : processes) end(p);
  }

  struct Process {
    vm::Machine* machine = nullptr;
    scheme::Runtime* runtime = nullptr;
  };

  StoreOptions options(const std::string& owner) {
    StoreOptions o;
    o.owner = owner;
    o.lease_ms = 15000;
    o.now = [this] { return now; };
    o.is_gone = [](std::string_view) { return false; };
    return o;
  }
  bool chance(unsigned n) { return random() % n == 0; }

  // What may happen before each write of a process.
  void disturb() {
    if (chance(8)) now += 3'600'000;
    if (chance(8)) now -= 3'600'000;
    if (!chance(8)) return;
    now += 20000;  // it stood still; its lease is over
    if (const Claim claim = third->claim("f"); claim.answer == Answer::ok) {
      ++taken;
      third->release("f", claim.epoch);
    }
  }

  void start(Process& p) {
    p.machine = &vm::Machine::create();
    p.runtime = &scheme::Runtime::create(*p.machine, {});
    install_flow(*p.runtime);
    set_default_store(*p.runtime,
                      std::make_unique<HookedStore>(
                          make_memory_store(options("process" + std::to_string(++lives)), tables),
                          [this](int, Moment moment) {
                            if (moment == Moment::before) disturb();
                          }));
    run_program(*p.machine, p.runtime->loader("flow.scm", kFlow, nullptr));
  }
  void end(Process& p) {
    uninstall_flow(*p.runtime);
    scheme::Runtime::destroy(*p.runtime);
    vm::Machine::destroy(*p.machine);
  }
  void run(Process& p, const std::string& what) {
    const std::string second = std::to_string((now - 946684800000) / 1000);
    run_program(*p.machine,
                p.runtime->loader("round.scm", "(at " + second + " (lambda () " + what + "))",
                                  p.runtime->program));
  }

  // The flow's history when it has ended, or after many rounds.
  History history() {
    run(processes[0], "(flow/start waits 0 'id 'f)");
    for (int round = 0; round < 500; ++round) {
      if (FlowRow row; third->row("f", row) == Answer::ok && row.status == Status::finished) break;
      now += static_cast<std::int64_t>(random() % 900'000);
      Process& p = processes[random() % 2];
      if (chance(20)) end(p), start(p);
      run(p, chance(30) ? "(flow/start waits 0 'id 'f)" : "(flow/recover 'f)");
    }
    return third->load("f");
  }

  std::mt19937 random;
  std::int64_t now = 1'700'000'000'000;
  int lives = 0, taken = 0;
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> third;
  Process processes[2];
};

}  // namespace

TEST_CASE("A5: a clock that jumps fires each timer once, and none early", "[flow][clock]") {
  constexpr unsigned kSeeds = 200;
  int taken = 0;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    World w(seed);
    const History h = w.history();
    taken += w.taken;
    REQUIRE(h.row.status == Status::finished);
    CHECK(h.records.back().value == kEnd);
    std::map<Position, std::int64_t> due, latest;  // of sleeps; when events entered since
    std::map<std::pair<Position, Event>, int> times;
    std::int64_t seq = 0;
    for (const Record& r : h.records) {
      CHECK(r.seq == seq++);
      if (r.position.ordinal > 0) ++times[{r.position, r.event}];
      if (r.event == Event::sleeping) due[r.position] = std::stoll(r.value);
      for (auto& [place, at] : latest) at = std::max(at, r.at);
      if (r.event == Event::sleeping) latest[r.position] = 0;
      if (r.event == Event::woke) CHECK(latest[r.position] >= due[r.position]);
    }
    int results = 0, woke = 0;
    for (const auto& [what, count] : times) {
      if (what.second == Event::step_result || what.second == Event::woke ||
          what.second == Event::sleeping)
        CHECK(count == 1);
      results += what.second == Event::step_result, woke += what.second == Event::woke;
    }
    CHECK(results == 4);
    CHECK(woke == 5);
  }
  CHECK(taken > 0);  // else nobody stood still long enough
}
