// Files, pipes and terminals as byte devices (POSIX descriptors).
//
// Descriptors stay in blocking mode, because that mode is shared with other processes;
// what might block is asked with poll() first.
#pragma once

#include <memory>

#include "vm/device.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

enum class Ownership : std::uint8_t { owned, borrowed };  // borrowed: never closed

// What to do when the next bytes of a file are not in memory: wait for the disk, or have the
// task parked while a worker reads them.
enum class Cold : std::uint8_t { wait, park };
// For ports of this machine.
Cold cold_files(const vm::Machine& m);

std::unique_ptr<vm::ByteDevice> make_file_device(int fd, Ownership ownership, Cold cold = Cold::wait);

// Blocks until the request may be tried again; -1: however long it takes.  False on timeout.
bool wait_until_ready(vm::WaitRequest request, int timeout_ms = -1);

}  // namespace fermata::scheme
