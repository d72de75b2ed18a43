// What the engine does when others act on its flow in the middle: take it over, answer it,
// cancel it.  The others are a second owner of the same memory store, called at a chosen
// write of the first.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "flow/builtins.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/hooked_store.hpp"
#include "tests/flow/run_program.hpp"
#include "vm/allocation.hpp"
#include "vm/machine.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

struct World {
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> other = make_memory_store({}, tables);
  std::function<void(int)> at_write = [](int) {};   // before that write
  std::function<void(int)> at_answer = [](int) {};  // after it, before its answer
  std::int64_t lease_ms = 0;                        // 0: as usual
  std::size_t memory = 0;                          // of the interpreter; 0: as usual
  // By the last program: messages, histories and their records read; turns of a thousand of gas.
  std::size_t read = 0, loads = 0, records = 0, turns = 0;

  History history() {
    std::vector<FlowRow> rows;
    other->list({}, rows);
    REQUIRE(rows.size() == 1);
    return other->load(rows[0].id);
  }
  std::string id() { return history().row.id; }

  // The value of the program's last form, as write shows it.
  std::string run(const std::string& program) {
    vm::Machine& m = vm::Machine::create();
    scheme::Runtime& r = scheme::Runtime::create(m, {});
    install_flow(r);
    if (memory > 0) m.heap.set_limit(memory);
    StoreOptions options;
    options.lease_ms = lease_ms;
    auto hooked = std::make_unique<HookedStore>(make_memory_store(std::move(options), tables),
                                                [this](int n, Moment moment) {
                                                  moment == Moment::before ? at_write(n) : at_answer(n);
                                                });
    const HookedStore& store = *hooked;
    set_default_store(r, std::move(hooked));
    constexpr const char* kImports =
        "(import (scheme base) (fermata flow) (only (fermata builtins) condition-kind))"
        "(define log '())"
        "(define (note! x) (set! log (append log (list x))) x)"
        "(define (kind-of thunk) (guard (e (#t (condition-kind e))) (thunk)))";
    const Ended ended = run_program(m, r.loader("test.scm", kImports + program, nullptr), 1000);
    read = store.read, loads = store.loads, records = store.records, turns = ended.turns;
    uninstall_flow(r);
    scheme::Runtime::destroy(r);
    vm::Machine::destroy(m);
    return ended.finished ? ended.text : "raised " + ended.text;
  }
};

constexpr const char* kThreeSteps =
    "(defflow three (lambda (x)"
    "  (step 'one (lambda () (note! 1)))"
    "  (step 'two (lambda () (note! 2)))"
    "  (step 'three (lambda () (note! 3)))))";

}  // namespace

TEST_CASE("no step begins on an answer that was longer on its way than a lease lasts",
          "[flow][engine]") {
  World w;
  w.lease_ms = 90;
  w.at_answer = [&](int n) {
    if (n != 4) return;
    CHECK(w.other->claim(w.id(), Store::Manner::steal).answer == Answer::ok);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  };
  CHECK(w.run(std::string(kThreeSteps) + "(list (kind-of (lambda () (flow/start three 0))) log)") ==
        "(flow-fenced (1))");
}

TEST_CASE("a flow that another took over is dropped at the next append", "[flow][engine]") {
  World w;
  // 1 the program, 2 create, 3 the intent of one, 4 of two.
  w.at_write = [&](int n) {
    if (n == 4) CHECK(w.other->claim(w.id(), Store::Manner::steal).answer == Answer::ok);
  };
  CHECK(w.run(std::string(kThreeSteps) + "(list (kind-of (lambda () (flow/start three 0))) log)") ==
        "(flow-fenced (1))");
  const History h = w.history();
  CHECK(h.records.size() == 3);
  CHECK(h.row.epoch == 2);
  CHECK(h.row.status == Status::running);
}

