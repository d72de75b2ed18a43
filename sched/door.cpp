#include "sched/door.hpp"

#include "sched/engine.hpp"

namespace fermata::sched {

void Door::post(Letter letter) {
  const std::lock_guard guard(lock_);
  if (Engine* e = engine_.load()) e->inbox.post_result(std::move(letter));
}

bool Door::post_bounded(Letter letter) {
  const std::lock_guard guard(lock_);
  Engine* e = engine_.load();
  return e != nullptr && e->inbox.post(std::move(letter));
}

}  // namespace fermata::sched
