// What was asked for on the command line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fermata::repl {

struct Options {
  enum class Action {
    prompt, standard_input, file, expressions, profile, flow, check, test, indent, doc, print
  };

  Action action = Action::prompt;
  std::vector<std::string> expressions;  // -e
  std::vector<std::string> arguments;    // FILE ARG..., or what follows the subcommand
  std::vector<std::string> library_path; // -I
  std::string folded;                    // --folded, else empty
  std::string store;                     // --store, else empty
  bool interactive = false;              // -i
  bool warnings = false;                 // -W
  bool costs = false;                    // --costs
  double timeout = 0;                    // --timeout in seconds, 0: none
  std::size_t heap_mib = 0;              // --heap, 0: half of the computer's
  std::string text;                      // Action::print: help, version or the usage error
  int status = 0;                        // Action::print: the exit status
};

Options parse_options(int argc, char** argv);

}  // namespace fermata::repl
