// Where the language meets the world, and who is asked before it does.
//
// Natives that act on the world, or learn something from it, call touch_world() first.  A layer
// above may watch and refuse (durable flows do: what acts there must be recorded), and keep
// output from being shown twice.  Without such a layer nothing is in the way.
//
// Every touch is counted, so the forms of a program that took something from the world when
// they were evaluated are known: made again elsewhere, such a definition would differ.
#pragma once

#include <string_view>

#include "scheme/argument_checks.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kWorldService = 7;  // slot in Machine::services

struct Environment;
struct Loader;

// Lies in root memory.
struct World {
  // What refuses the touch, or nothing.
  Problem (*touch)(vm::Machine& m, std::string_view native) = nullptr;
  // Whether what is written to the console now was shown before.
  bool (*is_muted)(vm::Machine& m) = nullptr;
  // Whether the task that runs is told what would be told again: its time and chance are no
  // news from the world.
  bool (*is_told_again)(vm::Machine& m) = nullptr;

  std::uint64_t touches = 0;
  std::uint64_t watched_tasks = 0;  // 0: nobody needs to be asked
  // The forms of the program in this environment are watched.
  Environment* watched = nullptr;
  // Those that touched the world: list of (position . trees), the last first.
  vm::Value worldly = vm::kNull;
  // The form that is being evaluated.
  std::int64_t form_position = -1;
  std::uint64_t form_touches = 0;
  vm::Value form_trees = vm::kFalse;
};

World& make_world(vm::Machine& m);
void destroy_world(vm::Machine& m);
inline World* world_of(vm::Machine& m) { return static_cast<World*>(m.services[kWorldService]); }

// Before a native acts on the world or asks it: the error to return, or nothing.
Problem touch_world(vm::Machine& m);
// A native tells the time or gives chance: no act, but no definition that does so is to be
// evaluated again.
void note_question(vm::Machine& m);
// A new form begins at that position of the loader's text; the one before has ended.
void begin_form(vm::Machine& m, Environment& env, std::int64_t position);
// The form's trees, before they are compiled.
void note_trees(vm::Machine& m, vm::Value trees);

}  // namespace fermata::scheme
