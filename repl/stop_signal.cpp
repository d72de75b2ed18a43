// A signal handler has no argument of its own, hence the one static here.
#include "repl/stop_signal.hpp"

#include <signal.h>

namespace fermata::repl {

namespace {
std::atomic<std::atomic<bool>*> target{nullptr};

void on_terminate(int) {
  if (std::atomic<bool>* asked = target.load()) *asked = true;
}
}  // namespace

StopSignal::StopSignal(std::atomic<bool>& asked) {
  target = &asked;
  struct sigaction action = {};
  action.sa_handler = on_terminate;  // no SA_RESTART: a wait is to end
  sigaction(SIGTERM, &action, nullptr);
}

StopSignal::~StopSignal() {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGTERM, &action, nullptr);
  target = nullptr;
}

}  // namespace fermata::repl
