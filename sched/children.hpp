// Processes that tasks have started: watched, and laid to rest as soon as they end.
//
// A child is known by a cell, a vector of three: who waits for its end, its pid, and its
// status once it has ended.  When the leader of a process group ends, what is left of the
// group is killed, before the pid could be another's; so nothing lives on unwatched.
// An engine that ends kills all its children.
#pragma once

#include "sched/fiber.hpp"
#include "sched/spawn.hpp"
#include "vm/object.hpp"

namespace fermata::sched {

class Engine;

class Children {
 public:
  static constexpr std::size_t kQueue = 0, kPid = 1, kStatus = 2, kCell = 3;

  explicit Children(Engine& engine);
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  // Begins to watch; the cell of the child.
  vm::Vector& add(const Spawned& spawned, bool own_group);
  // The descriptor of a child says that it has ended.
  void ended(int pidfd);
  // To the whole group, if it has one of its own.  False: it has ended.
  bool signal(vm::Vector& cell, int number);
  std::size_t count() const { return rows_.size(); }

 private:
  struct Row {
    int pid, pidfd;
    bool own_group;
    vm::Vector* cell;
  };
  static void kill(const Row& row, int number);
  static std::int64_t lay_to_rest(const Row& row);

  Engine& engine_;
  vm::GcVector<Row> rows_;
};

}  // namespace fermata::sched
