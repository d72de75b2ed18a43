#include "api/running.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

#include "api/datum.hpp"
#include "api/errors.hpp"
#include "api/events.hpp"
#include "api/later.hpp"
#include "api/tasks.hpp"
#include "sched/builtins.hpp"
#include "sched/stuck.hpp"
#include "sched/waiting.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/ports.hpp"
#include "vm/allocation.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;
using sched::Engine;
using sched::Fiber;
using sched::Turn;

namespace {

constexpr std::size_t kTurns = 4;             // between looks at the clock
constexpr std::uint32_t kMostNested = 128;    // host functions within each other

// The limits of a run, and how far it is in being stopped.
class Limits {
 public:
  Limits(Instance& in, const fermata_run* options) : in_(in) {
    run_.outer = in.run;
    if (options != nullptr && options->timeout_ns > 0) run_.deadline = now_ns() + options->timeout_ns;
    if (options != nullptr && options->gas > 0) run_.gas = static_cast<std::int64_t>(options->gas);
    if (options != nullptr) heap_ = HeapAllowance(complete(options).heap_bytes);
    has_deadline_ = run_.deadline != Run::kForEver;
    for (const Run* r = run_.outer; r != nullptr; r = r->outer) {
      run_.deadline = std::min(run_.deadline, r->deadline);
      run_.gas = std::min(run_.gas, r->gas);
    }
    in.run = &run_;
  }
  ~Limits() { in_.run = run_.outer; }
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  // Whether each turn is to be looked at.
  bool is_close() const { return has_gas_limit() || heap_.is_limited() || in_.limited_tasks > 0; }
  // After a turn of the task: what it is to be told about the memory it keeps.
  Value look_at_heap(const Fiber& f) {
    switch (heap_.look(in_, f)) {
      case HeapAllowance::Verdict::fine: return kFalse;
      case HeapAllowance::Verdict::end: code_ = FERMATA_MEMORY; return kFalse;
      case HeapAllowance::Verdict::tell: break;
    }
    return HeapAllowance::used_up(in_);
  }
  bool has_gas_limit() const { return run_.gas != Run::kForEver; }
  std::int64_t slice(std::int64_t usual) const { return std::clamp<std::int64_t>(run_.gas, 1, usual); }
  void use(std::int64_t gas) {
    if (has_gas_limit()) run_.gas -= gas;
  }
  std::int64_t deadline() const { return grace_ != 0 ? grace_ : run_.deadline; }

  // What the task is to be told now, or nothing.
  std::optional<std::pair<fermata_code, Value>> to_tell() {
    const auto tell = [&](fermata_code code, ConditionKind kind, const char* text) {
      code_ = code;
      grace_ = now_ns() + kGrace;
      const Value c = in_.machine->make_condition(kind, text);
      as<Condition>(c).who = kFalse;
      return std::pair(code, c);
    };
    // An interrupt is for the outermost: what it has called goes first, one after the other.
    if (in_.interrupted.load(std::memory_order_acquire)) {
      in_.interrupted.store(false, std::memory_order_relaxed);
      in_.machine->clear_interrupt();
      return tell(FERMATA_CANCELLED, ConditionKind::interrupted, "interrupted by the host");
    }
    if (grace_ != 0) return std::nullopt;
    if (run_.gas <= 0) {
      run_.gas = Run::kForEver;
      return tell(FERMATA_GAS, ConditionKind::cancelled, "the gas given to this run is used up");
    }
    if (run_.deadline != Run::kForEver && now_ns() >= run_.deadline)
      return tell(FERMATA_TIMEOUT, ConditionKind::timeout, "the time given to this run is over");
    return std::nullopt;
  }
  // It was told, and went on nevertheless.
  bool is_over() {
    if (keeps_too_much(in_)) code_ = FERMATA_MEMORY;
    return code_ == FERMATA_MEMORY || (grace_ != 0 && now_ns() >= grace_);
  }
  fermata_code code() const { return code_; }
  fermata_error* verdict() const {
    switch (code_) {
      case FERMATA_GAS: return error_of(code_, "the gas given to this run is used up");
      case FERMATA_TIMEOUT: return error_of(code_, "the time given to this run is over");
      case FERMATA_MEMORY: return error_of(code_, "it kept more memory than the limit allows, and caught the error");
      default: return error_of(FERMATA_CANCELLED, "interrupted by the host");
    }
  }

