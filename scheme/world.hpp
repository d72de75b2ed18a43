// Which forms of a program met the world; who is asked before is in vm/world.hpp.
//
// Every touch is counted, so the forms of a program that took something from the world when
// they were evaluated are known: made again elsewhere, such a definition would differ.
#pragma once

#include "scheme/argument_checks.hpp"
#include "vm/world.hpp"

namespace fermata::scheme {

using vm::note_question;
using vm::touch_world;

struct Environment;
struct Loader;

// Lies in root memory.
struct World : vm::World {
  // The forms of the program in this environment are watched.
  Environment* watched = nullptr;
  // Those that touched the world: list of (position . trees), the last first.
  vm::Value worldly = vm::kNull;
  // At a prompt, where each form is a text of its own: where the next one stands in the text of
  // all of them; -1: it has begun, and what else begins there is no form of the prompt.
  std::int64_t prompt_position = -1;
  // The form that is being evaluated.
  std::int64_t form_position = -1;
  std::uint64_t form_touches = 0;
  vm::Value form_trees = vm::kFalse;
};

World& make_world(vm::Machine& m);
void destroy_world(vm::Machine& m);
inline World* world_of(vm::Machine& m) { return static_cast<World*>(vm::world_of(m)); }

// A new form begins at that position of the loader's text; the one before has ended.
void begin_form(vm::Machine& m, Environment& env, std::int64_t position);
// At the prompt: the form that is evaluated next has that position.
void begin_prompt_form(vm::Machine& m, std::int64_t position);
// The trees of the form that was evaluated last, newest first; #f when it only declared something.
vm::Value trees_of_form(vm::Machine& m);
// The form's trees, before they are compiled.
void note_trees(vm::Machine& m, vm::Value trees);

}  // namespace fermata::scheme
