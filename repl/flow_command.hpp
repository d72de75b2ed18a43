// `fermata flow VERB ...`: a table of verbs over flow/commands.hpp.
#pragma once

#include <string>
#include <vector>

namespace fermata::repl {

// What a verb comes to: either text that was found, or a program to run; work is one that ends
// when it gets SIGTERM.
struct FlowAction {
  enum class Kind { show, run, work, usage, problem } kind;
  std::string text;
};
FlowAction flow_action(const std::vector<std::string>& arguments);

}  // namespace fermata::repl
