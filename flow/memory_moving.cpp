// The memory store: flows that come from other stores; see moving.hpp.
#include "flow/memory_store.hpp"
#include "flow/moving.hpp"

namespace fermata::flow {

Answer MemoryStore::import(const FlowRow& row, std::span<const Record> records) {
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

Answer MemoryStore::extend(const FlowRow& row, std::span<const Record> records) {
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

Answer MemoryStore::promote(std::string_view id, std::int64_t epoch, std::int64_t to) {
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

}  // namespace fermata::flow
