// Natives on meeting places: pairs of wait queues, and waiting in several at once.
//
// A place where tasks meet has two wait queues, partners of each other: who waits in one is
// served by who comes to the other.  A queue may be open as well: who comes to it need not
// wait, whatever the place means by that (room in a buffer, say).  So the kit can tell which
// of several places is ready, by the scheduler's seed, and wait for all in one step, without
// knowing what happens there.  The rows stand at the end.
#include "sched/builtins.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// Is there a need to wait in the queue?
bool is_ready(const WaitQueue& q) {
  return q.open || (q.partner != nullptr && first_of(*q.partner) != nullptr);
}

// What is not of the fiber's scheduler comes from outside: no clock may jump meanwhile.
Wait kind_of_wait(const WaitQueue& q, const Fiber& f) {
  return q.home == nullptr || q.home == f.scheduler ? Wait::queue : Wait::outside;
}

Outcome make_pair_of_queues(Machine& m, Value owner, Value name, Value partner_name) {
  WaitQueue& q = make_wait_queue(m.heap, name);
  WaitQueue& partner = make_wait_queue(m.heap, partner_name);
  q.partner = &partner, partner.partner = &q;
  q.owner = partner.owner = owner;
  q.home = partner.home = current_fiber(m).scheduler;
  return value_of(&q);
}
Outcome partner(Machine&, WaitQueue& q) {
  return q.partner ? Outcome(value_of(q.partner)) : Outcome(kFalse);
}
Outcome owner(Machine&, WaitQueue& q) { return q.owner; }
Outcome set_owner(Machine&, WaitQueue& q, Value owner) {
  q.owner = owner;
  if (q.partner != nullptr) q.partner->owner = owner;
  return kUnspecified;
}
Outcome set_open(Machine&, WaitQueue& q, bool open) {
  q.open = open;
  return kUnspecified;
}

// The datum of the first on the other side, who gets `answer`; or a wait for one to come.
Outcome meet(Machine& m, WaitQueue& q, Value datum, Value answer) {
  Fiber& f = current_fiber(m);
  if (!is_resuming(f)) {
    if (WaitNode* n = q.partner ? first_of(*q.partner) : nullptr) {
      const Value brought = n->datum;
      claim(*n, answer);
      return brought;
    }
    FERMATA_TRY(fine, check_cancel(m));
    enqueue(m.heap, q, f, open_wait(f), kFalse, datum);
  }
  return wait_here(m, kind_of_wait(q, f), value_of(&q));
}

// One of the ready ones, any by the seed; nothing: none is.
std::optional<std::size_t> choose(Scheduler& s, const Value* cases, std::size_t count) {
  std::optional<std::size_t> chosen;
  std::size_t ready = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* q = cast<WaitQueue>(cases[2 * i]);
    if (q == nullptr || !is_ready(*q)) continue;
    if (++ready == 1 || random_below(s, ready) == 0) chosen = i;
  }
  return chosen;
}

// The first that waits for a time which has come.
std::optional<std::size_t> due(Scheduler& s, const Value* cases, std::size_t count) {
  std::optional<std::int64_t> now;
  for (std::size_t i = 0; i < count; ++i) {
    if (!cases[2 * i].is_fixnum()) continue;
    if (!now) now = read_clock(s);
    if (cases[2 * i].fixnum() <= *now) return i;
  }
  return std::nullopt;
}

Outcome index(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }
// Of a case that has happened: counted from -1 downwards.
Outcome happened(std::int64_t i) { return Value::fixnum(-1 - i); }

Outcome select(Machine& m, Vector& cases, bool waits) {
  Fiber& f = current_fiber(m);
  Wait kind = Wait::queue;
  if (!is_resuming(f)) {
    FERMATA_TRY(fine, check_cancel(m));
    if (cases.length() % 2 == 0) return m.wrong_type(1, "a vector of an odd length", value_of(&cases));
    const Value* rows = cases.slots() + 1;
    const std::size_t count = cases.length() / 2;
    m.charge(count / 8);
    if (const auto ready = choose(*f.scheduler, rows, count)) return index(*ready);
    if (const auto over = due(*f.scheduler, rows, count)) return happened(static_cast<std::int64_t>(*over));
    if (!waits) return kFalse;
    const std::uint64_t ticket = open_wait(f);
    for (std::size_t i = 0; i < count; ++i) {
      const Value tag = Value::fixnum(static_cast<std::int64_t>(i));
      if (auto* q = cast<WaitQueue>(rows[2 * i])) {
        enqueue(m.heap, *q, f, ticket, tag, rows[2 * i + 1]);
        if (kind_of_wait(*q, f) == Wait::outside) kind = Wait::outside;
      } else if (rows[2 * i].is_fixnum()) {
        add_timer(m.heap, *f.scheduler, f, ticket, tag, rows[2 * i].fixnum());
      }
    }
  }
  FERMATA_TRY(answer, wait_here(m, kind, value_of(&cases)));
  cases.slots()[0] = answer;
  return happened(f.tag.fixnum());
}

constexpr Builtin kMeetings[] = {
    builtin<make_pair_of_queues>("(make-waitq-pair owner name partner-name)",
                                 "A wait queue with a partner: who waits in one of them is served by who\n"
                                 "comes to the other. A virtual clock stands while somebody of another\n"
                                 "scheduler waits in one of them."),
    builtin<partner>("(waitq-partner waitq)", "Its partner, or #f."),
    builtin<owner>("(waitq-owner waitq)", "What the pair it is one of was made for."),
    builtin<set_owner>("(set-waitq-owner! waitq obj)", "Sets what the pair was made for."),
    builtin<set_open>("(set-waitq-open! waitq open?)",
                      "Whether who comes to the queue need not wait there, for waitq-select!."),
    builtin<meet>("(waitq-meet! waitq datum answer)",
                  "The datum of the first in its partner, whose wait returns answer. When nobody\n"
                  "waits there: waits in the queue, with datum, for who comes to its partner."),
    builtin<select>("(waitq-select! cases wait?)",
                    "cases is #(answer queue datum queue datum ...). When the task need not wait in\n"
                    "some of the queues, the number of one, from the seed. Else it waits in all, with\n"
                    "their data; then the first element is the answer, and the value is -1 minus the\n"
                    "number of the queue that gave it. Without wait? the value is #f instead. In the\n"
                    "place of a queue a time of clock-now-ns may stand, which then comes, or #f,\n"
                    "which never happens."),
};

}  // namespace

std::span<const Builtin> meeting_builtins() { return kMeetings; }

}  // namespace fermata::sched
