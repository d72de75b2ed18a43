// SIGTERM while a worker runs: it is asked to end, and does so between two steps.
#pragma once

#include <atomic>

namespace fermata::repl {

// Handles SIGTERM while it exists.  Requires: one at a time in the process.
class StopSignal {
 public:
  explicit StopSignal(std::atomic<bool>& asked);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
};

}  // namespace fermata::repl
