// Ways of driving, limits, threads.
#include <catch2/catch.hpp>

#include <poll.h>
#include <signal.h>
#include <ucontext.h>

#include <atomic>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

bool readable(int fd, int milliseconds = 0) {
  pollfd p{fd, POLLIN, 0};
  return ::poll(&p, 1, milliseconds) == 1;
}

Task spawn(Interpreter& in, const char* body, RunOptions run = {}) {
  return in.spawn({.body = std::string(body), .run = std::move(run)}).value();
}

double seconds_of(auto work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

TEST_CASE("embedding 1.1, complaint 18: the host's loop drives by tick, poll_fd and next_deadline", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched))").value();
  const int fd = in.poll_fd();
  while (in.tick().state == Tick::more) {}
  CHECK_FALSE(readable(fd));
  const Task t = spawn(in, "(task-sleep 0.005) (task-sleep 0.005) 'slept");
  CHECK(readable(fd));
  int ticks = 0;
  while (!t.is_over()) {
    REQUIRE(readable(fd, 10'000));
    const Tick tick = in.tick();
    if (tick.state == Tick::idle) CHECK(tick.next.has_value());
    REQUIRE(++ticks < 100);
  }
  CHECK(t.result().value().write() == "slept");
  CHECK_FALSE(readable(fd));
  std::thread([&] { in.post([&] { in.set("posted", 1).value(); }); }).join();
  CHECK(readable(fd, 1000));
  in.tick();
  CHECK(in.get<int>("posted").value() == 1);
}

TEST_CASE("a tick keeps to its budget and never nests", "[api]") {
  Interpreter in = Interpreter::create().value();
  const Task t = spawn(in, "(let loop () (loop))");
  const Tick tick = in.tick({.gas = 50'000});
  CHECK(tick.state == Tick::more);
  CHECK(tick.gas >= 40'000);
  CHECK(tick.gas < 80'000);
  const double time = seconds_of([&] { in.tick({.gas = 1'000'000'000, .wall = 5ms}); });
  CHECK(time < 0.5);
  in.define("tick", [&] { return static_cast<int>(in.tick().state); }).value();
  CHECK(in.eval("(tick)").value().as<int>().value() == Tick::nested);
}

TEST_CASE("complaint 2 (wren 478), embedding 1.1: gas and time stop a script, which goes on to work", "[api]") {
  Interpreter in = Interpreter::create().value();
  const Result<Value> gas = in.eval("(let loop () (loop))", {.gas = 100'000});
  REQUIRE_FALSE(gas);
  CHECK(gas.error().code() == Errc::gas);
  const Result<Value> time = in.eval("(let loop () (loop))", {.timeout = 10ms});
  REQUIRE_FALSE(time);
  CHECK(time.error().code() == Errc::timeout);
  CHECK(time.error().message() == "the time given to this run is over");
  CHECK(in.eval("(+ 1 2)", {.timeout = 1s, .gas = 1000}).value().as<int>().value() == 3);
  CHECK(in.call(RunOptions{.gas = 1000}, in.eval("(lambda () (let loop () (loop)))").value()).error().code() == Errc::gas);
}

TEST_CASE("tasks and what is submitted are held to gas and time as calls are", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define cleaned 0) (define (spin) (let loop () (loop)))"
          "(define (tidy) (dynamic-wind (lambda () #f) spin (lambda () (set! cleaned (+ cleaned 1)))))"
          "(define (stubborn) (guard (c (#t (stubborn))) (spin)))").value();
  const auto end_of = [&](const char* body, RunOptions run) {
    const Task t = spawn(in, body, std::move(run));
    const Task beside = spawn(in, "(+ 1 2)");
    const Result<Datum> r = t.wait(std::chrono::seconds(10));
    CHECK(beside.wait().value().write() == "3");
    return r ? Errc::ok : r.error().code();
  };
  CHECK(end_of("(tidy)", {.gas = 100'000}) == Errc::gas);
  CHECK(end_of("(tidy)", {.timeout = 10ms}) == Errc::timeout);
  CHECK(in.get<int>("cleaned").value() == 2);
  CHECK(end_of("(stubborn)", {.gas = 100'000}) == Errc::gas);
  CHECK(end_of("(stubborn)", {.timeout = 10ms}) == Errc::timeout);
  CHECK(end_of("1", {.timeout = 1s, .gas = 1000}) == Errc::ok);
  in.start_background().value();
  const auto id = in.submit("stubborn", {}, {.gas = 50'000}).value();
  const std::optional<Event> e = in.next_event(10s);
  REQUIRE(e);
  CHECK(e->id == id);
  CHECK(e->error->code() == Errc::gas);
}

TEST_CASE("complaint 8 (quickjs-ng 810): a limit cannot be caught for ever", "[api]") {
  Interpreter in = Interpreter::create().value();
  const double time = seconds_of([&] {
    const Result<Value> r =
        in.eval("(let forever () (guard (c (#t (forever))) (let loop () (loop))))", {.timeout = 10ms});
    REQUIRE_FALSE(r);
    CHECK(r.error().code() == Errc::timeout);
  });
  CHECK(time < 2);
  // Cleaning up is let run.
  CHECK(in.eval("(define cleaned #f) (guard (c (#t (set! cleaned #t) 'done)) (let loop () (loop)))", {.gas = 50'000})
            .value()
            .write() == "done");
}

TEST_CASE("complaint 9 (bellard 331), embedding 1.1: interrupt from another thread, wherever it runs", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (scheme list) (fermata sched))").value_or(Value());
  for (const char* text : {"(let loop () (loop))", "(define (deep n) (+ 1 (deep n))) (deep 0)",
                           "(let loop ((n 3)) (loop (* n n)))",
                           "(let loop () (vector-map (lambda (x) x) (make-vector 100000 1)) (loop))",
                           "(let wait () (task-sleep 100) (wait))"}) {
    std::atomic<std::int64_t> asked = 0;
    std::thread interrupter([&] {
      std::this_thread::sleep_for(30ms);
      asked = Clock::now().time_since_epoch().count();
      in.interrupt();
    });
    in.eval("(import (fermata sched))").value();
    const Result<Value> r = in.eval(text);
    const auto took = Clock::now().time_since_epoch() - Clock::duration(asked.load());
    interrupter.join();
    INFO(text);
    REQUIRE_FALSE(r);
    const bool stopped = r.error().code() == Errc::cancelled || r.error().code() == Errc::memory ||
                         r.error().code() == Errc::range;
    CHECK(stopped);
    CHECK(took < 1s);
  }
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(10ms);
    stop.request_stop();
  });
  CHECK(in.eval("(let loop () (loop))", {.stop = stop.get_token()}).error().code() == Errc::cancelled);
  stopper.join();
  CHECK(in.eval("1", {.stop = stop.get_token()}).error().code() == Errc::cancelled);
  CHECK(in.eval("1").value().as<int>().value() == 1);
}

TEST_CASE("complaint 13 (janet 847): run ends when all has ended, and says when nothing can", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define n 0)").value();
  for (int i = 0; i < 3; ++i) spawn(in, "(task-sleep 0.002) (set! n (+ n 1))");
  in.run().value();
  CHECK(in.get<int>("n").value() == 3);
  const Task t = spawn(in, "(waitq-park! (make-waitq 'nothing))");
  const Result<void> stuck = in.run();
  REQUIRE_FALSE(stuck);
  CHECK(stuck.error().code() == Errc::stuck);
  t.cancel();
  in.run().value();
  CHECK(t.state() == TaskState::cancelled);
  CHECK(in.eval("(waitq-park! (make-waitq 'nothing))").error().code() == Errc::stuck);
  // What a host thread still holds is no reason to end.
  std::optional<Completer<int>> held;
  in.define("ask", [&](Completer<int> done) { held.emplace(std::move(done)); }).value();
  const Task waits = spawn(in, "(ask)");
  std::thread answer([&] {
    std::this_thread::sleep_for(20ms);
    in.post([&] { std::move(*held).resolve(1); });
  });
  in.run().value();
  answer.join();
  CHECK(waits.result().value().write() == "1");
}

TEST_CASE("embedding 1.1: a thread of its own, by messages", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define (square x) (host-event! \"working\") (* x x)) (define (bad) (car 1))").value();
  in.start_background().value();
  CHECK(in.eval("1").error().code() == Errc::thread);
  const auto a = in.submit("square", {Datum::parse("7").value()}).value();
  const auto b = in.submit("bad").value();
  const auto c = in.submit("no-such-procedure").value();
  int seen = 0;
  while (seen < 4) {
    const std::optional<Event> e = in.next_event(10s);
    REQUIRE(e);
    ++seen;
    if (e->kind == Event::published) CHECK(e->data.as<std::string>().value() == "working");
    else if (e->id == a) CHECK(e->data.as<int>().value() == 49);
    else if (e->id == b) CHECK(e->error->message() == "car: argument 1 must be a pair, got 1");
    else if (e->id == c) CHECK(e->error->code() == Errc::unbound);
  }
  CHECK_FALSE(in.next_event());
  in.stop_background().value();
  CHECK(in.eval("(square 3)").value().as<int>().value() == 9);
  // It ends in order while it is at work.
  in.start_background().value();
  in.submit("square", {Datum::parse("2").value()}).value();
}

TEST_CASE("what a task told its host comes before its end", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define (tell) (host-event! \"at work\") 'done)"
          "(define (fail) (host-event! \"failing\") (car 1))").value();
  const auto next = [&]() -> std::string {
    const std::optional<Event> e = in.next_event(10s);
    REQUIRE(e);
    return e->kind == Event::published ? e->data.as<std::string>().value()
           : e->error                  ? std::string(e->error->message())
                                       : "ended " + std::to_string(e->id);
  };
  in.start_background().value();
  for (int i = 0; i < 100; ++i) {
    const auto id = in.submit("tell").value();
    CHECK(next() == "at work");
    CHECK(next() == "ended " + std::to_string(id));
  }
  in.submit("fail").value();
  CHECK(next() == "failing");
  CHECK(next() == "car: argument 1 must be a pair, got 1");
  in.stop_background().value();
  in.spawn({.body = std::string("(host-event! \"failing\") (car 1)")}).value();
  in.eval("(task-sleep 0.001)").value();
  CHECK(next() == "failing");
}

TEST_CASE("embedding 1.1: an interpreter moves between threads, and knows which it belongs to", "[api][threads]") {
  Interpreter in = Interpreter::create().value();
  const Value kept = in.eval("(list 1 2)").value();
  std::string code;
  std::thread([&] { code = in.eval("1").error().what(); }).join();
  CHECK(code == "another thread owns this interpreter; it may detach it, or use post");
  in.detach();
  CHECK(in.eval("1").error().code() == Errc::thread);
  std::thread([&] {
    in.attach().value();
    in.eval("(define from-there (list 3 4)) (gc)").value();
    in.detach();
  }).join();
  in.attach().value();
  CHECK(in.eval("from-there").value().write() == "(3 4)");
  CHECK(kept.write() == "(1 2)");
  // Made in a thread that is gone.
  std::optional<Interpreter> other;
  std::thread([&] {
    other.emplace(Interpreter::create().value());
    other->detach();
  }).join();
  other->attach().value();
  CHECK(other->eval("(+ 1 1)").value().as<int>().value() == 2);
}

namespace {
Interpreter* fiber_interpreter = nullptr;
std::string fiber_message;
void on_fiber() { fiber_message = fiber_interpreter->eval("1").error().what(); }
}  // namespace

TEST_CASE("entry from a fiber's stack is refused", "[api]") {
  Interpreter in = Interpreter::create().value();
  fiber_interpreter = &in;
  std::vector<char> stack(256 * 1024);
  ucontext_t main_context, fiber;
  getcontext(&fiber);
  fiber.uc_stack.ss_sp = stack.data();
  fiber.uc_stack.ss_size = stack.size();
  fiber.uc_link = &main_context;
  makecontext(&fiber, on_fiber, 0);
  swapcontext(&main_context, &fiber);
  CHECK(fiber_message.find("a stack that is not its thread's own") != std::string::npos);
  CHECK(in.eval("1").value().as<int>().value() == 1);
}

TEST_CASE("no signal handler of the host is touched, and (exit) is an error with its status", "[api]") {
  struct sigaction before[3], after[3];
  const int signals[] = {SIGCHLD, SIGPIPE, SIGINT};
  for (int i = 0; i < 3; ++i) sigaction(signals[i], nullptr, &before[i]);
  {
    Interpreter in = Interpreter::create({.caps = Capabilities::all()}).value();
    in.eval("(import (fermata sched) (fermata task)) (run-wait (task-run! (process-task '(\"true\"))))").value_or(Value());
    const Result<Value> r = in.eval("(exit 3)");
    REQUIRE_FALSE(r);
    CHECK(r.error().code() == Errc::exit);
    CHECK(r.error().exit_status() == 3);
    CHECK(in.eval("1").value().as<int>().value() == 1);
  }
  for (int i = 0; i < 3; ++i) {
    sigaction(signals[i], nullptr, &after[i]);
    CHECK(before[i].sa_handler == after[i].sa_handler);
  }
}
