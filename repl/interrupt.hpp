// Ctrl-C: the one signal the command handles.
//
// The handler raises the machine's flag, so that run() returns, and writes to a pipe, so
// that a poll() returns too even when the signal came just before it.
#pragma once

#include "vm/machine.hpp"

namespace fermata::repl {

// Handles SIGINT while it exists.  Requires: one at a time in the process.
class InterruptKey {
 public:
  explicit InterruptKey(vm::Machine& machine);
  ~InterruptKey();
  InterruptKey(const InterruptKey&) = delete;
  InterruptKey& operator=(const InterruptKey&) = delete;

  int wake_fd() const;  // readable after the key was pressed, until take()
  bool take();          // whether it was pressed since the last take()
};

}  // namespace fermata::repl
