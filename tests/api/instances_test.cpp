// Many interpreters in a process, their life and their limits.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include <fermata/fermata.hpp>

#include "tests/api/processor_time.hpp"
#include "vm/allocation.hpp"
#include "vm/heap.hpp"

using namespace fermata;
using namespace std::chrono_literals;

TEST_CASE("embedding 1.1, complaint 14 (chez 512): interpreters share nothing", "[api]") {
  Interpreter a = Interpreter::create().value(), b = Interpreter::create().value();
  a.eval("(define x 1) (define (car p) 'mine)").value();
  b.eval("(define x 2)").value();
  CHECK(a.get<int>("x").value() == 1);
  CHECK(b.get<int>("x").value() == 2);
  CHECK(b.eval("(car '(5))").value().as<int>().value() == 5);
  // A value of the one is no value of the other: plain data crosses.
  const Datum d = Datum::of(a.eval("(list 1 2)").value()).value();
  CHECK(b.call<int>("length", d).value() == 2);
  // An interpreter may be moved.
  Interpreter c = std::move(a);
  CHECK(c.get<int>("x").value() == 1);
}

TEST_CASE("embedding 6: 1,000 interpreters in one process", "[api][long]") {
  std::vector<Interpreter> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(Interpreter::create().value());
    all.back().set("number", i).value();
  }
  int sum = 0;
  for (Interpreter& in : all) sum += in.eval("(+ number 1)").value().as<int>().value();
  CHECK(sum == 500'500);
}

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected
TEST_CASE("embedding 6: interpreters come and go without growth", "[api]") {
  const auto once = [] {
    Interpreter in = Interpreter::create().value();
    in.define("f", [](int n) { return n; }).value();
    REQUIRE(in.eval("(f 1)").value().as<int>().value() == 1);
  };
  for (int i = 0; i < 40; ++i) once();
  vm::collect_now();
  const std::size_t before = vm::bytes_in_use();
  for (int i = 0; i < 200; ++i) once();
  vm::collect_now();
  CHECK(vm::bytes_in_use() < before + before / 2);
}
#endif

TEST_CASE("embedding 6: 10,000 interpreters, one after the other", "[api][long]") {
  const auto once = [] { REQUIRE(Interpreter::create().value().eval("(+ 1 2)").value().as<int>().value() == 3); };
  for (int i = 0; i < 1000; ++i) once();
  vm::collect_now();
  const std::size_t before = vm::heap_bytes();
  for (int i = 0; i < 9000; ++i) once();
  vm::collect_now();
  CHECK(vm::heap_bytes() < before + before / 4);
}

TEST_CASE("embedding 1.1: a second interpreter takes a millisecond at most", "[api]") {
  Interpreter first = Interpreter::create().value();
  const double took =
      in_loops_of_a_millisecond(first, [] { const Interpreter in = Interpreter::create().value(); });
#ifdef NDEBUG
  CHECK(took < 1);  // 0.42
#else
  CHECK(took < 50);
#endif
}

TEST_CASE("tasks, timers and output are limited where the host says so", "[api]") {
  std::string out;
  Interpreter in = Interpreter::create({.out = [&](std::string_view s) { out += s; }, .tasks = 100, .output = 1000}).value();
  in.eval("(import (fermata sched)) (define kept '())"
          "(define (begin-some n) (let loop ((i 0)) (if (< i n)"
          "  (begin (set! kept (cons (task-spawn (lambda () (task-sleep 1000))) kept)) (loop (+ i 1))))))").value();
  in.eval("(begin-some 90)").value();
  const Result<Value> many = in.eval("(begin-some 1000)");
  REQUIRE_FALSE(many);
  CHECK(many.error().message() == "there are as many tasks as the host lets this interpreter have");
  // Those that ended make room.
  in.eval("(for-each (lambda (t) (task-cancel t 'enough)) kept) (set! kept '()) (task-sleep 0.001)").value();
  CHECK(in.eval("(begin-some 50)"));
  CHECK_FALSE(in.eval("(let loop () (write-string \"0123456789\") (loop))"));
  CHECK(out.size() == 1000);
}

