// A program's expanded forms as bytes.
#pragma once

#include <string>

#include "scheme/ast.hpp"
#include "scheme/environment.hpp"
#include "scheme/runtime.hpp"

namespace fermata::scheme {

// List of (cell . name): the variables that the tree mentions and what the environment calls
// them now, or #f where it has no name for one.
vm::Value names_of_globals(Runtime& r, Node* tree, const Environment& env);

// The forms are a list of #(position folds-case tree names), the last one first; `tree` is #f
// where the source is wanted.  A form that names what names cannot reach is kept as source, too.
std::string write_compiled(Runtime& r, vm::SourceText& text, vm::Value forms);

}  // namespace fermata::scheme
