// A few files and a timer as one file that can be waited for: what a foreign library wants to be
// woken by, in a form that a task of the scheduler can wait for.
#pragma once

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdint>

namespace fermata::flow {

class WakeSet {
 public:
  WakeSet()
      : set_(epoll_create1(EPOLL_CLOEXEC)),
        timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    watch(timer_, EPOLLIN);
  }
  ~WakeSet() { close(timer_), close(set_); }
  WakeSet(const WakeSet&) = delete;
  WakeSet& operator=(const WakeSet&) = delete;

  int fd() const { return set_; }
  bool is_timer(int fd) const { return fd == timer_; }
  void watch(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events, event.data.fd = fd;
    if (epoll_ctl(set_, EPOLL_CTL_MOD, fd, &event) != 0) epoll_ctl(set_, EPOLL_CTL_ADD, fd, &event);
  }
  void forget(int fd) { epoll_ctl(set_, EPOLL_CTL_DEL, fd, nullptr); }
  // In so many milliseconds the set is readable, until this is called again; below 0: not.
  void set_timer(std::int64_t ms) {
    itimerspec time{};
    time.it_value.tv_sec = ms > 0 ? ms / 1000 : 0;
    time.it_value.tv_nsec = ms > 0 ? ms % 1000 * 1'000'000 : ms == 0 ? 1 : 0;
    timerfd_settime(timer_, 0, &time, nullptr);
  }
  int ready(epoll_event* events, int most) { return epoll_wait(set_, events, most, 0); }

 private:
  const int set_, timer_;
};

}  // namespace fermata::flow
