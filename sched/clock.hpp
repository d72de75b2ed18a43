// Time, in nanoseconds: the only reader of the system's clocks.
#pragma once

#include <cstdint>

namespace fermata::sched {

enum class ClockKind : std::uint8_t {
  real,    // monotonic time of the system
  virt,    // stands while anything runs; jumps to the next timer when everything waits
  manual   // moved by the program alone
};

// Where virtual and manual clocks begin: 2000-01-01 00:00 UTC, in nanoseconds since 1970.
inline constexpr std::int64_t kVirtualStart = std::int64_t{946684800} * 1'000'000'000;

std::int64_t monotonic_ns();

}  // namespace fermata::sched