TEST_CASE("fenced passes through try-catch and retry", "[flow][engine]") {
  World w;
  w.at_write = [&](int n) {
    if (n == 4) w.other->claim(w.id(), Store::Manner::steal);
  };
  CHECK(w.run(std::string(kThreeSteps) +
              "(defflow f (retry 3 (try-catch three (lambda (e) 'caught))))"
              "(list (kind-of (lambda () (flow/start f 0))) log)") == "(flow-fenced (1))");
}

TEST_CASE("cancelled from outside, a flow stops before its next step", "[flow][engine]") {
  World w;
  w.at_write = [&](int n) {
    if (n == 4) {
      Message m;
      m.id = "cancel", m.letter = Letter::cancel, m.tag = "cancel", m.body = "\"enough\"";
      CHECK(w.other->deliver(w.id(), m) == Answer::ok);
    }
  };
  CHECK(w.run(std::string(kThreeSteps) + "(list (car (flow/start three 0)) log)") ==
        "(flow-cancelled (1))");
  const History h = w.history();
  CHECK(h.row.status == Status::cancelled);
  CHECK(h.records.back().event == Event::cancelled);
  CHECK(h.records.back().value == "\"enough\"");
  CHECK(h.inbox.empty());
}

TEST_CASE("an answer that comes in while the flow runs is taken in", "[flow][engine]") {
  constexpr const char* kWaits =
      "(defflow waits (parallel (lambda (x) (suspend 'a))"
      "                         (lambda (x) (step 'slow (lambda () (note! 'slow))))))"
      "(list (flow/start waits 0) log)";
  // 3 the wait and the intent of slow, 4 its result and putting the flow down.
  for (const int when : {4}) {
    World w;
    w.at_write = [&](int n) {
      if (n != when) return;
      CHECK(w.other->deliver(w.id(), {"m", Letter::answer, {"0.1", 2}, "a", "42"}) == Answer::ok);
      CHECK(w.other->claim(w.id()).answer == Answer::busy);
    };
    CHECK(w.run(kWaits) == "((42 slow) (slow))");
    CHECK(w.history().row.status == Status::finished);
    CHECK(w.history().inbox.empty());
  }
}

TEST_CASE("steps that end together are written together", "[flow][engine]") {
  World w;
  int writes = 0;
  w.at_write = [&](int n) { writes = n; };
  CHECK(w.run("(defflow many (map-flow (lambda (x) (step 'one (lambda () (* x x))))))"
              "(apply + (flow/start many '(1 2 3 4 5 6 7 8 9 10)))") == "385");
  // The program, creation, ten intents, ten results and the end.
  CHECK(writes == 4);
  CHECK(w.history().records.size() == 24);
}

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected
TEST_CASE("flows that wait make room when memory is short", "[flow][engine]") {
  World w;
  w.memory = std::size_t{24} << 20;
  CHECK(w.run("(defflow (waits x) (list x (suspend 'answer)))"
              "(define first (cadr (flow/start waits 0)))"
              "(do ((i 1 (+ i 1))) ((= i 8000)) (flow/start waits i))"
              "(flow/resume first 'now)") == "(0 now)");
}
#endif

TEST_CASE("an answer to nothing lapses", "[flow][engine]") {
  World w;
  w.at_write = [&](int n) {
    if (n == 3)
      CHECK(w.other->deliver(w.id(), {"m", Letter::answer, {"0.7", 1}, "b", "42"}) == Answer::ok);
  };
  CHECK(w.run("(defflow waits (lambda (x) (suspend 'a)))"
              "(flow/status (cadr (flow/start waits 0)))") == "suspended");
  CHECK(w.history().inbox.empty());
}

TEST_CASE("a flow that is running elsewhere gets its answer by mail", "[flow][engine]") {
  World w;
  CHECK(w.run("(defflow waits (lambda (x) (list (suspend 'a) (suspend 'b))))"
              "(flow/status (cadr (flow/start waits 0)))") == "suspended");
  const Claim taken = w.other->claim(w.id());
  REQUIRE(taken.answer == Answer::ok);
  CHECK(w.run("(car (flow/resume (car (car (flow/list))) 1))") == "flow-delivered");
  CHECK(w.run("(flow/cancel (car (car (flow/list))))") == "cancelling");
  CHECK(w.history().inbox.size() == 2);
  // Whoever takes the flow next sees the cancellation first: it does not wait for its turn.
  w.other->release(w.id(), taken.epoch);
  CHECK(w.run("(car (flow/recover (car (car (flow/list)))))") == "flow-cancelled");
  const History h = w.history();
  CHECK(h.row.status == Status::cancelled);
}

