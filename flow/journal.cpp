// See journal.hpp.
#include "flow/journal.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace fermata::flow {

namespace {

std::optional<Operation> operation_of(Event event) {
  switch (event) {
    case Event::step_intent:
    case Event::step_result:
    case Event::step_failed:
    case Event::doubted:
      return Operation::step;
    case Event::attribute:
      return Operation::attribute;
    case Event::suspended:
    case Event::resumed:
    case Event::withdrawn:
      return Operation::suspend;
    case Event::branches:
      return Operation::branches;
    case Event::sleeping:
    case Event::woke:
      return Operation::sleep;
    case Event::awaits:
    case Event::received:
      return Operation::signal;
    case Event::version:
    case Event::continued:
    case Event::requested:
    case Event::replied:
    case Event::clock:
    case Event::signalled:
    case Event::cancelling:
    case Event::definitions:
    case Event::migrated:
    case Event::parent:
    case Event::program:
    case Event::started:
    case Event::finished:
    case Event::failed:
    case Event::cancelled:
      return std::nullopt;
  }
  return std::nullopt;
}

// Enters when every strand waits, in the order of the journal.
bool is_event(Event event) {
  switch (event) {
    case Event::resumed:
    case Event::step_result:
    case Event::step_failed:
    case Event::clock:
    case Event::signalled:
    case Event::cancelling:
    case Event::requested:
      return true;
    default:
      return false;
  }
}

// What ends, or begins again, a step that was in doubt.
bool is_step(Event event) {
  return event == Event::step_intent || event == Event::step_result ||
         event == Event::step_failed;
}

std::string asked_text(const Position& at, Operation operation, std::string_view name) {
  return at.text() + "  " + std::string(operation_name(operation)) + " " + std::string(name);
}

}  // namespace

std::string_view operation_name(Operation operation) {
  switch (operation) {
    case Operation::step:
      return "step";
    case Operation::suspend:
      return "suspend";
    case Operation::branches:
      return "branches";
    case Operation::sleep:
      return "sleep";
    case Operation::signal:
      return "signal";
    case Operation::attribute:
      return "attribute";
  }
  return "unknown";
}

Journal::Journal(Store& store, const Claim& claim, History history,
                 std::function<std::int64_t()> clock)
    : store_(store),
      name_(store.shared_text(history.row.name)),
      program_(store.shared_text(history.row.program)),
      claim_(claim),
      records_(std::move(history.records)),
      // The append that created the flow was the first of epoch 1.
      op_(claim.epoch == 1 ? 2 : 1),
      clock_(std::move(clock)),
      confirmed_at_(clock_()) {
  mail_ = !history.inbox.empty();
  index_records();
}

void Journal::index_records() {
  index_ = std::make_unique<Index>();
  for (const Record& r : records_) {
    if (is_event(r.event)) index_->events.push_back(&r);
    if (r.event == Event::version || r.event == Event::replied)
      index_->notes[r.position.strand] = &r;
    // Ordinal 0 is the flow's own, or its beginning: nobody asks for it.
    if (!operation_of(r.event) || r.position.ordinal == 0) continue;
    Entry& entry = index_->entries[r.position];
    if (entry.first == nullptr) {
      entry.first = &r;
      index_->in_order.push_back(&entry);
    }
    entry.last = &r;
  }
  caught_up_ = index_->entries.empty() && index_->events.empty();
}

// ---- replay ------------------------------------------------------------------------
void Journal::say_mismatch(const Record* history, const std::string& program) {
  if (!problem_.empty()) return;  // the first one is the cause
  problem_ = "history: " + (history ? history_line(*history) : std::string("ends here")) +
             "\nprogram: " + program;
}

const Journal::Entry* Journal::Index::first_unvisited(std::int64_t before) const {
  while (visited_up_to < in_order.size() && in_order[visited_up_to]->visited) ++visited_up_to;
  if (visited_up_to == in_order.size()) return nullptr;
  const Entry* const entry = in_order[visited_up_to];
  return entry->first->seq < before ? entry : nullptr;
}

bool Journal::Index::is_replayed() const {
  return next_event == events.size() &&
         first_unvisited(std::numeric_limits<std::int64_t>::max()) == nullptr;
}

bool Journal::is_replayed() const { return !index_ || index_->is_replayed(); }

const Record* Journal::first_missed() const {
  const Entry* const missed = index_->first_unvisited(std::numeric_limits<std::int64_t>::max());
  return missed ? missed->first : index_->events[index_->next_event];
}

Found Journal::ask(const Position& at, Operation operation, std::string_view name,
                   std::int64_t hash) {
  if (!problem_.empty()) return {Found::mismatch};
  if (!index_) return {Found::fresh};
  const auto place = index_->entries.find(at);
  if (place == index_->entries.end()) {
    if (is_replayed()) return {Found::fresh};
    // Something new here although the history went on elsewhere.
    say_mismatch(first_missed(), asked_text(at, operation, name));
    return {Found::mismatch};
  }
  Entry& entry = place->second;
  const Record& first = *entry.first;
  if (operation_of(first.event) != operation || first.name != name || entry.visited) {
    say_mismatch(&first, asked_text(at, operation, name));
    return {Found::mismatch};
  }
  if (first.hash != hash) {
    say_mismatch(&first, asked_text(at, operation, name) + " with other arguments");
    return {Found::mismatch};
  }
  entry.visited = true;
  const Record& last = *entry.last;
  const bool ended = last.event == Event::step_result || last.event == Event::step_failed;
  if (operation == Operation::step && last.event == Event::withdrawn) return {Found::withdrawn};
  return {ended ? Found::recorded : Found::open};
}

