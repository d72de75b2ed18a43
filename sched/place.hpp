// Places where tasks meet: who brings something waits for who takes it, or the other way
// round, with room for so many things in between.
//
// A place is the wait queue of those who bring, and holds that of those who take.  Who comes
// second finds the first one waiting and hands over; so things and tasks go in the order they
// came.  A closed place takes nothing more; when it is empty, `end` is what is taken from it.
#pragma once

#include <optional>

#include "sched/scheduler.hpp"

namespace fermata::sched {

struct Place : WaitQueue {
  static constexpr std::uint64_t kPlace = 1;  // aux

  WaitQueue* takers = nullptr;
  vm::Value end = vm::kFalse;  // also the answer to who brings something too late
  vm::Value* ring = nullptr;   // of what nobody has taken yet; its size is a power of two
  std::uint32_t capacity = 0, slots = 0, first = 0, count = 0;
  bool closed = false;
  bool exclusive = false;      // only for tasks of `home`
  bool never = false;          // nothing ever happens here

  bool can_put() const {
    return !never && (closed || count < capacity || takers->link.next != &takers->link);
  }
  bool can_take() const { return !never && (closed || count > 0 || link.next != &link); }
  bool is_usable_in(const Scheduler* s) const { return !exclusive || s == home; }
};

// Null when v is no place.
inline Place* place_of(vm::Value v) {
  auto* q = vm::cast<WaitQueue>(v);
  return q != nullptr && q->aux() == Place::kPlace ? static_cast<Place*>(q) : nullptr;
}

Place& make_place(vm::Heap& heap, std::uint32_t capacity);
// #t, or the end when it is closed; nothing: one must wait.
std::optional<vm::Value> put_now(vm::Heap& heap, Place& p, vm::Value v);
// What was brought first, or the end; nothing: one must wait.
std::optional<vm::Value> take_now(Place& p);
// Whoever waits gets the end.  Requires: it is open.
void close(Place& p);

}  // namespace fermata::sched
