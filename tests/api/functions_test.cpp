// C++ in Scheme: functions, errors both ways, calls back.
#include <catch2/catch.hpp>

#include <stdexcept>

#include <fermata/fermata.hpp>

using namespace fermata;

namespace {

struct Mine : std::runtime_error {
  explicit Mine(int n) : std::runtime_error("mine " + std::to_string(n)), number(n) {}
  int number;
};

std::string message(const Result<Value>& r) { return r ? "no error" : std::string(r.error().message()); }

// Counts those that live: destructors run, whatever leaves a function.
struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  ~Counted() { --alive; }
};

}  // namespace

TEST_CASE("embedding 1.1: a C++ function is registered by its signature", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("hadd", [](long a, long b) { return a + b; }, "Adds in the host.").value();
  in.define("greet", [](std::string_view name, std::optional<std::string> greeting) {
    return greeting.value_or("Hello") + ", " + std::string(name);
  }).value();
  in.define("count", [](Rest rest) { return rest.size(); }).value();
  in.define("first-of", [](int skip, Rest rest) { return rest[static_cast<std::size_t>(skip)]; }).value();
  in.define("nothing", [] {}).value();
  in.define("maybe", [](int n) -> Result<int> {
    if (n < 0) return Error("maybe: argument 1 must not be negative", Errc::range);
    return n;
  }).value();
  in.define("(app math) triple", [](double d) { return 3 * d; }).value();
  in.define("(app math) quadruple", [](double d) { return 4 * d; }).value();

  CHECK(in.eval("(hadd 40 2)").value().as<int>().value() == 42);
  CHECK(in.eval("(greet \"you\")").value().as<std::string>().value() == "Hello, you");
  CHECK(in.eval("(greet \"you\" \"Hi\")").value().as<std::string>().value() == "Hi, you");
  CHECK(in.eval("(count 1 2 3)").value().as<int>().value() == 3);
  CHECK(in.eval("(first-of 1 'a 'b)").value().write() == "b");
  CHECK(in.eval("(nothing)").value().view().is_unspecified());
  CHECK(in.eval("(map (lambda (x) (hadd x 1)) '(1 2 3))").value().as<std::vector<int>>().value() ==
        std::vector<int>{2, 3, 4});
  CHECK(in.eval("(import (app math)) (+ (triple 2) (quadruple 1))").value().as<double>().value() == 10);

  CHECK(message(in.eval("(hadd 1 'x)")).find("hadd: argument 2 must be an exact integer from") == 0);
  CHECK(message(in.eval("(hadd 1)")).find("hadd") != std::string::npos);
  CHECK(in.eval("(hadd 1)").error().code() == Errc::arity);
  CHECK(message(in.eval("(maybe -1)")) == "maybe: argument 1 must not be negative");
  CHECK(in.eval("(maybe -1)").error().code() == Errc::range);
}

TEST_CASE("embedding 1.1: a script error in the host says where, with its backtrace", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(define (inner x) (+ 1 (vector-ref x 5)))\n(define (outer x) (* 2 (inner x)))", {}, "lib.scm").value();
  const Result<Value> r = in.eval("(outer (vector 1 2))", {}, "main.scm");
  REQUIRE_FALSE(r);
  const Error& e = r.error();
  CHECK(e.code() == Errc::range);
  CHECK(e.kind() == "out-of-range");
  CHECK(e.message() == "vector-ref: argument 2 must be an index below 2, got 5");
  CHECK(e.file() == "lib.scm");
  CHECK(e.line() == 1);
  CHECK(e.column() == 24);
  CHECK(e.excerpt().find("(vector-ref x 5)") != std::string_view::npos);
  REQUIRE(e.frame_count() >= 2);
  CHECK(std::string(e.report()).find("in outer, lib.scm:2:24") != std::string::npos);
  const Error copy = e;  // outlives what it came from
  CHECK(copy.message() == e.message());
  const Result<Value> other = in.eval("(raise '(my data))");
  CHECK(other.error().payload().write() == "(my data)");
  CHECK(in.eval("(error \"no\" 1 \"two\" car)").error().payload().view().length() == 3);
}

TEST_CASE("embedding 1.1: a C++ exception is a condition in Scheme and comes back as itself", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("throw-mine", [](int n) -> int { throw Mine(n); }).value();
  in.define("throw-int", []() -> int { throw 7; }).value();
  CHECK(in.eval("(guard (c ((error-object? c) (error-object-message c))) (throw-mine 3))").value().as<std::string>().value() ==
        "mine 3");
  const Result<Value> r = in.eval("(dynamic-wind (lambda () 1) (lambda () (throw-mine 5)) (lambda () 2))");
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::host);
  try {
    r.error().rethrow();
  } catch (const Mine& mine) {
    CHECK(mine.number == 5);
  }
  // Re-raised by the script, it is still the same.
  const Result<Value> again = in.eval("(guard (c (#t (raise c))) (throw-mine 6))");
  REQUIRE_FALSE(again);
  CHECK_THROWS_AS(again.error().rethrow(), Mine);
  CHECK_THROWS_AS(in.eval("(throw-int)").error().rethrow(), int);
}

