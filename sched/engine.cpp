#include "sched/engine.hpp"

#include <algorithm>

#include "sched/cancel.hpp"
#include "sched/groups.hpp"
#include "sched/heap_watch.hpp"
#include "sched/waiting.hpp"
#include "vm/allocation.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// A turn, which is over when this is left: also by an exception (there is no memory).
class InTurn {
 public:
  InTurn(Engine& e, Fiber& f, bool& flag) : engine_(e), flag_(flag) {
    e.current = &f;
    flag = true;
  }
  ~InTurn() {
    flag_ = false;
    engine_.current = engine_.nobody;
  }
  InTurn(const InTurn&) = delete;
  InTurn& operator=(const InTurn&) = delete;

 private:
  Engine& engine_;
  bool& flag_;
};

// Nothing has heard of a fiber that has had its first turn, and it has ended.
bool is_over_at_once(const Fiber& f, RunStatus status) {
  const bool ends = status == RunStatus::finished || (status == RunStatus::raised && f.cancel_condition == kFalse);
  return ends && !f.shown && f.at_end == kFalse && f.ended == nullptr;
}

constexpr std::size_t kFirstSlots = 9;           // of a stack: a short procedure that waits
constexpr std::uint32_t kTurnsUntilPoll = 64;  // files are looked at after so many turns

}  // namespace

Engine& Engine::create(Machine& m) {
  auto& e = *::new (allocate_root(sizeof(Engine))) Engine(m);
  e.unwinder = kFalse;
  e.cancel_key = m.symbols.generate("cancel-scope");
  e.root = &make_scheduler(e);
  e.root->name = m.symbols.intern("root");
  e.room = &make_wait_queue(m.heap, m.symbols.intern("room for events"));
  e.room->foreign = true;
  e.current = e.nobody = &m.heap.make<Fiber>();
  e.nobody->scheduler = e.root;
  m.services[kSchedService] = &e;
  m.services[kWatcherService] = static_cast<Watcher*>(&e.poller);
  m.clock = &e.clock;
  return e;
}

void Engine::destroy(Engine& e) {
  e.machine.services[kSchedService] = e.machine.services[kWatcherService] = nullptr;
  e.door->shut();
  e.outbox->close();
  e.machine.clock = &vm::system_clock();
  e.~Engine();
  free_root(&e);
}

// ---- a turn of a fiber -------------------------------------------------------------------

// A turn.  What a task has begun to do undisturbed it may end beyond its gas: between seeing
// that it must wait and standing in the queue nobody else may act.  Within limits, so that
// nobody keeps the turn.
inline RunStatus Engine::run_held(Fiber& f, std::uint64_t& steps) {
  const RunStatus status = machine.run(*f.task, f.scheduler->gas);
  steps += static_cast<std::uint64_t>(f.scheduler->gas - machine.gas_left());
  return status == RunStatus::out_of_gas && f.holds > 0 ? go_on_held(f, steps) : status;
}

RunStatus Engine::go_on_held(Fiber& f, std::uint64_t& steps) {
  constexpr std::uint64_t kMost = 1'000'000;  // some ten milliseconds
  for (;;) {
    if (steps >= kMost) return RunStatus::out_of_gas;
    const RunStatus status = machine.run(*f.task, f.scheduler->gas);
    steps += static_cast<std::uint64_t>(f.scheduler->gas - machine.gas_left());
    if (status != RunStatus::out_of_gas || f.holds == 0) return status;
  }
}

// What a task waits for has come.
inline void Engine::wake(Fiber& f) {
  if (f.yielding && !f.cancel_pending) {
    f.yielding = f.resuming = f.takes_answer = false;
    machine.resume(*f.task, kUnspecified);
  } else if (f.takes_answer && f.phase == Phase::answered) {
    f.phase = Phase::none;
    f.resuming = f.takes_answer = false;
    machine.resume(*f.task, std::exchange(f.answer, kUnspecified));
  } else {
    f.takes_answer = false;
    machine.retry(*f.task);
  }
}

