// What crossing between host and Scheme costs: nanoseconds of processor time, the lowest of
// several passes.
#include <time.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <fermata/fermata.hpp>
#include <thread>

using namespace fermata;

namespace {

double cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// Nanoseconds of one of `count` turns.
double lowest(int count, auto work) {
  double best = 1e18;
  for (int pass = 0; pass < 7; ++pass) {
    const double start = cpu_ns();
    work(count);
    best = std::min(best, (cpu_ns() - start) / count);
  }
  return best;
}

void say(const char* what, double ns, const char* wanted) { std::printf("%-46s %10.1f ns   %s\n", what, ns, wanted); }

fermata_outcome add(fermata_interp* in, void*, const fermata_word* a, size_t) {
  int64_t x, y;
  if (!fermata_to_int64({a[0].word, in}, &x)) return fermata_wrong_type(in, 1, "an exact integer", {a[0].word, in});
  if (!fermata_to_int64({a[1].word, in}, &y)) return fermata_wrong_type(in, 2, "an exact integer", {a[1].word, in});
  return fermata_return(fermata_make_int64(in, x + y));
}

}  // namespace

int main() {
  Interpreter in = Interpreter::create({.collector = Collector::ours}).value();
  fermata_interp* raw = in.raw();
  in.eval("(define (inc n) (+ n 1)) (define (fail) (error \"no\")) (define (times n f) (if (> n 0) (begin (f) (times (- n 1) f))))").value();
  const Value inc = in.get("inc").value();

  say("call a procedure, C", lowest(200'000, [&](int n) {
        const fermata_view f = inc.view().raw();
        for (int i = 0; i < n; ++i) {
          fermata_view argument = fermata_make_int64(raw, i), out;
          if (fermata_call(raw, f, &argument, 1, nullptr, &out)) std::abort();
        }
      }), "at most 50");
  say("call a procedure, C++", lowest(200'000, [&](int n) {
        for (int i = 0; i < n; ++i) {
          if (inc.operator()<int>(i).value() != i + 1) std::abort();
        }
      }), "at most 70");

  fermata_define(raw, "(c-add a b)", "", add, nullptr, nullptr);
  in.define("add", [](int a, int b) { return a + b; }).value();
  in.eval("(define (loop-none n) (if (> n 0) (loop-none (- n 1))))"
          "(define (loop-c n) (if (> n 0) (begin (c-add n 1) (loop-c (- n 1)))))"
          "(define (loop-host n) (if (> n 0) (begin (add n 1) (loop-host (- n 1)))))").value();
  const auto loop = [&](const char* name) {
    const Value f = in.get(name).value();
    return lowest(1'000'000, [&](int n) { f(n).value(); });
  };
  const double empty = loop("loop-none");
  say("call the host, types checked, C", loop("loop-c") - empty, "at most 35");
  say("call the host, types checked, C++", loop("loop-host") - empty, "");

  const Value fail = in.get("fail").value();
  say("an error raised, caught in the host", lowest(50'000, [&](int n) {
        for (int i = 0; i < n; ++i) {
          if (fail()) std::abort();
        }
      }), "at most 500");

  in.eval("(import (fermata sched)) (define place (make-waitq 'host))"
          "(define (parked) (waitq-park! place) (parked))").value();
  const Task parked = in.spawn({.body = in.get("parked").value()}).value();
  const Value give = in.eval("(lambda () (waitq-give! place 1))").value();
  while (in.tick().state == Tick::more) {}
  std::optional<Completer<int>> asked;
  in.define("ask", [&](Completer<int> done) { asked.emplace(std::move(done)); }).value();
  const Task asks = in.spawn({.body = std::string("(let loop () (ask) (loop))")}).value();
  while (in.tick().state == Tick::more) {}
  say("complete a host call, resume its task", lowest(100'000, [&](int n) {
        for (int i = 0; i < n; ++i) {
          std::move(*asked).resolve(i);
          in.tick();
        }
      }), "at most 60");
  say("an idle tick", lowest(1'000'000, [&](int n) {
        for (int i = 0; i < n; ++i) in.tick();
      }), "at most 100");
  say("eval \"(+ 1 2)\"", lowest(20'000, [&](int n) {
        for (int i = 0; i < n; ++i) in.eval("(+ 1 2)").value();
      }), "at most 5,000");
  say("make and drop a handle", lowest(1'000'000, [&](int n) {
        for (int i = 0; i < n; ++i) const Value v = in.make(i);
      }), "at most 10");
  say("another interpreter", lowest(20, [&](int n) {
        for (int i = 0; i < n; ++i) Interpreter::create().value();
      }), "at most 1,000,000");
  say("the same, ready for eval", lowest(20, [&](int n) {
        for (int i = 0; i < n; ++i) Interpreter::create().value().eval("1").value();
      }), "");

  // From resolve in another thread to the next line of the script, in real time.
  std::atomic<std::int64_t> resolved = 0;
  double best = 1e18;
  in.define("slow", [&](Completer<int> done) {
    std::thread([&, done = std::move(done)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      resolved = Clock::now().time_since_epoch().count();
      std::move(done).resolve(1);
    }).detach();
  }).value();
  in.define("back", [&] {
    best = std::min(best, static_cast<double>(Clock::now().time_since_epoch().count() - resolved));
  }).value();
  for (int i = 0; i < 50; ++i) in.eval("(slow) (back)").value();
  say("a completion from another thread, real time", best, "at most 10,000");
}
