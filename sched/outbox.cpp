#include "sched/outbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

Outbox::~Outbox() {
  if (event_fd_ >= 0) ::close(event_fd_);
}

// The descriptor says what the lock guards: whether there is something, or the end.
void Outbox::signal() {
  changed_.notify_all();
  if (event_fd_ < 0) return;
  if (!events_.empty() || closed_) {
    eventfd_write(event_fd_, 1);
  } else {
    eventfd_t count;
    eventfd_read(event_fd_, &count);
  }
}

bool Outbox::put(std::string event) {
  const std::lock_guard guard(lock_);
  if (events_.size() >= most_) {
    refused_ = true;
    return false;
  }
  events_.push_back(std::move(event));
  told_ = true;
  if (events_.size() == 1) signal();
  return true;
}

void Outbox::close() {
  const std::lock_guard guard(lock_);
  closed_ = true;
  signal();
}

std::optional<std::string> Outbox::next(std::chrono::nanoseconds timeout) {
  std::unique_lock guard(lock_);
  changed_.wait_for(guard, timeout, [&] { return !events_.empty() || closed_; });
  if (events_.empty()) {
    if (door_->here() != nullptr) told_ = false;
    return std::nullopt;
  }
  std::string event = std::move(events_.front());
  events_.pop_front();
  if (events_.empty()) signal();
  if (std::exchange(refused_, false)) {
    door_->post([](Engine& e) { wake_to_retry(*e.room); });
  }
  return event;
}

bool Outbox::is_closed() {
  const std::lock_guard guard(lock_);
  return closed_ && events_.empty();
}

int Outbox::event_fd() {
  const std::lock_guard guard(lock_);
  if (event_fd_ < 0) {
    event_fd_ = eventfd(!events_.empty() || closed_ ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK);
  }
  return event_fd_;
}

}  // namespace fermata::sched
