#include "sched/heap_watch.hpp"

#include <algorithm>

#include "sched/engine.hpp"
#include "vm/reach.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// Seldom::heap_watch is a vector of these.
enum : std::size_t { kLimit, kSince, kTooMuch, kTypes, kSlots };

// What is everybody's, or somebody else's.
bool is_of_others(const Object& o, Value types) {
  switch (o.kind()) {
    case Kind::symbol:
    case Kind::cell:
    case Kind::code:
    case Kind::source:
    case Kind::environment:
    case Kind::library:
    case Kind::macro:
    case Kind::record_type:
    case Kind::native:
    case Kind::port:
    case Kind::fiber:
    case Kind::scheduler:
    case Kind::wait_queue:
    case Kind::wait_node:
    case Kind::cancel_scope:
    case Kind::task_group: return true;
    case Kind::record:
      for (; types.is_pair(); types = types.pair()->cdr)
        if (static_cast<const Record&>(o).type == types.pair()->car) return true;
      return false;
    default: return false;
  }
}

}  // namespace

void set_heap_watch(Machine& m, Fiber& f, const HeapWatch& watch) {
  Vector& v = m.heap.make_vector(kSlots, Value::fixnum(0));
  v.slots()[kLimit] = Value::fixnum(static_cast<std::int64_t>(watch.limit));
  v.slots()[kTooMuch] = watch.too_much;
  v.slots()[kTypes] = watch.types;
  f.with_seldom(m.heap).heap_watch = value_of(&v);
}

void drop_heap_watch(Fiber& f) {
  if (f.seldom != nullptr) f.seldom->heap_watch = kFalse;
}

std::size_t heap_limit(const Fiber& f) {
  auto* v = cast<Vector>(f.heap_watch());
  return v != nullptr ? static_cast<std::size_t>(v->slots()[kLimit].fixnum()) : 0;
}

std::size_t kept_by(Machine& m, const Fiber& f, std::size_t most, Value types) {
  GcVector<Value> roots(m.heap);
  roots.push_back(value_of(f.task));
  roots.push_back(f.local);
  return reached_bytes(roots, most, [types](const Object& o) { return is_of_others(o, types); });
}

void note_allocation(Engine& e, Fiber& f, std::uint64_t bytes) {
  auto* v = cast<Vector>(f.heap_watch());
  if (v == nullptr || f.is_over()) return;
  const std::int64_t limit = v->slots()[kLimit].fixnum();
  const std::int64_t since = v->slots()[kSince].fixnum() + static_cast<std::int64_t>(bytes);
  const bool look = since > std::max<std::int64_t>(limit / 4, 65536);
  v->slots()[kSince] = Value::fixnum(look ? 0 : since);
  if (!look) return;
  const auto most = static_cast<std::size_t>(limit);
  if (kept_by(e.machine, f, most, v->slots()[kTypes]) <= most) return;
  const Value too_much = v->slots()[kTooMuch];
  drop_heap_watch(f);
  e.pause(f);
  const Value arguments[] = {value_of(&f)};
  e.spawn_call(*f.scheduler, too_much, arguments, 1);
}

}  // namespace fermata::sched
