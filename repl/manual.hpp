// The manual page and what shells complete by, made from the table of options.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fermata::repl {

std::string manual_page();  // fermata(1), as troff reads it
// bash, zsh or fish; nothing for another shell.
std::optional<std::string> completions_for(std::string_view shell);

}  // namespace fermata::repl
