// The store for tests: the same answers as the SQLite store, kept in this process.
// Flows are numbered (`publish-1`), so that what a test prints is always the same.
#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "flow/owner.hpp"
#include "flow/moving.hpp"
#include "flow/queueing.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

struct MemoryTables {
  // No operation goes through what was consumed long ago, nor through all that is unread.
  struct Inbox {
    std::map<std::string, std::string> bodies;     // of all that ever came, by id
    std::map<std::string, std::int64_t> places;    // of what is unread, by id
    std::map<std::int64_t, Message> unread;        // by place: 0 a cancellation, others by age
    std::int64_t next = 1;
  };
  struct Flow {
    FlowRow row;
    std::size_t order = 0;
    std::vector<Record> records;
    Inbox inbox;
    std::map<std::string, Beat> beats;
    std::map<std::string, std::string> attributes;
    std::int64_t admitted_at = 0;
  };
  std::mutex mutex;
  std::map<std::string, Flow> flows;
  std::map<std::string, std::string> programs;
  std::map<std::string, std::int64_t> numbers;  // of the last flow of each name
  std::map<std::pair<std::string, std::string>, Item> items;  // by kind and id
  std::int64_t changes = 0;
};

namespace {

class MemoryStore final : public Store {
 public:
  MemoryStore(StoreOptions options, std::shared_ptr<MemoryTables> tables)
      : options_(std::move(options)), tables_(std::move(tables)) {}
  std::string owner() const override { return options_.owner; }
  std::string url() const override { return "memory:"; }
  std::int64_t lease_ms() const override { return options_.lease_ms; }
  std::int64_t clock_ms() const override { return options_.now(); }
  std::string error() const override {
    const std::lock_guard guard(tables_->mutex);
    return error_;
  }

  Claim create(const NewFlow& flow, std::span<const Record> records) override {
    const std::lock_guard guard(tables_->mutex);
    std::string id = flow.id;
    if (id.empty()) {
      do id = flow.name + "-" + std::to_string(++tables_->numbers[flow.name]);
      while (tables_->flows.count(id) != 0);
    } else if (tables_->flows.count(id) != 0) {
      return {say(Answer::refused, "there is a flow " + id + " already"), id};
    }
    Flow& f = tables_->flows[id];
    f.order = tables_->flows.size();
    f.row.id = id, f.row.name = flow.name, f.row.program = flow.program;
    f.row.status = Status::running, f.row.epoch = 1;
    f.row.created_at = f.row.updated_at = options_.now();
    own(f);
    if (!flow.queue.empty()) {
      f.row.status = Status::queued, f.row.owner.clear(), f.row.lease_until = 0;
      f.row.queue = flow.queue, f.row.queue_key = flow.queue_key, f.row.priority = flow.priority;
    }
    add_records(f, 1, records);
    ++tables_->changes;
    return {Answer::ok, id, 1, f.row.next_seq};
  }

  Claim claim(std::string_view id, Manner manner) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return {Answer::missing, std::string(id)};
    if (is_closed(f->row.status)) return {closed(*f), f->row.id};
    if (manner == Manner::polite && is_held(f->row, options_))
      return {say(Answer::busy, f->row.id + " is running in another process"), f->row.id};
    if (manner == Manner::polite && !lets_claim(f->row))
      return {say(Answer::busy, why_not_claimed(f->row)), f->row.id};
    ++f->row.epoch, ++f->row.attempts;
    f->row.status = status_when_claimed(f->row.status);
    own(*f);
    return {Answer::ok, f->row.id, f->row.epoch, f->row.next_seq};
  }

  Appended append(const Append& a) override {
    const std::lock_guard guard(tables_->mutex);
    Appended done = append_locked(a);
    if (done.answer != Answer::ok && done.answer != Answer::duplicate) done.problem = error_;
    return done;
  }

  std::vector<Appended> append_all(std::span<const Append> appends) override {
    std::vector<Appended> results;
    for (const Append& a : appends) results.push_back(append(a));
    return results;
  }

  Answer release(std::string_view id, std::int64_t epoch) override {
    const std::lock_guard guard(tables_->mutex);
    if (Flow* f = find(id); f != nullptr && f->row.epoch == epoch)
      f->row.owner.clear(), f->row.lease_until = 0;
    return Answer::ok;
  }

