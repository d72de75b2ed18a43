#include "sched/clock.hpp"

#include "sched/engine.hpp"

namespace fermata::sched {

std::int64_t SchedulerClock::monotonic_ns() { return read_clock(*engine_.current->scheduler); }

std::int64_t SchedulerClock::real_ns() {
  const Scheduler& s = *engine_.current->scheduler;
  return s.clock == ClockKind::real ? vm::system_clock().real_ns() : s.now();
}

}  // namespace fermata::sched
