// The commands of the prompt: ,help ,doc ,time ... -- one row each.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fermata::repl {

class Session;

struct Command {
  std::string_view name;
  std::string_view arguments;
  std::string_view help;
  void (*run)(Session&, const std::string& arguments);
};
std::span<const Command> commands();

// "time (fib 30)"; a prefix that only one command has will do.
void run_command(Session& session, std::string_view text);

}  // namespace fermata::repl
