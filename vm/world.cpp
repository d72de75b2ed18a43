// See world.hpp.
#include "vm/world.hpp"

namespace fermata::vm {

std::optional<Outcome> touch_world(Machine& m) {
  World* const w = world_of(m);
  if (w == nullptr) return std::nullopt;
  ++w->touches;
  return w->watched_tasks > 0 ? w->touch(m, m.native_name()) : std::nullopt;
}

void note_question(Machine& m) {
  World* const w = world_of(m);
  if (w != nullptr && !(w->watched_tasks > 0 && w->is_told_again(m))) ++w->touches;
}

}  // namespace fermata::vm
