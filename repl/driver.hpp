// Driving a task to its end: gas slices, waiting for files, Ctrl-C, a deadline.
#pragma once

#include <chrono>
#include <optional>

#include "repl/interrupt.hpp"
#include "vm/machine.hpp"

namespace fermata::repl {

// How a run came back.  Lives on the C++ stack, like all values in C++.
struct Ending {
  enum class Kind {
    finished,     // value: the task's
    raised,       // value: what nothing handled   trace: where
    exited,       // value: the status, a fixnum
    asked,        // value: a request that is not for files; resume() the task with an answer
    interrupted,  // Ctrl-C again, after the program went on from the first
    timed_out
  };
  Kind kind;
  vm::Value value = vm::kUnspecified;
  vm::Value trace = vm::kFalse;
};

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// The first Ctrl-C of a run raises an `interrupted` condition in the task.
Ending drive(vm::Machine& m, vm::Task& task, InterruptKey& key, const Deadline& deadline = {});

}  // namespace fermata::repl
