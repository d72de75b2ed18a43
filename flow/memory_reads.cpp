// The memory store: looking.
#include <algorithm>
#include <functional>

#include "flow/memory_store.hpp"

namespace fermata::flow {

Answer MemoryStore::last_beat(std::string_view id, std::string_view step, Beat& beat) {
  const std::lock_guard guard(tables_->mutex);
  Flow* f = find(id);
  if (f == nullptr) return Answer::missing;
  const auto it = f->beats.find(std::string(step));
  if (it == f->beats.end()) return say(Answer::missing, "the step has told no progress");
  beat = it->second;
  return Answer::ok;
}

Answer MemoryStore::beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) {
  const std::lock_guard guard(tables_->mutex);
  if (const Flow* f = find(id)) beats.assign(f->beats.begin(), f->beats.end());
  return Answer::ok;
}

Answer MemoryStore::inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) {
  const std::lock_guard guard(tables_->mutex);
  const Flow* f = find(id);
  if (f == nullptr) return Answer::missing;
  messages = unread(*f, limit);
  return Answer::ok;
}

Answer MemoryStore::row(std::string_view id, FlowRow& row) {
  const std::lock_guard guard(tables_->mutex);
  const Flow* f = find(id);
  if (f == nullptr) return Answer::missing;
  row = f->row;
  return Answer::ok;
}

History MemoryStore::load(std::string_view id, std::int64_t from) {
  const std::lock_guard guard(tables_->mutex);
  const Flow* f = find(id);
  if (f == nullptr) return {Answer::missing, {}, {}, {}};
  if (from == 0) return {Answer::ok, f->row, f->records, unread(*f, f->inbox.unread.size())};
  const auto left_out = std::clamp<std::int64_t>(from - f->row.first_seq, 0, std::ssize(f->records));
  return {Answer::ok, f->row, {f->records.begin() + left_out, f->records.end()}, {}};
}

History MemoryStore::load_program(std::string_view id) {
  History h = load(id, 0);
  std::erase_if(h.records, [](const Record& r) { return !says_program(r.event); });
  h.inbox.clear();
  return h;
}

Answer MemoryStore::list(const ListFilter& filter, std::vector<FlowRow>& rows) {
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

Answer MemoryStore::due(std::size_t limit, std::vector<FlowRow>& rows) {
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

Answer MemoryStore::next_wake(std::int64_t& at) {
  const std::lock_guard guard(tables_->mutex);
  at = 0;
  for (const auto& [id, f] : tables_->flows)
    if (f.row.wake_at != 0 && f.row.status == Status::suspended)
      at = at == 0 ? f.row.wake_at : std::min(at, f.row.wake_at);
  return Answer::ok;
}

Answer MemoryStore::counts(std::vector<FlowCount>& counts) {
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

Answer MemoryStore::attributes(std::string_view id,
                               std::vector<std::pair<std::string, std::string>>& found) {
  const std::lock_guard guard(tables_->mutex);
  if (const Flow* f = find(id)) found.assign(f->attributes.begin(), f->attributes.end());
  return Answer::ok;
}

}  // namespace fermata::flow
