// Instantiating libraries by a loop in C++: for start-up, before (fermata eval) can do it.
//
// It recurses over imports, so it is for Fermata's own libraries; nothing in their
// bodies waits, and their transformer procedures use what they import, not the library itself.
#include <stdexcept>

#include "scheme/eval.hpp"
#include "scheme/image.hpp"
#include "scheme/library.hpp"
#include "scheme/report.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value run_now(Runtime& r, Value procedure, Value arguments = kNull) {
  Machine& m = r.machine;
  GcVector<Value> values(m.heap);
  for (; arguments.is_pair(); arguments = arguments.pair()->cdr) values.push_back(arguments.pair()->car);
  Task& task = m.make_task(procedure, values.data(), values.size());
  RunStatus status;
  do status = m.run(task, 1'000'000);
  while (status == RunStatus::out_of_gas || status == RunStatus::interrupted);
  if (status != RunStatus::finished)
    throw std::runtime_error("a library's body did not come to its end: " +
                             report_error(m, task.result, task.trace).text());
  return task.result;
}

Node* expand_now(Runtime& r, Expansion& first) {
  Expansion* e = &first;
  for (;;) {
    const ExpandStep step = expand_some(r, *e, 1'000'000);
    switch (step.kind) {
      case ExpandStep::done: return step.tree;
      case ExpandStep::out_of_gas: break;
      case ExpandStep::transform:
        e = &supply(r, *e, run_now(r, step.procedure, step.arguments));
        break;
      case ExpandStep::import: throw std::runtime_error("a library's form imports");
    }
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
  const Value body = make_thunk(r, sequence_of(heap, trees), Purpose::library);
  work.codes = heap.cons(value_of(as<Closure>(body).code), work.codes);
  run_now(r, body);
  finish_library(r, work);
  return library;
}

}  // namespace fermata::scheme
