// The machine: runs bytecode until a value, an uncaught raise, a wait, or no gas.
//
// One Machine is one interpreter's engine.  Its state is explicit (DESIGN in
// docs/architecture.md): stack segments, continuation records, dynamic state.  No Scheme
// call recurses on the C++ stack, and no native calls back: it returns an Outcome.
// A Machine lies in root memory (create/destroy), so its Value fields are roots.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "vm/code.hpp"
#include "vm/condition.hpp"
#include "vm/device.hpp"
#include "vm/heap.hpp"
#include "vm/outcome.hpp"
#include "vm/segment.hpp"
#include "vm/symbol.hpp"

namespace fermata::vm {

struct Builtin;

// Arguments in the caller's frame.  Valid until the native returns: nothing moves a
// frame while a native runs.
struct Args {
  Value* data = nullptr;
  std::size_t count = 0;
  Value operator[](std::size_t i) const { return data[i]; }
  std::size_t size() const { return count; }
  Value* begin() const { return data; }
  Value* end() const { return data + count; }
  Args from(std::size_t i) const { return {data + i, count - i}; }
};

// A suspended computation: everything the machine needs to go on with it.
struct Task : Object {
  static constexpr Kind kKind = Kind::task;
  enum State : std::uint64_t { runnable, waiting, finished, failed };  // aux
  Segment* segment;
  Kont* kont;
  const Instruction* pc;
  std::uint64_t lo, fp;  // slots in segment
  std::uint64_t argc;    // of a native that is to be run again
  Value dynamic;
  Value result;   // finished: the value   failed: what was raised   waiting: the request
  Value trace;    // failed: Kont of the raise, or #f
  State state() const { return static_cast<State>(aux()); }
  void set_state(State s) { header = make_header(kKind, s); }
};

enum class RunStatus : std::uint8_t {
  finished,     // the task's value is in task.result
  raised,       // nothing handled task.result; task.trace leads to the place
  exited,       // (exit): task.result is the status, a fixnum
  waiting,      // a native returned retry or park; task.result is the request
  out_of_gas,   // run it again to go on
  interrupted   // the interrupt flag was up; run it again to go on, or raise into it
};

class Machine {
 public:
  static Machine& create();
  static void destroy(Machine& m);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Heap heap;
  SymbolTable symbols{heap};

  // ---- running -----------------------------------------------------------------
  Task& make_task(Value procedure, const Value* arguments = nullptr, std::size_t count = 0,
                  std::size_t slots = 30);
  // Whether such a task may be used again, if nothing refers to it or to its stack: it has finished
  // or failed, and no continuation was captured meanwhile, as `counters` says.
  static bool rests(const Task& task) {
    return task.state() >= Task::finished && task.segment != nullptr && task.segment->sealed == 0 &&
           task.lo == 0 && task.kont == nullptr;
  }
  // The same again with a task that rests.
  void call_again(Task& task, Value procedure, const Value* arguments, std::size_t count);
  // The same, and run() with so much gas.
  RunStatus run_again(Task& task, Value procedure, const Value* arguments, std::size_t count, std::int64_t gas);
  // Goes on with it for so much gas; a task that has ended says again how.
  RunStatus run(Task& task, std::int64_t gas);
  // Puts what runs aside, so that a native of a host may run other tasks before it returns.
  // They must not be the one that runs; what they used of their gas is charged to it.
  class Aside;
  // A parked native's result; the task is runnable again.  Requires: state() == waiting.
  void resume(Task& task, Value result);
  // Runs a waiting task's native again.
  void retry(Task& task);
  // The task goes on by raising obj where it stands (cancel, Ctrl-C).  Continuable: no.
  void raise_in(Task& task, Value obj);
  Task* current() const { return task_; }
  // What the last run() left of its gas; negative when a native charged more than there was.
  std::int64_t gas_left() const { return gas_left_; }
  // Any thread, also a signal handler: run() returns `interrupted` at the next safe point.
  void interrupt() noexcept { interrupt_.store(true, std::memory_order_relaxed); }
  void clear_interrupt() noexcept { interrupt_.store(false, std::memory_order_relaxed); }
  // How large a stack may be, in bytes; beyond, a condition is raised.  As for the heap, those
  // who handle it have a thirty-second of it each time; an eighth beyond, the task ends.
  void set_most_depth(std::size_t bytes) { most_depth_ = raise_at_depth_ = bytes; }
  // Natives charge their work by size, about one unit a procedure call.
  void charge(std::size_t work) { charged_ += static_cast<std::int64_t>(work); }

