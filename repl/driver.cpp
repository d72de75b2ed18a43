// The machine looks at its interrupt flag when a slice of gas ends: some hundred
// microseconds of calls, and still soon where natives take long for what they charge.
#include "repl/driver.hpp"

#include <poll.h>

#include <algorithm>

#include "scheme/ports.hpp"
#include "vm/device.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

#ifdef FERMATA_HOSTILE
constexpr std::int64_t kSlice = 1;
#else
constexpr std::int64_t kSlice = 10000;
#endif

bool is_over(const Deadline& deadline) {
  return deadline && std::chrono::steady_clock::now() >= *deadline;
}

// Until the file is ready, the key was pressed, or the time is over.
// Where somebody may look on, what was written so far is to be seen.
void wait_for(Machine& m, const WaitRequest& request, const InterruptKey& key, const Deadline& deadline) {
  scheme::flush_ready_ports(m);
  pollfd files[2] = {
      {request.fd, static_cast<short>(request.direction == Direction::read ? POLLIN : POLLOUT), 0},
      {key.wake_fd(), POLLIN, 0}};
  int milliseconds = -1;
  if (deadline) {
    const auto left = *deadline - std::chrono::steady_clock::now();
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    milliseconds = static_cast<int>(std::clamp<std::int64_t>(rounded, 0, 1000000));
  }
  poll(files, 2, milliseconds);
}

}  // namespace

Ending drive(Machine& m, Task& task, InterruptKey& key, const Deadline& deadline) {
  using Kind = Ending::Kind;
  int interrupts = 0;
  key.take();
  for (;;) {
    const RunStatus status = m.run(task, kSlice);
    switch (status) {
      case RunStatus::finished: return {Kind::finished, task.result};
      case RunStatus::raised: return {Kind::raised, task.result, task.trace};
      case RunStatus::exited: return {Kind::exited, task.result};
      case RunStatus::waiting: {
        const auto request = wait_request_of(task.result);
        if (!request) return {Kind::asked, task.result};
        wait_for(m, *request, key, deadline);
        break;
      }
      case RunStatus::out_of_gas:
      case RunStatus::interrupted: break;
    }
    if (is_over(deadline)) return {Kind::timed_out};
    if (key.take()) {
      if (++interrupts > 1) return {Kind::interrupted};
      m.raise_in(task, m.make_condition(ConditionKind::interrupted, "interrupted"));
    } else if (status == RunStatus::waiting) {
      m.retry(task);
    }
  }
}

}  // namespace fermata::repl
