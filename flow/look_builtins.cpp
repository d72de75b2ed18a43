// Natives that look at flows without taking them, and those that tell time.
#include <algorithm>

#include "flow/asking.hpp"
#include "flow/builtins.hpp"
#include "flow/inspect.hpp"
#include "flow/owner.hpp"
#include "flow/plain_data.hpp"
#include "sched/engine.hpp"
#include "sched/running.hpp"
#include "sched/scheduler.hpp"
#include "sched/stuck.hpp"
#include "scheme/argument_checks.hpp"
#include "scheme/kept_locals.hpp"
#include "vm/locals.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- looking -------------------------------------------------------------------------
// #(id name status waiting note seconds-since-1970 owned? wake-milliseconds attempts
//   next-seq first-seq epoch owner queue updated created), with #f for no owner and no queue
Value row_vector(Machine& m, const FlowRow& row) {
  return vector_of(
      m, {symbol_of(m, row.id), symbol_of(m, row.name), symbol_of(m, status_name(row.status)),
          string_of(m, row.waiting), string_of(m, row.note), Value::fixnum(row.created_at / 1000),
          Value::boolean(!row.owner.empty()), Value::fixnum(row.wake_at),
          Value::fixnum(row.attempts), Value::fixnum(row.next_seq), Value::fixnum(row.first_seq),
          Value::fixnum(row.epoch),
          row.owner.empty() ? kFalse : string_of(m, holder(row)),
          row.queue.empty() ? kFalse : symbol_of(m, row.queue), Value::fixnum(row.updated_at),
          Value::fixnum(row.created_at)});
}

Value row_list(Machine& m, const std::vector<FlowRow>& rows) {
  Value list = kNull;
  for (std::size_t i = rows.size(); i-- > 0;) list = m.heap.cons(row_vector(m, rows[i]), list);
  return list;
}

// The flows that could go on, and when the next timer of another is due: (milliseconds row ...).
Outcome due_flows(Machine& m, Fixnum store, Index limit) {
  struct Due {
    std::vector<FlowRow> rows;
    std::int64_t wake = 0;
  };
  return ask_store<Due>(
      m, store,
      [limit = limit.value](Store& s, Due& due) {
        const Answer a = s.due(limit, due.rows);
        return a == Answer::ok ? s.next_wake(due.wake) : a;
      },
      [](Machine& m, Said<Due>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return m.heap.cons(Value::fixnum(said.found.wake), row_list(m, said.found.rows));
      });
}

Outcome handed_flows(Machine& m, Fixnum store) {
  return ask_store<std::vector<FlowRow>>(
      m, store, [](Store& s, std::vector<FlowRow>& rows) { return s.handed(rows); },
      [](Machine& m, Said<std::vector<FlowRow>>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return row_list(m, said.found);
      });
}

// ---- time ----------------------------------------------------------------------------
using sched::Scheduler;

