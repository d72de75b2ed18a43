// Pipes within an engine: what is written to one end is read at the other.
//
// The bytes lie in memory outside the heap, up to a capacity; a writer that is ahead of its
// reader waits.  No system call is made, and no clock stands, while tasks talk this way.
// An end that the program lost is closed by its port's finalizer.
//
// The port of an end keeps those who wait at the other one, and nothing else does: tasks that
// talk through pipes which nobody else has are collected with them.
#pragma once

#include <memory>

#include "sched/door.hpp"
#include "sched/fiber.hpp"
#include "vm/device.hpp"
#include "vm/weak_table.hpp"

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

  // Where to find a wait queue of a pipe: a place among the queues, which another one may have
  // got meanwhile, and the queue's number.
  struct Mark {
    std::size_t place = 0;
    std::int64_t number = 0;
  };
  // Null: nobody waits there any more.
  WaitQueue* find(const Mark& mark) const;
  // The same, or a new one, whose mark is set.
  WaitQueue& queue(Mark& mark, vm::Direction direction);
  void leave(const Mark& mark);  // when both ends are closed

 private:
  Engine& engine_;
  std::shared_ptr<Door> door_;
  vm::WeakTable queues_;
  std::int64_t last_number_ = 0;
};

}  // namespace fermata::sched
