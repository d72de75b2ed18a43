// What an interpreter tells its host: a bounded queue that any thread reads.
//
// It outlives the interpreter for who still waits in it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "api/fermata.h"

namespace fermata::api {

class Events {
 public:
  explicit Events(std::size_t most) : most_(most) {}
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Of the interpreter's thread.  The ends of what was submitted always have room.
  void put(const fermata_event& e);
  bool has_room();
  void close();  // what is there can be read, more will not come
  // Any thread.
  std::optional<fermata_event> next(std::int64_t timeout_ns);
  int fd();

 private:
  const std::size_t most_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<fermata_event> events_;
  bool closed_ = false;
  int fd_ = -1;  // an eventfd, made at the first call
};

}  // namespace fermata::api