[[gnu::always_inline]] inline Turn Engine::run_slice(Fiber& f) {
  Scheduler& s = *f.scheduler;
  if (f.cancel_pending && !deliver_cancel(f)) return end(f, State::cancelled);
  if (f.to_raise != kFalse) raise_in(f, std::exchange(f.to_raise, kFalse));
  if (f.task->state() == Task::waiting) wake(f);
  if (s.tracing) s.trace = machine.heap.cons(Value::fixnum(f.number), s.trace);
  f.started = true;
  std::uint64_t steps = 0;
  const bool measures = s.accounting || f.heap_watch() != kFalse;
  const RunStatus status = [&] {
    const InTurn turn(*this, f, in_turn_);
    return measures ? run_measured(f, steps) : run_held(f, steps);
  }();
  f.steps += steps, s.steps += steps;
  ++f.switches, ++s.switches;
  if (status == RunStatus::waiting && f.yielding && f.task->result == value_of(&f)) [[likely]] {
    f.holds = 0;
    f.resuming = true;
    s.requeue(f);
    return {};
  }
  return after_slice(f, status);
}

// ---- fibers ------------------------------------------------------------------------------

Fiber& Engine::spawn(Scheduler& s, Value procedure, Value dynamic) {
  Task& task = machine.make_task(procedure, nullptr, 0, kFirstSlots);
  task.dynamic = dynamic;
  auto& f = machine.heap.make<Fiber>();
  f.task = &task;
  f.scheduler = &s;
  f.id = ++next_id_;
  f.parent = current->id;
  f.rights = current->rights;
  f.state = State::parked;
  ++s.live;
  f.number = static_cast<std::uint32_t>(++s.spawned);
  fibers.add(f);
  return f;
}

Fiber& Engine::make_caller() {
  auto& f = machine.heap.make<Fiber>();
  f.scheduler = root;
  f.id = ++next_id_;
  f.is_main = true;
  f.awaited = true;
  f.name = machine.symbols.intern("main");
  return f;
}

Turn Engine::call(Fiber& f) {
  if (in_turn_) return {Turn::Kind::nested};
  if (inbox.has_letters()) read_letters();
  f.started = true;
  std::uint64_t steps = 0;
  const RunStatus status = [&] {
    const InTurn turn(*this, f, in_turn_);
    return run_held(f, steps);
  }();
  f.steps += steps, root->steps += steps;
  if (is_over_at_once(f, status)) return {Turn::Kind::over, &f};
  return after_call(f, status);
}

bool Engine::call_again(Fiber& f, Value procedure, const Value* arguments, std::size_t count, Turn& turn) {
  if (inbox.has_letters()) read_letters();
  f.started = true;
  const std::int64_t gas = root->gas;
  RunStatus status;
  {
    const InTurn in_turn(*this, f, in_turn_);
    status = machine.run_again(*f.task, procedure, arguments, count, gas);
    auto steps = static_cast<std::uint64_t>(gas - machine.gas_left());
    if (status == RunStatus::out_of_gas && f.holds > 0) status = go_on_held(f, steps);
    f.steps += steps, root->steps += steps;
  }
  if (is_over_at_once(f, status)) [[likely]] return true;
  turn = after_call(f, status);
  return false;
}

// It becomes known, as a main program.
Turn Engine::after_call(Fiber& f, RunStatus status) {
  ++root->live;
  f.number = static_cast<std::uint32_t>(++root->spawned);
  ++f.switches, ++root->switches;
  fibers.add(f);
  return after_slice(f, status);
}

Fiber& Engine::adopt(Task& task) {
  Fiber* known = nullptr;
  fibers.for_each([&](Fiber& f) {
    if (f.task == &task) known = &f;
  });
  if (known != nullptr) {
    if (known->state == State::parked && task.state() == Task::runnable) make_runnable(*known);
    return *known;
  }
  Fiber& f = spawn(*root, kFalse, kNull);
  f.task = &task;
  f.is_main = true;
  f.name = machine.symbols.intern("main");
  make_runnable(f);
  return f;
}

