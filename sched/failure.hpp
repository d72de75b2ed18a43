// What the system refused, as a condition: the words, then the name of the error as a symbol.
#pragma once

#include <string>

#include "vm/machine.hpp"

namespace fermata::sched {

// "connect: Connection refused", of the kind io-error, with the irritant ECONNREFUSED.
vm::Outcome system_failure(vm::Machine& m, const std::string& doing, int error);

}  // namespace fermata::sched
