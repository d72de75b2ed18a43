// Host functions that finish later, tasks, cancelling.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

// Answers when the test says so.
template <class T>
struct Waiting {
  std::vector<Completer<T>> calls;
  auto function() {
    return [this](int, Completer<T> done) { calls.push_back(std::move(done)); };
  }
};

// What a coroutine of the host awaits here.
struct Gate {
  std::vector<std::coroutine_handle<>> waiting;
  auto operator co_await() {
    struct Awaiter {
      Gate& gate;
      bool await_ready() { return false; }
      void await_suspend(std::coroutine_handle<> h) { gate.waiting.push_back(h); }
      void await_resume() {}
    };
    return Awaiter{*this};
  }
  void open() {
    for (const auto h : std::exchange(waiting, {})) h.resume();
  }
};

Task spawn(Interpreter& in, const char* body, RunOptions run = {}) {
  return in.spawn({.body = std::string(body), .run = std::move(run)}).value();
}

void settle(Interpreter& in) {
  while (in.tick().state == Tick::more) {}
}

}  // namespace

TEST_CASE("embedding 1.1, complaint 4 (sol2 589): a host function finishes later, only its task waits", "[api]") {
  Interpreter in = Interpreter::create().value();
  Waiting<int> waiting;
  in.define("ask", waiting.function()).value();
  const Task one = spawn(in, "(+ 1 (ask 1))"), two = spawn(in, "(* 2 (ask 2))"), other = spawn(in, "'ran");
  settle(in);
  REQUIRE(waiting.calls.size() == 2);
  CHECK(other.result().value().write() == "ran");
  CHECK(one.state() == TaskState::waiting);
  std::move(waiting.calls[1]).resolve(10);
  settle(in);
  CHECK(two.result().value().write() == "20");
  CHECK(one.result().error().code() == Errc::busy);
  std::move(waiting.calls[0]).resolve(20);
  settle(in);
  CHECK(one.result().value().write() == "21");
}

TEST_CASE("a completer answers from another thread, at once, too late, or never", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  SECTION("from another thread") {
    in.define("slow", [](int n, Completer<int> done) {
      std::thread([n, done = std::move(done)]() mutable { std::move(done).resolve(n + 1); }).detach();
    }).value();
    CHECK(in.eval("(map (lambda (i) (slow i)) '(1 2 3))").value().write() == "(2 3 4)");
  }
  SECTION("before the function returns") {
    in.define("now", [](int n, Completer<std::string> done) { std::move(done).resolve(std::to_string(n)); }).value();
    CHECK(in.eval("(now 5)").value().as<std::string>().value() == "5");
  }
  SECTION("by an error, or an exception") {
    in.define("no", [](Completer<int> done) { std::move(done).reject(Error("not today", Errc::io)); }).value();
    in.define("thrown", [](Completer<int>) -> void { throw std::out_of_range("far"); }).value();
    CHECK(in.eval("(no)").error().message() == "not today");
    CHECK(in.eval("(guard (c (#t (condition-kind c))) (no))").value().write() == "io-error");
    CHECK_THROWS_AS(in.eval("(thrown)").error().rethrow(), std::out_of_range);
    CHECK(in.eval("(import (fermata sched)) (guard (c (#t 1)) (thrown)) (task-sleep 0.001) 2").value().write() == "2");
  }
  SECTION("lost") {
    in.define("lose", [](Completer<int> done) { static_cast<void>(done.stop()); }).value();
    const Result<Value> r = in.eval("(lose)");
    REQUIRE_FALSE(r);
    CHECK(r.error().message() == "the host lost the completer of this call without an answer");
    CHECK(r.error().code() == Errc::host);
  }
  SECTION("too late") {
    Waiting<int> waiting;
    in.define("ask", waiting.function()).value();
    const Task t = spawn(in, "(ask 1)");
    settle(in);
    t.cancel("enough");
    settle(in);
    CHECK(t.state() == TaskState::cancelled);
    CHECK(waiting.calls[0].stop().stop_requested());
    std::move(waiting.calls[0]).resolve(5);
    settle(in);
    CHECK(t.result().error().code() == Errc::cancelled);
  }
  SECTION("after the interpreter is gone") {
    Waiting<int> waiting;
    {
      Interpreter inner = Interpreter::create().value();
      inner.define("ask", waiting.function()).value();
      const Task t = spawn(inner, "(ask 1)");
      settle(inner);
    }
    CHECK(waiting.calls[0].stop().stop_requested());
    std::move(waiting.calls[0]).resolve(5);
  }
}

