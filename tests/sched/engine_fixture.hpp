// An engine for tests, driven as a host would: ticks, and sleeps on the descriptor.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "flow/builtins.hpp"
#include "sched/engine.hpp"
#include "scheme/environment.hpp"
#include "scheme/file_device.hpp"
#include "scheme/ports.hpp"
#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::sched {

struct EngineFixture : scheme::RuntimeFixture {
  EngineFixture() { flow::install_flow(r); }
  ~EngineFixture() { flow::uninstall_flow(r); }
  Engine& engine() { return Engine::of(m); }

  Fiber& start(std::string_view text) {
    return engine().adopt(m.make_task(r.loader("test", text, r.interaction)));
  }
  // Ticks, and sleeps as a host would, until the fiber has ended.
  std::string finish(Fiber& f) {
    while (!f.is_over()) {
      const Turn t = engine().tick(64);
      if (f.is_over()) break;
      if (t.kind == Turn::Kind::stuck) return "stuck";
      if (t.kind == Turn::Kind::idle) sleep_as_host();
    }
    return scheme::to_text(m, f.task->result);
  }
  void sleep_as_host() {
    pollfd p{engine().poll_fd(), POLLIN, 0};
    REQUIRE(::poll(&p, 1, 10'000) == 1);
  }
  // The program reads from `pipe`, the test writes to ends[1].
  void open_pipe(int (&ends)[2]) {
    REQUIRE(::pipe(ends) == 0);
    auto device = scheme::make_file_device(ends[0], scheme::Ownership::owned);
    scheme::define_value(m, *r.interaction, "pipe",
                         value_of(&scheme::open_device(m, std::move(device), vm::Direction::read,
                                                       scheme::Content::text, "pipe")));
  }
  bool is_readable() {
    pollfd p{engine().poll_fd(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  }
};

inline constexpr const char* kImport = "(import (scheme base) (fermata sched)) ";
inline std::string program(std::string_view text) { return kImport + std::string(text); }

}  // namespace fermata::sched