// Counting takes as long as there are tasks, so it is done once for as many as there is room.
bool Engine::may_spawn() {
  const auto count = [&] {
    std::size_t n = 0;
    fibers.for_each([&](Fiber&) { ++n; });
    machine.charge(n / 16);
    return n;
  };
  if (most_tasks == ~std::size_t{0}) return true;
  if (spawns_left_ == 0) {
    std::size_t there = count();
    if (there >= most_tasks) {
      collect_now();
      there = count();
    }
    if (there >= most_tasks) return false;
    spawns_left_ = most_tasks - there;
  }
  --spawns_left_;
  return true;
}

// ---- turns -------------------------------------------------------------------------------

Turn Engine::run(Fiber& main, std::size_t turns) {
  door->enter();
  Turn last;
  in_tick_ = true;
  for (; turns > 0 && last.kind == Turn::Kind::ran; --turns) {
    last = main.is_over() ? Turn{Turn::Kind::over, &main} : turn();
  }
  in_tick_ = false;
  return last;
}

Turn Engine::tick(std::size_t turns) {
  if (in_turn_) return {Turn::Kind::nested};
  door->enter();
  in_tick_ = true;
  if (poller.is_waiting()) poller.poll(0);
  turns_until_poll_ = kTurnsUntilPoll;
  Turn last;
  for (; turns > 0 && last.kind == Turn::Kind::ran; --turns) last = turn();
  in_tick_ = false;
  changed();
  return last;
}

Rest Engine::rest() {
  if (is_ready()) return {Rest::Kind::ready};
  if (root->timers.count == 0 || root->clock != ClockKind::real) return {Rest::Kind::for_ever};
  return {Rest::Kind::until, root->timers.next_time()};
}

int Engine::poll_fd() {
  has_poll_fd_ = true;
  set_alarm();
  return poller.fd();
}

// 1 is a time long past, 0 is never.
void Engine::set_alarm() {
  const Rest r = rest();
  poller.set_alarm(r.kind == Rest::Kind::until ? r.time : r.kind == Rest::Kind::ready ? 1 : 0);
}

void Engine::read_letters() {
  for (const Letter& letter : inbox.take()) letter(*this);
}

Turn Engine::turn() {
  if (inbox.has_letters()) read_letters();
  if (poller.is_waiting() && turns_until_poll_-- == 0) {
    turns_until_poll_ = kTurnsUntilPoll;
    poller.poll(0);
  }
  for (Scheduler* s = root;;) {
    Fiber* f = next_fiber(*s);
    if (f == nullptr) {
      if (s == root) return nobody_runs();
      Fiber& d = *s->driver;
      rest_driver(d);
      requeue_drivers(*d.scheduler);
      s = root;
      continue;
    }
    if (f->is_over()) continue;  // abandoned in the queue
    if (f->paused) {
      f->held_back = true;
      continue;
    }
    if (f->drives != nullptr && f->to_raise == kFalse && !(f->cancel_pending && pending_cancel(*f) != kFalse)) {
      s = f->drives;
      continue;
    }
    Turn t = run_slice(*f);
    if (s->driver != nullptr) [[unlikely]] requeue_drivers(*s);
    return t;
  }
}

Turn Engine::after_slice(Fiber& f, RunStatus status) {
  Scheduler& s = *f.scheduler;
  switch (status) {
    case RunStatus::finished: return end(f, State::finished);
    case RunStatus::raised: return raised(f);
    case RunStatus::exited: end(f, State::finished); return {Turn::Kind::exited, &f, f.task->result};
    case RunStatus::waiting: return suspend(f);
    case RunStatus::out_of_gas:
    case RunStatus::interrupted: break;
  }
  s.turns_until_clock = 0;  // that took a while
  if (s.policy == Policy::fifo) {
    s.queues[static_cast<std::size_t>(Priority::normal)].push_first(machine.heap, f);
  } else {
    s.requeue(f);
  }
  return {status == RunStatus::interrupted ? Turn::Kind::interrupted : Turn::Kind::ran, &f};
}

