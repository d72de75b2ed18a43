// The system's clocks and its time zone, exactly (SRFI 19, SRFI 170).
#include <ctime>

#include "scheme/builtins.hpp"
#include "scheme/posix.hpp"
#include "scheme/world.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

struct NamedClock {
  std::string_view name;
  clockid_t id;
};
constexpr NamedClock kClocks[] = {
    {"real", CLOCK_REALTIME},
    {"monotonic", CLOCK_MONOTONIC},
    {"process", CLOCK_PROCESS_CPUTIME_ID},
    {"thread", CLOCK_THREAD_CPUTIME_ID},
};

Value pair_of(Machine& m, std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return m.heap.cons(Value::fixnum(ns / kSecond), Value::fixnum(ns % kSecond));
}

template <int (*call)(clockid_t, timespec*)>
Outcome ask(Machine& m, Symbol& name) {
  note_question(m);
  const std::string wanted = to_utf8(as<String>(name.name));
  for (const NamedClock& clock : kClocks) {
    if (clock.name != wanted) continue;
    if (call == ::clock_gettime && clock.id == CLOCK_REALTIME) return pair_of(m, m.clock->real_ns());
    if (call == ::clock_gettime && clock.id == CLOCK_MONOTONIC) {
      return pair_of(m, m.clock->monotonic_ns());
    }
    timespec t;
    if (call(clock.id, &t) < 0) return posix_failure(m, {value_of(&name)}, errno);
    return m.heap.cons(Value::fixnum(t.tv_sec), Value::fixnum(t.tv_nsec));
  }
  return m.out_of_range(1, "real, monotonic, process or thread", value_of(&name));
}

// The environment variable TZ is looked at anew each time.
Outcome local_offset(Machine&, Fixnum second) {
  ::tzset();
  const std::time_t t = second;
  tm broken_down{};
  if (::localtime_r(&t, &broken_down) == nullptr) return Value::fixnum(0);
  return Value::fixnum(broken_down.tm_gmtoff);
}

constexpr Builtin kClockBuiltins[] = {
    builtin<ask<::clock_gettime>>("(%clock name)",
                                  "The time of that clock, a pair (seconds . nanoseconds)."),
    builtin<ask<::clock_getres>>("(%clock-resolution name)",
                                 "The finest step of that clock, as such a pair."),
    builtin<local_offset>("(%local-offset second)",
                          "Seconds that local time is ahead of UTC, at that second since 1970."),
};

}  // namespace

std::span<const Builtin> clock_builtins() { return kClockBuiltins; }

}  // namespace fermata::scheme
