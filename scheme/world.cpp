// See world.hpp.
#include "scheme/world.hpp"

#include <utility>

#include "scheme/runtime.hpp"

namespace fermata::scheme {

using namespace vm;

scheme::World& make_world(Machine& m) {
  auto& w = *::new (allocate_root(sizeof(scheme::World))) scheme::World;
  m.services[vm::kWorldService] = static_cast<vm::World*>(&w);
  return w;
}

void destroy_world(Machine& m) {
  free_root(scheme::world_of(m));
  m.services[vm::kWorldService] = nullptr;
}

void begin_form(Machine& m, Environment& env, std::int64_t position) {
  World* const w = scheme::world_of(m);
  if (w == nullptr) return;
  if (&env == Runtime::of(m).program) {
    if (w->watched != &env) w->worldly = kNull, w->form_position = -1;
    w->watched = &env;
  }
  if (w->watched != &env) return;
  if (w->form_position >= 0 && w->touches != w->form_touches && w->form_trees != kFalse)
    w->worldly = m.heap.cons(m.heap.cons(Value::fixnum(w->form_position), w->form_trees), w->worldly);
  if (&env == Runtime::of(m).interaction)
    position = position == 0 ? std::exchange(w->prompt_position, -1) : -1;
  w->form_position = position;
  w->form_touches = w->touches;
  w->form_trees = kFalse;
}

void begin_prompt_form(Machine& m, std::int64_t position) {
  if (World* const w = scheme::world_of(m)) w->prompt_position = position, w->form_trees = kFalse;
}

Value trees_of_form(Machine& m) {
  const World* const w = scheme::world_of(m);
  return w != nullptr ? w->form_trees : kFalse;
}

void note_trees(Machine& m, Value trees) {
  World* const w = scheme::world_of(m);
  if (w != nullptr && w->form_position >= 0 && w->form_trees == kFalse) w->form_trees = trees;
}

}  // namespace fermata::scheme
