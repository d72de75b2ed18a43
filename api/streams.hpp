// Ports that lead to functions of the host.
#pragma once

#include "api/instance.hpp"

namespace fermata::api {

// The standard ports of an interpreter, as its options and grants say.
void install_streams(Instance& in);
// What a task has of dynamic state to begin with: its own standard ports.
vm::Value stream_marks(Instance& in, const fermata_streams& s);
// A mark in front of others, for a task that has not begun.
vm::Value add_mark(vm::Machine& m, vm::Value key, vm::Value value, vm::Value others);

}  // namespace fermata::api
