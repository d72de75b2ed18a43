// See service.hpp and heartbeat.hpp.
#include "flow/service.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace fermata::flow {

// ---- heartbeat ---------------------------------------------------------------------
Heartbeat::~Heartbeat() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Heartbeat::begin(Store& store, const Holding& flow) {
  const std::lock_guard guard(mutex_);
  const auto before = pause();
  held_[&store].insert(flow);
  if (pause() < before) changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Heartbeat::end(Store& store, const Holding& flow) {
  const std::lock_guard guard(mutex_);
  const auto flows = held_.find(&store);
  if (flows == held_.end()) return;
  flows->second.erase(flow);
  if (flows->second.empty()) held_.erase(flows);
}

void Heartbeat::beat(Store& store) {
  std::unique_lock lock(mutex_);
  const auto flows = held_.find(&store);
  if (flows == held_.end()) return;
  const std::vector<Holding> held(flows->second.begin(), flows->second.end());
  lock.unlock();
  store.renew(held);
}

// A third of the shortest lease.
std::chrono::milliseconds Heartbeat::pause() const {
  std::int64_t least = kLocalLeaseMs / 3;
  for (const auto& [store, flows] : held_) least = std::min(least, store->lease_ms() / 3);
  return std::chrono::milliseconds(least);
}

void Heartbeat::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    changed_.wait_for(lock, pause());
    if (stop_) return;
    std::vector<std::pair<Store*, std::vector<Holding>>> all;
    for (const auto& [store, flows] : held_) all.push_back({store, {flows.begin(), flows.end()}});
    lock.unlock();  // a store may be slow
    for (const auto& [store, flows] : all) store->renew(flows);
    lock.lock();
  }
}

// ---- service -----------------------------------------------------------------------
std::int64_t Service::open(const std::string& url, std::string& error) {
  const bool is_memory = url.starts_with(kMemoryUrl) || url == "memory";
  for (std::size_t i = 0; i < stores_.size() && !is_memory; ++i)
    if (stores_[i] != nullptr && stores_[i]->url() == shown_url(url)) return static_cast<std::int64_t>(i);
  auto store = is_memory ? open_memory(url.substr(std::min(url.size(), kMemoryUrl.size())))
                         : open_store(url, {}, error);
  return store == nullptr ? -1 : adopt(std::move(store));
}

void Service::tell_time(std::int64_t ms) {
  *virtual_ms_ = ms;
  if (ms == 0 || (ms >= beat_at_ && ms < next_beat_at_)) return;
  beat_at_ = ms, next_beat_at_ = ms + kLocalLeaseMs / 3;
  for (const auto& store : stores_)
    if (store != nullptr && store->url() == kMemoryUrl) heartbeat_.beat(*store);
}

std::unique_ptr<Store> Service::open_memory(const std::string& name) {
  StoreOptions options;
  options.now = [told = virtual_ms_] {
    const std::int64_t ms = *told;
    return ms != 0 ? ms : wall_clock_ms();
  };
  if (name.empty()) return make_memory_store(std::move(options));
  auto& tables = tables_[name];
  if (tables == nullptr) tables = make_memory_tables();
  return make_memory_store(std::move(options), tables);
}

std::int64_t Service::adopt(std::unique_ptr<Store> store) {
  auto place = std::find(stores_.begin(), stores_.end(), nullptr);
  if (place == stores_.end()) place = stores_.insert(place, nullptr);
  *place = std::move(store);
  return place - stores_.begin();
}

void Service::close(std::int64_t number) {
  auto& store = stores_.at(static_cast<std::size_t>(number));
  store->end();
  store.reset();
}

Store* Service::store(std::int64_t number) const {
  const auto i = static_cast<std::size_t>(number);
  return number >= 0 && i < stores_.size() ? stores_[i].get() : nullptr;
}

bool Service::open_default(std::string& error) {
  if (default_store < 0)
    default_store = open(default_url.empty() ? default_store_url() : default_url, error);
  return default_store >= 0;
}

Store* Service::current(std::string& error) {
  if (chosen_store >= 0) return store(chosen_store);
  return open_default(error) ? store(default_store) : nullptr;
}

const TimeZone* Service::zone(const std::string& name) {
  const auto [place, is_new] = zones_.try_emplace(name);
  if (is_new) place->second = TimeZone::find(name);
  return place->second.get();
}

std::int64_t Service::add_journal(std::int64_t store_number, std::unique_ptr<Journal> journal) {
  heartbeat_.begin(*store(store_number), journal->holding());
  journals_[next_journal_] = {store_number, std::move(journal)};
  return next_journal_++;
}

Journal* Service::journal(std::int64_t number) const {
  const auto it = journals_.find(number);
  return it == journals_.end() ? nullptr : it->second.journal.get();
}

void Service::drop_journal(std::int64_t number) {
  const auto it = journals_.find(number);
  if (it == journals_.end()) return;
  rest_journal(number);
  journals_.erase(it);
}

void Service::rest_journal(std::int64_t number) {
  Running& r = journals_.at(number);
  if (!r.resting) heartbeat_.end(*store(r.store), r.journal->holding());
  r.resting = true;
}

void Service::park_journal(std::int64_t number) {
  rest_journal(number);
  journals_.at(number).journal->rest();
}

void Service::wake_journal(std::int64_t number) {
  Running& r = journals_.at(number);
  if (r.resting) heartbeat_.begin(*store(r.store), r.journal->holding());
  r.resting = false;
}

}  // namespace fermata::flow
