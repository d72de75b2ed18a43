// A readable listing of a code object, made from the instruction table.
#pragma once

#include <functional>
#include <string>

#include "vm/code.hpp"

namespace fermata::vm {

// How a literal is shown; the printer's `write`, shortened, is a good choice.
using DescribeLiteral = std::function<std::string(Value)>;

// One line an instruction:   12  add_imm  r2 r1 -1     ; A = B + I
// Jump targets are shown as word positions.  Nested procedures follow when `nested` is set.
std::string disassemble(const Code& code, const DescribeLiteral& describe, bool nested = true);
std::string disassemble(const Code& code);  // with the names of cells, symbols and natives only

}  // namespace fermata::vm
