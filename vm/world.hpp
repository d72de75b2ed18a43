// The world outside of the program, and who is asked before a native meets it.
//
// Natives that act on the world, or learn something from it, call touch_world() first.  A layer
// above may watch and refuse (durable flows do: what acts there must be recorded).  Without such
// a layer nothing is in the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/machine.hpp"
#include "vm/outcome.hpp"

namespace fermata::vm {

inline constexpr std::size_t kWorldService = 7;  // slot in Machine::services

// A path that was checked, and the name under which the system reaches what was found there.
struct HeldPath {
  std::string path, name;
  bool in_folder = false;  // the name's last part is no link: it stands in a folder that is held
  const HeldPath* next = nullptr;
};

// Whoever watches adds what it keeps.  Lies in root memory.
struct World {
  // What refuses the touch, or nothing.
  std::optional<Outcome> (*touch)(Machine& m, std::string_view native) = nullptr;
  // Whether what is written to the console now was shown before.
  bool (*is_muted)(Machine& m) = nullptr;
  // Whether the task that runs is told what would be told again: its time and chance are no
  // news from the world.
  bool (*is_told_again)(Machine& m) = nullptr;

  // What is held for the native that runs; see scheme/held_path.hpp.
  const HeldPath* held = nullptr;

  std::uint64_t touches = 0;
  std::uint64_t watched_tasks = 0;  // 0: nobody needs to be asked
};

inline World* world_of(Machine& m) { return static_cast<World*>(m.services[kWorldService]); }

// Before a native acts on the world or asks it: the error to return, or nothing.
std::optional<Outcome> touch_world(Machine& m);
// A native tells the time or gives chance: no act, but no definition that does so is to be
// evaluated again.
void note_question(Machine& m);

}  // namespace fermata::vm
