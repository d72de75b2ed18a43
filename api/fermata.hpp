// Fermata in a C++20 program: all that a host includes.
//
//   auto in = fermata::Interpreter::create().value();
//   in.define("half", [](int n) { return n / 2; }).value();
//   int n = in.call<int>("half", 84).value();
//
// Many interpreters may live in a process; each belongs to one thread at a time.  Errors come
// as Result<T>; nothing throws but Result::value().  Everything here is a layer of templates
// over the C interface (fermata.h), where each function is described.
#pragma once

#include <fermata/task.hpp>

namespace fermata {

enum class Policy : std::uint8_t { round_robin, fifo, priority, shuffle };
// ours: sets libgc up for us, process-wide, when this is its first use: pairs take half the space.
enum class Collector : std::uint8_t { as_found, ours, ours_in_steps };

struct Options {
  Capabilities caps = {};
  std::vector<std::string> library_path = {};  // folders of .sld files
  std::size_t heap = 0;                        // bytes it may keep; zero: half of the memory
  std::uint64_t slice_gas = 0;                 // zero: 10,000
  std::uint64_t seed = 0;
  Policy policy = Policy::round_robin;
  Collector collector = Collector::as_found;
  std::size_t queue = 0;    // events that wait; zero: 1024
  Sink out = {}, err = {};  // instead of standard output and error; err empty: where out goes
  std::size_t tasks = 0;    // at once; zero: any number
  std::uint64_t output = 0; // bytes to out and err together; zero: any number
  std::size_t depth = 0;    // bytes of a task's stack; zero: what the heap has
  std::size_t ports = 0;    // files, sockets, pipes, processes open at once; zero: any number
  std::size_t messages = 0; // in a mailbox of (fermata erlang); zero: any number
};

struct Stats {
  std::size_t heap;  // of the process
  std::size_t roots, tasks, collections;
  std::uint64_t gas;
  std::size_t kept;  // bytes this interpreter keeps, at most
};

class Flows;

// What says `template <int = 0>` is compiled where it is called: hosts use some of it, and every
// file of theirs would compile all.
class Interpreter {
 public:
  // Many a process, any thread; the calling one owns it.
  template <int = 0>
  static Result<Interpreter> create(Options options = {}) {
    auto held = std::make_unique<Held>();
    held->out = std::move(options.out);
    held->err = options.err ? std::move(options.err) : held->out;
    const std::vector<fermata_grant> grants = options.caps.raw();
    std::vector<const char*> path;
    for (const std::string& folder : options.library_path) path.push_back(folder.c_str());
    fermata_options o = {};
    o.size = sizeof o;
    o.grants = grants.data();
    o.grant_count = grants.size();
    o.library_path = path.data();
    o.library_path_count = path.size();
    o.heap_bytes = options.heap;
    o.slice_gas = options.slice_gas;
    o.seed = options.seed;
    o.policy = static_cast<int>(options.policy);
    o.collector_ours = static_cast<int>(options.collector);
    o.queue = options.queue;
    o.most_tasks = options.tasks;
    o.most_output = options.output;
    o.most_depth = options.depth;
    o.most_ports = options.ports;
    o.most_messages = options.messages;
    o.sink_data = held.get();
    if (held->out) o.out = [](void* h, const char* s, std::size_t n) noexcept { static_cast<Held*>(h)->out({s, n}); };
    if (held->err) o.err = [](void* h, const char* s, std::size_t n) noexcept { static_cast<Held*>(h)->err({s, n}); };
    if (fermata_error* e = fermata_create(&o, &held->in)) return Error(e);
    return Interpreter(std::move(held));
  }
  Interpreter(Interpreter&&) noexcept = default;
  Interpreter& operator=(Interpreter&&) noexcept = default;
  // Tasks take no further turns, flows are put down; values that are left are empty.
  ~Interpreter() = default;

