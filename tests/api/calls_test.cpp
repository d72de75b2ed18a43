// Calls from the host: one that ends in its first turn uses the task of the one before again, and
// nothing may tell.
#include <catch2/catch.hpp>

#include <fermata/fermata.hpp>
#include "vm/heap.hpp"

using namespace fermata;
using namespace std::chrono_literals;

namespace {

Interpreter make(const char* text) {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched) (fermata go))").value();
  in.eval(text).value();
  return in;
}

}  // namespace

TEST_CASE("calls one after another, with errors between them", "[api]") {
  Interpreter in = make("(define (inc n) (+ n 1)) (define (fail n) (car n))"
                        "(define (sum . all) (apply + all))");
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(in.call<int>("inc", i).value() == i + 1);
    if (i % 7 == 0) {
      const Result<Value> r = in.call("fail", i);
      REQUIRE_FALSE(r);
      REQUIRE(r.error().code() == Errc::type);
    }
    if (i % 11 == 0) REQUIRE(in.call<int>("inc").error().code() == Errc::arity);
  }
  CHECK(in.call<int>("sum", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12).value() == 78);
  CHECK(in.call("sum").value().write() == "0");
  CHECK(in.eval("5").value()().error().code() == Errc::type);  // no procedure
}

TEST_CASE("an error leaves the stack to the next call, and nothing on it", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(define kept #f) (define p (make-parameter 'outside))"
          "(define (fail) (parameterize ((p 'inside)) (+ 1 (error \"no\" 1))))"
          "(define (fail-late n) (if (= n 0) (car n) (+ 1 (fail-late (- n 1)))))"
          "(define (keep) (+ 1 (call/cc (lambda (k) (set! kept k) (error \"kept\")))))"
          "(define (param) (p))").value();
  const Value fail = in.get("fail").value(), late = in.get("fail-late").value(), param = in.get("param").value();
  std::vector<Error> errors;
  for (int i = 0; i < 50; ++i) {
    for (const Result<Value>& r : {fail(), late(i), late(1000), in.call("keep")}) {
      REQUIRE_FALSE(r);
      errors.push_back(r.error());
    }
    CHECK(param().value().write() == "outside");
  }
  // Where it happened is known although others have used the stack since.
  CHECK(std::string(errors[0].excerpt()).find("(+ 1 (error") != std::string::npos);
  CHECK(std::string(errors[1].report()).find("in fail-late") != std::string::npos);
  // A continuation of a call that failed is not one of the calls after it.
  fail().error();
  CHECK_FALSE(in.eval("(kept 1)"));
  CHECK(param().value().write() == "outside");
}

TEST_CASE("an error keeps its place while calls go on", "[api]") {
  Interpreter in = make("(define (inner n) (+ 1 (vector-ref #(1 2) n)))\n(define (outer n) (* 2 (inner n)))");
  const Result<Value> r = in.call("outer", 7);
  REQUIRE_FALSE(r);
  for (int i = 0; i < 100; ++i) REQUIRE(in.call<int>("outer", 1).value() == 6);
  CHECK(r.error().message() == "vector-ref: argument 2 must be an index below 2, got 7");
  CHECK(std::string(r.error().report()).find("in outer") != std::string::npos);
}

TEST_CASE("a call within a host function within a call", "[api]") {
  Interpreter in = make("(define (down n) (if (= n 0) 0 (+ 1 (host n)))) (define (twice n) (* 2 n))");
  in.define("host", [&](int n) -> Result<int> {
    const Result<int> doubled = in.call<int>("twice", n);
    if (!doubled) return doubled.error();
    const Result<int> rest = in.call<int>("down", n - 1);
    return rest ? Result<int>(*rest + *doubled) : rest;
  }).value();
  for (int i = 0; i < 50; ++i) REQUIRE(in.call<int>("down", 3).value() == 3 + 2 * (1 + 2 + 3));
}

