// See file_lock.hpp.
#include "flow/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fermata::flow {

LockFile::LockFile(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}

LockFile::~LockFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileLock::FileLock(LockFile& file, int timeout_ms) {
  // Asking again and again instead of waiting in the kernel, so that a process which was
  // stopped while it held the lock cannot stop everybody else for ever.
  long waited_us = 0, pause_us = 20;
  while (flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return;
    if (waited_us >= timeout_ms * 1000L) return;
    timespec pause{0, pause_us * 1000};
    nanosleep(&pause, nullptr);
    waited_us += pause_us;
    pause_us = std::min(pause_us * 2, 2000L);
  }
  descriptor_ = file.descriptor_;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) flock(descriptor_, LOCK_UN);
}

}  // namespace fermata::flow
