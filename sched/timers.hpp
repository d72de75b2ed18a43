// Timers: a wheel of wheels, one digit of the time each (Varghese and Lauck, 1987).
//
// A time is eleven digits of six bits, in nanoseconds.  A timer stands at the level of the
// highest digit in which it differs from `base_`, in the slot of that digit: adding and
// removing take constant time.  When the base reaches a slot of a higher level, its timers
// go down, in their order; so timers of one instant fire in the order they were added.
//
// A wheel takes some kilobytes.  Up to eight timers stand in a plain list instead, as there are
// many schedulers with a timer or two: each durable flow has one.
#pragma once

#include "sched/fiber.hpp"

namespace fermata::sched {

struct Timers {
  static constexpr std::size_t kLevels = 11, kDigits = 64, kFew = 8;

  std::size_t count = 0;

  // Requires: the node is new, a timer, and its time is not before that of the last pop.
  void add(vm::Heap& heap, WaitNode& n);
  // The earliest time; nothing may be due before.  Requires: count > 0.
  std::int64_t next_time();
  // Takes out the earliest timer that is due, in order; null when there is none.
  WaitNode* pop_due(std::int64_t now);

 private:
  struct Level {
    Link slots[kDigits];
    std::uint64_t used;  // bit per slot; a set one may be empty
  };
  struct Wheel {
    Level* levels[kLevels];
  };
  void begin_wheel();
  // The earliest of a few, of one instant the first that was added.
  WaitNode& first_of_few();
  // The earliest slot that is not empty; the digits above are those of base_.
  bool find_first(std::size_t& level, std::size_t& digit);
  void place(WaitNode& n);

  Link few_ = {};           // as long as there is no wheel, in the order they were added
  Wheel* wheel_ = nullptr;  // from the ninth timer on
  std::int64_t base_ = 0;       // everything before is over
  std::int64_t earliest_ = -1;  // remembered by next_time(); -1: not known
  const WaitNode* earliest_node_ = nullptr;
  vm::Heap* heap_ = nullptr;
};

}  // namespace fermata::sched
