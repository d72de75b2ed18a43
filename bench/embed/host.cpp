// What crossing between host and Scheme costs: nanoseconds of processor time, the lowest of
// several passes.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fermata/fermata.hpp>
#include <thread>

using namespace fermata;
using namespace std::chrono_literals;

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

// ---- a task goes on ----------------------------------------------------------------------------

fermata_later* asked_c = nullptr;

fermata_outcome ask_c(fermata_interp* in, void*, const fermata_word*, size_t) {
  if (fermata_error* e = fermata_later_new(in, &asked_c)) return fermata_raise(in, e);
  return fermata_park(in, asked_c);
}

fermata_outcome one(fermata_interp* in, void*) { return fermata_return(fermata_make_int64(in, 1)); }

// An interpreter where all has been done but what the program, a loop, does each time.
Interpreter looping(auto define, const char* text) {
  Interpreter in = Interpreter::create().value();
  define(in);
  in.spawn({.body = std::string(text)}).value();
  for (int i = 0; i < 100; ++i) in.tick();
  return in;
}

void measure_resuming(Interpreter& in) {
  in.eval("(import (srfi 158)) (define next (make-coroutine-generator"
          "  (lambda (yield) (let loop () (yield 1) (loop)))))").value();
  const Value next = in.get("next").value();
  say("call a generator: into its stack and back, C", lowest(100'000, [&](int n) {
        const fermata_view f = next.view().raw();
        fermata_view out;
        for (int i = 0; i < n; ++i) {
          if (fermata_call(in.raw(), f, nullptr, 0, nullptr, &out)) std::abort();
        }
      }), "");
  {
    Interpreter i1 = looping([](Interpreter& i) { i.import("(fermata sched)").value(); },
                             "(let loop () (task-yield) (loop))");
    say("a tick that gives a task one turn, C", lowest(100'000, [&](int n) {
          for (int i = 0; i < n; ++i) fermata_tick(i1.raw(), 1, 0);
        }), "at most 60");
  }
  {
    Interpreter i2 = looping([](Interpreter& i) { fermata_define(i.raw(), "(ask)", "", ask_c, nullptr, nullptr); },
                             "(let loop () (ask) (loop))");
    say("complete a host call, resume its task, C", lowest(100'000, [&](int n) {
          for (int i = 0; i < n; ++i) {
            fermata_later* later = asked_c;
            fermata_later_finish(later, one, nullptr, nullptr);
            fermata_later_drop(later);
            fermata_tick(i2.raw(), 1, 0);
          }
        }), "");
  }
  std::optional<Completer<int>> asked;
  Interpreter i3 = looping(
      [&](Interpreter& i) {
        i.define("ask", [&](Completer<int> done) { asked.emplace(std::move(done)); }).value();
      },
      "(let loop () (ask) (loop))");
  say("complete a host call, resume its task, C++", lowest(100'000, [&](int n) {
        for (int i = 0; i < n; ++i) {
          std::move(*asked).resolve(i);
          i3.tick({.gas = 1});
        }
      }), "");
}

// ---- from another thread ---------------------------------------------------------------------------

void say_times(const char* what, std::vector<double>& times, const char* wanted) {
  std::sort(times.begin(), times.end());
  std::printf("%-46s %10.1f ns   half of them below %.1f%s\n", what, times[0], times[times.size() / 2], wanted);
}

// What of it is the kernel's: from a write to an eventfd to the return of the other thread's
// epoll_wait, the write coming so long after that thread began to wait.
void measure_wake_up(const char* what, Duration work) {
  const int event = eventfd(0, EFD_NONBLOCK), epoll = epoll_create1(0);
  epoll_event wanted{.events = EPOLLIN, .data = {}};
  if (event < 0 || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, event, &wanted) != 0) std::abort();
  std::atomic<std::int64_t> written = 0;
  std::atomic<int> waits = 0;
  std::thread other([&] {
    for (int i = 0; i < 300; ++i) {
      waits.wait(0);
      waits = 0;
      const Deadline end = Clock::now() + work;
      if (work >= 1ms) std::this_thread::sleep_until(end);
      while (Clock::now() < end) {}
      const std::uint64_t one = 1;
      written = Clock::now().time_since_epoch().count();
      if (write(event, &one, sizeof one) != sizeof one) std::abort();
    }
  });
  std::vector<double> times;
  for (int i = 0; i < 300; ++i) {
    waits = 1;
    waits.notify_one();
    epoll_event got;
    if (epoll_wait(epoll, &got, 1, -1) != 1) std::abort();
    times.push_back(static_cast<double>(Clock::now().time_since_epoch().count() - written));
    std::uint64_t count;
    if (read(event, &count, sizeof count) != sizeof count) std::abort();
  }
  other.join();
  close(event), close(epoll);
  say_times(what, times, "");
}

// From resolve in a thread of the host's to the next line of the script, in real time: the lowest
// and the one in the middle.
void measure_threads(Interpreter& in, const char* what, Duration work) {
  std::atomic<int> asked = 0;
  std::atomic<std::int64_t> resolved = 0;
  std::optional<Completer<int>> job;
  std::vector<double> times;
  std::thread pool([&] {
    for (;;) {
      asked.wait(0);
      if (asked.exchange(0) == 2) return;
      Completer<int> done = std::move(*job);
      const Deadline end = Clock::now() + work;
      if (work >= 1ms) std::this_thread::sleep_until(end);
      while (Clock::now() < end) {}
      resolved = Clock::now().time_since_epoch().count();
      std::move(done).resolve(1);
    }
  });
  in.define("slow", [&](Completer<int> done) {
    job.emplace(std::move(done));
    asked = 1;
    asked.notify_one();
  }).value();
  in.define("back", [&] {
    times.push_back(static_cast<double>(Clock::now().time_since_epoch().count() - resolved));
  }).value();
  // One form: the next would be read and compiled in the time that is measured.
  for (int i = 0; i < 300; ++i) in.eval("(begin (slow) (back))").value();
  asked = 2;
  asked.notify_one();
  pool.join();
  say_times(what, times, ", at most 10,000");
}

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

  measure_resuming(in);
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

  measure_wake_up("a bare eventfd and epoll_wait, after 5 us", 5us);
  measure_wake_up("a bare eventfd and epoll_wait, after 1 ms", 1ms);
  measure_threads(in, "a completion, the other thread at it 5 us", 5us);
  measure_threads(in, "a completion, the other thread at it 1 ms", 1ms);
}
