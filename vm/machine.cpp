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

bool Machine::make_again(Task& task, std::uint64_t captures, Value procedure, const Value* arguments,
                         std::size_t count) {
  const bool raised = task.state() == Task::failed;
  if ((task.state() != Task::finished && !raised) || task.segment == nullptr) return false;
  Segment& s = *task.segment;
  // Of a raise the trace is left, which was set apart: else the segment is sealed.
  const bool alone = captures == counters.captures && s.sealed == 0 && count + 2 + kRedZone <= s.capacity &&
                     (raised || (task.kont == nullptr && task.lo == 0));
  if (!alone) return false;
  s.slots()[0] = pc_value(kUnderflow);
  s.slots()[1] = procedure;
  std::copy(arguments, arguments + count, s.slots() + 2);
  s.mark_up_to(count + 2);
  task.kont = nullptr;
  task.pc = kResumeStub + 0;
  task.lo = 0;
  task.fp = 1;
  task.argc = count;
  task.dynamic = kNull;
  task.result = kUnspecified;
  task.trace = kFalse;
  task.set_state(Task::runnable);
  return true;
}

void Machine::load(Task& task) {
  task_ = &task;
  segment_ = nullptr;
  use_segment(*task.segment, task.lo, task.segment->slots() + task.fp);
  kont_ = task.kont;
  pc_ = task.pc;
  argc_ = task.argc;
  dynamic_ = task.dynamic;
}

void Machine::save(Task& task) {
  task.segment = segment_;
  task.lo = static_cast<std::uint64_t>(lo_ - segment_->slots());
  task.fp = static_cast<std::uint64_t>(fp_ - segment_->slots());
  task.kont = kont_;
  task.pc = pc_;
  task.argc = argc_;
  task.dynamic = dynamic_;
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

// Gas is taken in portions, and between two of them the loop looks whether it is to stop:
// about every hundred microseconds, and before small objects can fill much memory.
std::int64_t Machine::portion() {
  constexpr std::int64_t kPortion = 10'000;
  if (hooks.sample == nullptr) return kPortion;
  // A loop whose turns divide a regular distance would always be seen at the same place.
  sample_seed_ = sample_seed_ * 1'103'515'245 + 12'345;
  return kPortion / 4 + (sample_seed_ >> 16 & 0x1fff);
}

RunStatus Machine::run(Task& task, std::int64_t gas) {
  if (task.state() == Task::finished) return RunStatus::finished;
  if (task.state() == Task::failed) return RunStatus::raised;
  load(task);
  return Loop::run(*this, task, gas);
}

}  // namespace fermata::vm
