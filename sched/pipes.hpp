// Pipes within an engine: what is written to one end is read at the other.
//
// The bytes lie in memory outside the heap, up to a capacity; a writer that is ahead of its
// reader waits.  No system call is made, and no clock stands, while tasks talk this way.
// An end that the program lost is closed by its port's finalizer.
#pragma once

#include <memory>

#include "sched/door.hpp"
#include "sched/fiber.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

class Pipes {
 public:
  struct Ends {
    std::unique_ptr<vm::ByteDevice> in, out;  // to read from, to write to
  };

  Pipes(Engine& engine, std::shared_ptr<Door> door);
  Pipes(const Pipes&) = delete;
  Pipes& operator=(const Pipes&) = delete;

  Ends make(std::size_t capacity);
  // Who waits to read, or to write.
  WaitQueue& queue(std::size_t place, vm::Direction direction);
  // Both ends are closed: the place may be another's.
  void leave(std::size_t place);
  std::size_t count() const { return used_; }

 private:
  struct Row {
    WaitQueue* queues[2];  // by vm::Direction
    bool used;
  };
  Engine& engine_;
  std::shared_ptr<Door> door_;
  vm::GcVector<Row> rows_;
  std::size_t used_ = 0;
};

}  // namespace fermata::sched
