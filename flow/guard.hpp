// Acts or waits: what a node of a flow may do, found out as it does it.
//
// A node is fresh when it is called. The first thing it does decides: touching the world makes
// it a step, whose intent is recorded before and whose result after; a durable operation makes
// it a flow, which may not touch the world by itself. The engine keeps what is known of the
// running node in a vector, the value of a parameter, so that natives find it.
#pragma once

#include "scheme/runtime.hpp"

namespace fermata::flow {

// From now on natives of that interpreter ask before they touch the world.
void install_guard(scheme::Runtime& runtime);
void uninstall_guard(scheme::Runtime& runtime);

}  // namespace fermata::flow