// Milliseconds since 1970: by the system's clock, or by that of a scheduler with another one.
// A flow's own clock is manual.
Outcome now_ms(Machine& m, Scheduler& s) {
  const bool is_real = s.clock == sched::ClockKind::real;
  const std::int64_t ms = is_real ? wall_clock_ms() : s.now() / 1'000'000;
  if (s.clock != sched::ClockKind::manual) Service::find(m)->tell_time(is_real ? 0 : ms);
  return Value::fixnum(ms);
}
Outcome is_real_time(Machine&, Scheduler& s) {
  return Value::boolean(s.clock == sched::ClockKind::real);
}
Outcome set_time(Machine&, Scheduler& s, Fixnum ms) {
  sched::advance_clock(s, ms.value * 1'000'000);
  return kUnspecified;
}
// In milliseconds, not before it is due; #f without a timer.
Outcome next_timer(Machine&, Scheduler& s) {
  if (s.timers.count == 0) return kFalse;
  return Value::fixnum((s.timers.next_time() + 999'999) / 1'000'000);
}

// ---- variables -----------------------------------------------------------------------
// How much of what %flow-standing tells is kept by what is compiled from now on; see
// kept_locals.hpp.  What it was before.
Outcome keep_locals(Machine& m, Index which) {
  const auto before = static_cast<std::int64_t>(scheme::kept_locals(m));
  scheme::keep_locals(m, which.value > 1   ? scheme::Locals::all
                         : which.value > 0 ? scheme::Locals::kept
                                           : scheme::Locals::none);
  return Value::fixnum(before);
}

// (name place (variable . value) ...), the place as a text.
Value frame_list(Machine& m, const FrameLocals& frame) {
  std::string place;
  if (frame.span.known()) {
    const vm::Position at = position_of(frame.span.text->view(), frame.span.start);
    place = to_utf8(as<String>(frame.span.text->name)) + ":" + std::to_string(at.line) + ":" +
            std::to_string(at.column);
  }
  const Value rest = m.heap.cons(string_of(m, place), frame.locals);
  return m.heap.cons(string_of(m, m.procedure_name(frame.procedure)), rest);
}

// Where each parked task of a scheduler stands, the oldest first: (text frame ...) ..., the frames
// innermost first, of code that was compiled with its variables.
Outcome standing(Machine& m, Scheduler& s) {
  constexpr std::size_t kMostFrames = 100;
  GcVector<sched::Fiber*> parked(m.heap);
  sched::Engine::of(m).fibers.for_each([&](sched::Fiber& f) {
    if (f.state == sched::State::parked && f.scheduler == &s) parked.push_back(&f);
  });
  std::sort(parked.data(), parked.data() + parked.size(),
            [](const sched::Fiber* a, const sched::Fiber* b) { return a->id > b->id; });
  Value tasks = kNull;
  for (const sched::Fiber* f : parked) {
    GcVector<FrameLocals> frames(m.heap);
    locals_below(m.heap, sched::trace_of(m, *f), frames, kMostFrames);
    Value list = kNull;
    for (std::size_t i = frames.size(); i-- > 0;)
      list = m.heap.cons(frame_list(m, frames[i]), list);
    tasks = m.heap.cons(m.heap.cons(string_of(m, sched::wait_text(m, *f)), list), tasks);
  }
  return tasks;
}

// filter: #(statuses name limit since until attributes changed): names of states, a name or #f, how
// many or 0, milliseconds since 1970 or 0 three times, ((name . value) ...).
ListFilter filter_of(Machine& m, const Vector& v) {
  const Value* const slots = const_cast<Vector&>(v).slots();
  ListFilter filter;
  for (Value rest = slots[0]; rest.is_pair(); rest = rest.pair()->cdr)
    for (std::int64_t n = 1; const auto status = status_numbered(n); ++n)
      if (status_name(*status) == text_of(rest.pair()->car)) filter.statuses.push_back(*status);
  filter.name = text_of(slots[1]);
  filter.limit = static_cast<std::size_t>(slots[2].fixnum());
  filter.since = slots[3].fixnum(), filter.until = slots[4].fixnum();
  for (Value rest = slots[5]; rest.is_pair(); rest = rest.pair()->cdr)
    filter.attributes.emplace_back(text_of(rest.pair()->car.pair()->car),
                                   to_journal_text(m, rest.pair()->car.pair()->cdr));
  filter.changed = slots[6].fixnum();
  return filter;
}

Outcome list_flows(Machine& m, Fixnum store, std::optional<Value> filter) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  const ListFilter wanted = filter ? filter_of(m, as<Vector>(*filter)) : ListFilter();
  return ask_store<std::vector<FlowRow>>(
      m, store, [wanted](Store& s, std::vector<FlowRow>& rows) { return s.list(wanted, rows); },
      [](Machine& m, Said<std::vector<FlowRow>>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return row_list(m, said.found);
      });
}

// #(event strand ordinal name hash value at)
Outcome record_vector(Machine& m, const Record& r) {
  Value value = kUnspecified;
  if (!r.value.empty()) {
    FERMATA_TRY(decoded, decode(m, r.value));
    value = decoded;
  }
  return vector_of(m, {symbol_of(m, event_name(r.event)), string_of(m, r.position.strand),
                       Value::fixnum(r.position.ordinal), symbol_of(m, r.name),
                       Value::fixnum(r.hash), value, Value::fixnum(r.at)});
}

// Of a long history what says how the flow stands: its program, forks, open waits, replies, and
// the last record.
std::vector<Record> outline(const std::vector<Record>& records) {
  const std::vector<const Record*> open = open_records(records);
  std::vector<Record> kept;
  std::size_t next_open = 0;
  for (const Record& r : records) {
    const bool is_open = next_open < open.size() && open[next_open] == &r;
    if (is_open) ++next_open;
    const bool says = r.event == Event::program || r.event == Event::started ||
                      r.event == Event::definitions || r.event == Event::migrated ||
                      r.event == Event::branches || r.event == Event::replied;
    if (says || (is_open && r.event != Event::step_intent) || &r == &records.back())
      kept.push_back(r);
  }
  return kept;
}

// (row record ...); #f without such a flow.  With `outline` only the records that say how it
// stands, with `program` those that say by which program it goes on, with `row` none, whatever its
// length; with a number those from that one on.
Outcome history(Machine& m, Fixnum store, Value id, std::optional<Value> brief) {
  const bool is_tail = brief && brief->is_fixnum();
  const std::string part = brief && !is_tail ? text_of(*brief) : "";
  return ask_store<History>(
      m, store,
      [id = text_of(id), from = is_tail ? brief->fixnum() : 0, part](Store& s, History& h) {
        if (part == "row") return h.answer = s.row(id, h.row);
        h = part == "program" ? s.load_program(id) : s.load(id, from);
        return h.answer;
      },
      [is_outline = part == "outline"](
          Machine& m, Said<History>& said) -> std::optional<Outcome> {
        History& h = said.found;
        if (said.answer == Answer::missing) return kFalse;
        if (said.answer != Answer::ok) return std::nullopt;
        if (is_outline) h.records = outline(h.records);
        Value list = kNull;
        for (std::size_t i = h.records.size(); i-- > 0;) {
          FERMATA_TRY(record, record_vector(m, h.records[i]));
          list = m.heap.cons(record, list);
        }
        return m.heap.cons(row_vector(m, h.row), list);
      });
}

// ---- copies --------------------------------------------------------------------------

// What is to stand at the end of a copy: #(event strand ordinal name value at).
Record record_of(Machine& m, const Vector& v) {
  const Value* const slots = const_cast<Vector&>(v).slots();
  Record r;
  for (std::int64_t n = 1; n < 256; ++n)
    if (const auto event = event_numbered(n); event && event_name(*event) == text_of(slots[0]))
      r.event = *event;
  r.position = {text_of(slots[1]), slots[2].fixnum()};
  r.name = text_of(slots[3]), r.value = to_journal_text(m, slots[4]);
  r.at = slots[5].fixnum();
  return r;
}

class Copying final : public sched::Job {
 public:
  Copying(std::shared_ptr<Store> from, std::string id, std::shared_ptr<Store> to, Value new_id,
          std::size_t length, std::optional<Record> extra)
      : from_(std::move(from)), to_(std::move(to)), id_(std::move(id)), new_id_(text_of(new_id)),
        length_(length), extra_(std::move(extra)) {}
  void work() override {
    History h = from_->load(id_);
    if (h.answer != Answer::ok) return fail(from_, h.answer);
    if (length_ < h.records.size()) h.records.resize(length_);
    std::erase_if(h.records, [](const Record& r) {
      return r.event == Event::finished || r.event == Event::failed || r.event == Event::cancelled;
    });
    if (extra_) h.records.push_back(*extra_);
    std::string program;
    if (h.row.program != "-" && from_->get_program(h.row.program, program) == Answer::ok)
      if (const Answer a = to_->put_program(h.row.program, program); a != Answer::ok)
        return fail(to_, a);
    FlowRow row = h.row;
    row.id = new_id_, row.status = Status::running, row.note.clear(), row.waiting.clear();
    row.wake_at = 0, row.first_seq = 0, row.queue.clear();
    row.created_at = row.updated_at = wall_clock_ms();
    for (const Record& r : h.records) row.epoch = std::max(row.epoch, r.epoch);
    if (const Answer a = to_->import(row, h.records); a != Answer::ok) fail(to_, a);
  }
  Outcome finish(Machine& m) override {
    return failed_ ? refuse(m, answer_, *failed_, problem_) : Outcome(symbol_of(m, new_id_));
  }

 private:
  void fail(const std::shared_ptr<Store>& store, Answer answer) {
    failed_ = store, answer_ = answer, problem_ = store->error();
  }
  const std::shared_ptr<Store> from_, to_;
  const std::string id_, new_id_;
  const std::size_t length_;
  const std::optional<Record> extra_;
  std::shared_ptr<Store> failed_;  // where it failed
  Answer answer_{};
  std::string problem_;
};

// A copy of the first `length` records of a flow, without how it ended, as a flow of another
// store or id; extra: #f, or what is to stand at its end.
Outcome copy_flow(Machine& m, Fixnum from, Value id, Fixnum to, Symbol& new_id, Index length,
                  Value extra) {
  if (find_store(m, from) == nullptr) return no_store(m, from);
  if (find_store(m, to) == nullptr) return no_store(m, to);
  const auto source = Service::find(m)->shared_store(from), goal = Service::find(m)->shared_store(to);
  const auto* const last = cast<Vector>(extra);
  const auto job = std::make_shared<Copying>(
      source, text_of(id), goal, value_of(&new_id), length.value,
      last ? std::optional(record_of(m, *last)) : std::nullopt);
  return is_flow_code(m) ? answer_now(m, *job)
                         : answer_of(m, source->is_remote() ? *source : *goal, job);
}

Outcome new_id(Machine& m, Symbol& name) {
  return symbol_of(m, make_flow_id(text_of(value_of(&name)), random_number()));
}

Outcome is_stop_asked(Machine& m) { return Value::boolean(Service::find(m)->stop_asked.load()); }

constexpr Builtin kLooking[] = {
    builtin<is_stop_asked>("(%flow-stop-asked?)", "Whether the process was asked to end."),
    builtin<due_flows>("(%flow-due store limit)",
                       "When the next timer is due, and the flows that could go on."),
    builtin<handed_flows>("(%flow-handed store)",
                          "Of the flows that could go on those handed to this process since it last asked."),
    builtin<is_real_time>("(%flow-real-time? scheduler)", "Whether its clock is the system's."),
    builtin<now_ms>("(%flow-now scheduler)", "Milliseconds since 1970 by the scheduler's clock."),
    builtin<set_time>("(%flow-set-time! scheduler milliseconds)", "Moves its manual clock on."),
    builtin<next_timer>("(%flow-next-timer scheduler)", "When its next timer is due, or #f."),
    builtin<keep_locals>("(%flow-keep-locals! which)",
                         "Whether what is compiled keeps tables of its variables: 0, 1, 2 for all."),
    builtin<standing>("(%flow-standing scheduler)",
                      "Where its tasks wait: (text (procedure place (variable . value) ...) ...) ..."),
    builtin<list_flows>("(%flow-list store [filter])", "Flows, newest first, as vectors."),
    builtin<copy_flow>("(%flow-copy from id to new-id length extra)",
                       "A flow with the first records of another."),
    builtin<new_id>("(%flow-new-id name)", "An id for a flow of that name."),
    builtin<history>("(%flow-history store id [brief])", "A flow's row and its records, or #f."),
};

}  // namespace

std::span<const Builtin> look_builtins() { return kLooking; }

}  // namespace fermata::flow
