// Doing what the options ask for, in a machine made for it.
#pragma once

#include "repl/options.hpp"

namespace fermata::repl {

// The exit status: 0, 1 uncaught error, 2 usage, 70 internal, 124 timeout, 130 interrupted,
// N from (exit N).  Requires: the collector was started.
int run_program(const Options& options);

}  // namespace fermata::repl
