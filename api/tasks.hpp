// Tasks that the host began: what it holds of them, in any thread.
#pragma once

#include <condition_variable>
#include <functional>

#include "api/running.hpp"

struct fermata_task {
  std::atomic<std::uint32_t> uses{1};
  std::uint64_t id = 0;
  std::uint64_t submitted = 0;  // number that submit gave it, or 0
  std::shared_ptr<fermata::sched::Door> door;
  // Of the interpreter's thread; null when it has ended.
  fermata_interp* in = nullptr;
  fermata::api::Kept fiber;
  // What it was given; 0: without limit.
  fermata::api::HeapAllowance heap;
  std::uint64_t gas = 0;
  std::int64_t deadline = 0;
  fermata_code passed = FERMATA_OK;  // it used that up, and was told
  std::int64_t ends_at = 0;          // whatever it catches; later
  std::uint64_t grace_steps = 0;     // while it made fewer steps: the process may have stood still
  // Under the lock:
  mutable std::mutex lock;
  mutable std::condition_variable changed;
  fermata_task_state state = FERMATA_RUNNABLE;
  fermata_datum* result = nullptr;
  fermata_error* error = nullptr;
  struct Done {
    void (*call)(void*);
    void* data;
    fermata_drop drop;
  };
  std::vector<Done> done;
};

namespace fermata::api {

// Engine::report: an error in a task that nobody waits for is an event.
void tell_of_failure(vm::Machine& m, sched::Fiber& f);
// The interpreter closes: what has not ended never will.
void close_tasks(Instance& in);
// (exit) ended that task, or another one.
void end_by_exit(Instance& in, sched::Fiber& f, int status);
// After a slice of that task: it is told when it has passed a limit, and later ended.
void hold_to_limits(Instance& in, sched::Fiber& f);
fermata_task* spawn(Instance& in, vm::Value procedure, const fermata_view* arguments, std::size_t count,
                    const fermata_run* run, const fermata_streams* streams);

}  // namespace fermata::api
