#include "sched/poller.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::size_t kRead = static_cast<std::size_t>(Direction::read);
constexpr std::size_t kWrite = static_cast<std::size_t>(Direction::write);
constexpr int kEvents = 64;
constexpr int kExtra = -2;  // no file's number

}  // namespace

Poller::Poller(Engine& engine) : engine_(engine), files_(engine.machine.heap) {}

Poller::~Poller() {
  for (const int fd : {epoll_, alarm_}) {
    if (fd >= 0) close(fd);
  }
}

int Poller::fd() {
  if (epoll_ < 0) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    watch(engine_.inbox.wake_fd());
  }
  return epoll_;
}

// Something that is no file of a task's: it only makes the set readable.
void Poller::watch(int fd, int known_as) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = known_as;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Poller::set_alarm(std::int64_t time) {
  if (time == alarm_time_) return;
  if (alarm_ < 0) {
    alarm_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    fd();
    watch(alarm_);
  }
  itimerspec spec{};
  spec.it_value.tv_sec = time / 1'000'000'000;
  spec.it_value.tv_nsec = time % 1'000'000'000;
  timerfd_settime(alarm_, TFD_TIMER_ABSTIME, &spec, nullptr);
  alarm_time_ = time;
}

Poller::File& Poller::file(int fd) {
  while (files_.size() <= static_cast<std::size_t>(fd)) files_.push_back({});
  return files_[static_cast<std::size_t>(fd)];
}

WaitQueue& Poller::queue(const WaitRequest& request) {
  WaitQueue*& q = file(request.fd).queues[static_cast<std::size_t>(request.direction)];
  if (q == nullptr) {
    const char* name = request.direction == Direction::read ? "read" : "write";
    q = &make_wait_queue(engine_.machine.heap, engine_.machine.symbols.intern(name));
    q->foreign = true;
  }
  return *q;
}

void Poller::arm(int fd) {
  this->fd();
  if (!rearm(fd, file(fd))) wake(fd, EPOLLIN | EPOLLOUT);
}

void Poller::closing(Value request) {
  const auto of_file = wait_request_of(request);
  if (!of_file) return;
  WaitQueue& q = queue(*of_file);
  File& f = file(of_file->fd);
  wake_to_retry(q);
  if (f.armed && !has_waiters(f)) {
    f.armed = false, --armed_;
    epoll_ctl(epoll_, EPOLL_CTL_DEL, of_file->fd, nullptr);
  }
}

void Poller::watch_child(int pidfd) {
  fd();
  File& f = file(pidfd);
  f.child = f.armed = true;
  ++armed_;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = pidfd;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, pidfd, &event);
}

void Poller::forget_child(int pidfd) {
  File& f = file(pidfd);
  f.child = f.armed = false;
  --armed_;
}

bool Poller::has_waiters(const File& f) const {
  const auto waits = [](WaitQueue* q) { return q != nullptr && first_of(*q) != nullptr; };
  return waits(f.queues[kRead]) || waits(f.queues[kWrite]);
}

bool Poller::rearm(int fd, File& f) {
  const auto waits = [&](std::size_t d) { return f.queues[d] && first_of(*f.queues[d]); };
  epoll_event event{};
  event.events = EPOLLONESHOT | (waits(kRead) ? EPOLLIN : 0u) | (waits(kWrite) ? EPOLLOUT : 0u);
  event.data.fd = fd;
  int status = epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
  if (status != 0 && errno == ENOENT) status = epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  if (status == 0 && !f.armed) f.armed = true, ++armed_;
  return status == 0;
}

void Poller::wake(int fd, unsigned events) {
  if (file(fd).child) return engine_.children.ended(fd);
  File& f = file(fd);
  if (f.armed) f.armed = false, --armed_;
  const unsigned trouble = EPOLLERR | EPOLLHUP | EPOLLRDHUP;
  for (const auto& [direction, event] : {std::pair(kRead, EPOLLIN), std::pair(kWrite, EPOLLOUT)}) {
    WaitQueue* q = f.queues[direction];
    if (q != nullptr && (events & (event | trouble))) wake_to_retry(*q);
  }
  if (has_waiters(f)) rearm(fd, f);
}

bool Poller::poll(int milliseconds, int extra_fd) {
  if (milliseconds == 0 && armed_ == 0) return false;  // nobody waits: no system call
  fd();
  if (extra_fd >= 0 && extra_fd != extra_) watch(extra_ = extra_fd, kExtra);
  epoll_event events[kEvents];
  const int count = epoll_wait(epoll_, events, kEvents, milliseconds);
  bool extra = false;
  for (int i = 0; i < count; ++i) {
    if (events[i].data.fd >= 0) wake(events[i].data.fd, events[i].events);
    extra = extra || events[i].data.fd == kExtra;
  }
  return extra;
}

}  // namespace fermata::sched
