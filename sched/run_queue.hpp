// Fibers that want to run, in the order they came: a ring that grows by doubling.
#pragma once

#include <utility>

#include "sched/fiber.hpp"

namespace fermata::sched {

// Lies inside a heap object or root memory.
class RunQueue {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  Fiber& at(std::size_t i) { return *ring_[(first_ + i) & (capacity_ - 1)]; }

  void push(vm::Heap& heap, Fiber& f) {
    if (count_ == capacity_) grow(heap);
    ring_[(first_ + count_++) & (capacity_ - 1)] = &f;
  }
  void push_first(vm::Heap& heap, Fiber& f) {
    if (count_ == capacity_) grow(heap);
    first_ = (first_ - 1) & (capacity_ - 1);
    ++count_;
    ring_[first_] = &f;
  }
  Fiber& pop() {
    Fiber& f = *std::exchange(ring_[first_], nullptr);
    first_ = (first_ + 1) & (capacity_ - 1);
    --count_;
    return f;
  }
  void swap(std::size_t i, std::size_t j) {
    std::swap(ring_[(first_ + i) & (capacity_ - 1)], ring_[(first_ + j) & (capacity_ - 1)]);
  }
  // Takes out the i-th; the first takes its place.
  Fiber& take(std::size_t i) {
    std::swap(ring_[(first_ + i) & (capacity_ - 1)], ring_[first_]);
    return pop();
  }

 private:
  [[gnu::noinline]] void grow(vm::Heap& heap) {
    const std::size_t capacity = capacity_ ? capacity_ * 2 : 4;
    auto** ring = static_cast<Fiber**>(heap.traced(capacity * sizeof(Fiber*)));
    for (std::size_t i = 0; i < count_; ++i) ring[i] = &at(i);
    for (std::size_t i = count_; i < capacity; ++i) ring[i] = nullptr;
    // A word that looks like a pointer to the old ring is not to keep the fibers alive.
    for (std::size_t i = 0; i < capacity_; ++i) ring_[i] = nullptr;
    ring_ = ring;
    capacity_ = capacity;
    first_ = 0;
  }

  Fiber** ring_ = nullptr;
  std::size_t first_ = 0, count_ = 0, capacity_ = 0;
};

}  // namespace fermata::sched
