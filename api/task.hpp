// Tasks, limits and grants as the host names them.
#pragma once

#include <chrono>
#include <functional>

#include <fermata/class.hpp>

namespace fermata {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;
using Duration = std::chrono::nanoseconds;

// The name of a file, also of a std::filesystem::path, and valid as long as that.  (Its header would
// cost each host a tenth of the time it takes to compile.)
class Path {
 public:
  Path(const char* name) : name_(name) {}
  template <class P>
    requires requires(const P& p) { { p.c_str() } -> std::same_as<const char*>; }
  Path(const P& name) : name_(name.c_str()) {}
  const char* c_str() const { return name_; }

 private:
  const char* name_;
};

// What a program may do to the world: nothing that is not granted.
class Capabilities {
 public:
  static Capabilities none() { return {}; }
  static Capabilities all() { return Capabilities().add(FERMATA_MAY_ALL, {}); }
  // Files: that one, or all below that folder; everything without an argument.
  Capabilities& read(std::string path = {}) { return add(FERMATA_MAY_READ, std::move(path)); }
  Capabilities& write(std::string path = {}) { return add(FERMATA_MAY_WRITE, std::move(path)); }
  Capabilities& environment(std::string name = {}) { return add(FERMATA_MAY_ENVIRONMENT, std::move(name)); }
  // "host:port" or "host:*", to connect and to listen.
  Capabilities& network(std::string host_port = {}) { return add(FERMATA_MAY_NETWORK, std::move(host_port)); }
  // Start that program; without an argument also whatever else concerns processes.
  Capabilities& process(std::string program = {}) { return add(FERMATA_MAY_RUN, std::move(program)); }
  Capabilities& clock() { return add(FERMATA_MAY_CLOCK, {}); }
  Capabilities& stdio() { return add(FERMATA_MAY_STDIO, {}); }
  Capabilities& flows(std::string store_url = {}) { return add(FERMATA_MAY_FLOWS, std::move(store_url)); }

  Capabilities& exit() { return add(FERMATA_MAY_EXIT, {}); }

  std::vector<fermata_grant> raw() const {
    std::vector<fermata_grant> all;
    for (const auto& [may, what] : grants_) all.push_back({may, what.c_str()});
    return all;
  }

 private:
  Capabilities& add(fermata_capability may, std::string what) {
    grants_.emplace_back(may, std::move(what));
    return *this;
  }
  std::vector<std::pair<fermata_capability, std::string>> grants_;
};

// Of whatever runs something: eval, call, load, spawn, submit, run, wait.
struct RunOptions {
  Duration timeout = {};      // zero: none
  std::uint64_t gas = 0;      // zero: none; about one unit a call or turn of a loop
  std::stop_token stop = {};  // of eval, call, load, run
  std::string name = {};      // of the task, for reports
  int priority = 0;           // > 0 high, < 0 low; under Policy::priority
  std::optional<Capabilities> caps = {};  // less than the interpreter's; never more
  std::size_t heap = 0;       // bytes that only the task leads to; zero: any number
};

namespace detail {
// As the C interface takes them; refers to the options.
struct RawRun {
  explicit RawRun(const RunOptions& o)
      : run{sizeof(fermata_run), o.timeout.count(), o.gas, o.name.empty() ? nullptr : o.name.c_str(), o.priority,
            nullptr, 0, o.heap} {
    if (!o.caps) return;
    grants = o.caps->raw();
    grants.push_back({FERMATA_MAY_ALL, nullptr});  // so that it is never nowhere
    run.grants = grants.data();
    run.grant_count = grants.size() - 1;
  }
  RawRun(const RawRun&) = delete;
  RawRun& operator=(const RawRun&) = delete;
  const fermata_run* get() const { return &run; }
  std::vector<fermata_grant> grants;
  fermata_run run;
};
inline Deadline time_point(std::int64_t monotonic_ns) {
  return Deadline(std::chrono::duration_cast<Clock::duration>(std::chrono::nanoseconds(monotonic_ns)));
}
}  // namespace detail

enum class TaskState : std::uint8_t { runnable, waiting, finished, crashed, cancelled };

// A handle; any thread, and after the interpreter too.
class Task {
 public:
  Task() = default;
  explicit Task(fermata_task* owned) : task_(owned) {}
  Task(const Task& other) : task_(other.task_ ? fermata_task_copy(other.task_) : nullptr) {}
  Task(Task&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  Task& operator=(Task other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~Task() {
    if (task_ != nullptr) fermata_task_drop(task_);
  }

  std::uint64_t id() const { return fermata_task_id(task_); }
  TaskState state() const { return static_cast<TaskState>(fermata_task_state_of(task_)); }
  bool is_over() const { return state() >= TaskState::finished; }
  void cancel(std::string_view reason = {}) const { fermata_task_cancel(task_, reason.data(), reason.size()); }
  // Its result, once it has ended; busy before that.
  Result<Datum> result() const {
    fermata_datum* d = nullptr;
    if (fermata_error* e = fermata_task_result(task_, &d)) return Error(e);
    return Datum(d);
  }
  // Waits for that.  In the interpreter's thread it drives the interpreter meanwhile.
  Result<Datum> wait(Duration timeout = Duration(-1)) const {
    fermata_datum* d = nullptr;
    if (fermata_error* e = fermata_task_wait(task_, timeout.count(), &d)) return Error(e);
    return Datum(d);
  }
  // Called once, in the interpreter's thread; at once when it has ended.
  void on_done(std::function<void(const Result<Datum>&)> done) const {
    struct Call {
      Task task;
      std::function<void(const Result<Datum>&)> done;
    };
    fermata_task_on_done(
        task_, [](void* c) noexcept { static_cast<Call*>(c)->done(static_cast<Call*>(c)->task.result()); },
        new Call{*this, std::move(done)}, [](void* c) { delete static_cast<Call*>(c); });
  }

  // From a coroutine of the host, which goes on in the interpreter's thread.
  auto operator co_await() const {
    struct Awaiter {
      Task task;
      bool await_ready() const { return task.is_over(); }
      void await_suspend(std::coroutine_handle<> h) const {
        task.on_done([h](const Result<Datum>&) { h.resume(); });
      }
      Result<Datum> await_resume() const { return task.result(); }
    };
    return Awaiter{*this};
  }

 private:
  fermata_task* task_ = nullptr;
};

using Sink = std::function<void(std::string_view)>;
using Source = std::function<std::size_t(std::span<char>)>;  // 0: there is no more

// A procedure and its streams; or the text of one.
struct TaskSpec {
  std::variant<Value, std::string> body = {};
  std::vector<Value> arguments = {};
  Source in = {};
  Sink out = {}, err = {};
  RunOptions run = {};
};

struct Tick {
  enum State : std::uint8_t { more, idle, all_wait, all_done, nested } state;
  std::uint64_t gas;             // used
  std::optional<Deadline> next;  // when to tick again, whatever poll_fd says
};
struct Budget {
  std::uint64_t gas = 100'000;
  Duration wall = {};  // zero: no limit
};

struct Event {
  enum Kind : std::uint8_t { exited, published, failed, flow } kind;
  std::uint64_t id;  // as submit gave it
  Datum data = {};   // the result; what (host-event! text) told; of a flow that rests its id and status, a list
  std::optional<Error> error = {};
};

}  // namespace fermata
