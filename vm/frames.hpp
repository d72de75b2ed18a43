// Walking the frames of a continuation, innermost first.
#pragma once

#include "vm/stubs.hpp"

namespace fermata::vm {

// How far above its caller's frame the frame of the call before that return address begins.
inline std::size_t base_before(const Instruction* pc) { return field_b(pc[-1]); }

struct SealedFrame {
  const Value* slots;        // slots[0]: the procedure
  const Instruction* pc;     // where the frame above returns to
  const Instruction* place;  // where it stands: what called the raise stub, if that is above
};

// Calls f with every frame below, until it answers false.
template <class F>
void each_frame_below(const Kont* k, F f) {
  for (; k != nullptr; k = k->next) {
    const Value* const slots = k->segment->slots();
    const Instruction* pc = k->pc;
    for (std::size_t at = k->hi; at > k->lo;) {  // where the return pc of the frame above stood
      const std::size_t frame = at + 1 - base_before(pc);
      if (!f(SealedFrame{slots + frame, pc, is_raise_stub(pc) ? pc_of(slots[at - 1]) : pc})) return;
      at = frame - 1;
      pc = pc_of(slots[at]);
    }
  }
}

}  // namespace fermata::vm
