// Checks that a code object is well formed, so that the machine need not.
#pragma once

#include <string>

#include "vm/code.hpp"

namespace fermata::vm {

// An empty text when the code is fine, else what is wrong with it and where.  Nested
// codes are checked too.
std::string verify(const Code& code);

}  // namespace fermata::vm
