// Instantiating libraries by a loop in C++: for start-up, before (fermata eval) can do it.
//
// It recurses over imports, so it is for Fermata's own libraries; they have no transformer
// procedures and nothing in their bodies waits.
#include <stdexcept>

#include "scheme/eval.hpp"
#include "scheme/image.hpp"
#include "scheme/library.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

void run_now(Runtime& r, Value procedure) {
  Machine& m = r.machine;
  Task& task = m.make_task(procedure);
  RunStatus status;
  do status = m.run(task, 1'000'000);
  while (status == RunStatus::out_of_gas || status == RunStatus::interrupted);
  if (status != RunStatus::finished)
    throw std::runtime_error("a library's body did not come to its end: " +
                             m.describe(task.result));
}

Node* expand_now(Runtime& r, Expansion& e) {
  for (;;) {
    const ExpandStep step = expand_some(r, e, 1'000'000);
    if (step.kind == ExpandStep::done) return step.tree;
    if (step.kind != ExpandStep::out_of_gas)
      throw std::runtime_error("a library of the start may not have transformer procedures");
  }
}

}  // namespace

Library& instantiate_now(Runtime& r, Value name) {
  Library& library = want_library(r, name, {});
  if (library.is_ready()) return library;
  LibraryWork& work = begin_library(r, library);
  for (Value n = work.needs; n.is_pair(); n = n.pair()->cdr) instantiate_now(r, n.pair()->car);
  if (const Value thunk = library_image_thunk(r, work); thunk.is_true()) {
    run_now(r, thunk);
    finish_library(r, work);
    return library;
  }
  bind_library_imports(r, work);
  Heap& heap = r.machine.heap;
  Value trees = kNull;  // newest first
  while (Expansion* e = next_library_form(r, work)) {
    if (Node* tree = expand_now(r, *e)) trees = heap.cons(value_of(tree), trees);
  }
  check_library(r, work);
  const Value body = make_thunk(r, sequence_of(heap, trees));
  work.codes = heap.cons(value_of(as<Closure>(body).code), work.codes);
  run_now(r, body);
  finish_library(r, work);
  return library;
}

}  // namespace fermata::scheme
