// The way back to an engine for what may outlive it, or act in another thread: devices that
// a finalizer closes, workers that finish late.
#pragma once

#include <atomic>
#include <mutex>

#include "sched/inbox.hpp"
#include "vm/this_thread.hpp"

namespace fermata::sched {

class Door {
 public:
  explicit Door(Engine& engine) : engine_(&engine) { enter(); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  // The calling thread is the engine's from now on.
  void enter() { thread_.store(vm::this_thread(), std::memory_order_relaxed); }
  // The engine, for who runs in its thread; else null.
  Engine* here() const {
    return thread_.load(std::memory_order_relaxed) == vm::this_thread() ? engine_.load() : nullptr;
  }
  // Any thread; nothing happens when the engine is gone.
  void post(Letter letter);
  // The same through the bounded door: false when the inbox is full, or the engine is gone.
  bool post_bounded(Letter letter);
  // The engine ends.
  void shut() {
    const std::lock_guard guard(lock_);
    engine_ = nullptr;
  }

 private:
  std::mutex lock_;
  std::atomic<Engine*> engine_;
  std::atomic<std::uintptr_t> thread_;
};

}  // namespace fermata::sched