  // ---- running -----------------------------------------------------------------------------
  // The value of the last form.
  template <int = 0>
  Result<Value> eval(std::string_view text, const RunOptions& run = {}, const char* file = "<host>") {
    return within(run, [&](const fermata_run& r, fermata_view& out) {
      return fermata_eval(raw(), text.data(), text.size(), file, &r, &out);
    });
  }
  template <int = 0>
  Result<Value> load(const Path& file, const RunOptions& run = {}) {
    return within(run, [&](const fermata_run& r, fermata_view& out) {
      return fermata_load(raw(), file.c_str(), &r, &out);
    });
  }
  // The program as bytes that load_compiled takes, in any interpreter; nothing of it runs.
  template <int = 0>
  Result<std::vector<std::byte>> compile(std::string_view source, const std::string& file = "<host>",
                                         const RunOptions& run = {}) {
    std::vector<std::byte> bytes;
    const auto take = [](void* to, const char* from, std::size_t size) noexcept {
      const auto* first = reinterpret_cast<const std::byte*>(from);
      static_cast<std::vector<std::byte>*>(to)->assign(first, first + size);
    };
    const Result<Value> done = within(run, [&](const fermata_run& r, fermata_view&) {
      return fermata_compile(raw(), source.data(), source.size(), file.c_str(), &r, take, &bytes);
    });
    if (!done) return done.error();
    return bytes;
  }
  // Runs it as eval runs its source.  The bytes may come from anybody.
  template <int = 0>
  Result<Value> load_compiled(std::span<const std::byte> bytes, const RunOptions& run = {}) {
    return within(run, [&](const fermata_run& r, fermata_view& out) {
      return fermata_load_compiled(raw(), bytes.data(), bytes.size(), &r, &out);
    });
  }
  Result<void> import(std::string_view library) {  // "(fermata go)"
    return done(fermata_import(raw(), library.data(), library.size()));
  }
  // Calls a top-level procedure.
  template <class R = Value, class... A>
  Result<R> call(std::string_view name, A&&... arguments) {
    fermata_view procedure{};
    if (fermata_error* e = fermata_get(raw(), name.data(), name.size(), &procedure)) return Error(e);
    return detail::call<R>(raw(), procedure, nullptr, std::forward<A>(arguments)...);
  }
  template <class R = Value, class... A>
  Result<R> call(const RunOptions& run, const Value& procedure, A&&... arguments) {
    const detail::RawRun r(run);
    const Stop stop(*this, run);
    if (stop.requested()) return stop.error();
    return detail::call<R>(raw(), procedure.view().raw(), r.get(), std::forward<A>(arguments)...);
  }

  // ---- names -------------------------------------------------------------------------------
  // "fetch" at the top level, "(app net) fetch" in a library that programs import.
  template <class F>
  Result<void> define(std::string_view name, F f, std::string_view doc = {}) {
    return done(detail::define<typename detail::Signature<F>::Arguments>(raw(), name, std::move(f), doc));
  }
  template <class T>
  Class<T> define_class(std::string_view name) {
    return Class<T>(raw(), name);
  }
  Result<Value> get(std::string_view name) {
    fermata_view out{};
    if (fermata_error* e = fermata_get(raw(), name.data(), name.size(), &out)) return Error(e);
    return Value(View(out));
  }
  template <class T>
  Result<T> get(std::string_view name) {
    Result<Value> v = get(name);
    if (!v) return v.error();
    return v->template as<T>();
  }
  template <class T>
  Result<void> set(std::string_view name, T&& value) {
    const fermata_view v = detail::argument(raw(), std::forward<T>(value));
    return done(fermata_set(raw(), name.data(), name.size(), v));
  }
  // A value of anything that converts; an object of any other class.
  template <class T>
  Value make(T&& value) {
    return Value(View(detail::argument(raw(), std::forward<T>(value))));
  }

  // ---- tasks and driving -------------------------------------------------------------------
  template <int = 0>
  Result<Task> spawn(TaskSpec spec);
  // Never waits.
  template <int = 0>
  Tick tick(Budget budget = {}) {
    const fermata_tick_result r = fermata_tick(raw(), budget.gas, budget.wall.count());
    return {static_cast<Tick::State>(r.state), r.gas, when(r.next_ns)};
  }
  // Readable when tick() has something to do: wake-ups, files, timers.
  int poll_fd() const { return fermata_poll_fd(raw()); }
  std::optional<Deadline> next_deadline() const { return when(fermata_next_deadline(raw())); }
  // Until all tasks have ended; stuck when nothing can wake one.
  template <int = 0>
  Result<void> run(const RunOptions& run = {}) {
    const detail::RawRun r(run);
    const Stop stop(*this, run);
    if (stop.requested()) return stop.error();
    return done(fermata_run_all(raw(), r.get()));
  }
  Result<void> attach() { return done(fermata_attach(raw())); }
  void detach() noexcept { fermata_detach(raw()); }

