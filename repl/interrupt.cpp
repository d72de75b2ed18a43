// A signal handler has no argument of its own, hence the one static here: what the handler
// touches, and nothing else.
#include "repl/interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace fermata::repl {

namespace {

struct Target {
  std::atomic<vm::Machine*> machine{nullptr};  // lies in root memory; this is no root
  int pipe[2] = {-1, -1};
};
Target target;

void on_interrupt(int) {
  const int saved = errno;
  if (vm::Machine* m = target.machine.load()) m->interrupt();
  const char byte = 'i';
  [[maybe_unused]] const auto written = write(target.pipe[1], &byte, 1);
  errno = saved;
}

}  // namespace

InterruptKey::InterruptKey(vm::Machine& machine) {
  [[maybe_unused]] const int made = pipe2(target.pipe, O_CLOEXEC | O_NONBLOCK);
  target.machine = &machine;
  struct sigaction action = {};
  action.sa_handler = on_interrupt;  // no SA_RESTART: a read that waits is to end
  sigaction(SIGINT, &action, nullptr);
}

InterruptKey::~InterruptKey() {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGINT, &action, nullptr);
  target.machine = nullptr;
  close(target.pipe[0]);
  close(target.pipe[1]);
}

int InterruptKey::wake_fd() const { return target.pipe[0]; }

bool InterruptKey::take() {
  char bytes[64];
  bool pressed = false;
  while (read(target.pipe[0], bytes, sizeof bytes) > 0) pressed = true;
  if (vm::Machine* m = target.machine.load()) m->clear_interrupt();
  return pressed;
}

}  // namespace fermata::repl
