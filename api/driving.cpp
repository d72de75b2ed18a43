// Driving: ticks in the host's loop, one run, or a thread of our own; and the doors that
// other threads use.
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "api/background.hpp"
#include "api/datum.hpp"
#include "api/errors.hpp"
#include "api/events.hpp"
#include "api/running.hpp"
#include "api/tasks.hpp"
#include "scheme/environment.hpp"
#include "scheme/ports.hpp"
#include "vm/string.hpp"

using namespace fermata;
using namespace fermata::api;
using sched::Rest;
using sched::Turn;

namespace {

constexpr std::size_t kTurns = 4;  // between looks at the clock

fermata_tick_state state_of(Turn::Kind kind) {
  switch (kind) {
    case Turn::Kind::idle: return FERMATA_IDLE;
    case Turn::Kind::stuck: return FERMATA_ALL_WAIT;
    case Turn::Kind::over: return FERMATA_ALL_DONE;
    case Turn::Kind::nested: return FERMATA_NESTED;
    default: return FERMATA_MORE;
  }
}

void end_for_memory(fermata_interp& in, sched::Fiber& f) {
  if (f.is_over()) return;
  f.task->result = in.machine->make_condition(
      vm::ConditionKind::memory, "it kept more memory than the limit allows, and caught the error");
  in.engine->abandon(f);
}

Turn take_turns(fermata_interp& in, std::size_t turns, std::int64_t until) {
  for (;;) {
    const std::size_t now = in.limited_tasks > 0 ? 1 : until == Run::kForEver ? turns : std::min(turns, kTurns);
    const Turn t = in.engine->tick(now);
    if (t.kind != Turn::Kind::ran) [[unlikely]] switch (t.kind) {
      case Turn::Kind::exited:
        end_by_exit(in, *t.fiber, static_cast<int>(t.value.fixnum()));
        break;
      case Turn::Kind::asked:
        in.engine->raise_in(*t.fiber,
                            in.machine->make_condition(vm::ConditionKind::internal, "nobody answers this request"));
        break;
      case Turn::Kind::interrupted:
        in.machine->clear_interrupt();
        if (in.interrupted.exchange(false))
          in.engine->raise_in(*t.fiber,
                              in.machine->make_condition(vm::ConditionKind::interrupted, "interrupted by the host"));
        break;
      case Turn::Kind::failed:
        tell_of_failure(*in.machine, *t.fiber);
        break;
      case Turn::Kind::ran:
        break;
      default:
        return t;
    }
    // Whoever used all of its turn is whom it can be blamed on.
    if (t.fiber != nullptr) hold_to_limits(in, *t.fiber);
    if (t.fiber != nullptr && keeps_too_much(in)) end_for_memory(in, *t.fiber);
    turns -= std::min(turns, now);
    if (turns == 0 || (until != Run::kForEver && now_ns() >= until)) return {};
  }
}

}  // namespace

fermata_tick_result fermata_tick(fermata_interp* in, uint64_t gas, int64_t wall_ns) {
  if (fermata_error* e = in->check()) {
    fermata_error_free(e);
    return {FERMATA_NESTED, -1, 0};
  }
  if (in->run != nullptr) return {FERMATA_NESTED, -1, 0};
  const Driving driving(*in);
  const std::uint64_t before = in->engine->root->steps;
  const auto slice = static_cast<std::uint64_t>(in->engine->root->gas);
  const std::size_t turns = gas < 2 * slice ? 1 : gas / slice;
  const Turn t = take_turns(*in, turns, wall_ns > 0 ? now_ns() + wall_ns : Run::kForEver);
  const std::uint64_t used = in->engine->root->steps - before;
  in->gas_used += used;
  if (used > 0) scheme::flush_ready_ports(*in->machine);
  look_after(*in);
  publish(*in);
  fermata_tick_state state = state_of(t.kind);
  if ((state == FERMATA_ALL_WAIT || state == FERMATA_IDLE) && in->engine->rest().kind == Rest::Kind::ready)
    state = FERMATA_MORE;
  return {state, in->engine->is_ready() ? 0 : fermata_next_deadline(in), used};
}

int fermata_poll_fd(fermata_interp* in) { return in->engine->poll_fd(); }

int64_t fermata_next_deadline(fermata_interp* in) {
  const Rest r = in->engine->rest();
  return r.kind == Rest::Kind::ready ? 0 : r.kind == Rest::Kind::until ? r.time : -1;
}