  // ---- any thread --------------------------------------------------------------------------
  Result<void> start_background() { return done(fermata_start_background(raw())); }
  Result<void> stop_background() { return done(fermata_stop_background(raw())); }
  // Calls a top-level procedure in a task of its own; Event::exited tells its end.
  template <int = 0>
  Result<std::uint64_t> submit(std::string_view procedure, const std::vector<Datum>& arguments = {},
                               const RunOptions& run = {}) {
    std::vector<const fermata_datum*> data;
    for (const Datum& d : arguments) data.push_back(d.get());
    const detail::RawRun r(run);
    std::uint64_t id = 0;
    if (fermata_error* e =
            fermata_submit(raw(), procedure.data(), procedure.size(), data.data(), data.size(), r.get(), &id))
      return Error(e);
    return id;
  }
  // Nothing: none came in that time, or none will come.
  template <int = 0>
  std::optional<Event> next_event(Duration timeout = {}) {
    fermata_event e = {};
    if (!fermata_next_event(raw(), timeout.count(), &e)) return std::nullopt;
    Event event{static_cast<Event::Kind>(e.kind), e.id, Datum(e.data), std::nullopt};
    if (e.error != nullptr) event.error.emplace(e.error);
    return event;
  }
  int event_fd() const { return fermata_event_fd(raw()); }
  // Runs it in the interpreter's thread, between two turns; it must not throw.  False: too much waits already.
  template <int = 0>
  bool post(std::function<void()> work) {
    return fermata_post(
               raw(), [](fermata_interp*, void* w) noexcept { (*static_cast<std::function<void()>*>(w))(); },
               new std::function<void()>(std::move(work)), [](void* w) { delete static_cast<std::function<void()>*>(w); }) != 0;
  }
  // Also a signal handler: what runs, or runs next, is broken off.
  void interrupt() noexcept { fermata_interrupt(raw()); }

  Stats stats() const {
    const fermata_stats s = fermata_statistics(raw());
    return {s.heap_bytes, s.roots, s.tasks, s.collections, s.gas, s.kept_bytes};
  }
  Result<Flows> flows();
  fermata_interp* raw() const { return held_->in; }

 private:
  // What the C side points to stays where it is when the Interpreter is moved.
  struct Held {
    fermata_interp* in = nullptr;
    Sink out, err;
    ~Held() { fermata_close(in); }
  };
  // Interrupts when the token asks for it.
  class Stop {
   public:
    Stop(Interpreter& in, const RunOptions& run)
        : in_(in.raw()), token_(run.stop), callback_(std::in_place, run.stop, Interrupt{in.raw()}) {}
    ~Stop() {
      callback_.reset();
      if (token_.stop_requested()) fermata_forget_interrupt(in_);  // it may have come too late
    }
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;
    bool requested() const { return token_.stop_requested(); }
    Error error() const { return Error("stopped by the host before it began", Errc::cancelled); }

