// Natives on places, and waiting in several at once.  The rows stand at the end.
//
// Every one of them looks and acts, or begins to wait, in one step: models made of them need
// not care where turns end.
#include <algorithm>

#include "sched/builtins.hpp"
#include "sched/place.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr std::size_t kMostCapacity = std::size_t{1} << 30;

Place* usable(Machine& m, Value v) {
  Place* p = place_of(v);
  return p != nullptr && p->is_usable_in(current_fiber(m).scheduler) ? p : nullptr;
}

Outcome make(Machine& m, Index capacity, Value end, Value putting, Value taking) {
  if (capacity > kMostCapacity) {
    const auto given = static_cast<std::int64_t>(capacity.value);
    return m.out_of_range(1, "at most 2^30", Value::fixnum(given));
  }
  Place& p = make_place(m.heap, static_cast<std::uint32_t>(capacity));
  p.name = putting;
  p.takers->name = taking;
  p.end = end;
  p.home = p.takers->home = current_fiber(m).scheduler;
  return value_of(&p);
}
Outcome is_place(Machine&, Value obj) { return Value::boolean(place_of(obj) != nullptr); }
Outcome is_usable(Machine& m, Value obj) { return Value::boolean(usable(m, obj) != nullptr); }

Outcome not_a_place(Machine& m, Value got) { return m.wrong_type(1, "a place", got); }

Outcome make_exclusive(Machine& m, Value obj) {
  Place* p = place_of(obj);
  if (p == nullptr) return not_a_place(m, obj);
  p->exclusive = true;
  return obj;
}
Outcome make_never(Machine& m, Value obj) {
  Place* p = place_of(obj);
  if (p == nullptr) return not_a_place(m, obj);
  p->never = true;
  p->home = p->takers->home = nullptr;
  return obj;
}
Outcome count(Machine& m, Value obj) {
  const Place* p = place_of(obj);
  return p ? Outcome(Value::fixnum(p->count)) : not_a_place(m, obj);
}
Outcome capacity(Machine& m, Value obj) {
  const Place* p = place_of(obj);
  return p ? Outcome(Value::fixnum(p->capacity)) : not_a_place(m, obj);
}

Outcome put(Machine& m, Value place, Value obj) {
  Place* p = usable(m, place);
  if (p == nullptr) return kFalse;
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (const auto done = put_now(m.heap, *p, obj)) return *done;
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, *p, f, open_wait(f), kFalse, obj);
  }
  return wait_here(m, Wait::queue, value_of(p), Answer::is_value);
}
Outcome put_or_not(Machine& m, Value place, Value obj) {
  Place* p = usable(m, place);
  return p ? put_now(m.heap, *p, obj).value_or(kFalse) : kFalse;
}
Outcome take(Machine& m, Value place, Value otherwise) {
  Place* p = usable(m, place);
  if (p == nullptr) return otherwise;
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (const auto done = take_now(*p)) return *done;
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, *p->takers, f, open_wait(f), kFalse, kFalse);
  }
  return wait_here(m, Wait::queue, value_of(p->takers), Answer::is_value);
}
Outcome take_or_not(Machine& m, Value place, Value otherwise) {
  Place* p = usable(m, place);
  return p ? take_now(*p).value_or(otherwise) : otherwise;
}
Outcome close_place(Machine& m, Value obj) {
  Place* p = place_of(obj);
  if (p == nullptr) return not_a_place(m, obj);
  if (p->closed || p->never) return kFalse;
  close(*p);
  return kTrue;
}

// ---- several ---------------------------------------------------------------------------

// A row of the cases: (place obj) to put, (#t place) to take, (() time), or (#f ...): never.
struct Case {
  Value first, second;
  bool takes() const { return first == kTrue; }
  Value where() const { return takes() ? second : first; }
  Place* place() const { return place_of(where()); }
  bool is_time() const { return first == kNull && second.is_fixnum(); }
};
Case case_at(const Value* rows, std::size_t i) { return {rows[2 * i], rows[2 * i + 1]}; }

struct Choice {
  bool fine = true;  // there are only places that may be used
  std::optional<std::size_t> ready;
};

// One of those that can be done, any by the seed, which is asked once.
Choice choose(Scheduler& s, const Value* rows, std::size_t count) {
  constexpr std::size_t kRemembered = 32;
  std::uint32_t numbers[kRemembered];
  Choice choice;
  std::size_t ready = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Case c = case_at(rows, i);
    const Place* p = c.place();
    if (p == nullptr || !p->is_usable_in(&s)) {
      if (!c.is_time() && c.where() != kFalse) return {false, {}};
      continue;
    }
    if (!(c.takes() ? p->can_take() : p->can_put())) continue;
    if (ready < kRemembered) {
      numbers[ready] = static_cast<std::uint32_t>(i);
    } else if (const std::size_t other = random_below(s, ready + 1); other < kRemembered) {
      numbers[other] = static_cast<std::uint32_t>(i);  // each as likely among those remembered
    }
    ++ready;
  }
  ready = std::min(ready, kRemembered);
  if (ready > 0) choice.ready = numbers[ready == 1 ? 0 : random_below(s, ready)];
  return choice;
}