  Answer renew(std::span<const Holding> held) override {
    const std::lock_guard guard(tables_->mutex);
    for (const Holding& h : held) {
      Flow* const f = find(h.id);
      if (f != nullptr && f->row.owner == options_.owner && f->row.epoch == h.epoch)
        f->row.lease_until = options_.now() + options_.lease_ms;
    }
    return Answer::ok;
  }

  Answer admit(const QueueRule& rule, std::vector<std::string>& ids) override {
    const std::lock_guard guard(tables_->mutex);
    const std::int64_t now = options_.now();
    QueueState state;
    std::int64_t latest = 0;
    std::map<std::pair<std::int64_t, std::size_t>, Queued> waiting;  // as next_to_begin wants them
    for (const auto& [id, f] : tables_->flows) {
      if (f.row.queue != rule.queue) continue;
      QueueState::Key& key = state.keys[f.row.queue_key];
      const bool open = f.row.status == Status::running || f.row.status == Status::suspended;
      key.open += open, state.open += open;
      key.last_admitted = std::max(key.last_admitted, f.admitted_at);
      latest = std::max(latest, f.admitted_at);
      state.begun_lately += f.admitted_at > now - rule.rate_window_ms && f.admitted_at != 0;
      if (f.row.status == Status::queued)
        waiting[{-f.row.priority, f.order}] = {id, f.row.queue_key, f.row.priority};
    }
    std::vector<Queued> line;
    for (auto& [rank, queued] : waiting) line.push_back(std::move(queued));
    ids = next_to_begin(rule, std::move(state), line);
    for (const std::string& id : ids) {
      Flow& f = tables_->flows[id];
      f.row.status = Status::running, f.row.attempts = 0;
      f.admitted_at = latest = std::max(now, latest + 1);
    }
    return Answer::ok;
  }

  Answer next_admission(const QueueRule& rule, std::int64_t& at) override {
    const std::lock_guard guard(tables_->mutex);
    at = 0;
    std::vector<std::int64_t> admitted;
    bool waits = false;
    for (const auto& [id, f] : tables_->flows) {
      if (f.row.queue != rule.queue) continue;
      waits = waits || f.row.status == Status::queued;
      if (f.admitted_at != 0) admitted.push_back(f.admitted_at);
    }
    std::sort(admitted.begin(), admitted.end(), std::greater<>());
    if (waits && rule.rate > 0 && admitted.size() >= static_cast<std::size_t>(rule.rate))
      at = admitted[static_cast<std::size_t>(rule.rate) - 1] + rule.rate_window_ms;
    return Answer::ok;
  }

  bool changed() override {
    const std::lock_guard guard(tables_->mutex);
    return std::exchange(seen_, tables_->changes) != tables_->changes;
  }

  Answer queues(std::vector<Backlog>& found) override {
    const std::lock_guard guard(tables_->mutex);
    std::map<std::string, Backlog> by_name;
    for (const auto& [id, f] : tables_->flows) {
      if (f.row.status != Status::queued) continue;
      Backlog& b = by_name.try_emplace(f.row.queue, Backlog{f.row.queue}).first->second;
      ++b.flows, b.waited_ms = std::max(b.waited_ms, options_.now() - f.row.created_at);
    }
    for (auto& [name, backlog] : by_name) found.push_back(std::move(backlog));
    return Answer::ok;
  }

