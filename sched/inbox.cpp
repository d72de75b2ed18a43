#include "sched/inbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace fermata::sched {

bool Inbox::post(Letter letter) {
  const std::lock_guard guard(lock_);
  return letters_.size() < most_ && put(std::move(letter));
}

bool Inbox::post_result(Letter letter) {
  const std::lock_guard guard(lock_);
  return put(std::move(letter));
}

bool Inbox::put(Letter letter) {
  if (closed_) return false;
  letters_.push_back(std::move(letter));
  any_.store(true, std::memory_order_release);
  if (letters_.size() == 1 && wake_fd_ >= 0) eventfd_write(wake_fd_, 1);
  return true;
}

void Inbox::close() {
  const std::lock_guard guard(lock_);
  closed_ = true;
  letters_.clear();
}

std::vector<Letter> Inbox::take() {
  const std::lock_guard guard(lock_);
  any_.store(false, std::memory_order_relaxed);
  if (wake_fd_ >= 0 && !letters_.empty()) {
    eventfd_t count;
    eventfd_read(wake_fd_, &count);
  }
  return std::exchange(letters_, {});
}

int Inbox::wake_fd() {
  const std::lock_guard guard(lock_);
  if (wake_fd_ < 0) wake_fd_ = eventfd(letters_.empty() ? 0 : 1, EFD_CLOEXEC | EFD_NONBLOCK);
  return wake_fd_;
}

Inbox::~Inbox() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

}  // namespace fermata::sched
