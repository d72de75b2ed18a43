// The engine: drives the schedulers of one interpreter, one slice of one fiber after another.
//
// The root scheduler is the engine's own; the main program is a fiber of it.  A fiber may
// drive a further scheduler: its turns are then turns of that one, found by descending in a
// loop, so schedulers nest to any depth without C++ recursion.  The engine never waits: when
// nothing can run it says so, and its host waits as long as it says.
//
// Lies in root memory; the machine's service slot finds it.
#pragma once

#include <optional>
#include <string>

#include "sched/fiber_table.hpp"
#include "sched/inbox.hpp"
#include "sched/poller.hpp"
#include "sched/scheduler.hpp"

namespace fermata::sched {

inline constexpr std::size_t kSchedService = 5;  // slot in Machine::services

// What a turn, or a run of turns, came to.
struct Turn {
  enum class Kind : std::uint8_t {
    ran,
    over,         // the main program has ended: see its fiber; without one: no tasks are left
    exited,       // a fiber called (exit); value: the status
    asked,        // the fiber waits for a request of its host; value: the request
    failed,       // a fiber's error stops its scheduler, the root; value: what was raised
    interrupted,  // the interrupt flag was up
    nested,       // a tick inside of a tick
    idle,         // nothing can run before wait() says so
    stuck         // nothing can run at all
  };
  Kind kind = Kind::ran;
  Fiber* fiber = nullptr;
  vm::Value value = vm::kUnspecified;
};

// How long a host may leave the engine alone.
struct Rest {
  enum class Kind : std::uint8_t { ready, until, for_ever };
  Kind kind = Kind::for_ever;
  std::int64_t time = 0;  // until: of monotonic_ns()
};

class Engine {
 public:
  static Engine& create(vm::Machine& m);
  static void destroy(Engine& e);
  static Engine& of(vm::Machine& m) { return *static_cast<Engine*>(m.services[kSchedService]); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  vm::Machine& machine;
  SchedulerClock clock{*this};
  Scheduler* root = nullptr;
  Fiber* current = nullptr;       // the fiber that runs, or `nobody`
  Fiber* nobody = nullptr;        // stands for the host where the machine is run without us
  vm::Value cancel_key;           // of the marks that are cancel scopes and shields
  FiberTable fibers;
  Poller poller;
  Inbox inbox;
  vm::Value unwinder;             // (leave raised): runs after thunks, then ends the task
  // Tells of an error that nobody asked for; set by the host.
  void (*report)(vm::Machine& m, Fiber& f) = nullptr;

  // A fiber that will call the procedure.  It is in the queue already.
  Fiber& spawn(Scheduler& s, vm::Value procedure, vm::Value dynamic);
  // The main program: a task made by the host becomes a fiber of the root scheduler; one that
  // asked for something and was resumed by the host goes on.
  Fiber& adopt(vm::Task& task);

  // Turns until the main program is over, something is to be done by the host, or `turns`
  // turns were taken.
  Turn run(Fiber& main, std::size_t turns);
  // The same without a main program, for a host with a loop of its own.  Never waits.  Asked
  // by what runs inside a turn, it answers `nested` and does nothing.
  Turn tick(std::size_t turns);
  // After tick(): when the next is due, whatever becomes of poll_fd().
  Rest rest();
  // Readable when tick() has something to do: files, letters, timers.  Stays the same.
  int poll_fd();
  // Waits for files, timers, other threads, or `extra_fd` becoming readable; at most until the
  // time given.  After `idle`.
  void wait(int extra_fd, std::optional<std::int64_t> until);

  // The fiber takes no more turns; nothing of it is run.
  void abandon(Fiber& f);
  // The fiber goes on by raising obj, whatever it waits for.  No effect when it has ended.
  void raise_in(Fiber& f, vm::Value obj);

  // The fiber takes turns for that scheduler until there is an answer.
  void drive(Fiber& f, Scheduler& s, Mode mode);
  // Whether s is the fiber's own scheduler or one above it.
  static bool is_above(const Scheduler& s, const Fiber& f);

 private:
  explicit Engine(vm::Machine& m) : machine(m), poller(*this) {}
  Turn turn();
  Turn run_slice(Fiber& f);
  Turn suspend(Fiber& f);
  Turn end(Fiber& f, State state);
  Turn raised(Fiber& f);
  Turn fail(Fiber& f);
  bool deliver_cancel(Fiber& f);
  Turn nobody_runs();
  void read_letters();
  void rest_driver(Fiber& d);
  void answer_driver(Fiber& d, std::string_view answer);
  void requeue_drivers(Scheduler& s);
  Fiber* deepest_waiting_driver();

  std::uint32_t next_id_ = 0;
  std::uint32_t turns_until_poll_ = 0;
  bool in_turn_ = false;
};

}  // namespace fermata::sched