 private:
  Instance& in_;
  Run run_;
  HeapAllowance heap_;
  bool has_deadline_ = false;
  std::int64_t grace_ = 0;
  fermata_code code_ = FERMATA_OK;
};

// What was raised because a limit was passed says which.
fermata_error* raised_error(Instance& in, const Limits& limits, const Task& task) {
  fermata_error* e = error_of(in, task.result, task.trace);
  if (limits.code() == FERMATA_GAS && e->code == FERMATA_CANCELLED) e->code = FERMATA_GAS;
  return e;
}

void name_task(Instance& in, Fiber& f, const fermata_run* options) {
  if (options == nullptr) return;
  if (options->name != nullptr) f.name = in.machine->symbols.intern(options->name);
  if (options->priority != 0) f.priority = options->priority > 0 ? sched::Priority::high : sched::Priority::low;
}

Value stuck_condition(Instance& in) {
  std::string text = "every task waits, and nothing can wake one of them\n" + sched::stuck_report(*in.engine, nullptr);
  text.pop_back();
  const Value c = in.machine->make_condition(ConditionKind::stuck, text);
  as<Condition>(c).who = kFalse;
  return c;
}

// The error that ended it.  A stack that had grown to its limit is not kept.
fermata_error* end_of_first_turn(Instance& in, const Limits& limits, Fiber& f) {
  fermata_error* e = raised_error(in, limits, *f.task);
  if (e->code == FERMATA_MEMORY || e->code == FERMATA_DEPTH) forget_caller(in);
  else give_back(in, f);
  return e;
}

// Lets the engine take turns until the task has ended; the first one is its own, and was taken
// if it is given.
fermata_error* take_turns(Instance& in, Fiber& f, const fermata_run* options, const Turn* taken, Value& out) {
  Engine& engine = *in.engine;
  Limits limits(in, options);
  const std::int64_t usual = engine.root->gas;
  std::uint64_t steps = f.steps;
  bool first = true;
  for (;;) {
    if (limits.has_gas_limit()) engine.root->gas = limits.slice(usual);
    const bool begins = std::exchange(first, false);
    const Turn turn = !begins ? engine.run(f, limits.is_close() ? 1 : kTurns) : taken != nullptr ? *taken : engine.call(f);
    // What did not come to its end at once is known to others, and is not used again.
    if (begins && !(turn.kind == Turn::Kind::over && f.state == sched::State::runnable)) forget_caller(in);
    engine.root->gas = usual;
    limits.use(static_cast<std::int64_t>(f.steps - steps));
    in.gas_used += f.steps - steps;
    steps = f.steps;
    switch (turn.kind) {
      case Turn::Kind::over:
        scheme::flush_ready_ports(engine.machine);
        if (f.state >= sched::State::crashed) return raised_error(in, limits, *f.task);
        if (f.state == sched::State::runnable && f.task->state() == Task::failed)
          return end_of_first_turn(in, limits, f);
        out = f.task->result;
        if (f.state == sched::State::runnable) give_back(in, f);
        return nullptr;
      case Turn::Kind::exited:
        scheme::flush_ready_ports(engine.machine);
        engine.abandon(f);
        return exit_error(static_cast<int>(turn.value.fixnum()));
      case Turn::Kind::failed: {
        engine.abandon(f);
        return error_of(in, turn.value, turn.fiber->task->trace);
      }
      case Turn::Kind::asked:
        engine.raise_in(*turn.fiber,
                        engine.machine.make_condition(ConditionKind::internal, "nobody answers this request"));
        break;
      case Turn::Kind::idle:
        look_after(in);
        wait_for_work(in, limits.deadline());
        break;
      case Turn::Kind::stuck: engine.raise_in(f, stuck_condition(in)); break;
      default: break;
    }
    if (turn.fiber != nullptr && turn.fiber != &f) hold_to_limits(in, *turn.fiber);
    look_after(in);
    const Value used_up = limits.look_at_heap(f);
    if (limits.is_over()) {
      engine.abandon(f);
      return limits.verdict();
    }
    if (const auto told = limits.to_tell()) engine.raise_in(f, told->second);
    else if (used_up != kFalse) engine.raise_in(f, used_up);
  }
}

fermata_error* drive(Instance& in, Fiber& f, const fermata_run* options, const Turn* taken, Value& out) {
  fermata_error* e = take_turns(in, f, options, taken, out);
  publish(in);
  if (!in.laters.empty()) look_after_laters(in);  // what it waited for is to be stopped
  if (e != nullptr && (e->code == FERMATA_MEMORY || e->code == FERMATA_TIMEOUT)) vm::clear_stack_below();
  return e;
}

// ---- inside of a host function -------------------------------------------------------------

// The task that called the host is not to be found waiting for what its callee began.
void forget_wait(Instance& in) {
  Fiber& f = *in.engine->current;
  sched::close_wait(f);
  f.yielding = f.resuming = f.takes_answer = false;
  f.holds = 0;
  if (f.drives != nullptr) f.drives->driver = nullptr, f.drives = nullptr;
}

fermata_error* run_nested(Instance& in, Value procedure, Arguments arguments, const fermata_run* options, Value& out) {
  Machine& m = *in.machine;
  if (in.depth >= kMostNested)
    return error_of(FERMATA_RAISED, "host functions and Scheme have called each other " +
                                        std::to_string(kMostNested) + " deep");
  const std::string host(m.native_name());
  const Value marks = sched::inherited(m);
  Limits limits(in, options);
  Machine::Aside aside(m);
  Task& task = m.make_task(procedure, Values(m, arguments).data(), arguments.count);
  task.dynamic = marks;
  ++in.depth;
  struct Leave {
    Instance& in;
    Fiber& fiber;
    const Value rights;
    ~Leave() {
      --in.depth;
      fiber.rights = rights;
    }
  } leave{in, *in.engine->current, in.engine->current->rights};
  narrow(in, leave.fiber, options);
  for (;;) {
    const std::int64_t gas = limits.slice(10'000);
    const RunStatus status = aside.run(task, gas);
    limits.use(gas - m.gas_left());
    switch (status) {
      case RunStatus::finished: out = task.result; return nullptr;
      case RunStatus::raised: return raised_error(in, limits, task);
      case RunStatus::exited: return exit_error(static_cast<int>(task.result.fixnum()));
      case RunStatus::waiting: {
        forget_wait(in);
        const Value c = m.make_condition(
            ConditionKind::scheduler, "what " + (host.empty() ? "the host" : host) +
                                          " calls back would have to wait; let the host function finish later, "
                                          "by a Completer, or spawn a task");
        as<Condition>(c).who = kFalse;
        m.raise_in(task, c);
        break;
      }
      case RunStatus::out_of_gas:
      case RunStatus::interrupted: break;
    }
    if (limits.is_over()) return limits.verdict();
    if (const auto told = limits.to_tell()) m.raise_in(task, told->second);
  }
}

// Falling asleep and being woken takes longer than many an answer of the host's other threads.
// Where the last one came within that time, the next is looked for before.
constexpr std::int64_t kSoon = 50'000;   // ns, the waking included
constexpr std::int64_t kLooks = 20'000;  // for so long

bool look_for_answer(const Instance& in, std::int64_t start) {
  do {
    if (in.engine->inbox.has_letters()) return true;
    std::this_thread::yield();
  } while (now_ns() - start < kLooks);
  return false;
}

}  // namespace

// The limit is soft: whoever passes it finds a condition raised, and may go on with a
// thirty-second of it each time.  An eighth beyond, nobody is asked any more.
bool keeps_too_much(Instance& in) {
  vm::Heap& heap = in.machine->heap;
  const std::size_t limit = heap.limit(), most = limit + limit / 8;
  if (most < limit || heap.most_kept() <= most || heap.allocated() < in.look_at_heap) return false;
  in.look_at_heap = heap.allocated() + limit / 16;
  return heap.count_kept() > most;
}

std::int64_t now_ns() { return vm::system_clock().monotonic_ns(); }

void look_after(Instance& in) {
  run_finalizers();
  in.hub->sweep();
  if (!in.laters.empty()) look_after_laters(in);
}

void publish_all(Instance& in) {
  while (in.events->has_room()) {
    const auto text = in.engine->outbox->next(std::chrono::nanoseconds(0));
    if (!text) return;
    auto* d = new fermata_datum;
    Node& n = d->nodes.emplace_back();
    n.kind = Node::Kind::string;
    n.text = *text;
    d->root = &n;
    in.events->put({FERMATA_PUBLISHED, 0, d, nullptr});
  }
}

void wait_for_work(Instance& in, std::int64_t until) {
  publish(in);
  scheme::flush_ready_ports(*in.machine);
  const std::int64_t start = in.laters.empty() ? 0 : now_ns();
  if (in.answers_come_soon && start != 0 && look_for_answer(in, start)) return;
  if (in.engine->wait(in.wake_fd, until == Run::kForEver ? std::nullopt : std::optional(until))) {
    std::uint64_t count;
    static_cast<void>(!::read(in.wake_fd, &count, sizeof count));
  }
  in.answers_come_soon = start != 0 && in.engine->inbox.has_letters() && now_ns() - start < kSoon;
}

fermata_run complete(const fermata_run* given) {
  fermata_run all = {};
  if (given != nullptr) std::memcpy(&all, given, std::min(given->size, sizeof all));
  return all;
}

void narrow(Instance& in, Fiber& task, const fermata_run* options) {
  if (options == nullptr) return;
  const fermata_run run = complete(options);
  if (run.grants == nullptr) return;
  in.capabilities->narrow(*in.machine, task, Grants(std::span(run.grants, run.grant_count)));
}

Fiber& begin_task(Instance& in, Value procedure, Arguments arguments, const fermata_run* options) {
  Machine& m = *in.machine;
  Fiber& f = in.engine->spawn(*in.engine->root, kFalse, kNull);
  f.task = &m.make_task(procedure, Values(m, arguments).data(), arguments.count);
  f.awaited = true;
  name_task(in, f, options);
  narrow(in, f, options);
  sched::make_runnable(f);
  return f;
}

fermata_error* run_procedure(Instance& in, Value procedure, Arguments arguments, const fermata_run* options,
                             Value& out) {
  return without_exceptions([&] {
    if (in.run != nullptr) return run_nested(in, procedure, arguments, options, out);
    in.machine->clear_interrupt();
    if (in.calls_until_look-- == 0) {
      in.calls_until_look = Instance::kCallsUntilLook;
      look_after(in);
    }
    Fiber& f = caller_for(in, procedure, arguments);
    name_task(in, f, options);
    narrow(in, f, options);
    return drive(in, f, options, nullptr, out);
  });
}

fermata_error* go_on(Instance& in, Fiber& f, const Turn& taken, Value& out) {
  return without_exceptions([&] { return drive(in, f, nullptr, &taken, out); });
}

// The procedure of Runtime::loader, but without a thunk that would have to be compiled.
fermata_error* run_text(Instance& in, std::string_view file, std::string_view text, const fermata_run* run,
                        Value& out) {
  return without_exceptions([&] {
    const fermata_view loader = view_of(in, scheme::make_loader(*in.machine, file, text, *in.runtime->interaction));
    return run_procedure(in, in.runtime->load_procedure, {&loader, 1}, run, out);
  });
}

fermata_error* prepare(Instance& in) {
  if (in.runtime->interaction_ready) return nullptr;
  Value none;
  return run_text(in, "<host>", "", nullptr, none);
}

}  // namespace fermata::api

