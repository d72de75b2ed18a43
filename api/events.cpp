#include "api/events.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>

namespace fermata::api {

Events::~Events() {
  for (const fermata_event& e : events_) {
    fermata_datum_drop(e.data);
    fermata_error_free(e.error);
  }
  if (fd_ >= 0) ::close(fd_);
}

void Events::put(const fermata_event& e) {
  const std::lock_guard guard(lock_);
  events_.push_back(e);
  if (events_.size() == 1 && fd_ >= 0) eventfd_write(fd_, 1);
  changed_.notify_one();
}

bool Events::has_room() {
  const std::lock_guard guard(lock_);
  refused_ = events_.size() >= most_;
  return !refused_;
}

void Events::close() {
  const std::lock_guard guard(lock_);
  closed_ = true;
  changed_.notify_all();
}

std::optional<fermata_event> Events::next(std::int64_t timeout_ns) {
  std::unique_lock guard(lock_);
  const auto ready = [&] { return !events_.empty() || closed_; };
  if (timeout_ns < 0) changed_.wait(guard, ready);
  else if (!ready()) changed_.wait_for(guard, std::chrono::nanoseconds(timeout_ns), ready);
  if (events_.empty()) return std::nullopt;
  const fermata_event e = events_.front();
  events_.pop_front();
  if (events_.empty() && fd_ >= 0) {
    eventfd_t count;
    eventfd_read(fd_, &count);
  }
  // A letter that says nothing: a tick, or who waits for one, finds that there is room.
  if (refused_ && events_.size() <= most_ / 2) {
    refused_ = false;
    guard.unlock();
    door_->post([](sched::Engine&) {});
  }
  return e;
}

int Events::fd() {
  const std::lock_guard guard(lock_);
  if (fd_ < 0) fd_ = eventfd(events_.empty() ? 0 : 1, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd_;
}

}  // namespace fermata::api
