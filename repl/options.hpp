// What was asked for on the command line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fermata::repl {

struct Options {
  enum class Action {
    prompt, standard_input, file, expressions, profile, flow, store, check, test, compile, indent, doc, completions, print
  };

  Action action = Action::prompt;
  std::vector<std::string> expressions;  // -e
  std::vector<std::string> arguments;    // FILE ARG..., or what follows the subcommand
  std::vector<std::string> library_path; // -I
  std::string folded;                    // --folded, else empty
  std::string output;                    // compile -o, else empty
  std::string store;                     // --store, else empty
  bool deny_all = false;                 // --deny-all; with any of the next it is meant
  std::vector<std::string> allow_read, allow_write, allow_net, allow_run, allow_env;
  bool interactive = false;              // -i
  bool warnings = false;                 // -W
  bool costs = false;                    // --costs
  bool dry = false;                      // fmt --check
  double timeout = 0;                    // --timeout in seconds, 0: none
  bool gc_steps = false;                 // --gc-steps
  std::size_t heap_mib = 0;              // --heap, 0: half of the computer's
  std::string text;                      // Action::print: help, version or the usage error
  int status = 0;                        // Action::print: the exit status
};

Options parse_options(int argc, char** argv);

// The tables behind it, for the manual page and the completions of shells.
struct OptionText {
  std::string names;     // "-e,--eval"
  std::string argument;  // "EXPR", or empty
  std::string help;
};
struct SubcommandText {
  std::string name, arguments, help;
};
std::vector<OptionText> option_texts();
std::vector<SubcommandText> subcommand_texts();
std::string exit_status_text();

}  // namespace fermata::repl
