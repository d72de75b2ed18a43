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

#include "vm/code.hpp"
#include "vm/condition.hpp"
#include "vm/heap.hpp"
#include "vm/outcome.hpp"
#include "vm/segment.hpp"
#include "vm/symbol.hpp"

namespace fermata::vm {

struct Args;
struct Builtin;

// A suspended computation: everything the machine needs to go on with it.
struct Task : Object {
  static constexpr Kind kKind = Kind::task;
  enum State : std::uint64_t { fresh, runnable, waiting, finished, failed };  // aux
  Segment* segment;
  Kont* kont;
  const Instruction* pc;
  std::uint64_t lo, fp;  // slots in segment, stored shifted left by one, plus one
  Value dynamic;
  Value result;   // finished: the value   failed: what was raised   waiting: the request
  Value trace;    // failed: Kont of the raise, or #f
  State state() const { return static_cast<State>(aux()); }
};

enum class RunStatus : std::uint8_t {
  finished,   // the task's value is in task.result
  raised,     // nothing handled task.result; task.trace leads to the place
  waiting,    // a native returned retry or park; task.result is the request
  out_of_gas, // run it again to go on
  interrupted // the interrupt flag was up; run it again to go on, or raise into it
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
  RunStatus run(Task& task, std::int64_t gas);
  // A parked native's result; the task is runnable again.  Requires: state() == waiting.
  void resume(Task& task, Value result);
  // Runs a waiting task's native again.
  void retry(Task& task);
  // The task goes on by raising obj where it stands (cancel, Ctrl-C).  Continuable: no.
  void raise_in(Task& task, Value obj);
  Task* current() const { return task_; }
  // Any thread, also a signal handler: run() returns `interrupted` at the next safe point.
  void interrupt() noexcept { interrupt_.store(true, std::memory_order_relaxed); }
  void clear_interrupt() noexcept { interrupt_.store(false, std::memory_order_relaxed); }
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
  // The name of the running native ("car"), or empty.
  std::string_view native_name() const;

  // ---- continuations and dynamic state (natives only) -----------------------------
  Kont* capture();                       // seals the stack below the running native; O(1)
  Value make_continuation();             // full
  Value make_composable(Kont* prompt);   // from here down to the prompt's record
  Kont* find_prompt(Value tag) const;
  Value dynamic() const { return dynamic_; }
  void set_dynamic(Value d) { dynamic_ = d; }
  Value find_mark(Value key) const;      // the newest mark with that key, or kUnbound
  void push_mark(Value key, Value value);
  void push_wind(Value before, Value after);
  void pop_dynamic() { dynamic_ = as<Dynamic>(dynamic_).next; }

  // ---- things a layer above keeps with the machine ---------------------------------
  static constexpr std::size_t kServices = 8;
  void* services[kServices] = {};        // slot numbers: service.hpp of the layer
  Value roots[32];                       // values a layer keeps: handler key, standard ports ...

  struct Hooks {
    // Writes a value for an error message, shortened; set by the printer.
    std::string (*describe)(Machine&, Value) = nullptr;
  } hooks;

  struct Counters { std::uint64_t captures = 0, copied_slots = 0, segments = 0; } counters;

 private:
  friend struct Loop;
  Machine() = default;
  Task* task_ = nullptr;
  Value dynamic_ = kNull;
  std::atomic<bool> interrupt_{false};
  std::int64_t charged_ = 0;
};

}  // namespace fermata::vm
