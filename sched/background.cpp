#include "sched/background.hpp"

namespace fermata::sched {

using namespace vm;

Background::Background(Host host) {
  std::promise<void> stands;
  auto ready = stands.get_future();
  thread_ = std::thread([this, host = std::move(host), &stands] {
    const RegisteredThread registered;
    host([&](Engine& e) { run(e, stands); });
  });
  ready.wait();
}

void Background::run(Engine& e, std::promise<void>& stands) {
  constexpr std::size_t kTurns = 256;  // between looks at whether to stop
  door_ = e.door;
  outbox_ = e.outbox;
  stands.set_value();
  while (!stopping_.load(std::memory_order_acquire)) {
    const Turn turn = e.tick(kTurns);
    switch (turn.kind) {
      case Turn::Kind::idle:
      case Turn::Kind::stuck:
      case Turn::Kind::over:
        // The letter that wakes for the end may have been read by now.
        if (!stopping_.load(std::memory_order_acquire)) e.wait(-1, std::nullopt);
        break;
      case Turn::Kind::asked:
        e.raise_in(*turn.fiber, e.machine.make_condition(ConditionKind::internal, "nobody answers this request"));
        break;
      default:
        break;
    }
  }
}

bool Background::submit(Letter letter) { return door_->post_bounded(std::move(letter)); }

void Background::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  door_->post([](Engine&) {});
  thread_.join();
}

}  // namespace fermata::sched