RunStatus Engine::run_measured(Fiber& f, std::uint64_t& steps) {
  Scheduler& s = *f.scheduler;
  const std::int64_t start = vm::system_clock().monotonic_ns();
  const std::uint64_t allocated = machine.heap.allocated();
  const RunStatus status = run_held(f, steps);
  const auto time = static_cast<std::uint64_t>(vm::system_clock().monotonic_ns() - start);
  const std::uint64_t bytes = machine.heap.allocated() - allocated;
  Seldom& used = f.with_seldom(machine.heap);
  used.nanoseconds += time, s.nanoseconds += time;
  used.bytes += bytes, s.bytes += bytes;
  const bool goes_on = status != RunStatus::finished && status != RunStatus::raised;
  if (f.heap_watch() != kFalse && goes_on) note_allocation(*this, f, bytes);
  return status;
}

// A native asked to wait.
Turn Engine::suspend(Fiber& f) {
  if (f.exiting) return end(f, State::finished);
  const Value request = f.task->result;
  f.holds = 0;
  f.resuming = request == value_of(&f);
  if (f.resuming) {
    if (f.yielding || f.drives != nullptr) {
      f.scheduler->requeue(f);
      return {};
    }
    ++f.parks, ++f.scheduler->parks;
    park(f);
    return {};
  }
  if (f.probing && is_wait_request(request)) {
    f.probing = false;
    machine.raise_in(*f.task, request);
    f.scheduler->requeue(f);
    return {};
  }
  ++f.parks, ++f.scheduler->parks;
  int fd = -1;
  if (WaitQueue* q = queue_of(request, fd)) {
    stand_to_retry(machine.heap, *q, f);
    park(f);
    if (fd >= 0) poller.arm(fd);
    return {};
  }
  f.wait = Wait::queue;
  park(f);
  return {Turn::Kind::asked, &f, request};
}

// Where the request of a native has its task wait; fd: to be armed once it stands there.
WaitQueue* Engine::queue_of(Value request, int& fd) {
  if (const auto file = wait_request_of(request)) {
    fd = file->fd;
    return &poller.queue(*file);
  }
  if (const auto load = load_request_of(request)) return &workers.load(*load);
  return cast<WaitQueue>(request);
}

bool Engine::is_wait_request(Value request) {
  return wait_request_of(request) || load_request_of(request) || is<WaitQueue>(request);
}

bool Engine::add_request(Value request, Fiber& f, std::uint64_t ticket, Value tag) {
  int fd = -1;
  WaitQueue* q = queue_of(request, fd);
  if (q == nullptr) return false;
  enqueue_to_retry(machine.heap, *q, f, ticket, tag);
  if (fd >= 0) poller.arm(fd);
  return true;
}

// False: it had not begun, and never will.
bool Engine::deliver_cancel(Fiber& f) {
  if (!f.started && f.cancel_condition != kFalse) {
    f.task->result = f.cancel_condition;
    return false;
  }
  if (f.cancel_delivered || f.phase == Phase::answered || f.phase == Phase::raised) return true;
  const Value condition = pending_cancel(f);
  if (condition == kFalse) return true;
  f.cancel_delivered = true;
  raise_in(f, condition);
  return true;
}

void Engine::abandon(Fiber& f) {
  if (f.is_over()) return;
  if (f.drives != nullptr) f.drives->driver = nullptr, f.drives = nullptr;
  if (f.state == State::parked) unpark(f);
  end(f, State::cancelled);
}

void Engine::pause(Fiber& f) { f.paused = true; }

void Engine::go_on(Fiber& f) {
  f.paused = false;
  if (std::exchange(f.held_back, false) && !f.is_over()) f.scheduler->requeue(f);
}

