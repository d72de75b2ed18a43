// The memory store: making, taking and writing flows, their messages, removing them.
#include <utility>

#include "flow/memory_store.hpp"
#include "flow/moving.hpp"
#include "flow/owner.hpp"
#include "flow/queueing.hpp"

namespace fermata::flow {

Claim MemoryStore::create(const NewFlow& flow, std::span<const Record> records) {
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

Claim MemoryStore::claim(std::string_view id, Manner manner) {
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

Appended MemoryStore::append(const Append& a) {
  const std::lock_guard guard(tables_->mutex);
  Appended done = append_locked(a);
  if (done.answer != Answer::ok && done.answer != Answer::duplicate) done.problem = error_;
  return done;
}

std::vector<Appended> MemoryStore::append_all(std::span<const Append> appends) {
  std::vector<Appended> results;
  for (const Append& a : appends) results.push_back(append(a));
  return results;
}

Answer MemoryStore::release(std::string_view id, std::int64_t epoch) {
  const std::lock_guard guard(tables_->mutex);
  if (Flow* f = find(id); f != nullptr && f->row.epoch == epoch)
    f->row.owner.clear(), f->row.lease_until = 0;
  return Answer::ok;
}

Answer MemoryStore::renew(std::span<const Holding> held) {
  const std::lock_guard guard(tables_->mutex);
  for (const Holding& h : held) {
    Flow* const f = find(h.id);
    if (f != nullptr && f->row.owner == options_.owner && f->row.epoch == h.epoch)
      f->row.lease_until = options_.now() + options_.lease_ms;
  }
  return Answer::ok;
}

Answer MemoryStore::beat(std::string_view id, std::int64_t epoch, std::string_view step,
                         std::string_view value) {
  const std::lock_guard guard(tables_->mutex);
  Flow* f = find(id);
  if (f == nullptr) return Answer::missing;
  if (f->row.epoch != epoch || is_closed(f->row.status))
    return say(Answer::fenced, f->row.id + " was taken over by another process");
  f->beats[std::string(step)] = {std::string(value), options_.now()};
  return Answer::ok;
}

Answer MemoryStore::deliver(std::string_view id, const Message& message) {
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

Answer MemoryStore::purge(std::int64_t before, std::size_t limit, std::size_t& removed) {
  const std::lock_guard guard(tables_->mutex);
  removed = 0;
  for (auto it = tables_->flows.begin(); it != tables_->flows.end() && removed < limit;) {
    const bool old = is_closed(it->second.row.status) && it->second.row.updated_at < before;
    removed += old;
    it = old ? tables_->flows.erase(it) : std::next(it);
  }
  return Answer::ok;
}

Appended MemoryStore::append_locked(const Append& a) {
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

std::vector<Message> MemoryStore::unread(const Flow& f, std::size_t limit) {
  std::vector<Message> messages;
  for (const auto& [place, message] : f.inbox.unread) {
    if (messages.size() >= limit) break;
    messages.push_back(message);
  }
  return messages;
}

void MemoryStore::consume(MemoryTables::Inbox& inbox, const std::string& message) {
  const auto place = inbox.places.find(message);
  if (place == inbox.places.end()) return;
  inbox.unread.erase(place->second);
  inbox.places.erase(place);
}

void MemoryStore::own(Flow& f) {
  f.row.owner = options_.owner;
  f.row.lease_until = options_.now() + options_.lease_ms;
}

void MemoryStore::add_records(Flow& f, std::int64_t op, std::span<const Record> records) {
  for (Record r : records) {
    r.seq = f.row.next_seq++, r.epoch = f.row.epoch, r.op = op;
    if (r.at == 0) r.at = options_.now();
    if (r.event == Event::attribute) f.attributes[r.name] = r.value;
    f.records.push_back(std::move(r));
  }
}

}  // namespace fermata::flow
