// Machines on several threads: the collector stops a thread at any instruction, and what
// the other one has on its stack segment must survive; and a small C++ stack is enough.
#include <pthread.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/vm/code_builder.hpp"

using namespace fermata::vm;

namespace {

// Builds lists by deep recursion and checks them; false when one was damaged.
bool build_chains(int rounds, std::int64_t length) {
  MachineFixture f;
  const Value chain = f.closure(chain_words(), 1, 6);
  const Value n = Value::fixnum(length);
  for (int i = 0; i < rounds; ++i) {
    Task& task = f.m.make_task(chain, &n, 1);
    while (f.m.run(task, 1000) == RunStatus::out_of_gas) {
    }
    std::int64_t expected = length;
    for (Value l = task.result; l != kNull; l = l.pair()->cdr, --expected) {
      if (!l.is_pair() || l.pair()->car != Value::fixnum(expected)) return false;
    }
    if (expected != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("one thread collects while another recurses and allocates", "[machine][threads]") {
  std::atomic<bool> done{false};
  std::thread collecting([&] {
    const RegisteredThread here;
    while (!done) collect_now();
  });
  bool fine = false;
  std::thread building([&] {
    const RegisteredThread here;
    fine = build_chains(10, 5'000);
  });
  building.join();
  done = true;
  collecting.join();
  CHECK(fine);
}

TEST_CASE("a C++ stack of 256 KB is enough for any depth of Scheme", "[machine][threads]") {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  bool fine = false;
  pthread_t thread;
  const auto body = [](void* result) -> void* {
    const RegisteredThread here;
    *static_cast<bool*>(result) = build_chains(1, 1'000'000);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, body, &fine) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(fine);
}