void Engine::raise_in(Fiber& f, Value obj) {
  if (f.is_over()) return;
  close_wait(f);
  f.yielding = f.resuming = f.takes_answer = false;
  f.holds = 0;
  if (f.drives != nullptr) f.drives->driver = nullptr, f.drives = nullptr;
  machine.raise_in(*f.task, obj);
  make_runnable(f);
}

// ---- the end of a fiber ------------------------------------------------------------------

// Nothing handled it.  After thunks that stand in the way run first; where it was raised is
// kept, and cancelling held back.
Turn Engine::raised(Fiber& f) {
  const Value obj = f.task->result, trace = f.task->trace, dynamic = f.task->dynamic;
  const bool winds = dynamic != kNull && as<Dynamic>(dynamic).wind != kNull;
  if (winds && !f.leaving && !f.is_main && unwinder != kFalse) {
    f.leaving = true;
    f.raised_at = trace;
    f.task = &machine.make_task(unwinder, &obj, 1);
    f.task->dynamic = dynamic;
    f.scheduler->requeue(f);
    return {};
  }
  if (f.leaving) f.task->trace = f.raised_at;
  const bool by_cancel = is<Condition>(obj) && obj == f.cancel_condition;
  return end(f, by_cancel ? State::cancelled : State::crashed);
}

Turn Engine::end(Fiber& f, State state) {
  close_wait(f);
  f.spare = nullptr;
  f.state = state;
  --f.scheduler->live;
  fibers.remove(f);
  Task& task = *f.task;
  task.segment = nullptr;
  task.kont = nullptr;
  task.dynamic = kNull;
  const bool grouped = f.group != nullptr;
  if (grouped) leave_group(machine, f);
  const bool joined = f.ended != nullptr && claim_all(*f.ended, kUnspecified) > 0;
  const Value argument = value_of(&f);
  if (f.host_end() != kFalse) spawn_call(*root, f.host_end(), &argument, 1);
  if (f.at_end != kFalse && !f.exiting) {
    spawn_call(*f.scheduler, f.at_end, &argument, 1);
    return {};
  }
  if (f.host_end() != kFalse) return {};
  if (state == State::crashed && !grouped && !joined && !f.awaited) return fail(f);
  return {};
}

// A procedure called in a task of its own, with the rights of whoever gave it: see with_rights.
void Engine::spawn_call(Scheduler& s, Value procedure, const Value* arguments, std::size_t count) {
  Fiber& f = spawn(s, kFalse, kNull);
  f.rights = procedure.is_pair() ? procedure.pair()->cdr : kFalse;
  if (procedure.is_pair()) procedure = procedure.pair()->car;
  f.task = &machine.make_task(procedure, arguments, count);
  make_runnable(f);
}

Turn Engine::fail(Fiber& f) {
  Scheduler& s = *f.scheduler;
  if (f.exit_status != 0 && !host_goes_on) {
    if (&s == root) {
      if (report != nullptr) report(machine, f);
      return {Turn::Kind::exited, &f, Value::fixnum(f.exit_status)};
    }
    s.stopped = true;
    s.error = f.task->result;
    return {};
  }
  if (s.on_error.is_procedure() || s.on_error.is_pair()) {
    const Value arguments[] = {value_of(&f), f.task->result};
    spawn_call(s, s.on_error, arguments, 2);
    return {};
  }
  const auto policy = [&](std::string_view name) { return s.on_error == machine.symbols.intern(name); };
  if (policy("stop")) {
    s.stopped = true;
    s.error = f.task->result;
    if (&s == root) return {Turn::Kind::failed, &f, s.error};
  } else if (policy("log") && report != nullptr && !f.is_main) {
    report(machine, f);
  }
  return {};
}

// ---- schedulers within schedulers ----------------------------------------------------------