TEST_CASE("a flow goes on in an interpreter that never saw its program", "[flow][engine]") {
  World w;
  CHECK(w.run("(define-record-type point (make-point x y) point? (x px) (y py))"
              "(define-syntax twice (syntax-rules () ((_ e) (list e e))))"
              "(define-values (one two . more) (values 1 2 3))"
              "(begin (define base 10) (note! 'skipped))"
              "(define (helper x) (+ x base one two (car more)))"
              "(defflow f (lambda (x)"
              "  (let ((p (make-point x (suspend 'y)))) (twice (helper (+ (px p) (py p)))))))"
              "(define running (flow/start f 100))"
              "(set! base 20)"
              "(note! 'last)"
              "log") == "(skipped last)");
  CHECK(w.run("(list (flow/resume (car (car (flow/list))) 1000) (length (flow/list)) log)") ==
        "((1116 1116) 1 ())");
}

// What it costs to take in so many signals that came while nobody ran the flow: messages read
// from the store, writes, and turns of the machine.
struct Cost {
  std::size_t read = 0, turns = 0;
  int writes = 0;
};

static Cost cost_of_signals(int count) {
  World w;
  CHECK(w.run("(defflow first (lambda (x) (suspend 'go)))(flow/start first 0 'id 'f)") ==
        "(flow-suspended f go)");
  for (int i = 0; i < count; ++i)
    REQUIRE(w.other->deliver("f", {"signal:" + std::to_string(i), Letter::signal, {"0", 0}, "s",
                                   std::to_string(i)}) == Answer::ok);
  Cost cost;
  w.at_write = [&](int n) { cost.writes = n; };
  // Rebuilt from a program that this interpreter has itself.
  CHECK(w.run("(defflow first (lambda (x) (suspend 'go)))(flow/recover 'f)") ==
        "(flow-suspended f go)");
  cost.read = w.read, cost.turns = w.turns;
  const History h = w.other->load("f");
  CHECK(h.inbox.empty());
  REQUIRE(h.records.size() > static_cast<std::size_t>(count));
  CHECK(h.records.back().value == std::to_string(count - 1));
  return cost;
}

TEST_CASE("twice as many unread signals cost twice as much", "[flow][engine]") {
  const Cost one = cost_of_signals(1500), two = cost_of_signals(3000);
  CHECK(one.read <= 1500 + 2);
  CHECK(two.read <= 3000 + 4);
  CHECK(two.writes < 12);
  CHECK(two.turns < 5 * one.turns / 2);
}

TEST_CASE("a cancellation is taken in before what lies in front of it", "[flow][engine]") {
  World w;
  CHECK(w.run("(defflow first (lambda (x) (suspend 'go)))(flow/start first 0 'id 'f)") ==
        "(flow-suspended f go)");
  for (int i = 0; i < 1200; ++i)
    w.other->deliver("f", {"signal:" + std::to_string(i), Letter::signal, {"0", 0}, "s", "1"});
  const std::string cancel(kCancelMessage);
  w.other->deliver("f", {cancel, Letter::cancel, {"0", 0}, cancel, "\"no\""});
  CHECK(w.run("(defflow first (lambda (x) (suspend 'go)))(car (flow/recover 'f))") ==
        "flow-cancelled");
  CHECK(w.other->load("f").records.size() < 10);
}

