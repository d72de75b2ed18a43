// The life of a machine and of its tasks: what the loop takes up, and what it leaves behind.
#include "vm/machine.hpp"

#include <algorithm>
#include <new>

#include "vm/allocation.hpp"
#include "vm/loop.hpp"
#include "vm/native.hpp"
#include "vm/stubs.hpp"

namespace fermata::vm {

namespace {

// What raises lead to until (fermata control) has put its procedures in place.
Outcome uncaught(Machine&, Value obj) { return {obj, Outcome::Kind::uncaught}; }
constexpr Builtin kUncaught = builtin<uncaught>("(uncaught obj)", "Ends the task.");

}  // namespace

Machine& Machine::create() {
  auto& m = *::new (allocate_root(sizeof(Machine))) Machine();
  m.handlers_key = m.symbols.generate("handlers");
  m.raise_procedure = m.raise_continuable_procedure = m.throw_procedure =
      value_of(&m.heap.make<Native>(&kUncaught));
  return m;
}

void Machine::destroy(Machine& m) {
  m.~Machine();
  free_root(&m);
  clear_stack_below();
}

Task& Machine::make_task(Value procedure, const Value* arguments, std::size_t count,
                         std::size_t slots) {
  Segment& s = new_segment(std::max(slots, count + 2) + kRedZone);
  s.slots()[0] = pc_value(kUnderflow);
  s.slots()[1] = procedure;
  std::copy(arguments, arguments + count, s.slots() + 2);
  s.mark_up_to(count + 2);
  return heap.make_with<Task>(Task::runnable, 0, &s, static_cast<Kont*>(nullptr), kResumeStub + 0,
                              std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{count}, kNull,
                              kUnspecified, kFalse);
}

void Machine::prepare(Task& task, Value procedure, const Value* arguments, std::size_t count) {
  if (count + 2 + kRedZone > task.segment->capacity) task.segment = &new_segment(count + 2 + kRedZone);
  Value* const slots = task.segment->slots();
  slots[0] = pc_value(kUnderflow);
  slots[1] = procedure;
  for (std::size_t i = 0; i < count; ++i) slots[2 + i] = arguments[i];
  task.result = kUnspecified;
  task.trace = kFalse;
  task.set_state(Task::runnable);
}

void Machine::call_again(Task& task, Value procedure, const Value* arguments, std::size_t count) {
  prepare(task, procedure, arguments, count);
  task.segment->mark_up_to(count + 2);
  task.pc = kResumeStub + 0;
  task.fp = 1;
  task.argc = count;
  task.dynamic = kNull;
}

// Saves the task; `live` tells how much of its top frame is in use.
RunStatus Machine::leave(Task& task, RunStatus status, Value result) {
  save(task);
  const Value running = fp_[0];
  const std::size_t live = std::max<std::size_t>(
      is<Closure>(running) && !is_raise_stub(pc_) ? as<Closure>(running).frame_size() : 0, argc_ + 1);
  task.segment->mark_up_to(std::min<std::size_t>(task.fp + live + 2, task.segment->capacity));
  if (status == RunStatus::finished || status == RunStatus::exited) task.set_state(Task::finished);
  if (status == RunStatus::raised) task.set_state(Task::failed);
  if (status == RunStatus::waiting) task.set_state(Task::waiting);
  if (status != RunStatus::out_of_gas && status != RunStatus::interrupted) task.result = result;
  task_ = nullptr;
  return status;
}

// Leaves an empty stack: nothing of the segment is in use but what records refer to.
RunStatus Machine::finish(Task& task, Value result) {
  const auto lo = static_cast<std::uint64_t>(lo_ - segment_->slots());
  segment_->mark_up_to(lo);
  task.segment = segment_;
  task.lo = lo;
  task.fp = lo + 1;
  task.kont = nullptr;
  task.argc = 0;
  task.dynamic = kNull;
  task.result = result;
  task.set_state(Task::finished);
  task_ = nullptr;
  return RunStatus::finished;
}

// The top frame is a native's, with its arguments.
RunStatus Machine::suspend(Task& task, Value request) {
  save(task);
  segment_->mark_up_to(std::min<std::size_t>(task.fp + argc_ + 3, segment_->capacity));
  task.result = request;
  task.set_state(Task::waiting);
  task_ = nullptr;
  return RunStatus::waiting;
}

void Machine::resume(Task& task, Value result) {
  // As if the native had returned it.  What is marked reaches up to its arguments, above
  // everything that its caller still needs.
  Value* slots = task.segment->slots();
  const Instruction* pc = pc_of(slots[task.fp - 1]);
  const Instruction word = pc[-1];
  task.pc = pc;
  task.fp -= word >> 16 & 0xff;
  slots[task.fp + (word >> 8 & 0xff)] = result;
  task.argc = 0;
  task.set_state(Task::runnable);
}

void Machine::retry(Task& task) { task.set_state(Task::runnable); }

void Machine::raise_in(Task& task, Value obj) {
  load(task);
  raise_here(obj);
  task.set_state(Task::runnable);
  leave(task, RunStatus::out_of_gas, kUnspecified);
}

void Machine::raise_here(Value obj) {
  if (pc_ == kResumeStub) {  // a native waits to be run: the raise takes its place
    note_trace(obj);
    fp_[0] = raise_procedure;
    fp_[1] = obj;
  } else {
    push_raise(obj);
  }
  argc_ = 1;
  pc_ = kResumeStub;
}

// A loop whose turns divide a regular distance would always be seen at the same place.
std::int64_t Machine::portion_until_sample() {
  sample_seed_ = sample_seed_ * 1'103'515'245 + 12'345;
  return kPortion / 4 + (sample_seed_ >> 16 & 0x1fff);
}

RunStatus Machine::run(Task& task, std::int64_t gas) {
  if (task.state() == Task::finished) return RunStatus::finished;
  if (task.state() == Task::failed) return RunStatus::raised;
  load(task);
  return Loop::run(*this, task, gas);
}

RunStatus Machine::run_again(Task& task, Value procedure, const Value* arguments, std::size_t count, std::int64_t gas) {
  prepare(task, procedure, arguments, count);
  Segment& s = *task.segment;
  s.mark_all();
  task_ = &task;
  segment_ = &s;
  lo_ = s.slots();
  fp_ = s.slots() + 1;
  limit_ = s.slots() + s.capacity - kRedZone;
  kont_ = nullptr;
  pc_ = kResumeStub;
  argc_ = count;
  dynamic_ = kNull;
  // A procedure whose arguments fit is entered here, as the loop would.
  if (const auto* closure = cast<Closure>(procedure); closure != nullptr && closure->argc() == count &&
                                                      fp_ + closure->frame_size() <= limit_ && gas > 0 && !kMoves) {
    pc_ = closure->code->entry();
    argc_ = 0;
    --gas;
  }
  return Loop::run(*this, task, gas);
}

}  // namespace fermata::vm
