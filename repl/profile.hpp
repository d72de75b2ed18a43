// Where a program spends its time: the stack, sampled every ten thousand calls and turns of
// loops, each sample weighed with the CPU time since the one before.
//
// A procedure that the compiler has put in the place of a call counts for itself all the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "vm/backtrace.hpp"
#include "vm/machine.hpp"

namespace fermata::repl {

// Samples as long as it lives.  Lies on the C++ stack; one at a time in a machine.
class Profile {
 public:
  explicit Profile(vm::Machine& m);
  ~Profile();
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

  // The procedures that took most, each with its place, its own share and that of all it called.
  std::string table(std::size_t most) const;
  // A line `outermost;...;innermost microseconds` for each stack, as flame graphs want it.
  std::string folded() const;

 private:
  using Stack = std::vector<std::uint32_t>;  // innermost first
  static void sample(vm::Machine& m);
  void take();
  std::uint32_t number_of(const vm::TraceFrame& frame);

  vm::Machine& machine_;
  vm::GcVector<vm::Value> codes_;  // seen so far: neither moved nor freed
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::vector<std::string> names_, places_;
  std::map<Stack, double> seconds_;
  double last_;
};

}  // namespace fermata::repl
