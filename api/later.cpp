#include "api/later.hpp"

#include <algorithm>
#include <cassert>

#include "api/errors.hpp"
#include "sched/builtins.hpp"
#include "sched/waiting.hpp"
#include "vm/symbol.hpp"

namespace fermata::api {

using namespace vm;
using sched::Fiber;
using sched::Phase;

namespace {

constexpr std::size_t kLooks = 64;  // at once

bool waits(const fermata_later& l) {
  const Fiber& f = as<Fiber>(l.fiber.get());
  return f.phase == Phase::open && f.ticket == l.ticket && !f.is_over();
}

// Tells whoever asked that the task waits no longer.
void call_stop(fermata_later& l) {
  void (*stop)(void*) = nullptr;
  void* data = nullptr;
  {
    const std::lock_guard guard(l.lock);
    if (!l.finished.load() && !l.stopped) stop = l.stop, data = l.stop_data;
    l.stopped = true;
  }
  if (stop != nullptr) stop(data);
}

// The task is not to be answered any more.
void end(fermata_later& l) {
  l.over = true;
  l.fiber = Kept();
  if (!l.finished.load()) call_stop(l);
}

void remove_at(Instance& in, std::size_t place) {
  fermata_later* l = in.laters[place];
  in.laters[place] = in.laters.back();
  in.laters.pop_back();
  fermata_later_drop(l);
}

// Requires: the interpreter's thread, and that somebody holds the later meanwhile.
void give(fermata_later& l, fermata_outcome (*make)(fermata_interp*, void*), void* data) {
  if (l.in == nullptr || l.over) return;
  Instance& in = *l.in;
  if (waits(l)) {
    const fermata_outcome made = make(&in, data);
    const bool raised = static_cast<Outcome::Kind>(made.kind) != Outcome::Kind::value;
    // What it is made with may have taken its time.
    if (waits(l)) {
      sched::claim(as<Fiber>(l.fiber.get()), l.ticket, kFalse, Value::from_bits(made.word),
                   raised ? Phase::raised : Phase::answered);
    }
  }
  end(l);
  const auto found = std::find(in.laters.begin(), in.laters.end(), &l);
  if (found != in.laters.end()) remove_at(in, static_cast<std::size_t>(found - in.laters.begin()));
}

// What the answer is made of, on its way from another thread; dropped also when it does not arrive.
struct Answer {
  fermata_outcome (*make)(fermata_interp*, void*);
  void* data;
  fermata_drop drop;
  fermata_later* later;
  ~Answer() {
    if (drop != nullptr) drop(data);
    fermata_later_drop(later);
  }
};

}  // namespace

void look_after_laters(Instance& in) {
  for (std::size_t i = std::min(kLooks, in.laters.size()); i > 0 && !in.laters.empty(); --i) {
    if (in.next_later >= in.laters.size()) in.next_later = 0;
    fermata_later& l = *in.laters[in.next_later];
    if (waits(l)) {
      ++in.next_later;
      continue;
    }
    fermata_later_copy(&l);
    remove_at(in, in.next_later);
    end(l);
    fermata_later_drop(&l);
  }
}

void close_laters(Instance& in) {
  while (!in.laters.empty()) {
    fermata_later& l = *fermata_later_copy(in.laters.back());
    remove_at(in, in.laters.size() - 1);
    end(l);
    l.in = nullptr;
    fermata_later_drop(&l);
  }
}

}  // namespace fermata::api

// ---- the C interface --------------------------------------------------------------------------
using namespace fermata;
using namespace fermata::api;

fermata_error* fermata_later_new(fermata_interp* in, fermata_later** out) {
  if (fermata_error* e = in->check()) return e;
  if (in->depth > 0 || in->engine->current == in->engine->nobody) {
    return error_of(FERMATA_BLOCKED, std::string(in->machine->native_name()) +
                                         ": it finishes later, so what called it would have to wait inside of "
                                         "another host function; spawn a task there");
  }
  auto* l = new fermata_later;
  l->door = in->engine->door;
  l->in = in;
  sched::Fiber& f = *in->engine->current;
  l->fiber = Kept(*in->hub, vm::value_of(&f));
  l->ticket = sched::open_wait(f);
  f.source = sched::Wait::foreign;
  l->uses.store(2, std::memory_order_relaxed);  // the list's and the caller's
  in->laters.push_back(l);
  *out = l;
  return nullptr;
}

fermata_outcome fermata_park(fermata_interp* in, fermata_later*) {
  const vm::Outcome o = sched::wait_here(*in->machine, sched::Wait::foreign, vm::kFalse, sched::Answer::is_value);
  return {o.value.bits(), static_cast<std::uint64_t>(o.kind)};
}

void fermata_unpark(fermata_interp* in) { sched::close_wait(*in->engine->current); }

void fermata_later_finish(fermata_later* l, fermata_outcome (*make)(fermata_interp*, void*), void* data,
                          fermata_drop drop) {
  const bool late = l->finished.exchange(true);
  if (late || (l->door->here() != nullptr && l->in != nullptr)) {
    if (!late) give(*l, make, data);
    if (drop != nullptr) drop(data);
    return;
  }
  const auto answer = std::shared_ptr<Answer>(new Answer{make, data, drop, fermata_later_copy(l)});
  l->door->post([answer](sched::Engine&) { give(*answer->later, answer->make, answer->data); });
}

void fermata_later_on_stop(fermata_later* l, void (*stop)(void*), void* data, fermata_drop drop) {
  bool now;
  {
    const std::lock_guard guard(l->lock);
    assert(l->stop == nullptr && "who is told that a host call is not waited for was said before");
    now = l->stopped && !l->finished.load();
    l->stop = stop;
    l->stop_data = data;
    l->stop_drop = drop;
  }
  if (now) stop(data);
}

fermata_later* fermata_later_copy(fermata_later* l) {
  l->uses.fetch_add(1, std::memory_order_relaxed);
  return l;
}

void fermata_later_drop(fermata_later* l) {
  if (l->uses.load(std::memory_order_acquire) == 1 || l->uses.fetch_sub(1, std::memory_order_acq_rel) == 1) delete l;
}
