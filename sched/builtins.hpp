// The natives under (fermata sched): tables that the layer above makes importable.
//
// A leading scheduler argument may be left out wherever a task is given, or where the
// current one is meant.
#pragma once

#include <span>

#include "sched/engine.hpp"
#include "vm/native.hpp"

namespace fermata::sched {

std::span<const vm::Builtin> task_builtins();   // (fermata sched tasks)
std::span<const vm::Builtin> wait_builtins();   // (fermata sched waits)
std::span<const vm::Builtin> scope_builtins();  // (fermata sched scopes)
std::span<const vm::Builtin> meeting_builtins();  // (fermata sched meetings)
std::span<const vm::Builtin> timed_call_builtins();  // (fermata sched timed-calls)
std::span<const vm::Builtin> stream_builtins();   // (fermata sched streams)
std::span<const vm::Builtin> net_builtins();      // (fermata sched sockets)
std::span<const vm::Builtin> process_builtins();  // (fermata sched processes)
std::span<const vm::Builtin> control_builtins();  // (fermata sched control)

// ---- what the natives share ----------------------------------------------------------------
inline Fiber& current_fiber(vm::Machine& m) { return *Engine::of(m).current; }

// Before a fiber parks: true when its native runs again after that.
inline bool is_resuming(Fiber& f) { return std::exchange(f.resuming, false); }
// Raises what is to be raised instead of waiting, if anything is.
vm::Outcome check_cancel(vm::Machine& m);
// Parks until the open wait is answered; the native is run again then, and gives the answer.
// With is_value it need not be run again: the answer is what it returns.
enum class Answer : std::uint8_t { is_looked_at, is_value };
vm::Outcome wait_here(vm::Machine& m, Wait kind, vm::Value waits_on,
                      Answer answer = Answer::is_looked_at);

// What a new task has of the dynamic state: parameters, nothing else.
vm::Value inherited(vm::Machine& m);

// A procedure that is to be called later, in a task of its own: with the rights of the task that
// gives it.  For Engine::spawn_call.
vm::Value with_rights(vm::Machine& m, vm::Value procedure);

// A duration in seconds, any real number, as nanoseconds; far too much means for ever.
std::int64_t nanoseconds(vm::Value seconds);

}  // namespace fermata::sched