TEST_CASE("a continuation captured in a call stays what it was", "[api]") {
  Interpreter in = make("(define k #f) (define (keep n) (+ n (call/cc (lambda (c) (set! k c) 1))))"
                        "(define (plain n) (* n 3)) (define (enter n) (k n))");
  CHECK(in.call<int>("plain", 1).value() == 3);
  CHECK(in.call<int>("keep", 10).value() == 11);
  for (int i = 0; i < 10; ++i) REQUIRE(in.call<int>("plain", i).value() == 3 * i);
  // It belongs to a call that has returned.
  const Result<int> r = in.call<int>("enter", 5);
  REQUIRE_FALSE(r);
  CHECK(r.error().kind() == "continuation-error");
  // One within a call is entered as often as it likes.
  in.eval("(define (count-to n) (let ((i 0) (again #f)) (call/cc (lambda (c) (set! again c)))"
          "  (set! i (+ i 1)) (if (< i n) (again #f) i)))").value();
  for (int i = 1; i < 20; ++i) REQUIRE(in.call<int>("count-to", i).value() == i);
}

TEST_CASE("a delimited continuation goes on in another call", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata control))"
          "(define tag (make-prompt-tag 'step)) (define rest #f)"
          "(define (begin-it n) (call-with-continuation-prompt"
          "  (lambda () (let loop ((sum n))"
          "    (loop (+ sum (call-with-composable-continuation"
          "                  (lambda (k) (set! rest k) (abort-to-prompt tag sum)) tag)))))"
          "  tag (lambda (sum) sum)))"
          "(define (go-on n) (call-with-continuation-prompt (lambda () (rest n)) tag (lambda (sum) sum)))").value();
  CHECK(in.call<int>("begin-it", 1).value() == 1);
  int sum = 1;
  for (int i = 0; i < 20; ++i) REQUIRE(in.call<int>("go-on", i).value() == (sum += i));
}

TEST_CASE("a call knows its task, which stays that call's", "[api]") {
  Interpreter in = make("(define (whoami) (task-current)) (define (nothing) 1)");
  const Value first = in.call("whoami").value();
  in.call("nothing").value();
  const Value second = in.call("whoami").value();
  in.set("first", first).value();
  in.set("second", second).value();
  CHECK(in.eval("(list (eq? first second) (task-status first) (task-status second))").value().write() ==
        "(#f finished finished)");
}

