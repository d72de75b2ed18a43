// What a host sees: ticks, the descriptor it waits by, letters from other threads.
#include "tests/sched/engine_fixture.hpp"

#include "sched/cancel.hpp"
#include "sched/waiting.hpp"
#include "vm/allocation.hpp"

using namespace fermata;
using namespace fermata::sched;
using vm::Value;

TEST_CASE_METHOD(EngineFixture, "K26 a tick takes no more turns than its budget, and tells how long to rest", "[sched]") {
  CHECK(engine().rest().kind == Rest::Kind::for_ever);
  Fiber& f = start(program("(let loop () (task-yield) (loop))"));
  CHECK(engine().rest().kind == Rest::Kind::ready);
  while (f.switches == 0) engine().tick(1);
  const auto before = engine().root->switches;
  CHECK(engine().tick(10).kind == Turn::Kind::ran);
  CHECK(engine().root->switches == before + 10);
  engine().tick(0);
  CHECK(engine().root->switches == before + 10);
  cancel(f, make_cancelled(m, vm::kFalse));
  finish(f);

  Fiber& sleeper = start(program("(task-sleep 1000)"));
  while (engine().tick(100).kind != Turn::Kind::idle) {}
  const Rest rest = engine().rest();
  REQUIRE(rest.kind == Rest::Kind::until);
  CHECK(rest.time > vm::system_clock().monotonic_ns() + std::int64_t{900} * 1'000'000'000);
  CHECK_FALSE(is_readable());
  cancel(sleeper, make_cancelled(m, vm::kFalse));
  finish(sleeper);
}

TEST_CASE_METHOD(EngineFixture, "the descriptor becomes readable when a timer is due", "[sched]") {
  CHECK(finish(start(program("(task-sleep 0.01) 'woke"))) == "woke");
}

TEST_CASE_METHOD(EngineFixture, "K27 a letter from another thread wakes a sleeping host", "[sched][threads]") {
  Fiber& f = start(program("(waitq-park! (make-waitq 'test))"));
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  CHECK_FALSE(is_readable());
  std::thread other([&] {
    engine().inbox.post([&](Engine&) { claim(f, f.ticket, vm::kFalse, Value::fixnum(7)); });
  });
  sleep_as_host();
  other.join();
  CHECK(is_readable());
  CHECK(finish(f) == "7");
  CHECK_FALSE(is_readable());
}

TEST_CASE_METHOD(EngineFixture, "K27 a timer begun from outside shortens the host's sleep", "[sched]") {
  Fiber& sleeper = start(program("(task-sleep 1000)"));
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  const Rest before = engine().rest();
  engine().inbox.post([&](Engine&) { start(program("(task-sleep 0.001)")); });
  CHECK(is_readable());
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  CHECK(engine().rest().time < before.time);
  cancel(sleeper, make_cancelled(m, vm::kFalse));
  finish(sleeper);
}

TEST_CASE_METHOD(EngineFixture, "K28 letters may spawn, wake and cancel; a full inbox says so", "[sched]") {
  Fiber* first = nullptr;
  Fiber* second = nullptr;
  engine().inbox.post([&](Engine&) { first = &start(program("(task-sleep 1000)")); });
  engine().tick(1);
  REQUIRE(first != nullptr);
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  engine().inbox.post([&](Engine&) {
    cancel(*first, make_cancelled(m, vm::kFalse));
    second = &start(program("(+ 1 2)"));
  });
  engine().tick(1000);
  CHECK(first->is_over());
  CHECK(finish(*second) == "3");
  Inbox small(2);
  CHECK(small.post([](Engine&) {}));
  CHECK(small.post([](Engine&) {}));
  CHECK_FALSE(small.post([](Engine&) {}));
}

TEST_CASE_METHOD(EngineFixture, "K28 letters of several threads all arrive, each thread's in order", "[sched][threads]") {
  constexpr int kThreads = 4, kLetters = 500;
  Fiber& f = start(program("(let loop ((i 0)) (task-sleep 0.0001) (loop (+ i 1)))"));
  std::vector<int> last(kThreads, -1);
  int arrived = 0, in_order = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kLetters; ++i) {
        engine().door->post([&, t, i](Engine&) {
          ++arrived;
          in_order += std::exchange(last[static_cast<std::size_t>(t)], i) == i - 1;
        });
        if (i % 50 == 0) m.interrupt();
      }
    });
  }
  while (arrived < kThreads * kLetters) {
    const Turn turn = engine().tick(16);
    if (turn.kind == Turn::Kind::interrupted) m.clear_interrupt();
    if (turn.kind == Turn::Kind::idle) sleep_as_host();
  }
  for (std::thread& thread : threads) thread.join();
  m.clear_interrupt();
  CHECK(in_order == kThreads * kLetters);
  cancel(f, make_cancelled(m, vm::kFalse));
  finish(f);
}

