#include "vm/quiet_write.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace fermata::vm {

namespace {

// Holds the signal back while it lives, and takes the one that came meanwhile.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE);
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~NoPipeSignal() {
    if (!was_pending_) {
      const timespec now{0, 0};
      while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) continue;
    }
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_, old_;
  bool was_pending_;
};

}  // namespace

long write_quietly(int fd, const void* data, std::size_t size) {
  struct sigaction now;
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return ::write(fd, data, size);
  ssize_t n;
  int error;
  {
    const NoPipeSignal quiet;
    n = ::write(fd, data, size);
    error = errno;
  }
  errno = error;
  return n;
}

}  // namespace fermata::vm
