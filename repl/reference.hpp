// The page of a library in the reference: what it is, and every name it exports.
#pragma once

#include <optional>
#include <string>

#include "repl/options.hpp"

namespace fermata::repl {

// Markdown; nothing when there is no such library. The name is written as in an import.
std::optional<std::string> reference_page(const Options& options, const std::string& library);

// What stands for the text of a name that has none.
inline constexpr const char* kUndocumented = "(not documented)";

}  // namespace fermata::repl
