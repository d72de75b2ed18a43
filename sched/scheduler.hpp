// A scheduler: whose turn it is, and what time it is there.
//
// It holds its runnable fibers and its timers.  Parked fibers it does not hold: who parks
// where nothing can reach it is collected.  Schedulers nest: the fiber that runs an inner
// one (its driver) takes turns in the outer one on its behalf.
#pragma once

#include "sched/clock.hpp"
#include "sched/fiber.hpp"
#include "sched/run_queue.hpp"
#include "sched/timers.hpp"

namespace fermata::sched {

class Engine;

enum class Policy : std::uint8_t {
  round_robin,  // in order; who used up its gas goes to the end
  fifo,         // the same, but gas does not end a turn
  priority,     // high before normal before low, with a turn for the lower ones now and then
  shuffle,      // any of them, by the seed
  replay        // as a recorded trace says
};

enum class Mode : std::uint8_t { run, step };

struct Scheduler : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::scheduler;

  Engine* engine = nullptr;
  Fiber* driver = nullptr;  // null: the engine drives it, or nobody
  Policy policy = Policy::round_robin;
  ClockKind clock = ClockKind::real;
  Mode mode = Mode::run;
  bool stopped = false;        // on-error 'stop: `error` says why
  bool tracing = false;
  bool shuffles_timers = false;  // of one instant: who is woken comes in any order
  bool accounting = false;     // measures time and memory of every turn
  std::uint8_t turns_until_lower = 0, turns_until_clock = 0;
  vm::Value name = vm::kFalse;
  vm::Value local = vm::kFalse;  // what a model of concurrency keeps with it
  std::int64_t gas = 10'000;

  RunQueue queues[kPriorities] = {};
  Timers timers = {};
  vm::Value now_word = vm::Value::fixnum(0);  // virtual and manual time; for real: as last read
  std::uint32_t live = 0;      // fibers that have not ended
  std::uint32_t foreign = 0;   // of these, parked for what the world brings
  std::uint32_t outside = 0;   // and for what tasks of other schedulers bring
  std::uint64_t random = 1;    // state of the generator, odd
  WaitQueue* settlers = nullptr;  // who waits until all others wait

  vm::Value on_error = vm::kFalse;          // symbol log, stop, keep; or a procedure (proc task raised), see with_rights
  vm::Value error = vm::kFalse;
  vm::Value stuck_message = vm::kFalse;  // root: said when nothing can run; then the program ends
  std::uint8_t stuck_status = 0;         // with this status
  std::uint8_t crash_status = 0;         // root: of the program when an error ends its main task
  vm::Value trace = vm::kNull;      // numbers of who ran, newest first
  vm::Value to_replay = vm::kNull;  // what is left of a trace
  std::uint64_t steps = 0, switches = 0, spawned = 0, predicates = 0, parks = 0;
  std::uint64_t nanoseconds = 0, bytes = 0;  // when accounting

  // Somebody waits for what neither a task nor a timer of this scheduler brings.
  bool depends_on_others() const { return foreign > 0 || (outside > 0 && driver != nullptr); }
  std::int64_t now() const { return now_word.fixnum(); }
  // To the end of the queue of its priority.
  inline void requeue(Fiber& f);  // engine.hpp
  std::size_t runnable() const { return queues[0].size() + queues[1].size() + queues[2].size(); }
  bool has_runnable() const {
    return !queues[0].empty() || !queues[1].empty() || !queues[2].empty();
  }
};

Scheduler& make_scheduler(Engine& engine);
void set_seed(Scheduler& s, std::uint64_t seed);
// A number below n, from the seed.  Requires: 0 < n < 2^32.
std::size_t random_below(Scheduler& s, std::size_t n);

// The fiber is parked from now on; f.wait says for what.
void park(Fiber& f);
// The opposite, of a parked one, without a turn to come.
void unpark(Fiber& f);
// Puts a fiber into its scheduler's queue, and wakes the drivers above it.
void make_runnable(Fiber& f);
// What time it is; reads the system's clock when the scheduler's is a real one.
std::int64_t read_clock(Scheduler& s);
// Fires what is due by the time of the last reading.
void fire_timers(Scheduler& s);
// Moves a manual or virtual clock on, timer by timer.
void advance_clock(Scheduler& s, std::int64_t to);
// The node stands among the timers until `time`, under the fiber's ticket.
WaitNode& add_timer(vm::Heap& heap, Scheduler& s, Fiber& f, std::uint64_t ticket, vm::Value tag,
                    std::int64_t time);

// Whose turn it is: fires timers, lets a virtual clock jump, wakes who settles.  Null: nobody
// can run as things are.
Fiber* next_fiber_in_time(Scheduler& s);
inline Fiber* next_fiber(Scheduler& s) {
  // The usual case: nothing to look at but the queue.
  RunQueue& usual = s.queues[static_cast<std::size_t>(Priority::normal)];
  if (s.policy == Policy::round_robin && s.timers.count == 0 && !usual.empty()) return &usual.pop();
  return next_fiber_in_time(s);
}

enum class Standing : std::uint8_t { ready, idle, all_done, stuck };
// After next_fiber() gave nobody: why.
Standing standing(const Scheduler& s);

}  // namespace fermata::sched
