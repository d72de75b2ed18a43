// The same three programs (a pipeline of goroutines, a supervisor of processes, a pipeline of the
// system's programs), driven in every way there is, write and tell the same.
#include <catch2/catch.hpp>

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

const char* const kPrograms[] = {"examples/go-pipeline.scm",         "examples/erlang-supervisor.scm",
                                 "examples/tasks.scm",               "tests/sched/data/go_pipeline.scm",
                                 "tests/sched/data/erlang_tree.scm", "tests/sched/data/process_pipeline.scm"};

struct Driver {
  const char* name;
  void (*drive)(Interpreter& in, const std::string& load);
};

// What the program told by host-event!, in a thread of our own too.
thread_local std::string told;

void hear(const Event& e) {
  if (e.kind == Event::published) told += e.data.as<std::string>().value() + "\n";
}

void hear_all(Interpreter& in) {
  while (const std::optional<Event> e = in.next_event()) hear(*e);
}

Task spawn(Interpreter& in, const std::string& load) { return in.spawn({.body = load}).value(); }

void by_eval(Interpreter& in, const std::string& load) { in.eval(load).value(); }

void by_wait(Interpreter& in, const std::string& load) { spawn(in, load).wait().value(); }

void by_run(Interpreter& in, const std::string& load) {
  const Task t = spawn(in, load);
  while (!t.is_over()) {
    const Result<void> r = in.run({.timeout = 20ms});
    if (!r) REQUIRE(r.error().code() == Errc::timeout);
  }
  t.result().value();
}

// Ticks only when the descriptor says so.
void by_epoll(Interpreter& in, const std::string& load) {
  const Task t = spawn(in, load);
  const int loop = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event = {};
  event.events = EPOLLIN;
  REQUIRE(::epoll_ctl(loop, EPOLL_CTL_ADD, in.poll_fd(), &event) == 0);
  while (!t.is_over()) {
    REQUIRE(::epoll_wait(loop, &event, 1, 10'000) == 1);
    in.tick();
  }
  ::close(loop);
  t.result().value();
}

// Small ticks of a loop that knows no descriptors.
void by_frames(Interpreter& in, const std::string& load) {
  const Task t = spawn(in, load);
  while (!t.is_over()) {
    const Tick tick = in.tick({.gas = 3'000, .wall = 1ms});
    if (tick.state == Tick::idle) std::this_thread::sleep_for(1ms);
  }
  t.result().value();
}

void in_background(Interpreter& in, const std::string& load) {
  in.eval("(define (begin-program) " + load + " 'over)").value();
  in.start_background().value();
  const auto id = in.submit("begin-program").value();
  for (;;) {
    const std::optional<Event> e = in.next_event(20s);
    REQUIRE(e);
    hear(*e);
    if (e->id != id || e->kind != Event::exited) continue;
    if (e->error) FAIL(e->error->report());
    break;
  }
  in.stop_background().value();
}

// One thread after the other owns it.
void from_threads(Interpreter& in, const std::string& load) {
  const Task t = spawn(in, load);
  in.detach();
  while (!t.is_over()) {
    std::thread([&] {
      in.attach().value();
      const auto until = Clock::now() + 2ms;
      while (!t.is_over() && Clock::now() < until) in.tick({.gas = 10'000});
      in.detach();
    }).join();
  }
  in.attach().value();
  t.result().value();
}

constexpr Driver kDrivers[] = {{"eval", by_eval},       {"wait", by_wait},
                               {"run", by_run},         {"epoll", by_epoll},
                               {"frames", by_frames},   {"background", in_background},
                               {"threads", from_threads}};

std::string output_of(const Driver& driver, const std::string& file) {
  std::string out;
  Interpreter in = Interpreter::create({.caps = Capabilities::all(), .out = [&](std::string_view s) { out += s; }}).value();
  in.eval("(import (scheme load))").value();
  told.clear();
  driver.drive(in, "(load \"" + file + "\")");
  hear_all(in);
  return out + told;
}

}  // namespace

TEST_CASE("embedding 1.1: the same programs, the same output, however they are driven", "[api]") {
  const char* root = std::getenv("FERMATA_ROOT");
  if (root == nullptr) root = ".";
  for (const char* program : kPrograms) {
    INFO(program);
    const std::string file = std::string(root) + "/" + program;
    REQUIRE(std::ifstream(file).good());
    const std::string wanted = output_of(kDrivers[0], file);
    CHECK(wanted.size() > 20);
    for (const Driver& driver : kDrivers) {
      INFO(driver.name);
      CHECK(output_of(driver, file) == wanted);
    }
  }
}

TEST_CASE("a task that tells more than fits goes on when the host has read it", "[api][threads]") {
  constexpr int kEvents = 5'000;
  const std::string body = "(do ((i 0 (+ i 1))) ((= i " + std::to_string(kEvents) + ")) (host-event! (number->string i)))";
  Interpreter in = Interpreter::create({.queue = 16}).value();
  in.eval("(import (fermata sched))").value();
  std::atomic<int> heard = 0;
  // False: none came in time.
  const auto hear_one = [&](std::chrono::nanoseconds timeout) {
    const std::optional<Event> e = in.next_event(timeout);
    if (e && e->kind == Event::published) heard += e->data.as<std::string>().value() == std::to_string(heard);
    return e.has_value();
  };
  SECTION("ticked when the descriptor says so, and read when nothing is to be done") {
    const Task t = spawn(in, body);
    while (heard < kEvents) {
      for (pollfd p{in.poll_fd(), POLLIN, 0}; ::poll(&p, 1, 0) == 1;) in.tick();
      REQUIRE(hear_one(0s));
      while (hear_one(0s)) continue;
    }
    CHECK(t.is_over());
  }
  SECTION("in the background, read when it is full") {
    in.eval("(define (tell-all) " + body + ")").value();
    in.start_background().value();
    in.submit("tell-all").value();
    for (int i = 0; i < 300; ++i) {  // so many turns later it is
      std::promise<void> turn;
      REQUIRE(in.post([&] { turn.set_value(); }));
      turn.get_future().wait();
    }
    while (heard < kEvents) REQUIRE(hear_one(20s));
    in.stop_background().value();
  }
  SECTION("by a call, while another thread reads") {
    std::thread reader([&] {
      while (heard < kEvents && hear_one(20s)) continue;
    });
    in.eval(body).value();
    while (heard < kEvents) in.tick();  // what it told last
    reader.join();
  }
  CHECK(heard == kEvents);
}

TEST_CASE("what a call told is there when it returns, however much", "[api]") {
  Interpreter in = Interpreter::create({.queue = 16}).value();
  in.eval("(import (fermata sched))").value();
  in.eval("(do ((i 0 (+ i 1))) ((= i 900)) (host-event! (number->string i)))").value();
  int heard = 0;
  while (const std::optional<Event> e = in.next_event()) heard += e->data.as<std::string>().value() == std::to_string(heard);
  CHECK(heard == 900);
}