const Record* Journal::next_event() {
  if (!problem_.empty() || !index_ || index_->next_event == index_->events.size()) return nullptr;
  const Record* const event = index_->events[index_->next_event];
  if (const Entry* const missed = index_->first_unvisited(event->seq)) {
    say_mismatch(missed->first, "waits without having come there");
    return nullptr;
  }
  const auto place = index_->entries.find(event->position);
  if (place != index_->entries.end() && !place->second.visited) {
    say_mismatch(event, "waits without having come there");
    return nullptr;
  }
  ++index_->next_event;
  return event;
}

bool Journal::ends_here() {
  if (!problem_.empty()) return false;
  if (is_replayed()) return caught_up_ = true;
  say_mismatch(first_missed(), "has nothing more to do");
  return false;
}

// ---- adding ------------------------------------------------------------------------
void Journal::add(Event event, const Position& at, std::string_view name, std::int64_t hash,
                  std::string value) {
  pending_.push_back({event, at, std::string(name), hash, std::move(value)});
}

void Journal::add_event(Event event, const Position& at, std::string_view name, std::string value,
                        std::int64_t time) {
  add(event, at, name, 0, std::move(value));
  pending_.back().at = time;
}

void Journal::close(Event event, const Position& at, std::string_view name) {
  if (index_) {
    const auto place = index_->entries.find(at);
    if (place != index_->entries.end() && place->second.last->event == event) return;
  }
  add(event, at, name, 0, "");
}

const Record* Journal::note_at(const std::string& place) const {
  if (!index_) return nullptr;
  const auto note = index_->notes.find(place);
  return note == index_->notes.end() ? nullptr : note->second;
}

void Journal::restarted(History history, std::int64_t count, std::int64_t sent_at) {
  claim_.next_seq += count;
  confirmed_at_ = sent_at;
  ++op_;
  discard();
  records_ = std::move(history.records);
  mail_ = !history.inbox.empty();
  index_records();
}

// What was replayed is not asked for again, but for what stands where no strand is, and whom the
// end of the flow is told.
void Journal::rest() {
  if (!is_replayed()) return;
  std::erase_if(records_, [](const Record& r) {
    return r.event != Event::parent && r.event != Event::version && r.event != Event::replied;
  });
  records_.shrink_to_fit();
  index_records();
  if (index_->notes.empty()) index_.reset();
  pending_.shrink_to_fit(), consumed_.shrink_to_fit();
}

void Journal::reclaimed(const Claim& claim, std::int64_t asked_at) {
  claim_.epoch = claim.epoch;
  op_ = 1;
  confirmed_at_ = asked_at;
}

Append Journal::append_of(const State& state) const {
  Append append;
  append.flow = claim_.id, append.epoch = claim_.epoch, append.seq = claim_.next_seq;
  append.op = op_, append.records = pending_, append.consumed = consumed_;
  append.status = state.status, append.waiting = state.waiting, append.note = state.note;
  append.release = state.release, append.wake_at = state.wake_at, append.heir = state.heir;
  return append;
}

Answer Journal::appended(const Appended& done, std::int64_t sent_at, const Append& what) {
  if (done.answer != Answer::ok && done.answer != Answer::duplicate) return done.answer;
  // A duplicate was safe before; whose the flow is now it does not say.
  if (done.answer == Answer::ok) confirmed_at_ = sent_at;
  ++op_;
  claim_.next_seq += std::ssize(what.records);
  // What was added since it was sent is still to be appended.
  const auto drop = [](auto& from, std::ptrdiff_t count) {
    from.erase(from.begin(), from.begin() + std::min(count, std::ssize(from)));
  };
  drop(pending_, std::ssize(what.records));
  drop(consumed_, std::ssize(what.consumed));
  mail_ = done.mail;
  return Answer::ok;
}

Answer Journal::commit(const State& state) {
  const std::int64_t sent_at = clock_();
  const Append append = append_of(state);
  return appended(store_.append(append), sent_at, append);
}

// What stands in the next commit has been taken in already, and lies in the store all the same.
void Journal::take_mail(std::size_t most, std::vector<Message>& messages) {
  if (!consumed_.empty()) {
    const std::set<std::string_view> taken(consumed_.begin(), consumed_.end());
    std::erase_if(messages, [&](const Message& m) { return taken.contains(m.id); });
  }
  if (messages.size() > most) messages.resize(most);
  mail_ = !messages.empty();
}

std::vector<Record> Journal::open_waits(const std::vector<Record>& records) {
  std::vector<Record> waits;
  for (const Record& r : records) {
    if (r.event == Event::resumed || r.event == Event::withdrawn || is_step(r.event))
      std::erase_if(waits, [&](const Record& w) { return w.position == r.position; });
    if (r.event == Event::suspended || r.event == Event::doubted) waits.push_back(r);
  }
  return waits;
}

}  // namespace fermata::flow
