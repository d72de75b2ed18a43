// See tight_stack.hpp.
//
// Stacks grow by doubling, and regions below a prompt stay in the segment that was outgrown.
// Here all regions that this stack alone knows move, one above the other, into a segment with
// just the room that their frames need.  What a program may hold too (shared records) stays.
#include "vm/tight_stack.hpp"

#include <algorithm>
#include <cstring>

#include "vm/frames.hpp"

namespace fermata::vm {

namespace {

constexpr std::size_t kMostMoved = 512;  // slots: deeper stacks are not worth the copy

// How far above `lo` the frames of a region reach, the topmost at fp; their calls have ended by
// the time a frame uses all of itself.
std::size_t reach_of_frames(Segment& s, std::size_t lo, std::size_t fp) {
  const Value* const slots = s.slots();
  std::size_t reach = 0;
  for (std::size_t at = fp;;) {
    const auto* const running = cast<Closure>(slots[at]);
    reach = std::max(reach, at - lo + (running != nullptr ? running->frame_size() : 1));
    if (at - 1 <= lo) return reach;
    at -= base_before(pc_of(slots[at - 1]));
  }
}

}  // namespace

void tighten_stack(Heap& heap, Task& task) {
  if (task.state() != Task::waiting) return;
  Segment& top = *task.segment;
  const std::size_t top_slots = (top.live - sizeof(Segment)) / sizeof(Value) - task.lo;
  std::size_t below = 0, capacity = top.capacity;
  const Segment* last = &top;
  for (Kont* k = task.kont; k != nullptr && !k->is_shared(); k = k->next) {
    below += k->hi - k->lo;
    if (k->segment != last) capacity += k->segment->capacity;
    last = k->segment;
  }
  if (below + top_slots > kMostMoved) return;
  // What each region needs once it is the topmost one.
  std::size_t need = below + std::max(top_slots, reach_of_frames(top, task.lo, task.fp));
  std::size_t at = below;
  for (Kont* k = task.kont; k != nullptr && !k->is_shared(); k = k->next) {
    at -= k->hi - k->lo;
    if (k->hi > k->lo)
      need =
          std::max(need, at + reach_of_frames(*k->segment, k->lo, k->hi + 1 - base_before(k->pc)));
  }
  if (need + kRedZone >= capacity) return;
  auto& s =
      *static_cast<Segment*>(heap.described(sizeof(Segment) + (need + kRedZone) * sizeof(Value)));
  s.header = make_header(Kind::segment);
  s.capacity = static_cast<std::uint32_t>(need + kRedZone);
  s.sealed = 0;
  std::memcpy(static_cast<void*>(s.slots() + below), top.slots() + task.lo,
              top_slots * sizeof(Value));
  s.mark_up_to(below + top_slots);
  at = below;
  for (Kont* k = task.kont; k != nullptr && !k->is_shared(); k = k->next) {
    const std::uint32_t count = k->hi - k->lo;
    at -= count;
    std::memcpy(static_cast<void*>(s.slots() + at), k->segment->slots() + k->lo,
                count * sizeof(Value));
    k->segment = &s;
    k->lo = static_cast<std::uint32_t>(at);
    k->hi = k->lo + count;
  }
  task.segment = &s;
  task.fp = task.fp - task.lo + below;
  task.lo = below;
}

}  // namespace fermata::vm
