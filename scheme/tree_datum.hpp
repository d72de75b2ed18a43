// Syntax trees as data again, for people who want to see what a macro made.
#pragma once

#include "scheme/ast.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

// The tree as a form; derived forms show as what they became.  Iterative.
vm::Value tree_to_datum(vm::Machine& m, Node* tree);

}  // namespace fermata::scheme
