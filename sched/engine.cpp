// Fibers: how they begin, wait, are cancelled and end.  Their turns: turns.cpp.
#include "sched/engine.hpp"

#include <algorithm>

#include "sched/cancel.hpp"
#include "sched/groups.hpp"
#include "sched/waiting.hpp"
#include "vm/allocation.hpp"
#include "vm/device.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::size_t kFirstSlots = 9;  // of a stack: a short procedure that waits

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

// ---- between turns -----------------------------------------------------------------------

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
