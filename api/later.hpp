// Host functions that finish later: what stands between the task that waits and whoever has
// the answer, in whatever thread.
#pragma once

#include "api/instance.hpp"

struct fermata_later {
  std::atomic<std::uint32_t> uses{1};
  std::atomic<bool> finished{false};
  std::shared_ptr<fermata::sched::Door> door;
  // Of the interpreter's thread:
  fermata_interp* in = nullptr;  // null once it is closed
  fermata::api::Kept fiber;
  std::uint64_t ticket = 0;
  bool over = false;  // the task waits no longer
  // Under the lock:
  std::mutex lock;
  void (*stop)(void*) = nullptr;
  void* stop_data = nullptr;
  fermata_drop stop_drop = nullptr;
  bool stopped = false;

  ~fermata_later() {
    if (stop_drop != nullptr) stop_drop(stop_data);
  }
};

namespace fermata::api {

// Tells those whose task has stopped waiting; a few at a time.
void look_after_laters(Instance& in);
void close_laters(Instance& in);

}  // namespace fermata::api