TEST_CASE("embedding 6: threads with an interpreter each", "[api][threads]") {
  constexpr int kThreads = 16;
  std::vector<std::thread> threads;
  std::atomic<int> fine = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Interpreter in = Interpreter::create().value();
      in.define("host", [](std::function<int(int)> f, int n) { return f(n) + 1; }).value();
      in.eval("(import (fermata go)) (define (work n)"
              "  (let ((c (make-chan)) (out '()))"
              "    (for-each (lambda (i) (go (chan-send! c (host (lambda (x) (* x x)) i)))) '(1 2 3))"
              "    (for-each (lambda (i) (set! out (cons (chan-recv! c) out))) '(1 2 3))"
              "    (+ n (apply + out))))").value();
      for (int i = 0; i < 20; ++i) {
        const Value junk = in.eval("(make-vector 1000 \"text\")").value();
        if (in.call<int>("work", t).value() == t + 17) ++fine;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(fine == 20 * kThreads);
}

#ifndef FERMATA_MALLOC_HEAP  // where memory has no bound
TEST_CASE("embedding 1.1: memory is capped, the host goes on", "[api]") {
  Interpreter in = Interpreter::create({.heap = 48u << 20}).value();
  const Result<Value> list = in.eval("(let loop ((l '())) (loop (cons l l)))");
  REQUIRE_FALSE(list);
  CHECK(list.error().code() == Errc::memory);
  const Result<Value> deep = in.eval("(define (deep n) (+ 1 (deep n))) (deep 0)");
  REQUIRE_FALSE(deep);
  CHECK(deep.error().code() == Errc::memory);
  const Result<Value> big = in.eval("(make-vector 100000000000 0)");
  REQUIRE_FALSE(big);
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}
#endif

TEST_CASE("complaint 3 (wren 455): a program reads like one, the host resumes it", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define waiting (make-waitq 'host))"
          "(define (resume! v) (waitq-give! waiting v))").value();
  const Task t = in.spawn({.body = std::string("(let ((a (waitq-park! waiting))) (let ((b (waitq-park! waiting))) (+ a b)))")})
                     .value();
  while (in.tick().state == Tick::more) {}
  CHECK(in.call<bool>("resume!", 40).value());
  while (in.tick().state == Tick::more) {}
  CHECK(in.call<bool>("resume!", 2).value());
  CHECK(t.wait().value().as<int>().value() == 42);
}

TEST_CASE("flows are reachable from the host", "[api]") {
  setenv("FERMATA_STORE", "memory:", 1);
  Interpreter in = Interpreter::create({.caps = Capabilities().flows()}).value();
  Flows flows = in.flows().value();
  in.eval("(defflow order (sequence (lambda (n) (+ n (suspend 'price))) (lambda (n) (* n 2))))").value();
  const Result<Value> first = flows.start("order", 1, "o1");
  INFO((first ? "" : std::string(first.error().report())));
  REQUIRE(first);
  CHECK(first->display() == "(flow-suspended o1 price)");
  CHECK(flows.status("o1").value().name == "suspended");
  CHECK(flows.resume("o1", 20).value().as<int>().value() == 42);
  CHECK(flows.list().value().view().length() == 1);
  in.eval("(defflow greeting (lambda (x) (let ((name (await-signal 'name))) (string-append x name))))").value();
  CHECK(flows.start("greeting", "hello ", "g1").value().display() == "(flow-suspended g1 name)");
  CHECK(flows.signal("g1", "name", "you"));
  CHECK(flows.result("g1").value().as<std::string>().value() == "hello you");
  flows.start("order", 1, "o2").value();
  flows.cancel("o2").value();
  CHECK(flows.status("o2").value().name == "cancelled");
  CHECK_FALSE(flows.resume("o2", 1));
  // What became of each is an event.
  std::vector<std::string> rests;
  while (const std::optional<Event> e = in.next_event()) {
    if (e->kind == Event::flow) rests.push_back(e->data.write());
  }
  CHECK(rests == std::vector<std::string>{"(\"o1\" \"suspended\")", "(\"o1\" \"finished\")", "(\"g1\" \"suspended\")",
                                          "(\"g1\" \"finished\")", "(\"o2\" \"suspended\")", "(\"o2\" \"cancelled\")"});
  Interpreter without = Interpreter::create().value();
  const Result<Datum> denied = without.flows().value().list();
  REQUIRE_FALSE(denied);
  CHECK(denied.error().code() == Errc::denied);
  unsetenv("FERMATA_STORE");
}
