// The line of the program that a message is about, with a mark under the place.
#pragma once

#include <string>

#include "vm/source_map.hpp"

namespace fermata::scheme {

// The line of the span, tabs expanded, with a mark under the span that is as wide as what
// a terminal shows; a long line is cut around it.  Two lines, or nothing for an unknown place.
std::string excerpt_of(const vm::Span& span);

}  // namespace fermata::scheme
