// The files that a command names, and where libraries are looked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repl/options.hpp"

namespace fermata::repl {

// All there is behind the descriptor; nothing on an error, which errno tells.
std::optional<std::string> read_all(int fd);
std::optional<std::string> read_file(const std::string& name);

// -I, then the folder of FILE, then FERMATA_LIBRARY_PATH.
std::vector<std::string> library_path(const Options& o);

}  // namespace fermata::repl
