// The same three programs (a pipeline of goroutines, a supervisor of processes, a pipeline of the
// system's programs), driven in every way there is, write the same.
#include <catch2/catch.hpp>

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

const char* const kPrograms[] = {"go-pipeline", "erlang-supervisor", "tasks"};

struct Driver {
  const char* name;
  void (*drive)(Interpreter& in, const std::string& load);
};

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
  driver.drive(in, "(load \"" + file + "\")");
  return out;
}

}  // namespace

TEST_CASE("embedding 1.1: the same programs, the same output, however they are driven", "[api]") {
  const char* root = std::getenv("FERMATA_ROOT");
  if (root == nullptr) root = ".";
  for (const char* program : kPrograms) {
    INFO(program);
    const std::string file = std::string(root) + "/examples/" + program + ".scm";
    REQUIRE(std::ifstream(file).good());
    const std::string wanted = output_of(kDrivers[0], file);
    CHECK(wanted.size() > 20);
    for (const Driver& driver : kDrivers) {
      INFO(driver.name);
      CHECK(output_of(driver, file) == wanted);
    }
  }
}
