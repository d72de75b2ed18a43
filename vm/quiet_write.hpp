// Writing to what may have no reader any more.
#pragma once

#include <cstddef>

namespace fermata::vm {

// write(2) that never raises SIGPIPE in this process: EPIPE says enough, and a host's own
// handling of the signal is not touched.
long write_quietly(int fd, const void* data, std::size_t size);

}  // namespace fermata::vm