  // ---- for natives: how to end ---------------------------------------------------
  Outcome tail_call(Value procedure, std::initializer_list<Value> arguments);
  Outcome tail_apply(Value procedure, const Value* leading, std::size_t count, Value list);
  Outcome raise(Value obj) { return {obj, Outcome::Kind::raise}; }
  Outcome raise_continuable(Value obj) { return {obj, Outcome::Kind::raise_continuable}; }
  Outcome retry_when(Value request) { return {request, Outcome::Kind::retry}; }
  Outcome park(Value request) { return {request, Outcome::Kind::park}; }

  // ---- for natives: errors; each names the running native -------------------------
  Outcome wrong_type(std::size_t argument, std::string_view wanted, Value got);
  Outcome out_of_range(std::size_t argument, std::string_view wanted, Value got);
  Outcome error(ConditionKind kind, std::string_view message,
                std::initializer_list<Value> irritants = {});
  // The same without ending: a condition to raise or to keep.
  Value make_condition(ConditionKind kind, std::string_view message, Value irritants = kNull);
  Outcome wrong_arity(Value procedure, std::size_t given);
  Outcome out_of_memory(std::size_t bytes);
  // For a bad index of something that has `length` elements.
  Outcome bad_index(std::size_t argument, std::size_t length, Value got);
  // The name of the running native ("car"), or empty.
  std::string_view native_name() const;
  std::string procedure_name(Value procedure) const;  // empty when it has none
  std::string describe(Value v);                      // as an error message shows it

  // ---- continuations and dynamic state, for natives ---------------------------------
  // Seals the stack below the running native under a record; O(1).
  Kont* capture();
  Value make_continuation();                        // full
  Value make_composable(Kont& prompt);              // from here down to the prompt's record
  Kont* find_prompt(Value tag) const;               // newest record with that tag, or null
  // Goes on as the thunk, under a prompt.
  Outcome call_with_prompt(Value tag, Value handler, Value thunk);
  // Drops everything above the prompt and goes on as its handler.  Winds are the caller's matter.
  Outcome abort_to(Kont& prompt, Args arguments);
  // Replaces the stack by a full continuation, or puts a composable one on top of it.
  Outcome enter(Continuation& k, Value value);
  Value dynamic() const { return dynamic_; }
  void set_dynamic(Value d) { dynamic_ = d; }
  Value find_mark(Value key) const;                 // value of the newest such mark, or kUnbound
  void push_dynamic(std::uint64_t what, Value first, Value second);
  void pop_dynamic() { dynamic_ = as<Dynamic>(dynamic_).next; }

  // ---- things a layer above keeps with the machine ---------------------------------
  static constexpr std::size_t kServices = 8;
  void* services[kServices] = {};        // slots: kRuntimeService, kPortService ... of the layers
  bool has_written = false;              // into a port that may hold it still
  Value roots[32];                       // values a layer keeps: standard ports ...
  Clock* clock = &system_clock();        // whom programs ask for the time

  // Scheme procedures the machine calls: (fermata control) puts its own in place.
  Value raise_procedure;                 // (raise obj): never returns
  Value raise_continuable_procedure;
  Value throw_procedure;                 // (throw continuation value): runs winds, then enters
  Value handlers_key = kFalse;           // key of the marks that hold the list of handlers

  struct Hooks {
    // Writes a value for an error message, shortened; set by the printer.
    std::string (*describe)(Machine&, Value) = nullptr;
    // Called between two instructions, each 2,500 to 10,700 units of gas.
    void (*sample)(Machine&) = nullptr;
  } hooks;

  // For `sample`: what runs, where, and the frames below as a record that seals nothing.
  struct Running {
    Value procedure;
    const Instruction* pc;
    Kont below;
  };
  Running running();

  struct Counters { std::uint64_t captures = 0, copied_slots = 0, segments = 0; } counters;

 private:
  friend struct Loop;
  Machine() = default;

