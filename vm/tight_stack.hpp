// A stack that takes no more memory than it holds, for tasks that wait long and in great number.
#pragma once

#include "vm/machine.hpp"

namespace fermata::vm {

// Gives the stack of a waiting task just the room that its frames need; does nothing for one of
// another state, or for a deep stack.
void tighten_stack(Heap& heap, Task& task);

}  // namespace fermata::vm
