// The engine: drives the schedulers of one interpreter, one slice of one fiber after another.
//
// The root scheduler is the engine's own; the main program is a fiber of it.  A fiber may
// drive a further scheduler: its turns are then turns of that one, found by descending in a
// loop, so schedulers nest to any depth without C++ recursion.  The engine never waits: when
// nothing can run it says so, and its host waits as long as it says.
//
// Lies in root memory; the machine's service slot finds it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sched/children.hpp"
#include "sched/door.hpp"
#include "sched/fiber_table.hpp"
#include "sched/inbox.hpp"
#include "sched/outbox.hpp"
#include "sched/pipes.hpp"
#include "sched/poller.hpp"
#include "sched/scheduler.hpp"
#include "sched/workers.hpp"

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
  Inbox inbox;
  std::shared_ptr<Door> door;
  Poller poller;
  Pipes pipes;
  Workers workers;
  Children children;
  std::shared_ptr<Outbox> outbox;
  WaitQueue* room = nullptr;      // who waits for room in the outbox
  vm::Value unwinder;             // (leave raised): runs after thunks, then ends the task
  // Tells of an error that nobody asked for; set by the host.
  void (*report)(vm::Machine& m, Fiber& f) = nullptr;
  // The host is a prompt: errors that would end a program are only told.
  bool host_goes_on = false;

  // How many tasks there may be, and how many timers beside theirs.
  std::size_t most_tasks = ~std::size_t{0};
  // How many messages a mailbox may hold.
  std::size_t most_messages = std::size_t{1} << 60;
  // Whether a program may have another task.  Collects before it says no.
  bool may_spawn();

  // A fiber that will call the procedure.  It is in the queue already.
  Fiber& spawn(Scheduler& s, vm::Value procedure, vm::Value dynamic);
  // A new fiber that calls the procedure with the arguments.
  void spawn_call(Scheduler& s, vm::Value procedure, const vm::Value* arguments, std::size_t count);
  // The main program: a task made by the host becomes a fiber of the root scheduler; one that
  // asked for something and was resumed by the host goes on.
  Fiber& adopt(vm::Task& task);

  // A fiber for call(), in no queue; its task is yet to be given.
  Fiber& make_caller();
  // Has such a fiber take its first turn now, before any other.  `over`: it has finished, or
  // raised what nobody handled (its task says which), and nothing has heard of it.  Otherwise it
  // is a main program like others from then on.
  Turn call(Fiber& f);
  // The same with a task that rests, see Machine::rests, which calls the procedure.  Whether it is
  // over; if not, `turn` says what it came to.
  bool call_again(Fiber& f, vm::Value procedure, const vm::Value* arguments, std::size_t count, Turn& turn);
  // Turns until the main program is over, something is to be done by the host, or `turns`
  // turns were taken.
  Turn run(Fiber& main, std::size_t turns);
  // The same without a main program, for a host with a loop of its own.  Never waits.  Asked
  // by what runs inside a turn, it answers `nested` and does nothing.
  Turn tick(std::size_t turns);
  bool is_ready() const { return root->has_runnable() || inbox.has_letters(); }
  // After tick(): when the next is due, whatever becomes of poll_fd().
  Rest rest();
  // Readable as long as tick() has something to do: tasks that can run, files, letters, timers
  // that are due; not otherwise.  Always the same; the host need not ask again.
  int poll_fd();
  // What rest() says may have changed, between two ticks.
  void changed() {
    if (has_poll_fd_ && !in_tick_) set_alarm();
  }
  // Waits for files, timers, other threads, or `extra_fd` becoming readable; at most until the
  // time given.  After `idle`.  True: extra_fd is.
  bool wait(int extra_fd, std::optional<std::int64_t> until);

  // Whether it is what a native returns that waits for a file, a pipe or a worker.
  static bool is_wait_request(vm::Value request);
  // Registers the open wait with what a native's request asks for.  False: no such request.
  bool add_request(vm::Value request, Fiber& f, std::uint64_t ticket, vm::Value tag);

  // The fiber takes no more turns; nothing of it is run.
  void abandon(Fiber& f);
  // The fiber takes no turns until the second is called.  What it waits for may come meanwhile.
  void pause(Fiber& f);
  void go_on(Fiber& f);
  // The fiber goes on by raising obj, whatever it waits for.  No effect when it has ended.
  void raise_in(Fiber& f, vm::Value obj);

  // The fiber takes turns for that scheduler until there is an answer.
  void drive(Fiber& f, Scheduler& s, Mode mode);
  // Whether s is the fiber's own scheduler or one above it.
  static bool is_above(const Scheduler& s, const Fiber& f);

 private:
  std::size_t spawns_left_ = 0;  // until may_spawn counts again
  explicit Engine(vm::Machine& m)
      : machine(m), door(std::make_shared<Door>(*this)), poller(*this), pipes(*this, door),
        workers(*this, door), children(*this), outbox(std::make_shared<Outbox>(door)) {}
  Turn turn();
  void set_alarm();
  WaitQueue* queue_of(vm::Value request, int& fd);
  Turn run_slice(Fiber& f);
  Turn after_call(Fiber& f, vm::RunStatus status);
  Turn after_slice(Fiber& f, vm::RunStatus status);
  vm::RunStatus run_held(Fiber& f, std::uint64_t& steps);
  vm::RunStatus go_on_held(Fiber& f, std::uint64_t& steps);
  void wake(Fiber& f);
  vm::RunStatus run_measured(Fiber& f, std::uint64_t& steps);
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
  bool in_turn_ = false, in_tick_ = false;
  bool has_poll_fd_ = false;
};

inline void Scheduler::requeue(Fiber& f) {
  const Priority p = policy == Policy::priority ? f.priority : Priority::normal;
  queues[static_cast<std::size_t>(p)].push(engine->machine.heap, f);
}

}  // namespace fermata::sched
