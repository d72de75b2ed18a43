// The memory store: letting flows of a queue begin.
#include <algorithm>
#include <functional>

#include "flow/memory_store.hpp"
#include "flow/queueing.hpp"

namespace fermata::flow {

Answer MemoryStore::admit(const QueueRule& rule, std::vector<std::string>& ids) {
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

Answer MemoryStore::next_admission(const QueueRule& rule, std::int64_t& at) {
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

Answer MemoryStore::queues(std::vector<Backlog>& found) {
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

}  // namespace fermata::flow
