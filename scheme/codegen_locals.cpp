// Tables of the local variables at each call: what vm/locals.hpp reads.

#include "scheme/codegen.hpp"

namespace fermata::scheme {

namespace {

// #(word name place ...)
vm::Value table(Heap& heap, std::int64_t word, std::span<Variable* const> variables) {
  vm::Vector& t = heap.make_vector(1 + 2 * variables.size(), vm::kFalse);
  t.slots()[0] = vm::Value::fixnum(word);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    t.slots()[1 + 2 * i] = variables[i]->name;
    t.slots()[2 + 2 * i] =
        vm::Value::fixnum(variables[i]->reg * 2 + ((variables[i]->flags & kBoxed) != 0 ? 1 : 0));
  }
  return vm::value_of(&t);
}

}  // namespace

void FrameGenerator::note_locals() {
  if (locals_ != Locals::none)
    tables_.push_back(table(heap_, static_cast<std::int64_t>(emit_.word()),
                            std::span(scope_.data(), scope_.size())));
}

// Of the whole procedure, with what its closure holds; #f when none are kept.
vm::Value FrameGenerator::locals_table() {
  if (locals_ == Locals::none) return vm::kFalse;
  std::vector<Variable*> free;  // held by frame_.free
  for (Variable* v : *frame_.free) free.push_back(v);
  vm::Vector& all = heap_.make_vector(tables_.size() + 1, vm::kFalse);
  all.slots()[0] = table(heap_, -1, free);
  for (std::size_t i = 0; i < tables_.size(); ++i) all.slots()[1 + i] = tables_[i];
  return vm::value_of(&all);
}

}  // namespace fermata::scheme
