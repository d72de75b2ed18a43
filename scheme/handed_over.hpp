// Places for errors that were raised where no frame of the program's own is: in another task that
// works for it, or after its tail call to one of Fermata's procedures, which leaves no frame.
#pragma once

#include "vm/condition.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

// Both do nothing when the condition, or its trace, has a place of the program's, and when there
// is none to be found.

// Gives it the place of who called what runs now.
void place_here(vm::Machine& m, vm::Value raised);
// Gives it that of the tail call in the procedure which may have led there; of several the one to
// the procedure that the message begins with; else that of the whole body.
void place_near(vm::Machine& m, vm::Value raised, vm::Value procedure);

}  // namespace fermata::scheme
