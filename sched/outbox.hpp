// What an engine tells its host: texts, read by any thread, in order.
//
// It is bounded: a task that tells more than the host reads waits.  It outlives the engine,
// so that what was told last can still be read.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "sched/door.hpp"

namespace fermata::sched {

class Outbox {
 public:
  explicit Outbox(std::shared_ptr<Door> door, std::size_t most = 1024)
      : door_(std::move(door)), most_(most) {}
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Of the engine's thread.  False: it is full; Engine::room is woken when that has changed.
  bool put(std::string event);
  // Of the engine's thread: whether there may be something.
  bool has_told() const { return told_; }
  // The engine ends: what is there can be read, more will not come.
  void close();

  // Any thread.  Nothing: none came in time, or none will come.
  std::optional<std::string> next(std::chrono::nanoseconds timeout);
  bool is_closed();
  // A descriptor that is readable when next() has something; made at the first call.
  int event_fd();

 private:
  void signal();

  const std::shared_ptr<Door> door_;
  const std::size_t most_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::string> events_;
  bool refused_ = false, closed_ = false;
  bool told_ = false;  // put, and not found empty since by its own thread
  int event_fd_ = -1;  // an eventfd
};

}  // namespace fermata::sched