TEST_CASE("calls that wait, or go on for long, and calls after them", "[api]") {
  Interpreter in = make("(define (nap n) (task-sleep 0.001) n)"
                        "(define (long n) (let loop ((i 0)) (if (< i 100000) (loop (+ i 1)) n)))"
                        "(define (at-once n) n)"
                        "(define c (make-chan)) (define (begin-task n) (go (chan-send! c (* n n))) n)"
                        "(define (take) (chan-recv! c))");
  for (int i = 0; i < 10; ++i) {
    REQUIRE(in.call<int>("at-once", i).value() == i);
    REQUIRE(in.call<int>("long", i).value() == i);
    REQUIRE(in.call<int>("at-once", i).value() == i);
    REQUIRE(in.call<int>("nap", i).value() == i);
    REQUIRE(in.call<int>("begin-task", i).value() == i);
    REQUIRE(in.call<int>("take").value() == i * i);
    const Result<int> late = in.call<int>(RunOptions{.timeout = 5ms}, in.eval("(lambda () (task-sleep 100))").value());
    REQUIRE(late.error().code() == Errc::timeout);
    const Result<int> spent =
        in.call<int>(RunOptions{.gas = 30'000}, in.eval("(lambda () (let loop () (loop)))").value());
    REQUIRE(spent.error().code() == Errc::gas);
  }
}

TEST_CASE("a call has its own parameters, handlers and winds", "[api]") {
  Interpreter in = make("(define p (make-parameter 1)) (define trail '())"
                        "(define (with n) (parameterize ((p n)) (* 2 (p))))"
                        "(define (wind n) (dynamic-wind (lambda () (set! trail (cons 'in trail)))"
                        "  (lambda () (if (odd? n) (raise 'odd) n)) (lambda () (set! trail (cons 'out trail)))))"
                        "(define (safe n) (guard (c (#t (list 'caught c))) (wind n)))");
  CHECK(in.call<int>("with", 5).value() == 10);
  CHECK(in.call("p").value().write() == "1");
  CHECK(in.call("safe", 3).value().write() == "(caught odd)");
  CHECK(in.call("safe", 4).value().write() == "4");
  CHECK_FALSE(in.call("wind", 5));
  CHECK(in.call("wind", 6).value().write() == "6");
  CHECK(in.call<int>("with", 7).value() == 14);
  CHECK(in.eval("(length trail)").value().as<int>().value() >= 7);
}

TEST_CASE("many calls leave nothing behind", "[api]") {
  Interpreter in = make("(define (pair a b) (cons a b)) (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))");
  const auto some = [&] {
    for (int i = 0; i < 20'000; ++i) {
      if (in.call("pair", i, "text").value().view().is_null()) std::abort();
      if (i % 1000 == 0) REQUIRE(in.call<int>("deep", 20'000).value() == 20'000);
    }
    vm::collect_now();
    return vm::heap_bytes();
  };
  const std::size_t before = some();
  for (int i = 0; i < 3; ++i) some();
  CHECK(vm::heap_bytes() <= before + before / 10);
  CHECK(in.stats().roots < 100);
}

TEST_CASE("what other threads posted arrives with calls alone", "[api]") {
  Interpreter in = make("(define (nothing) 1)");
  bool arrived = false;
  in.post([&] { arrived = true; });
  in.call("nothing").value();
  CHECK(arrived);
}

TEST_CASE("what other threads dropped is taken back by calls alone", "[api]") {
  Interpreter in = make("(define (nothing) 1)");
  const Value nothing = in.get("nothing").value();
  std::vector<Value> values;
  for (int i = 0; i < 1000; ++i) values.push_back(in.make(i));
  std::thread([&] { values.clear(); }).join();
  REQUIRE(in.stats().roots >= 1000);
  for (int i = 0; i < 300; ++i) nothing().value();
  CHECK(in.stats().roots < 100);
}

TEST_CASE("calls with few and many arguments, on small and large stacks", "[api]") {
  Interpreter in = make("(define (sum . all) (apply + all)) (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))");
  const Value sum = in.get("sum").value(), deep = in.get("deep").value();
  for (int i = 0; i < 20; ++i) {
    CHECK(sum.operator()<int>(i).value() == i);
    CHECK(deep.operator()<int>(i * 100).value() == i * 100);
    CHECK(sum.operator()<int>(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16).value() == 136);
    CHECK(sum.operator()<int>(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, i).value() == 153 + i);
  }
}

TEST_CASE("what a call wrote is the host's when it returns, a line or not", "[api]") {
  std::string out;
  Interpreter in = Interpreter::create({.out = [&](std::string_view s) { out += s; }}).value();
  in.eval("(define (say x) (display x))").value();
  const Value say = in.get("say").value();
  std::string wanted;
  for (int i = 0; i < 20; ++i) {
    say(i).value();
    wanted += std::to_string(i);
    CHECK(out == wanted);
  }
}

TEST_CASE("gas and processor steps of calls are counted", "[api]") {
  Interpreter in = make("(define (work n) (let loop ((i 0)) (if (< i n) (loop (+ i 1)) n)))");
  const Value work = in.get("work").value();
  work(1).value();
  const std::uint64_t before = in.stats().gas;
  for (int i = 0; i < 10; ++i) work(1000).value();
  const std::uint64_t used = in.stats().gas - before;
  CHECK(used >= 10'000);
  CHECK(used < 11'000);
}
