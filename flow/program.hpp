// Programs, kept with the flows that they started.
//
// A program is its script and the files that expansion read: its own libraries and what
// they include.  Text, and nothing else: it is expanded and compiled again wherever a flow
// goes on.  Making it again evaluates the script's imports, syntax and definitions in
// order and leaves out its other top-level expressions, which started the flow, printed,
// or ended the process the first time.
#pragma once

#include <span>

#include "vm/native.hpp"

namespace fermata::flow {

// The name of the script that a prompt keeps of what was defined there (Runtime::script).
inline constexpr const char* kPromptProgram = "<prompt>";

std::span<const vm::Builtin> program_builtins();

}  // namespace fermata::flow