  Answer beat(std::string_view id, std::int64_t epoch, std::string_view step,
              std::string_view value) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    if (f->row.epoch != epoch || is_closed(f->row.status))
      return say(Answer::fenced, f->row.id + " was taken over by another process");
    f->beats[std::string(step)] = {std::string(value), options_.now()};
    return Answer::ok;
  }

  Answer last_beat(std::string_view id, std::string_view step, Beat& beat) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    const auto it = f->beats.find(std::string(step));
    if (it == f->beats.end()) return say(Answer::missing, "the step has told no progress");
    beat = it->second;
    return Answer::ok;
  }

  Answer beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) override {
    const std::lock_guard guard(tables_->mutex);
    if (const Flow* f = find(id)) beats.assign(f->beats.begin(), f->beats.end());
    return Answer::ok;
  }

  Answer deliver(std::string_view id, const Message& message) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    if (is_closed(f->row.status) || f->row.status == Status::copy) return closed(*f);
    MemoryTables::Inbox& inbox = f->inbox;
    const auto [known, is_new] = inbox.bodies.emplace(message.id, message.body);
    if (!is_new)
      return known->second == message.body
                 ? Answer::duplicate
                 : say(Answer::refused, "another answer was given before");
    ++tables_->changes;
    const std::int64_t place = message.id == kCancelMessage ? 0 : inbox.next++;
    inbox.places.emplace(message.id, place);
    inbox.unread.emplace(place, message);
    return Answer::ok;
  }

  Answer inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) override {
    const std::lock_guard guard(tables_->mutex);
    const Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    messages = unread(*f, limit);
    return Answer::ok;
  }

  Answer row(std::string_view id, FlowRow& row) override {
    const std::lock_guard guard(tables_->mutex);
    const Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    row = f->row;
    return Answer::ok;
  }

  using Store::load;
  History load(std::string_view id, std::int64_t from) override {
    const std::lock_guard guard(tables_->mutex);
    const Flow* f = find(id);
    if (f == nullptr) return {Answer::missing, {}, {}, {}};
    if (from == 0) return {Answer::ok, f->row, f->records, unread(*f, f->inbox.unread.size())};
    const auto left_out = std::clamp<std::int64_t>(from - f->row.first_seq, 0, std::ssize(f->records));
    return {Answer::ok, f->row, {f->records.begin() + left_out, f->records.end()}, {}};
  }

  Answer list(const ListFilter& filter, std::vector<FlowRow>& rows) override {
    const std::lock_guard guard(tables_->mutex);
    std::map<std::size_t, const Flow*, std::greater<>> newest_first;
    for (const auto& [id, f] : tables_->flows) newest_first[f.order] = &f;
    for (const auto& [order, f] : newest_first) {
      bool wanted = filter.statuses.empty();
      for (const Status s : filter.statuses) wanted = wanted || s == f->row.status;
      if (!wanted || (!filter.name.empty() && filter.name != f->row.name)) continue;
      if (f->row.created_at < filter.since || f->row.updated_at < filter.changed) continue;
      if (filter.until != 0 && f->row.created_at >= filter.until) continue;
      for (const auto& [name, value] : filter.attributes) {
        const auto it = f->attributes.find(name);
        wanted = wanted && it != f->attributes.end() && it->second == value;
      }
      if (!wanted) continue;
      if (filter.limit != 0 && rows.size() >= filter.limit) break;
      rows.push_back(f->row);
    }
    return Answer::ok;
  }

  Answer due(std::size_t limit, std::vector<FlowRow>& rows) override {
    const std::lock_guard guard(tables_->mutex);
    std::multimap<std::int64_t, const Flow*> longest_first;
    for (const auto& [id, f] : tables_->flows) {
      const bool open = f.row.status == Status::running || f.row.status == Status::suspended;
      const bool ready = f.row.status == Status::running || !f.inbox.unread.empty() ||
                         (f.row.wake_at != 0 && f.row.wake_at <= options_.now());
      if (open && ready && !is_held(f.row, options_)) longest_first.emplace(f.row.wake_at, &f);
    }
    for (const auto& [at, f] : longest_first)
      if (rows.size() < limit) rows.push_back(f->row);
    return Answer::ok;
  }

  Answer next_wake(std::int64_t& at) override {
    const std::lock_guard guard(tables_->mutex);
    at = 0;
    for (const auto& [id, f] : tables_->flows)
      if (f.row.wake_at != 0 && f.row.status == Status::suspended)
        at = at == 0 ? f.row.wake_at : std::min(at, f.row.wake_at);
    return Answer::ok;
  }

  Answer import(const FlowRow& row, std::span<const Record> records) override {
    const std::lock_guard guard(tables_->mutex);
    const auto known = tables_->flows.find(row.id);
    if (known != tables_->flows.end() && !gives_way(known->second.row, row))
      return say(Answer::refused, "there is a flow " + row.id + " already");
    Flow& f = tables_->flows[row.id];
    if (known == tables_->flows.end()) f.order = tables_->flows.size();
    f.attributes.clear(), f.beats.clear();
    f.row = row;
    f.row.owner.clear(), f.row.lease_until = 0;
    f.records.assign(records.begin(), records.end());
    f.row.next_seq = row.first_seq + static_cast<std::int64_t>(records.size());
    for (std::size_t i = 0; i < f.records.size(); ++i) {
      f.records[i].seq = row.first_seq + static_cast<std::int64_t>(i);
      if (f.records[i].event == Event::attribute)
        f.attributes[f.records[i].name] = f.records[i].value;
    }
    ++tables_->changes;
    return Answer::ok;
  }

  Answer extend(const FlowRow& row, std::span<const Record> records) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(row.id);
    if (f == nullptr) return Answer::missing;
    if (!is_extended_by(f->row, row, std::ssize(records))) return say(Answer::refused, no_such_copy(row.id));
    for (const Record& r : records) {
      if (r.event == Event::attribute) f->attributes[r.name] = r.value;
      f->records.push_back(r);
    }
    f->row = row;
    f->row.owner.clear(), f->row.lease_until = 0;
    return Answer::ok;
  }

  Answer promote(std::string_view id, std::int64_t epoch, std::int64_t to) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    if (!is_elsewhere(f->row.status) || f->row.epoch != epoch)
      return say(Answer::refused, no_such_copy(f->row.id));
    f->row.status = Status::running, f->row.epoch = to, f->row.attempts = 0;
    f->row.waiting.clear(), f->row.note.clear();
    ++tables_->changes;
    return Answer::ok;
  }

  Answer drop_copy(std::string_view id) override {
    const std::lock_guard guard(tables_->mutex);
    Flow* f = find(id);
    if (f == nullptr) return Answer::missing;
    if (f->row.status != Status::copy) return say(Answer::refused, no_such_copy(f->row.id));
    tables_->flows.erase(f->row.id);
    return Answer::ok;
  }

  Answer counts(std::vector<FlowCount>& counts) override {
    const std::lock_guard guard(tables_->mutex);
    std::map<std::pair<std::string, Status>, FlowCount> found;
    for (const auto& [id, f] : tables_->flows) {
      FlowCount& count = found[{f.row.name, f.row.status}];
      count.name = f.row.name, count.status = f.row.status;
      ++count.flows, count.records += f.row.next_seq - f.row.first_seq;
    }
    for (auto& [key, count] : found) counts.push_back(std::move(count));
    return Answer::ok;
  }

  Answer purge(std::int64_t before, std::size_t limit, std::size_t& removed) override {
    const std::lock_guard guard(tables_->mutex);
    removed = 0;
    for (auto it = tables_->flows.begin(); it != tables_->flows.end() && removed < limit;) {
      const bool old = is_closed(it->second.row.status) && it->second.row.updated_at < before;
      removed += old;
      it = old ? tables_->flows.erase(it) : std::next(it);
    }
    return Answer::ok;
  }

  Answer put_item(const Item& item) override {
    const std::lock_guard guard(tables_->mutex);
    const auto it = tables_->items.find({item.kind, item.id});
    if ((it == tables_->items.end() ? 0 : it->second.version) != item.version)
      return say(Answer::refused, item.id + " was changed by somebody else meanwhile");
    Item& kept = tables_->items[{item.kind, item.id}];
    kept = item;
    ++kept.version;
    return Answer::ok;
  }

  Answer drop_item(std::string_view kind, std::string_view id) override {
    const std::lock_guard guard(tables_->mutex);
    if (tables_->items.erase({std::string(kind), std::string(id)}) > 0) return Answer::ok;
    return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
  }

  Answer item(std::string_view kind, std::string_view id, Item& item) override {
    const std::lock_guard guard(tables_->mutex);
    const auto it = tables_->items.find({std::string(kind), std::string(id)});
    if (it == tables_->items.end())
      return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
    item = it->second;
    return Answer::ok;
  }

  Answer items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) override {
    const std::lock_guard guard(tables_->mutex);
    for (const auto& [key, item] : tables_->items)
      if (key.first == kind && (due_by == 0 || (item.due != 0 && item.due <= due_by)))
        items.push_back(item);
    return Answer::ok;
  }

  Answer attributes(std::string_view id,
                    std::vector<std::pair<std::string, std::string>>& found) override {
    const std::lock_guard guard(tables_->mutex);
    if (const Flow* f = find(id)) found.assign(f->attributes.begin(), f->attributes.end());
    return Answer::ok;
  }

  Answer put_program(std::string_view hash, std::string_view text) override {
    const std::lock_guard guard(tables_->mutex);
    tables_->programs.emplace(hash, text);
    return Answer::ok;
  }

  Answer get_program(std::string_view hash, std::string& text) override {
    const std::lock_guard guard(tables_->mutex);
    const auto it = tables_->programs.find(std::string(hash));
    if (it == tables_->programs.end())
      return say(Answer::missing, "the store holds no such program");
    text = it->second;
    return Answer::ok;
  }

  // What lives no longer than its process is looked at by its tests.
  Answer check(std::vector<Flaw>&) override { return Answer::ok; }

 private:
  using Flow = MemoryTables::Flow;

  // Requires: the lock.
  Appended append_locked(const Append& a) {
    Flow* f = find(a.flow);
    if (f == nullptr) return {Answer::missing};
    if (f->row.epoch != a.epoch || f->row.next_seq != a.seq || is_closed(f->row.status)) {
      const auto seq = static_cast<std::size_t>(a.seq - f->row.first_seq);
      if (!a.records.empty() && seq < f->records.size() && f->records[seq].epoch == a.epoch &&
          f->records[seq].op == a.op)
        return {Answer::duplicate};
      if (f->row.epoch == a.epoch && is_closed(f->row.status)) return {closed(*f)};
      return {say(Answer::fenced, f->row.id + " was taken over by another process")};
    }
    f->row.status = a.status, f->row.waiting = a.waiting, f->row.note = a.note;
    f->row.wake_at = is_closed(a.status) ? 0 : a.wake_at;
    f->row.updated_at = options_.now();
    if (is_closed(a.status) || (a.release && a.heir.empty()))
      f->row.owner.clear(), f->row.lease_until = 0;
    else
      own(*f);
    for (const std::string& id : a.consumed) consume(f->inbox, id);
    if (a.restart) f->records.clear(), f->beats.clear(), f->row.first_seq = a.seq;
    if (!a.records.empty() || a.release) f->row.attempts = 0;
    add_records(*f, a.op, a.records);
    if (a.release && !a.heir.empty() && !is_closed(a.status))
      f->row.owner = kHandedTo + a.heir, ++f->row.epoch;
    ++tables_->changes;
    Appended result{Answer::ok};
    result.mail = !f->inbox.unread.empty();
    return result;
  }

  Answer say(Answer answer, std::string error) {
    error_ = std::move(error);
    return answer;
  }
  Answer closed(const Flow& f) {
    return say(Answer::closed, f.row.id + " is " + std::string(status_name(f.row.status)));
  }
  Flow* find(std::string_view id) {
    const auto it = tables_->flows.find(std::string(id));
    if (it != tables_->flows.end()) return &it->second;
    say(Answer::missing, "there is no flow " + std::string(id));
    return nullptr;
  }
  static std::vector<Message> unread(const Flow& f, std::size_t limit) {
    std::vector<Message> messages;
    for (const auto& [place, message] : f.inbox.unread) {
      if (messages.size() >= limit) break;
      messages.push_back(message);
    }
    return messages;
  }
  static void consume(MemoryTables::Inbox& inbox, const std::string& message) {
    const auto place = inbox.places.find(message);
    if (place == inbox.places.end()) return;
    inbox.unread.erase(place->second);
    inbox.places.erase(place);
  }
  void own(Flow& f) {
    f.row.owner = options_.owner;
    f.row.lease_until = options_.now() + options_.lease_ms;
  }
  void add_records(Flow& f, std::int64_t op, std::span<const Record> records) {
    for (Record r : records) {
      r.seq = f.row.next_seq++, r.epoch = f.row.epoch, r.op = op;
      if (r.at == 0) r.at = options_.now();
      if (r.event == Event::attribute) f.attributes[r.name] = r.value;
      f.records.push_back(std::move(r));
    }
  }

  const StoreOptions options_;
  const std::shared_ptr<MemoryTables> tables_;
  std::string error_;
  std::int64_t seen_ = 0;  // of the changes
};

}  // namespace

std::shared_ptr<MemoryTables> make_memory_tables() { return std::make_shared<MemoryTables>(); }

std::unique_ptr<Store> make_memory_store(StoreOptions options,
                                         std::shared_ptr<MemoryTables> tables) {
  if (options.owner.empty()) options.owner = make_owner_name();
  if (options.lease_ms == 0) options.lease_ms = kLocalLeaseMs;
  if (!options.now) options.now = wall_clock_ms;
  if (!options.is_gone) options.is_gone = owner_is_gone;
  if (tables == nullptr) tables = make_memory_tables();
  return std::make_unique<MemoryStore>(std::move(options), std::move(tables));
}

}  // namespace fermata::flow