bool Engine::is_above(const Scheduler& s, const Fiber& f) {
  for (const Fiber* each = &f; each != nullptr; each = each->scheduler->driver) {
    if (each->scheduler == &s) return true;
  }
  return false;
}

void Engine::drive(Fiber& f, Scheduler& s, Mode mode) {
  f.drives = &s;
  s.driver = &f;
  s.mode = mode;
}

void Engine::answer_driver(Fiber& d, std::string_view answer) {
  Scheduler& s = *d.drives;
  s.driver = nullptr;
  d.drives = nullptr;
  d.phase = s.stopped ? Phase::raised : Phase::answered;
  d.answer = s.stopped ? s.error : machine.symbols.intern(answer);
  s.stopped = false;
}

// After a turn in s, whoever drives it takes a place in the queue again.
void Engine::requeue_drivers(Scheduler& s) {
  for (Scheduler* inner = &s; Fiber* d = inner->driver;) {
    inner = d->scheduler;
    if (d->state != State::runnable) continue;
    if (d->drives->mode == Mode::step || d->drives->stopped) answer_driver(*d, "ran");
    d->scheduler->requeue(*d);
  }
}

// The scheduler that d drives has nobody to run now.
void Engine::rest_driver(Fiber& d) {
  Scheduler& s = *d.drives;
  const Standing how = standing(s);
  const bool stuck = how == Standing::stuck && (s.clock == ClockKind::virt || s.mode == Mode::step);
  if (s.stopped || how == Standing::all_done || stuck || s.mode == Mode::step) {
    answer_driver(d, how == Standing::all_done ? "all-done" : how == Standing::stuck ? "stuck" : "idle");
    d.scheduler->requeue(d);
    return;
  }
  // Until one of its fibers is woken, or its next timer is due.
  const std::uint64_t ticket = open_wait(d);
  if (s.timers.count > 0 && s.clock == ClockKind::real) {
    const std::int64_t delay = std::max<std::int64_t>(0, s.timers.next_time() - s.now());
    add_timer(machine.heap, *d.scheduler, d, ticket, kFalse, read_clock(*d.scheduler) + delay);
  }
  // What its fibers want of other tasks may be for the driver's own scheduler to bring.
  d.wait = s.foreign > 0 ? Wait::foreign : Wait::queue;
  park(d);
  d.waits_on = value_of(&s);
}

Fiber* Engine::deepest_waiting_driver() {
  const auto depth = [](const Fiber* f) {
    int n = 0;
    for (; f != nullptr; f = f->scheduler->driver) ++n;
    return n;
  };
  Fiber* found = nullptr;
  fibers.for_each([&](Fiber& f) {
    const bool waits = f.drives != nullptr && f.state == State::parked;
    if (waits && (found == nullptr || depth(&f) > depth(found))) found = &f;
  });
  return found;
}

// Nobody can run in the root.
Turn Engine::nobody_runs() {
  if (inbox.has_letters()) return {};
  if (root->live == 0) return {Turn::Kind::over};
  if (standing(*root) == Standing::idle) return {Turn::Kind::idle};
  // An inner scheduler may wait in vain: whoever runs it is told.
  Fiber* d = deepest_waiting_driver();
  if (d == nullptr) return {Turn::Kind::stuck};
  close_wait(*d);
  answer_driver(*d, "stuck");
  make_runnable(*d);
  return {};
}

bool Engine::wait(int extra_fd, std::optional<std::int64_t> until) {
  changed();  // or an alarm of the past would end the wait
  if (root->timers.count > 0 && root->clock == ClockKind::real) {
    until = std::min(until.value_or(root->timers.next_time()), root->timers.next_time());
  }
  int milliseconds = -1;
  if (until) {
    const std::int64_t left = std::max<std::int64_t>(0, *until - vm::system_clock().monotonic_ns());
    milliseconds = static_cast<int>(std::min<std::int64_t>((left + 999'999) / 1'000'000, 1'000'000));
  }
  return poller.poll(milliseconds, extra_fd);
}

}  // namespace fermata::sched
