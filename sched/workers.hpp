// Work for which the engine's thread would have to wait: looking up names, slow files, stores in
// other processes.
//
// A few threads, started when first needed, take jobs in order; those that ask other processes are
// others than those that ask this machine, so that a file never waits for a database.  A task that
// waits for its job has the status foreign.  Giving up a job drops it when it has not begun; a running one
// goes on, is told to stop, and its result is dropped.  Jobs hold no values: the threads are
// unknown to the collector.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "sched/door.hpp"
#include "sched/fiber.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

class Job {
 public:
  virtual ~Job() = default;
  // In a thread of the pool; asks now and then whether it was given up.
  virtual void work() = 0;
  // After that, in the engine's thread: the result, or what is raised.
  virtual vm::Outcome finish(vm::Machine& m) = 0;
  bool is_given_up() const { return given_up_.load(std::memory_order_relaxed); }

 private:
  friend class Workers;
  std::atomic<bool> given_up_{false};
};

class Workers {
 public:
  // Who does a job: each crew has threads of its own.
  enum class Crew : std::uint8_t { local, remote };
  static constexpr std::size_t kMostThreads = 4;  // of a crew

  Workers(Engine& engine, std::shared_ptr<Door> door);
  ~Workers();  // waits for nobody
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Begins it; the value is for the following two.
  vm::Value begin(std::shared_ptr<Job> job, Crew crew = Crew::local);
  // Reads a piece of a file, so that it lies in memory; who waits for that.
  WaitQueue& load(const vm::LoadRequest& request);
  // What a native returns that waits for the job's end.
  vm::Outcome wait(vm::Value job);
  void give_up(vm::Value job);
  static bool is_job(vm::Value v);
  // Of a letter: the job at that place has ended.
  void ended(std::size_t place);
  std::size_t running() const { return running_; }  // begun and not ended

 private:
  struct Pool;
  Engine& engine_;
  std::shared_ptr<Door> door_;
  const std::array<std::shared_ptr<Pool>, 2> pools_;  // by crew
  vm::GcVector<vm::Foreign*> jobs_;  // those that have not ended; their letters name the place
  std::size_t running_ = 0;
};

}  // namespace fermata::sched