TEST_CASE("what is sent to a flow that is live here does not read its history", "[flow][engine]") {
  World w;
  constexpr const char* kAsks =
      "(defflow asks (lambda (n) (let loop ((i 0) (got '()))"
      "  (if (< i n) (loop (+ i 1) (cons (suspend 'go) got)) (apply + got)))))"
      "(define (answer n) (if (= n 0) (flow/result 'f)"
      "  (begin (flow/resume 'f n) (flow/signal 'f 's n) (answer (- n 1)))))"
      "(flow/start asks 20 'id 'f)";
  CHECK(w.run(std::string(kAsks) + "(answer 19)") == "(flow-suspended f go)");
  const std::size_t few = w.loads;
  CHECK(few <= 4);
  CHECK(w.history().records.size() > 40);
  // Of another owner's answer it learns all the same.
  World other;
  other.at_write = [&](int n) {
    if (n == 5)
      CHECK(other.other->deliver("f", {"m", Letter::answer, {"0", 1}, "go", "100"}) == Answer::ok);
  };
  CHECK(other.run("(defflow asks (lambda (n) (list (suspend 'go) (suspend 'go))))"
                  "(flow/start asks 2 'id 'f)(flow/resume 'f 1)") == "(flow-suspended f go)");
}

// What a live flow reads of the store for n operations, after so many were done before.
struct Reads {
  std::size_t loads, records;
};
Reads reads_of(const std::string& operation, int before, int n) {
  World w;
  const std::string program =
      "(defflow serves (lambda (x)"
      "  (define sum 0)"
      "  (define-query 'sum (lambda () sum))"
      "  (define-update 'add (lambda (k) (set! sum (+ sum k)) sum))"
      "  (let loop () (await-signal 's) (loop))))"
      "(define (times n) (if (> n 0) (begin " + operation + " (times (- n 1)))))"
      "(flow/start serves 0 'id 'f)(times ";
  CHECK(w.run(program + std::to_string(before) + ")'done") == "done");
  const Reads first{w.loads, w.records};
  World again;
  CHECK(again.run(program + std::to_string(before + n) + ")'done") == "done");
  return {again.loads - first.loads, again.records - first.records};
}

TEST_CASE("what is asked of a live flow reads no more for a long history", "[flow][engine]") {
  for (const char* operation : {"(flow/update 'f 'add 1)", "(flow/query 'f 'sum)",
                                "(flow/signal 'f 's 1)", "(flow/status 'f)"}) {
    INFO(operation);
    const Reads early = reads_of(operation, 10, 20), late = reads_of(operation, 200, 20);
    CHECK(late.loads == early.loads);
    CHECK(late.records == early.records);
    CHECK(late.loads <= 20);     // of an update the end of the history, where the reply is
    CHECK(late.records <= 40);
  }
  // A cancellation: the same, whatever came before.
  World few, many;
  const std::string program =
      "(defflow waits (lambda (n) (let loop ((i 0)) (if (< i n) (begin (step 's (lambda () i)) (loop (+ i 1)))))"
      "  (suspend 'go)))";
  CHECK(few.run(program + "(flow/start waits 10 'id 'f)(flow/cancel 'f)") == "cancelled");
  CHECK(many.run(program + "(flow/start waits 300 'id 'f)(flow/cancel 'f)") == "cancelled");
  CHECK(many.loads == few.loads);
  CHECK(many.records == few.records);
}

TEST_CASE("a request with the same key is answered as it was", "[flow][engine]") {
  World w;
  constexpr const char* kSums =
      "(defflow sums (lambda (x) (define sum 0)"
      "  (define-update 'add (lambda (k) (set! sum (+ sum k)) sum)) (suspend 'end)))";
  CHECK(w.run(std::string(kSums) + "(flow/start sums 0 'id 'f)"
              "(let* ((a (flow/update 'f 'add 5 \"k\")) (b (flow/update 'f 'add 1))"
              "       (again (flow/update 'f 'add 5 \"k\")) (other (flow/update 'f 'add 7 \"k\")))"
              "  (flow/resume 'f 'end) (list a b again other (flow/update 'f 'add 5 \"k\")))") ==
        "(5 6 5 5 5)");
}