TEST_CASE("complaint 1 (wren 487): a host function calls back into Scheme, at any depth", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("twice", [](std::function<int(int)> f, int n) { return f(f(n)); }).value();
  CHECK(in.eval("(twice (lambda (n) (* n 10)) 3)").value().as<int>().value() == 300);
  in.define("down", [&](int n) -> Result<int> { return n == 0 ? Result<int>(0) : in.call<int>("scheme-down", n - 1); })
      .value();
  in.eval("(define (scheme-down n) (+ 1 (down n)))").value();
  CHECK(in.eval("(down 50)").value().as<int>().value() == 50);
  // Without end it is an error, not the end of the process.
  const Result<Value> deep = in.eval("(define (scheme-down n) (+ 1 (down (+ n 2)))) (down 1)");
  REQUIRE_FALSE(deep);
  CHECK(message(deep).find("deep") != std::string::npos);
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
  // map, sort and handlers around it do not mind.
  CHECK(in.eval("(map (lambda (n) (twice (lambda (m) (+ m n)) n)) '(1 2 3))").value().as<std::vector<int>>().value() ==
        std::vector<int>{3, 6, 9});
}

TEST_CASE("a call back has the parameters of its caller, and cannot escape past the host", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("run", [](const Value& f) { return f(); }).value();
  CHECK(in.eval("(define p (make-parameter 1)) (parameterize ((p 2)) (run (lambda () (p))))").value().as<int>().value() == 2);
  const Result<Value> escape = in.eval("(call/cc (lambda (k) (run (lambda () (k 1)))))");
  REQUIRE_FALSE(escape);
  CHECK(escape.error().kind() == "continuation-error");
  CHECK(in.eval("(call/cc (lambda (k) (run (lambda () (call/cc (lambda (j) (j 5)))))))").value().as<int>().value() == 5);
}

TEST_CASE("what a call back would wait for is an error that says what to do", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("run", [](const Value& f) { return f(); }).value();
  in.eval("(import (fermata sched))").value();
  const Result<Value> r = in.eval("(run (lambda () (task-sleep 10)))");
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::blocked);
  CHECK(message(r) == "what run calls back would have to wait; let the host function finish later, by a Completer, or "
                      "spawn a task");
  // The script goes on as before.
  CHECK(in.eval("(guard (c (#t 'no)) (run (lambda () (task-yield)))) (task-sleep 0.001) (run (lambda () 'fine))")
            .value()
            .write() == "fine");
}

TEST_CASE("complaint 7 (duktape 75): destructors run whatever leaves a host function", "[api]") {
  Interpreter in = Interpreter::create().value();
  int seed = 1;
  const auto chance = [&](int n) { return (seed = static_cast<int>(seed * 1103515245u + 12345u) & 0x7fffffff) / 65536 % n; };
  in.define("step", [&](int depth) -> Result<int> {
    const Counted here;
    const std::string text(100, 'x');
    switch (chance(5)) {
      case 0: throw Mine(depth);
      case 1: return Error("no", Errc::raised);
      default: break;
    }
    if (depth == 0) return 1;
    const Result<int> r = in.call<int>("scheme-step", depth - 1);
    if (!r && chance(2) == 0) r.error().rethrow();
    return r;
  }).value();
  in.eval("(define (scheme-step n)"
          "  (dynamic-wind (lambda () #f)"
          "    (lambda () (if (odd? n) (guard (c ((string? c) 0)) (step n)) (+ 1 (step n))))"
          "    (lambda () #f)))").value();
  int fine = 0;
  for (int i = 0; i < 1000; ++i) fine += in.call<int>("scheme-step", i % 12).has_value();
  CHECK(Counted::alive == 0);
  CHECK(fine > 0);
  CHECK(fine < 1000);
}

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected
TEST_CASE("functions given as arguments live as long as their procedures", "[api]") {
  Counted::alive = 0;
  {
    Interpreter in = Interpreter::create().value();
    in.eval("(define kept #f) (define (call-it f n) (f n)) (define (keep f) (set! kept f))").value();
    for (int i = 0; i < 10'000; ++i) {
      const std::function<int(int)> f = [here = Counted(), i](int n) { return n + i; };
      REQUIRE(in.call<int>("call-it", f, 1).value() == i + 1);
      if (i % 1000 == 0) in.eval("(gc)").value();
    }
    const std::function<int(int)> f = [here = Counted()](int n) { return 2 * n; };
    in.call("keep", f).value();
    in.eval("(gc)").value();
    in.tick();
    CHECK(Counted::alive < 5000);
    CHECK(in.eval("(kept 21)").value().as<int>().value() == 42);
  }
  CHECK(Counted::alive == 0);
}
#endif
