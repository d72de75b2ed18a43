// The one thread-safe door into an engine: work that another thread posts.
//
// What is posted runs on the engine's own thread, between two turns.  It must not hold values:
// the collector does not see it, and does not know the poster's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace fermata::sched {

class Engine;
using Letter = std::function<void(Engine&)>;

class Inbox {
 public:
  explicit Inbox(std::size_t most = 65536) : most_(most) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // Any thread.  False: the inbox is full, or closed.
  bool post(Letter letter);
  // The same for what the engine itself has sent out and waits for: never full.
  bool post_result(Letter letter);
  void close();
  // Of the engine's thread; quick when nothing came.  It may turn out that there are none.
  bool has_letters() const { return any_.load(std::memory_order_acquire); }
  std::vector<Letter> take();
  // A descriptor that becomes readable when a letter came; made at the first call.
  int wake_fd();
  ~Inbox();

 private:
  bool put(Letter letter, std::size_t most);
  std::mutex lock_;
  std::vector<Letter> letters_;
  std::atomic<bool> any_{false};
  const std::size_t most_;
  bool closed_ = false;
  int wake_fd_ = -1;         // an eventfd
  std::uint64_t wakes_ = 0;  // written to it, or about to be, and not read
};

}  // namespace fermata::sched
