// Walking lists safely: any length, improper, circular.
#pragma once

#include <cstdint>

#include "vm/heap.hpp"

namespace fermata::scheme {

// Steps along cdrs and notices a cycle (Brent): the remembered pair is moved on after
// 1, 2, 4, 8 ... steps, so a cycle is met at most about three times around.
class ListWalk {
 public:
  explicit ListWalk(vm::Value list) : at_(list), mark_(list) {}
  bool at_pair() const { return at_.is_pair(); }
  vm::Value at() const { return at_; }
  vm::Pair& pair() const { return *at_.pair(); }
  std::size_t steps() const { return steps_; }
  // Requires: at_pair().  False when the list turned out to be circular.
  bool next() {
    at_ = at_.pair()->cdr;
    ++steps_;
    if (at_ == mark_ && at_.is_pair()) return false;
    if (++since_ == limit_) {
      mark_ = at_;
      since_ = 0;
      limit_ *= 2;
    }
    return true;
  }
  // After next() said false: how many pairs go around.
  std::size_t cycle_length() const { return since_ + 1; }

 private:
  vm::Value at_, mark_;
  std::size_t steps_ = 0, since_ = 0, limit_ = 1;
};

inline constexpr std::int64_t kImproperList = -1, kCircularList = -2;

// The number of elements, or one of the two above.
inline std::int64_t list_length(vm::Value list) {
  ListWalk walk(list);
  while (walk.at_pair())
    if (!walk.next()) return kCircularList;
  return walk.at() == vm::kNull ? static_cast<std::int64_t>(walk.steps()) : kImproperList;
}

// Builds a list from its first element on.
class ListBuilder {
 public:
  explicit ListBuilder(vm::Heap& heap) : heap_(heap) {}
  void push(vm::Value v) {
    const vm::Value pair = heap_.cons(v, vm::kNull);
    if (last_.is_pair()) last_.pair()->cdr = pair;
    else first_ = pair;
    last_ = pair;
  }
  // The list, ending in `tail`.
  vm::Value finish(vm::Value tail = vm::kNull) {
    if (!last_.is_pair()) return tail;
    last_.pair()->cdr = tail;
    return first_;
  }

 private:
  vm::Heap& heap_;
  vm::Value first_ = vm::kNull, last_ = vm::kNull;
};

}  // namespace fermata::scheme
