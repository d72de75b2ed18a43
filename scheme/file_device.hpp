// Files, pipes and terminals as byte devices (POSIX descriptors).
//
// Descriptors stay in blocking mode, because that mode is shared with other processes;
// what might block is asked with poll() first.
#pragma once

#include <memory>

#include "vm/device.hpp"

namespace fermata::scheme {

enum class Ownership : std::uint8_t { owned, borrowed };  // borrowed: never closed

std::unique_ptr<vm::ByteDevice> make_file_device(int fd, Ownership ownership);

// Blocks until the request may be tried again; -1: however long it takes.  False on timeout.
bool wait_until_ready(vm::WaitRequest request, int timeout_ms = -1);

}  // namespace fermata::scheme
