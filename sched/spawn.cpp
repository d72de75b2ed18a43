#include "sched/spawn.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace fermata::sched {

namespace {

constexpr std::size_t kStack = 64 * 1024;
constexpr unsigned kCloseOnExec = 1u << 2;  // CLOSE_RANGE_CLOEXEC, not in older headers
#ifdef __SANITIZE_THREAD__
// ThreadSanitizer takes the child for a fork, and its notes would be ours: the child gets a copy
// of the memory, and what went wrong in it is not known.
constexpr int kShared = 0;
#else
constexpr int kShared = CLONE_VM;
#endif

// All that the child needs, made before: it must not allocate.
struct ChildPlan {
  const char* path;
  char* const* arguments;
  char* const* environment;
  const char* directory;  // null: ours
  const std::pair<int, rlim_t>* limits;
  std::size_t limit_count;
  int streams[3];
  bool own_group;
  // What went wrong; the memory is shared.
  volatile int error = 0;
  const char* volatile doing = "";
};

// The child's frames are never left: what AddressSanitizer notes about them would stand when their
// memory is mapped for something else.
#define FERMATA_IN_CHILD __attribute__((no_sanitize("address")))

// Signal handlers are of the parent's program, and SIGPIPE may be ignored there.
FERMATA_IN_CHILD void reset_signals() {
  struct sigaction now;
  for (int number = 1; number < NSIG; ++number) {
    if (sigaction(number, nullptr, &now) != 0) continue;
    if (now.sa_handler == SIG_DFL || (now.sa_handler == SIG_IGN && number != SIGPIPE)) continue;
    now = {};
    now.sa_handler = SIG_DFL;
    sigaction(number, &now, nullptr);
  }
}

// Puts the streams at 0, 1 and 2, through copies above so that none is overwritten too early.
FERMATA_IN_CHILD bool place_streams(const int (&streams)[3]) {
  int copies[3];
  for (int i = 0; i < 3; ++i) {
    const int from = streams[i] >= 0 ? streams[i] : ::open("/dev/null", O_RDWR | O_CLOEXEC);
    copies[i] = ::fcntl(from, F_DUPFD_CLOEXEC, 3);
    if (copies[i] < 0) return false;
  }
  for (int i = 0; i < 3; ++i) {
    if (::dup2(copies[i], i) < 0) return false;
  }
  return true;
}

FERMATA_IN_CHILD int become(void* data) {
  auto& plan = *static_cast<ChildPlan*>(data);
  const auto fail = [&](const char* doing) FERMATA_IN_CHILD {
    plan.error = errno;
    plan.doing = doing;
    ::_exit(127);
  };
  reset_signals();
  if (plan.own_group) ::setpgid(0, 0);
  if (!place_streams(plan.streams)) fail("give its streams to");
  ::syscall(SYS_close_range, 3u, ~0u, kCloseOnExec);
  if (plan.directory != nullptr && ::chdir(plan.directory) != 0) fail("enter the directory of");
  for (std::size_t i = 0; i < plan.limit_count; ++i) {
    const rlimit limit{plan.limits[i].second, plan.limits[i].second};
    if (::setrlimit(static_cast<__rlimit_resource>(plan.limits[i].first), &limit) != 0) fail("limit");
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.path, plan.arguments, plan.environment);
  fail("run");
  return 127;
}

std::vector<char*> as_array(const std::vector<std::string>& texts) {
  std::vector<char*> array;
  for (const std::string& text : texts) array.push_back(const_cast<char*>(text.c_str()));
  array.push_back(nullptr);
  return array;
}

// Where the program lies: as a shell would find it, on the PATH that it will have.
std::string find_program(const SpawnPlan& plan) {
  const std::string& name = plan.arguments[0];
  if (name.find('/') != std::string::npos) return name;
  std::string_view path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& variable : plan.environment) {
    if (variable.starts_with("PATH=")) path = std::string_view(variable).substr(5);
  }
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    std::string candidate(path.substr(0, end));
    candidate += candidate.empty() ? "./" : "/";
    candidate += name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return {};
}

// A stack for the time until the child has become another program.
class ChildStack {
 public:
  ChildStack() : memory_(::mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  ~ChildStack() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, kStack);
  }
  ChildStack(const ChildStack&) = delete;
  ChildStack& operator=(const ChildStack&) = delete;
  void* top() const { return memory_ == MAP_FAILED ? nullptr : static_cast<char*>(memory_) + kStack; }

 private:
  void* memory_;
};

}  // namespace

Spawned spawn_process(const SpawnPlan& plan) {
  const std::string path = find_program(plan);
  if (path.empty()) return {-1, -1, ENOENT, "find"};
  const std::vector<char*> arguments = as_array(plan.arguments), environment = as_array(plan.environment);
  const ChildStack stack;
  if (stack.top() == nullptr) return {-1, -1, ENOMEM, "run"};
  ChildPlan child{path.c_str(), arguments.data(), environment.data(),
                  plan.directory.empty() ? nullptr : plan.directory.c_str(), plan.limits.data(),
                  plan.limits.size(), {plan.streams[0], plan.streams[1], plan.streams[2]}, plan.own_group};
  // No handler of ours may run in the child, whose memory is ours.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  // The descriptor comes with the child: a host that waits for all of its children may have
  // taken this one before it could be asked for.
  int pidfd = -1;
  const int pid = ::clone(become, stack.top(), kShared | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child, &pidfd);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return {-1, -1, error, "run"};
  if (child.error == 0) return {pid, pidfd};
  ::close(pidfd);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  return {-1, -1, child.error, child.doing};
}

}  // namespace fermata::sched
