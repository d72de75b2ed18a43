// Files that tasks wait for: an epoll set, made when the first task waits.
//
// Each descriptor has a queue for reading and one for writing, and is armed once for each
// wait.  Regular files, which epoll refuses, are always ready.
#pragma once

#include "sched/fiber.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

class Engine;

class Poller final : public vm::Watcher {
 public:
  explicit Poller(Engine& engine);
  virtual ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Who waits there is woken, to try again, when the file is ready; arm() once it stands there.
  WaitQueue& queue(const vm::WaitRequest& request);
  void arm(int fd);
  // Everybody who waits for the file tries again, and finds it closed.
  void closing(vm::Value request) override;
  // A descriptor that tells that a child of the process has ended: see Children.
  void watch_child(int pidfd);
  void forget_child(int pidfd);
  // Whether a wait may have registered anything.
  bool is_waiting() const { return armed_ > 0; }
  // The set itself, for a host's loop; letters of the inbox make it readable too.
  int fd();
  // From then on (monotonic_ns; 0: never) the set is readable, until it is set again.
  void set_alarm(std::int64_t time);
  // Wakes whom what is ready concerns, waiting at most so long (-1: until something is).  Whether
  // extra_fd is readable.
  bool poll(int milliseconds, int extra_fd = -1);

 private:
  struct File {
    WaitQueue* queues[2];  // by vm::Direction
    bool armed;
    bool child;
  };
  File& file(int fd);
  bool rearm(int fd, File& f);
  bool has_waiters(const File& f) const;
  void watch(int fd, int known_as = -1);
  void wake(int fd, unsigned events);

  Engine& engine_;
  vm::GcVector<File> files_;  // by descriptor
  int epoll_ = -1;
  int extra_ = -1;            // what the set also holds for poll()'s caller
  int alarm_ = -1;            // a timerfd, for hosts that wait by the set alone
  std::int64_t alarm_time_ = 0;
  std::size_t armed_ = 0;
};

}  // namespace fermata::sched
