// An engine that runs in a thread of its own, for hosts that have no time for it.
//
// The two doors are bounded and thread-safe: submit() brings work in, next_event() brings
// out what tasks told with host-event!.  Values stay inside.
#pragma once

#include <functional>
#include <future>
#include <thread>

#include "sched/engine.hpp"
#include "sched/outbox.hpp"

namespace fermata::sched {

class Background {
 public:
  // Called in the thread: makes an interpreter, calls run(engine) once, takes it down again.
  using Run = std::function<void(Engine&)>;
  using Host = std::function<void(const Run& run)>;

  explicit Background(Host host);  // returns when the engine stands
  ~Background() { stop(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // False: the inbox is full, or the engine has ended.
  bool submit(Letter letter);
  // Nothing: none in that time, or the engine has ended and all were read.
  std::optional<std::string> next_event(std::chrono::nanoseconds timeout) { return outbox_->next(timeout); }
  int event_fd() { return outbox_->event_fd(); }
  // Takes no further turns and ends the thread; what was told can still be read.
  void stop();

 private:
  void run(Engine& e, std::promise<void>& stands);

  std::shared_ptr<Door> door_;
  std::shared_ptr<Outbox> outbox_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace fermata::sched
