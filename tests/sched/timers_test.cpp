// Timers against a sorted map, through random additions, cancellations and jumps.
#include "sched/timers.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "vm/machine.hpp"

using namespace fermata;
using namespace fermata::sched;

namespace {

struct WheelFixture {
  vm::Machine& m = vm::Machine::create();
  ~WheelFixture() { vm::Machine::destroy(m); }

  WaitNode& node(std::int64_t time) {
    auto& n = m.heap.make_with<WaitNode>(WaitNode::kTimer, 0);
    n.datum = vm::Value::fixnum(time);
    return n;
  }
};

}  // namespace

TEST_CASE_METHOD(WheelFixture, "timers come out by time, equal ones as they went in", "[sched]") {
  const auto seed = GENERATE(1u, 2u, 3u, 4u, 5u);
  const auto most = GENERATE(std::size_t{4}, SIZE_MAX);  // a few need no wheel
  CAPTURE(seed, most);
  std::mt19937_64 random(seed);
  Timers& wheel = *::new (vm::allocate_root(sizeof(Timers))) Timers();
  vm::GcVector<WaitNode*> nodes(m.heap);
  std::multimap<std::int64_t, std::size_t> model;  // equal keys keep their order
  std::int64_t now = std::int64_t{946684800} * 1'000'000'000;
  for (int step = 0; step < 20000; ++step) {
    const auto what = random() % 10;
    if (what < 5 && model.size() < most) {
      const std::int64_t spread = std::int64_t{1} << (random() % 45);
      const std::int64_t time = now + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread));
      nodes.push_back(&node(time));
      wheel.add(m.heap, *nodes.back());
      model.emplace(time, nodes.size() - 1);
    } else if (what < 7 && !model.empty()) {
      auto it = std::next(model.begin(), static_cast<long>(random() % std::min<std::size_t>(model.size(), 50)));
      nodes[it->second]->link.unlink();
      --wheel.count;
      model.erase(it);
    } else if (!model.empty()) {
      REQUIRE(wheel.next_time() == model.begin()->first);
      now = std::max(now, model.begin()->first) + static_cast<std::int64_t>(random() % 1000);
      while (WaitNode* n = wheel.pop_due(now)) {
        REQUIRE(!model.empty());
        REQUIRE(n == nodes[model.begin()->second]);
        model.erase(model.begin());
      }
      REQUIRE((model.empty() || model.begin()->first > now));
    }
    REQUIRE(wheel.count == model.size());
  }
  vm::free_root(&wheel);
}

TEST_CASE_METHOD(WheelFixture, "the furthest time fits the wheel", "[sched]") {
  Timers& wheel = *::new (vm::allocate_root(sizeof(Timers))) Timers();
  WaitNode& far = node(std::int64_t{1} << 61);
  wheel.add(m.heap, far);
  CHECK(wheel.next_time() == std::int64_t{1} << 61);
  CHECK(wheel.pop_due((std::int64_t{1} << 61) - 1) == nullptr);
  CHECK(wheel.pop_due(std::int64_t{1} << 61) == &far);
  vm::free_root(&wheel);
}
