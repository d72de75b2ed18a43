// What a tick with nothing to do asks of the system: nothing, or one look at the files that tasks
// wait for.  A child of the test ticks under a filter that ends it for any other call.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <cstddef>

#include "tests/sched/engine_fixture.hpp"

using namespace fermata;
using namespace fermata::sched;

namespace {

constexpr int kTicks = 10'000;
constexpr int kNoFilter = 77, kTooMany = 78;

std::atomic<int> looks = 0;  // how often the child looked at files

// From now on exit works, epoll_wait is counted and finds nothing, all else ends the process.
bool filter_calls() {
  struct sigaction action = {};
  action.sa_sigaction = [](int, siginfo_t*, void* context) {
    ++looks;
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    registers.gregs[REG_RAX] = 0;
#elif defined(__aarch64__)
    registers.regs[0] = 0;
#endif
  };
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSYS, &action, nullptr);
#ifdef SYS_epoll_wait
  constexpr unsigned kLook = SYS_epoll_wait;
#else
  constexpr unsigned kLook = SYS_epoll_pwait;
#endif
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kLook, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 2, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {sizeof filter / sizeof *filter, filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// How the child ended that ticked so often and may have looked so often.
int status_of_ticks(Engine& engine, int most) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!filter_calls()) ::_exit(kNoFilter);
    for (int i = 0; i < kTicks; ++i) engine.tick(1);
    ::syscall(SYS_exit, looks <= most ? 0 : kTooMany);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoFilter) {
    WARN("no filter here: system calls were not looked for");
    return 0;
  }
  return status;
}

}  // namespace

TEST_CASE_METHOD(EngineFixture, "an idle tick without files makes no system call and costs little", "[sched]") {
  start(program(R"(
    (task-spawn (lambda () (waitq-park! (make-waitq 'test))))
    (task-spawn (lambda () (task-sleep 1000)))
    (waitq-park! (make-waitq 'test)))"));
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  const auto start = vm::system_clock().monotonic_ns();
  for (int i = 0; i < kTicks; ++i) engine().tick(1);
  CHECK((vm::system_clock().monotonic_ns() - start) / kTicks < 2000);  // a wide limit: the machine may be busy
  CHECK(status_of_ticks(engine(), 0) == 0);
}

TEST_CASE_METHOD(EngineFixture, "an idle tick looks at the files that tasks wait for once", "[sched]") {
  int ends[2];
  open_pipe(ends);
  Fiber& reader = start(program("(read-char pipe)"));
  while (engine().tick(100).kind == Turn::Kind::ran) {}
  CHECK(status_of_ticks(engine(), kTicks) == 0);
  CHECK_FALSE(reader.is_over());
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(finish(reader) == "#\\x");
  ::close(ends[1]);
}
