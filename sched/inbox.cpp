#include "sched/inbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace fermata::sched {

bool Inbox::post(Letter letter) { return put(std::move(letter), most_); }

bool Inbox::post_result(Letter letter) { return put(std::move(letter), ~std::size_t{0}); }

// Whoever is woken takes the lock at once, and would sleep again if it were still held.
bool Inbox::put(Letter letter, std::size_t most) {
  int wake = -1;
  {
    const std::lock_guard guard(lock_);
    if (closed_ || letters_.size() >= most) return false;
    letters_.push_back(std::move(letter));
    any_.store(true, std::memory_order_release);
    if (letters_.size() == 1 && wake_fd_ >= 0) wake = wake_fd_, ++wakes_;
  }
  if (wake >= 0) eventfd_write(wake, 1);
  return true;
}

void Inbox::close() {
  const std::lock_guard guard(lock_);
  closed_ = true;
  letters_.clear();
}

std::vector<Letter> Inbox::take() {
  const std::lock_guard guard(lock_);
  eventfd_t count = 0;
  if (wakes_ > 0 && eventfd_read(wake_fd_, &count) == 0) wakes_ -= count;
  any_.store(wakes_ > 0, std::memory_order_relaxed);  // one is on its way: to be read soon
  return std::exchange(letters_, {});
}

int Inbox::wake_fd() {
  const std::lock_guard guard(lock_);
  if (wake_fd_ < 0) {
    wakes_ = letters_.empty() ? 0 : 1;
    wake_fd_ = eventfd(static_cast<unsigned>(wakes_), EFD_CLOEXEC | EFD_NONBLOCK);
  }
  return wake_fd_;
}

Inbox::~Inbox() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

}  // namespace fermata::sched