   private:
    struct Interrupt {
      fermata_interp* in;
      void operator()() const { fermata_interrupt(in); }
    };
    fermata_interp* in_;
    std::stop_token token_;
    std::optional<std::stop_callback<Interrupt>> callback_;
  };
  explicit Interpreter(std::unique_ptr<Held> held) : held_(std::move(held)) {}
  [[gnu::noinline]] static Result<void> done(fermata_error* e) { return e ? Result<void>(Error(e)) : Result<void>(); }
  static std::optional<Deadline> when(std::int64_t ns) {
    return ns >= 0 ? std::optional(detail::time_point(ns)) : std::nullopt;
  }
  template <class F>
  Result<Value> within(const RunOptions& run, F f) {
    fermata_view out{};
    if (run.stop.stop_possible()) {
      if (run.stop.stop_requested()) return Error("stopped by the host before it began", Errc::cancelled);
      const Stop stop(*this, run);
      if (fermata_error* e = f(*detail::RawRun(run).get(), out)) return Error(e);
      return Value(View(out));
    }
    if (fermata_error* e = f(*detail::RawRun(run).get(), out)) return Error(e);
    return Value(View(out));
  }
  std::unique_ptr<Held> held_;
};

template <int>
Result<Task> Interpreter::spawn(TaskSpec spec) {
  if (auto* text = std::get_if<std::string>(&spec.body)) {
    Result<Value> thunk = eval("(lambda () " + *text + "\n)");
    if (!thunk) return thunk.error();
    spec.body = std::move(*thunk);
  }
  struct Streams {
    Source in;
    Sink out, err;
  };
  auto give = [](auto f) { return new std::shared_ptr<Streams>(std::move(f)); };
  const auto streams = std::make_shared<Streams>(Streams{spec.in, spec.out, spec.err});
  using Shared = std::shared_ptr<Streams>;
  fermata_streams s = {};
  s.drop = [](void* p) { delete static_cast<Shared*>(p); };
  if (spec.in) {
    s.in = [](void* p, char* to, std::size_t room) noexcept { return (*static_cast<Shared*>(p))->in({to, room}); };
    s.in_data = give(streams);
  }
  if (spec.out) {
    s.out = [](void* p, const char* text, std::size_t n) noexcept { (*static_cast<Shared*>(p))->out({text, n}); };
    s.out_data = give(streams);
  }
  if (spec.err) {
    s.err = [](void* p, const char* text, std::size_t n) noexcept { (*static_cast<Shared*>(p))->err({text, n}); };
    s.err_data = give(streams);
  }
  std::array<fermata_view, 16> arguments{};
  const std::size_t count = std::min(spec.arguments.size(), arguments.size());
  for (std::size_t i = 0; i < count; ++i) arguments[i] = spec.arguments[i].view().raw();
  const detail::RawRun run(spec.run);
  fermata_task* task = nullptr;
  const fermata_view body = std::get<Value>(spec.body).view().raw();
  if (fermata_error* e = fermata_spawn(raw(), body, arguments.data(), count, run.get(), &s, &task)) return Error(e);
  return Task(task);
}

// Durable flows of the programs in an interpreter.  The store is FERMATA_STORE's, or what the
// program chose with use-flow-store!.
template <class I>
class FlowsOf {
 public:
  explicit FlowsOf(I& in) : in_(&in) {}
  // What the flow returns, or (flow-suspended id tag) when it waits.
  template <class T>
  Result<Value> start(std::string_view flow, T&& input, std::string_view id = {}) {
    if (id.empty()) return in_->call("flow/start", symbol(flow), std::forward<T>(input));
    return in_->call("flow/start", symbol(flow), std::forward<T>(input), symbol("id"), symbol(id));
  }
  template <class T>
  Result<Value> resume(std::string_view id, T&& value) {
    return in_->call("flow/resume", symbol(id), std::forward<T>(value));
  }
  template <class T>
  Result<Value> signal(std::string_view id, std::string_view name, T&& value) {
    return in_->call("flow/signal", symbol(id), symbol(name), std::forward<T>(value));
  }
  Result<Value> cancel(std::string_view id) { return in_->call("flow/cancel", symbol(id)); }
  Result<Value> result(std::string_view id) { return in_->call("flow/result", symbol(id)); }
  Result<Symbol> status(std::string_view id) { return in_->template call<Symbol>("flow/status", symbol(id)); }
  Result<Datum> list() { return in_->template call<Datum>("flow/list"); }

 private:
  static Symbol symbol(std::string_view name) { return Symbol{std::string(name)}; }
  I* in_;
};
class Flows : public FlowsOf<Interpreter> {
 public:
  using FlowsOf::FlowsOf;
};

inline Result<Flows> Interpreter::flows() {
  Result<void> ready = import("(fermata flow)");
  if (!ready) return ready.error();
  return Flows(*this);
}

}  // namespace fermata
