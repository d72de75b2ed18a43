#include "sched/door.hpp"

#include "sched/engine.hpp"

namespace fermata::sched {

void Door::post(Letter letter) {
  const std::lock_guard guard(lock_);
  if (Engine* e = engine_.load()) e->inbox.post_result(std::move(letter));
}

}  // namespace fermata::sched