fermata_error* fermata_run_all(fermata_interp* in, const fermata_run* run) {
  if (fermata_error* e = in->check()) return e;
  if (in->run != nullptr) return error_of(FERMATA_BLOCKED, "run was called from inside of a host function");
  const std::int64_t until = run != nullptr && run->timeout_ns > 0 ? now_ns() + run->timeout_ns : Run::kForEver;
  std::uint64_t gas = run != nullptr && run->gas > 0 ? run->gas : UINT64_MAX;
  for (;;) {
    const fermata_tick_result r = fermata_tick(in, std::min<std::uint64_t>(gas, 100'000), 0);
    gas -= std::min(gas, r.gas);
    if (r.state == FERMATA_ALL_DONE) return nullptr;
    if (r.state == FERMATA_ALL_WAIT)
      return error_of(FERMATA_STUCK, "every task waits, and nothing can wake one of them");
    if (in->interrupted.exchange(false)) return error_of(FERMATA_CANCELLED, "interrupted by the host");
    if (gas == 0) return error_of(FERMATA_GAS, "the gas given to this run is used up");
    if (now_ns() >= until) return error_of(FERMATA_TIMEOUT, "the time given to this run is over");
    if (r.state == FERMATA_IDLE) wait_for_work(*in, until);
  }
}

// ---- a thread of our own ------------------------------------------------------------------------

fermata_error* fermata_start_background(fermata_interp* in) {
  if (fermata_error* e = in->check()) return e;
  if (in->run != nullptr) return error_of(FERMATA_BLOCKED, "start_background was called from inside of a host function");
  fermata_detach(in);
  in->background = std::make_unique<fermata_background>();
  std::promise<void> attached;
  in->background->thread = std::thread([in, &attached, background = in->background.get()] {
    fermata_error_free(fermata_attach(in));
    attached.set_value();
    while (!background->stopping.load(std::memory_order_acquire)) {
      const fermata_tick_result r = fermata_tick(in, 100'000, 0);
      const bool rests = r.state == FERMATA_IDLE || r.state == FERMATA_ALL_WAIT || r.state == FERMATA_ALL_DONE;
      if (rests && !background->stopping.load(std::memory_order_acquire)) wait_for_work(*in, Run::kForEver);
    }
    fermata_detach(in);
  });
  attached.get_future().wait();
  return nullptr;
}

fermata_error* fermata_stop_background(fermata_interp* in) {
  if (in->background == nullptr) return error_of(FERMATA_CLOSED, "no background thread runs this interpreter");
  in->background->stopping.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  static_cast<void>(!::write(in->wake_fd, &one, sizeof one));
  in->background->thread.join();
  in->background = nullptr;
  return fermata_attach(in);
}

// ---- doors --------------------------------------------------------------------------------------

namespace {

struct Order {
  fermata_interp* in;
  std::uint64_t id;
  std::string procedure, name;
  std::vector<fermata_datum*> arguments;
  std::vector<fermata_grant> grants;
  std::deque<std::string> narrowed;  // what they say
  fermata_run run;
  ~Order() {
    for (fermata_datum* d : arguments) fermata_datum_drop(d);
  }
};

void begin(const Order& o) {
  fermata_interp& in = *o.in;
  fermata_view procedure;
  fermata_error* e = fermata_get(&in, o.procedure.data(), o.procedure.size(), &procedure);
  if (e != nullptr) {
    fermata_error_message(e);  // its text, for whichever thread reads it
    in.events->put({FERMATA_EXITED, o.id, nullptr, e});
    return;
  }
  // On the collector's side as a list: spread by the views of its parts.
  vm::GcVector<vm::Value> values(in.machine->heap);
  for (const fermata_datum* d : o.arguments) values.push_back(value_of_node(*in.machine, *d->root));
  std::vector<fermata_view> views;
  for (std::size_t i = 0; i < values.size(); ++i) views.push_back(view_of(in, values[i]));
  fermata_task* t = spawn(in, value_of_view(procedure), views.data(), views.size(), &o.run, nullptr);
  t->submitted = o.id;
}

}  // namespace

fermata_error* fermata_submit(fermata_interp* in, const char* procedure, size_t size,
                              const fermata_datum* const* arguments, size_t count, const fermata_run* run,
                              uint64_t* id) {
  auto order = std::make_shared<Order>();
  order->in = in;
  order->id = in->next_submit.fetch_add(1) + 1;
  order->procedure.assign(procedure, size);
  for (std::size_t i = 0; i < count; ++i) order->arguments.push_back(fermata_datum_copy(arguments[i]));
  order->run = complete(run);
  order->run.size = sizeof order->run;
  if (order->run.grants != nullptr) {
    order->grants.push_back({FERMATA_MAY_READ, ""});  // it is never nowhere
    for (std::size_t i = 0; i < order->run.grant_count; ++i) {
      const fermata_grant& g = order->run.grants[i];
      order->grants.push_back({g.may, order->narrowed.emplace_back(g.what != nullptr ? g.what : "").c_str()});
    }
    order->run.grants = order->grants.data() + 1;
  }
  if (order->run.name != nullptr) {
    order->name = order->run.name;
    order->run.name = order->name.c_str();
  }
  if (id != nullptr) *id = order->id;
  if (!in->engine->door->post_bounded([order](sched::Engine&) { begin(*order); }))
    return error_of(FERMATA_BUSY, "the interpreter has not begun what was submitted before");
  return nullptr;
}

int fermata_next_event(fermata_interp* in, int64_t timeout_ns, fermata_event* out) {
  const bool ours = in->owner.load(std::memory_order_relaxed) == vm::this_thread();
  if (ours && in->run == nullptr) publish(*in);
  const auto e = in->events->next(timeout_ns);
  if (e) *out = *e;
  return e.has_value();
}

int fermata_event_fd(fermata_interp* in) { return in->events->fd(); }

int fermata_post(fermata_interp* in, void (*work)(fermata_interp*, void*), void* data, fermata_drop drop) {
  struct Parcel {
    void* data;
    fermata_drop drop;
    ~Parcel() {
      if (drop != nullptr) drop(data);
    }
  };
  auto parcel = std::shared_ptr<Parcel>(new Parcel{data, drop});
  return in->engine->door->post_bounded([in, work, parcel](sched::Engine&) { work(in, parcel->data); });
}
