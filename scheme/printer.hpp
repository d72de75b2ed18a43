// The printer: data becomes text.  Iterative; survives any depth and any cycle.
#pragma once

#include <string>

#include "vm/machine.hpp"

namespace fermata::scheme {

// write: labels for cycles only.  write_shared: for all sharing.  write_simple: none (does
// not end on a cycle).  display: as write, strings and characters bare at any depth.
enum class Style : std::uint8_t { write, display, write_shared, write_simple };

std::string to_text(vm::Machine& m, vm::Value v, Style style = Style::write);
// At most about `limit` bytes, ending in "..." when cut: for messages and prompts.
std::string to_text_limited(vm::Machine& m, vm::Value v, Style style, std::size_t limit);

}  // namespace fermata::scheme