TEST_CASE("a coroutine of the host is a function that finishes later", "[api]") {
  Interpreter in = Interpreter::create().value();
  Gate gate;
  in.define("later", [&](int n) -> Async<int> {
    co_await gate;
    if (n < 0) throw std::invalid_argument("negative");
    co_return n * 2;
  }).value();
  in.define("at-once", [](std::string s) -> Async<std::string> { co_return s + "!"; }).value();
  in.define("quiet", [&]() -> Async<void> { co_await gate; }).value();
  CHECK(in.eval("(at-once \"x\")").value().as<std::string>().value() == "x!");
  const Task a = spawn(in, "(later 21)"), b = spawn(in, "(later -1)"), c = spawn(in, "(quiet)");
  settle(in);
  CHECK(gate.waiting.size() == 3);
  gate.open();
  settle(in);
  CHECK(a.result().value().write() == "42");
  CHECK_THROWS_AS(b.result().error().rethrow(), std::invalid_argument);
  CHECK(c.state() == TaskState::finished);
}

TEST_CASE("a coroutine of the host awaits a task", "[api]") {
  struct Detached {
    struct promise_type {
      Detached get_return_object() { return {}; }
      std::suspend_never initial_suspend() { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() { std::terminate(); }
    };
  };
  Interpreter in = Interpreter::create().value();
  int got = 0;
  const auto work = [&](Task t) -> Detached { got = (co_await t).value().as<int>().value(); };
  work(spawn(in, "(+ 20 22)"));
  CHECK(got == 0);
  settle(in);
  CHECK(got == 42);
}

TEST_CASE("complaint 10 (quickjs-emscripten 211): a time limit covers what waits for the host", "[api]") {
  Interpreter in = Interpreter::create().value();
  Waiting<int> waiting;
  in.define("ask", waiting.function()).value();
  const Result<Value> r = in.eval("(ask 1)", {.timeout = 20ms});
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::timeout);
  CHECK(waiting.calls[0].stop().stop_requested());
  const Task t = spawn(in, "(ask 2)", {.timeout = 20ms});
  const Result<Datum> result = t.wait(10s);
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == Errc::timeout);
}

TEST_CASE("a completer inside of a call back is refused where it would block the host", "[api]") {
  Interpreter in = Interpreter::create().value();
  Waiting<int> waiting;
  in.define("ask", waiting.function()).value();
  in.define("run", [](const Value& f) { return f(); }).value();
  const Result<Value> r = in.eval("(run (lambda () (ask 1)))");
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::blocked);
  CHECK(waiting.calls.empty());
}

TEST_CASE("complaint 12 (janet 1792): a finished task answers in any thread", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  const Task t = spawn(in, "(list 1 2)");
  std::atomic<bool> done = false;
  std::thread waiter([&] { done = t.wait().value().write() == "(1 2)"; });
  settle(in);
  waiter.join();
  CHECK(done);
  const Task bad = spawn(in, "(car 5)");
  settle(in);
  std::string text;
  std::thread([&] { text = bad.result().error().what(); }).join();
  CHECK(text == "car: argument 1 must be a pair, got 5");
  const Task odd = spawn(in, "car");
  settle(in);
  CHECK(odd.result().error().code() == Errc::type);
}

TEST_CASE("a task has streams of its own", "[api]") {
  Interpreter in = Interpreter::create().value();
  std::string out, err, given = "one\ntwo\n";
  const Task t = in.spawn({.body = std::string("(let loop ((n 0)) (let ((line (read-line)))"
                                               "  (if (eof-object? line) n"
                                               "    (begin (write-string line) (newline)"
                                               "           (write n (current-error-port)) (loop (+ n 1))))))"),
                           .in = [&](std::span<char> to) {
                             const std::size_t count = given.copy(to.data(), to.size());
                             given.erase(0, count);
                             return count;
                           },
                           .out = [&](std::string_view s) { out += s; },
                           .err = [&](std::string_view s) { err += s; }}).value();
  CHECK(t.wait().value().write() == "2");
  CHECK(out == "one\ntwo\n");
  CHECK(err == "01");
}
