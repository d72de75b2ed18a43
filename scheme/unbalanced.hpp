// Where a parenthesis is probably missing.
#pragma once

#include "scheme/syntax.hpp"

namespace fermata::scheme {

// The error for a text that ends inside a list; `start` is where its outermost open datum
// begins.  Points at the parenthesis that the indentation says was not closed.
SyntaxError unbalanced(vm::Heap& heap, vm::SourceText& source, std::uint64_t start);

}  // namespace fermata::scheme
