// What an interpreter tells its host: a bounded queue that any thread reads.
//
// It outlives the interpreter for who still waits in it.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "api/fermata.h"
#include "sched/door.hpp"

namespace fermata::api {

class Events {
 public:
  Events(std::size_t most, std::shared_ptr<sched::Door> door) : most_(most), door_(std::move(door)) {}
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Of the interpreter's thread.  The ends of what was submitted always have room.
  void put(const fermata_event& e);
  // False: it is full.  The interpreter is then woken when half of it was read.
  bool has_room();
  void close();  // what is there can be read, more will not come
  // Any thread.
  std::optional<fermata_event> next(std::int64_t timeout_ns);
  int fd();

 private:
  const std::size_t most_;
  const std::shared_ptr<sched::Door> door_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<fermata_event> events_;
  bool closed_ = false, refused_ = false;
  int fd_ = -1;  // an eventfd, made at the first call
};

}  // namespace fermata::api