namespace {
vm::Outcome tick_inside(vm::Machine& m) {
  return Value::boolean(Engine::of(m).tick(1).kind == Turn::Kind::nested);
}
constexpr vm::Builtin kTickInside = vm::builtin<tick_inside>("(tick-inside)", "Whether it was refused.");
}  // namespace

TEST_CASE_METHOD(EngineFixture, "K28 a tick inside of a tick is refused", "[sched]") {
  scheme::define_value(m, *r.interaction, "tick-inside", value_of(&m.heap.make<vm::Native>(&kTickInside)));
  CHECK(finish(start("(tick-inside)")) == "#t");
}

TEST_CASE_METHOD(EngineFixture, "K23 a virtual clock stands while a task waits for the world", "[sched]") {
  int ends[2];
  open_pipe(ends);
  Fiber& f = start(program(R"(
    (let* ((s (make-scheduler 'clock 'virtual)) (start (clock-now s)) (at #f))
      (task-spawn s (lambda () (read-char pipe) (set! at (- (clock-now) start))))
      (task-spawn s (lambda () (task-sleep 3600)))
      (scheduler-run s)
      (list at (- (clock-now s) start))))"));
  for (int i = 0; i < 100; ++i) engine().tick(10);
  CHECK_FALSE(f.is_over());
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(finish(f) == "(0.0 3600.0)");
  ::close(ends[1]);
}

TEST_CASE_METHOD(EngineFixture, "a task that waits for a file does not keep others from running", "[sched]") {
  int ends[2];
  open_pipe(ends);
  Fiber& reader = start(program("(read-char pipe)"));
  Fiber& other = start(program("(task-sleep 0.001) 'ran"));
  CHECK(finish(other) == "ran");
  CHECK_FALSE(reader.is_over());
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(finish(reader) == "#\\x");
  ::close(ends[1]);
}

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected
TEST_CASE_METHOD(EngineFixture, "K25 tasks that nothing can reach are found, and collected otherwise", "[sched]") {
  const auto live = [&] {
    std::size_t n = 0;
    engine().fibers.for_each([&](Fiber&) { ++n; });
    return n;
  };
  vm::collect_now();  // else one may be due before they are looked for, and take them without a word
  CHECK(finish(start(program(R"(
    (define kept (make-waitq 'kept))
    (define (park-in q) (task-spawn (lambda () (waitq-park! q) 1)))
    (park-in kept)
    (let loop ((i 0)) (if (< i 1000) (begin (park-in (make-waitq 'lost)) (loop (+ i 1)))))
    (settle)
    (let* ((found (find-stuck)) (n (length found)))
      (list (< 900 n 1001) (waitq-name (task-waits-on (car found))))))"))) == "(#t lost)");
  // Old words on the stacks may still name the list of those found; other work overwrites them.
  for (int round = 0; round < 10 && live() >= 200; ++round) {
    CHECK(finish(start(program("(let f ((n 2000)) (if (= n 0) 0 (+ 1 (f (- n 1)))))"))) == "2000");
    vm::collect_now();
  }
  CHECK(live() < 200);
  CHECK(live() >= 1);
}
#endif

TEST_CASE_METHOD(EngineFixture, "K01 a million tasks that end at once leave the memory as before", "[sched][long]") {
  const auto used = [&] {
    for (int i = 0; i < 3; ++i) vm::collect_now();
    return static_cast<double>(vm::bytes_in_use());
  };
  CHECK(finish(start(program("(task-join (task-spawn (lambda () 1)))"))) == "1");
  const double before = used();
  CHECK(finish(start(program(R"(
    (define n 0)
    (let loop ((i 0))
      (if (< i 1000000) (begin (task-spawn (lambda () (set! n (+ n 1)))) (loop (+ i 1)))))
    (settle)
    n)"))) == "1000000");
  CHECK(finish(start(program("(let f ((n 2000)) (if (= n 0) 0 (+ 1 (f (- n 1)))))"))) == "2000");
  // The ring of those that could run has grown to 2^20 places, and stays.
  CHECK(used() - before < 24e6);
}
