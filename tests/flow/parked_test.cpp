// What a flow that waits in memory takes beside its program: what its task leads to, and the
// journal of this process.
#include <catch2/catch.hpp>

#include "flow/builtins.hpp"
#include "flow/journal.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/run_program.hpp"
#include "vm/allocation.hpp"
#include "vm/machine.hpp"
#include "vm/reach.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

// Bytes that the tasks of one flow more lead to, of flows that wait as `body` says.
std::size_t bytes_a_flow(const std::string& body) {
  constexpr std::size_t kMore = 50;
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& r = scheme::Runtime::create(m, {});
  install_flow(r);
  const std::string program =
      "(import (scheme base) (fermata flow)) (use-flow-store! \"memory:\")"
      "(defflow (waits x) " +
      body +
      ")"
      "(do ((i 0 (+ i 1))) ((= i " +
      std::to_string(1 + kMore) + ")) (flow/start waits i)) 1";
  const Ended ended = run_program(m, r.loader("test.scm", program, nullptr));
  CHECK(ended.text == "1");
  vm::GcVector<vm::Value> tasks(m.heap);
  sched::Engine::of(m).fibers.for_each([&](sched::Fiber& f) {
    if (f.name == vm::Value(m.symbols.intern("flow")) && !f.is_over())
      tasks.push_back(vm::value_of(&f));
  });
  CHECK(tasks.size() == 1 + kMore);
  // What they share counts in both; in tables of the engine's libraries they all stand.
  const auto reached = [&](std::size_t count) {
    vm::GcVector<vm::Value> some(m.heap);
    for (std::size_t i = 0; i < count; ++i) some.push_back(tasks[i]);
    return vm::reached_bytes(some, SIZE_MAX,
                             [](const vm::Object& o) { return o.kind() == vm::Kind::table; });
  };
  const std::size_t everything = reached(1 + kMore);  // 0: values are on plain malloc
  const std::size_t bytes = (everything - reached(1)) / kMore;
  uninstall_flow(r);
  scheme::Runtime::destroy(r);
  vm::Machine::destroy(m);
  // Else the flows lead to each other, and the difference says nothing.
  CHECK((bytes > 1000 || everything == 0));
  return bytes;
}

}  // namespace

TEST_CASE("a flow that waits takes some three kilobytes", "[flow]") {
  CHECK(sizeof(Journal) <= 256);
  CHECK(bytes_a_flow("(list x (suspend 'answer))") < 3000);
  CHECK(bytes_a_flow("(await-signal 'go) x") < 3000);
  CHECK(bytes_a_flow("(flow-sleep 100000) x") < 3400);
}