  void prepare(Task& task, Value procedure, const Value* arguments, std::size_t count);
  void load(Task& task);
  void save(Task& task);
  RunStatus leave(Task& task, RunStatus status, Value result);
  RunStatus finish(Task& task, Value result);
  RunStatus suspend(Task& task, Value request);
  // Room for `need` slots from fp_, whose frame already uses `used`; may move the frame.
  void make_room(std::size_t used, std::size_t need);
  void use_segment(Segment& s, std::size_t lo, Value* fp);
  Segment& new_segment(std::size_t slots);
  std::int64_t portion() { return hooks.sample == nullptr ? kPortion : portion_until_sample(); }
  std::int64_t portion_until_sample();
  Kont* seal();
  static void share(Kont* from, const Kont* end);
  void copy_top_frames(Kont& k);
  // The value goes to the record below; the region is empty.  False: no record, the task is done.
  bool reinstate(Value value);
  // Puts a call of procedure(obj) on top of the frame that runs, for a raise by an instruction.
  void push_raise(Value obj);
  // Makes the saved state go on by raising obj.
  void raise_here(Value obj);
  void note_trace(Value obj);
  // The callee is in fp_[0] with argc arguments, a closure; arranges optional and rest arguments.
  // False: the arguments do not fit.
  bool arrange(Closure& closure, std::size_t argc);
  // Bytes of the stack below the region that runs, counting no further than an eighth past the limit.
  std::size_t depth() const;
  // Whether the stack is too large is noted for the next safe point.  Looked at whenever it got
  // segments of a sixty-fourth of the limit: to count means to walk all of its records.
  void look_at_depth();

  // Gas is taken in portions, and between two of them the loop looks whether it is to stop:
  // about every hundred microseconds, and before small objects can fill much memory.
  static constexpr std::int64_t kPortion = 10'000;

  // Registers of the running task; the loop keeps pc and fp in locals between slow paths.
  Segment* segment_ = nullptr;
  Kont* kont_ = nullptr;
  Value* lo_ = nullptr;     // the slot of the bottom frame's return pc
  Value* fp_ = nullptr;
  Value* limit_ = nullptr;  // a frame must end below
  const Instruction* pc_ = nullptr;
  std::size_t argc_ = 0;
  Value dynamic_ = kNull;
  Task* task_ = nullptr;
  Segment* spare_ = nullptr;
  std::uint32_t copied_at_once_ = 8;  // slots; see stack.cpp
  const Builtin* native_ = nullptr;
  const char* instruction_name_ = "";
  std::int64_t charged_ = 0;
  std::int64_t gas_left_ = 0;
  std::uint32_t sample_seed_ = 1;
  std::size_t most_depth_ = ~std::size_t{0};      // bytes
  std::size_t raise_at_depth_ = ~std::size_t{0};
  std::size_t uncounted_ = 0;  // what was put below since it was counted
  bool too_deep_ = false;
  std::atomic<bool> interrupt_{false};
};

class Machine::Aside {
 public:
  explicit Aside(Machine& m)
      : machine_(m), segment_(m.segment_), kont_(m.kont_), lo_(m.lo_), fp_(m.fp_), limit_(m.limit_),
        pc_(m.pc_), argc_(m.argc_), dynamic_(m.dynamic_), task_(m.task_), native_(m.native_),
        charged_(std::exchange(m.charged_, 0)) {}
  ~Aside() {
    Machine& m = machine_;
    m.segment_ = segment_, m.kont_ = kont_, m.lo_ = lo_, m.fp_ = fp_, m.limit_ = limit_;
    m.pc_ = pc_, m.argc_ = argc_, m.dynamic_ = dynamic_, m.task_ = task_, m.native_ = native_;
    m.charged_ = charged_ + used_;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  // The same as Machine::run.
  RunStatus run(Task& task, std::int64_t gas) {
    const RunStatus status = machine_.run(task, gas);
    used_ += gas - machine_.gas_left_;
    return status;
  }

 private:
  // On the C++ stack, where the collector sees them.
  Machine& machine_;
  Segment* const segment_;
  Kont* const kont_;
  Value* const lo_;
  Value* const fp_;
  Value* const limit_;
  const Instruction* const pc_;
  const std::size_t argc_;
  const Value dynamic_;
  Task* const task_;
  const Builtin* const native_;
  const std::int64_t charged_;
  std::int64_t used_ = 0;
};

}  // namespace fermata::vm
