#include "sched/place.hpp"

#include <algorithm>

#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::uint32_t kFirstSlots = 8;

Value& slot(Place& p, std::uint32_t i) { return p.ring[(p.first + i) & (p.slots - 1)]; }

void grow(Heap& heap, Place& p) {
  const std::uint32_t slots = std::max(kFirstSlots, p.slots * 2);
  auto* ring = static_cast<Value*>(heap.traced(slots * sizeof(Value)));
  std::fill_n(ring, slots, kFalse);
  for (std::uint32_t i = 0; i < p.count; ++i) ring[i] = slot(p, i);
  p.ring = ring;
  p.slots = slots;
  p.first = 0;
}

}  // namespace

Place& make_place(Heap& heap, std::uint32_t capacity) {
  auto& p = *::new (heap.traced(sizeof(Place))) Place{};
  p.header = make_header(WaitQueue::kKind, Place::kPlace);
  p.link.make_head();
  p.takers = &make_wait_queue(heap, kFalse);
  p.capacity = capacity;
  return p;
}

std::optional<Value> put_now(Heap& heap, Place& p, Value v) {
  if (p.closed) return p.end;
  if (p.never) return std::nullopt;
  if (WaitNode* n = first_of(*p.takers)) {
    claim(*n, v);
    return kTrue;
  }
  if (p.count == p.capacity) return std::nullopt;
  if (p.count == p.slots) grow(heap, p);
  slot(p, p.count++) = v;
  return kTrue;
}

std::optional<Value> take_now(Place& p) {
  if (p.never) return std::nullopt;
  WaitNode* n = first_of(p);
  if (p.count > 0) {
    const Value v = slot(p, 0);
    slot(p, 0) = kFalse;
    ++p.first;
    if (n == nullptr) {
      --p.count;
    } else {  // who waits to bring moves up
      slot(p, p.count - 1) = n->datum;
      claim(*n, kTrue);
    }
    return v;
  }
  if (n != nullptr) {
    const Value v = n->datum;
    claim(*n, kTrue);
    return v;
  }
  if (p.closed) return p.end;
  return std::nullopt;
}

void close(Place& p) {
  p.closed = true;
  claim_all(*p.takers, p.end);
  claim_all(p, p.end);
}

}  // namespace fermata::sched