// The first that waits for a time which has come.
std::optional<std::size_t> due(Scheduler& s, const Value* rows, std::size_t count) {
  std::optional<std::int64_t> now;
  for (std::size_t i = 0; i < count; ++i) {
    if (!case_at(rows, i).is_time()) continue;
    if (!now) now = read_clock(s);
    if (rows[2 * i + 1].fixnum() <= *now) return i;
  }
  return std::nullopt;
}

void wait_for_all(Machine& m, Fiber& f, const Value* rows, std::size_t count) {
  const std::uint64_t ticket = open_wait(f);
  for (std::size_t i = 0; i < count; ++i) {
    const Value tag = Value::fixnum(static_cast<std::int64_t>(i));
    const Case c = case_at(rows, i);
    if (Place* p = c.place()) {
      enqueue(m.heap, c.takes() ? *p->takers : *p, f, ticket, tag, c.takes() ? kFalse : c.second);
    } else if (c.is_time()) {
      add_timer(m.heap, *f.scheduler, f, ticket, tag, c.second.fixnum());
    }
  }
}

Outcome index(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }

Outcome select(Machine& m, Vector& cases, bool waits) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (cases.length() % 2 == 0) return m.wrong_type(1, "a vector of an odd length", value_of(&cases));
    const Value* rows = cases.slots() + 1;
    const std::size_t count = cases.length() / 2;
    m.charge(count / 8);
    const Choice choice = choose(*f.scheduler, rows, count);
    if (!choice.fine) return kTrue;
    if (choice.ready) {
      const Case c = case_at(rows, *choice.ready);
      const auto done = c.takes() ? take_now(*c.place()) : put_now(m.heap, *c.place(), c.second);
      cases.slots()[0] = done.value_or(kFalse);
      return index(*choice.ready);
    }
    if (const auto over = due(*f.scheduler, rows, count)) return index(*over);
    if (!waits) return kFalse;
    FERMATA_TRY(fine, check_cancel(m));
    wait_for_all(m, f, rows, count);
  }
  FERMATA_TRY(answer, wait_here(m, Wait::queue, value_of(&cases)));
  cases.slots()[0] = answer;
  return f.tag;
}

constexpr Builtin kMeetings[] = {
    builtin<make>("(make-place capacity end putting taking)",
                  "A place where tasks meet, with room for so many objects that nobody has taken\n"
                  "yet. After place-close! end is what is taken from it when it is empty, and what\n"
                  "putting gives. Reports say putting and taking of who waits there."),
    builtin<is_place>("(place? obj)", "Whether obj is a place."),
    builtin<is_usable>("(place-usable? obj)",
                       "Whether obj is a place that tasks of the current scheduler may use."),
    builtin<make_exclusive>("(place-exclusive! place)",
                            "From now on it is only for tasks of the scheduler it was made in."),
    builtin<make_never>("(place-never! place)", "From now on nothing happens there: who comes, waits."),
    builtin<count>("(place-count place)", "How many objects wait there to be taken."),
    builtin<capacity>("(place-capacity place)", "For how many there is room."),
    builtin<put>("(place-put! place obj)",
                 "Gives obj to who waits to take something, or leaves it there, or waits for room\n"
                 "or for somebody. #t; the place's end when it is closed; #f when it may not be\n"
                 "used."),
    builtin<put_or_not>("(place-put-now! place obj)", "The same, but #f where it would wait."),
    builtin<take>("(place-take! place otherwise)",
                  "What was put there first, or the place's end; waits for it. otherwise when it\n"
                  "may not be used."),
    builtin<take_or_not>("(place-take-now! place otherwise)", "The same, but otherwise where it would wait."),
    builtin<close_place>("(place-close! place)",
                         "Nothing more can be put there: who waits goes on with the place's end. #f\n"
                         "when it was closed before."),
    builtin<select>("(place-select! cases wait?)",
                    "Does one of several things, as soon as one can be done; of several that can, any\n"
                    "by the seed. cases is #(obj a b a b ...): place and object to put, #t and place\n"
                    "to take, () and a time of clock-now-ns, or #f and anything, which never happens.\n"
                    "The value is the number of the pair, and the vector's first element what was\n"
                    "taken or what putting gave. #f without wait? when nothing can be done now; #t\n"
                    "when one of them may not be used."),
};

}  // namespace

std::span<const Builtin> meeting_builtins() { return kMeetings; }

}  // namespace fermata::sched
