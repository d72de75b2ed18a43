#include "sched/children.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

Children::Children(Engine& engine) : engine_(engine), rows_(engine.machine.heap) {}

Children::~Children() {
  for (const Row& row : rows_) {
    kill(row, SIGKILL);
    lay_to_rest(row);
    ::close(row.pidfd);
  }
}

void Children::kill(const Row& row, int number) { ::kill(row.own_group ? -row.pid : row.pid, number); }

Vector& Children::add(const Spawned& spawned, bool own_group) {
  Heap& heap = engine_.machine.heap;
  WaitQueue& q = make_wait_queue(heap, engine_.machine.symbols.intern("process"));
  q.foreign = true;
  Vector& cell = heap.make_vector(kCell, kFalse);
  cell.slots()[kQueue] = value_of(&q);
  cell.slots()[kPid] = Value::fixnum(spawned.pid);
  rows_.push_back({spawned.pid, spawned.pidfd, own_group, &cell});
  engine_.poller.watch_child(spawned.pidfd);
  return cell;
}

// The rest of the group is killed while the leader, not waited for yet, keeps the number.
std::int64_t Children::lay_to_rest(const Row& row) {
  kill(row, SIGKILL);
  siginfo_t info{};
  int status;
  do {
    status = ::waitid(P_PID, static_cast<id_t>(row.pid), &info, WEXITED);
  } while (status < 0 && errno == EINTR);
  if (status < 0) return 255;  // the host ignores SIGCHLD, or was quicker
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

void Children::ended(int pidfd) {
  for (Row& row : rows_) {
    if (row.pidfd != pidfd) continue;
    const Row found = row;
    row = rows_.back();
    rows_.pop_back();
    found.cell->slots()[kStatus] = Value::fixnum(lay_to_rest(found));
    engine_.poller.forget_child(pidfd);
    ::close(pidfd);
    wake_to_retry(as<WaitQueue>(found.cell->slots()[kQueue]));
    return;
  }
}

bool Children::signal(Vector& cell, int number) {
  for (const Row& row : rows_) {
    if (row.cell != &cell) continue;
    kill(row, number);
    return true;
  }
  return false;
}

}  // namespace fermata::sched