// ---- the C interface --------------------------------------------------------------------------
using namespace fermata;
using namespace fermata::api;

namespace {

fermata_error* view_of_text(fermata_interp& in, std::string_view file, std::string_view text, const fermata_run* run,
                            fermata_view* out) {
  vm::Value result;
  fermata_error* e = run_text(in, file, text, run, result);
  if (e == nullptr && out != nullptr) *out = view_of(in, result);
  return e;
}

}  // namespace

fermata_error* fermata_eval(fermata_interp* in, const char* text, size_t size, const char* file,
                            const fermata_run* run, fermata_view* out) {
  if (fermata_error* e = in->check()) return e;
  return view_of_text(*in, file != nullptr ? file : "<host>", {text, size}, run, out);
}

fermata_error* fermata_load(fermata_interp* in, const char* path, const fermata_run* run, fermata_view* out) {
  if (fermata_error* e = in->check()) return e;
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_of(FERMATA_IO, std::string("cannot read the file ") + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return view_of_text(*in, path, text, run, out);
}

fermata_error* fermata_import(fermata_interp* in, const char* library, size_t size) {
  const std::string text = "(import " + std::string(library, size) + ")";
  return fermata_eval(in, text.data(), text.size(), "<host>", nullptr, nullptr);
}

fermata_error* fermata_get(fermata_interp* in, const char* name, size_t size, fermata_view* out) {
  if (fermata_error* e = in->check()) return e;
  if (fermata_error* e = prepare(*in)) return e;
  const vm::Value symbol = in->machine->symbols.intern(std::string_view(name, size));
  const vm::Value denotation = scheme::lookup(*in->runtime->interaction, symbol);
  const auto* cell = vm::cast<vm::Cell>(denotation);
  if (cell == nullptr || cell->value == vm::kUnbound) {
    const bool syntax = denotation != vm::kUnbound && cell == nullptr;
    return error_of(FERMATA_UNBOUND, (syntax ? "this is syntax, not a variable: " : "unbound variable: ") +
                                         std::string(name, size));
  }
  *out = view_of(*in, cell->value);
  return nullptr;
}

fermata_error* fermata_set(fermata_interp* in, const char* name, size_t size, fermata_view value) {
  if (fermata_error* e = in->check()) return e;
  if (fermata_error* e = prepare(*in)) return e;
  scheme::define_value(*in->machine, *in->runtime->interaction, std::string_view(name, size), value_of_view(value));
  return nullptr;
}
