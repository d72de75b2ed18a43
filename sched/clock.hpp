// Time, in nanoseconds, and what the tasks of a scheduler take for it.
#pragma once

#include <cstdint>

#include "vm/device.hpp"

namespace fermata::sched {

enum class ClockKind : std::uint8_t {
  real,    // monotonic time of the system
  virt,    // stands while anything runs; jumps to the next timer when everything waits
  manual   // moved by the program alone
};

// Where virtual and manual clocks begin: 2000-01-01 00:00 UTC, in nanoseconds since 1970.
inline constexpr std::int64_t kVirtualStart = std::int64_t{946684800} * 1'000'000'000;

class Engine;

// Programs are told the time of the scheduler that runs them, not the system's.
class SchedulerClock : public vm::Clock {
 public:
  explicit SchedulerClock(Engine& engine) : engine_(engine) {}
  std::int64_t monotonic_ns() override;
  std::int64_t real_ns() override;

 private:
  Engine& engine_;
};

}  // namespace fermata::sched
