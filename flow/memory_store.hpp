// The memory store's class; what it does is in memory_flows.cpp (making, taking and writing flows,
// their messages), memory_queues.cpp, memory_moving.cpp (taking in those of other stores),
// memory_reads.cpp (looking) and memory_items.cpp (schedules, programs).
//
// It gives the same answers as the others, kept in this process.  Flows are numbered
// (`publish-1`), so that what a test prints is always the same.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

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

  Claim create(const NewFlow& flow, std::span<const Record> records) override;
  Claim claim(std::string_view id, Manner manner) override;
  Appended append(const Append& a) override;
  std::vector<Appended> append_all(std::span<const Append> appends) override;
  Answer release(std::string_view id, std::int64_t epoch) override;
  Answer renew(std::span<const Holding> held) override;
  Answer admit(const QueueRule& rule, std::vector<std::string>& ids) override;
  Answer next_admission(const QueueRule& rule, std::int64_t& at) override;
  bool changed() override {
    const std::lock_guard guard(tables_->mutex);
    return std::exchange(seen_, tables_->changes) != tables_->changes;
  }
  Answer queues(std::vector<Backlog>& found) override;
  Answer beat(std::string_view id, std::int64_t epoch, std::string_view step,
              std::string_view value) override;
  Answer last_beat(std::string_view id, std::string_view step, Beat& beat) override;
  Answer beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) override;
  Answer deliver(std::string_view id, const Message& message) override;
  Answer inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) override;
  Answer row(std::string_view id, FlowRow& row) override;
  using Store::load;
  History load(std::string_view id, std::int64_t from) override;
  History load_program(std::string_view id) override;
  Answer list(const ListFilter& filter, std::vector<FlowRow>& rows) override;
  Answer due(std::size_t limit, std::vector<FlowRow>& rows) override;
  Answer next_wake(std::int64_t& at) override;
  Answer import(const FlowRow& row, std::span<const Record> records) override;
  Answer extend(const FlowRow& row, std::span<const Record> records) override;
  Answer promote(std::string_view id, std::int64_t epoch, std::int64_t to) override;
  Answer counts(std::vector<FlowCount>& counts) override;
  Answer purge(std::int64_t before, std::size_t limit, std::size_t& removed) override;
  Answer put_item(const Item& item) override;
  Answer drop_item(std::string_view kind, std::string_view id) override;
  Answer item(std::string_view kind, std::string_view id, Item& item) override;
  Answer items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) override;
  Answer attributes(std::string_view id,
                    std::vector<std::pair<std::string, std::string>>& found) override;
  Answer put_program(std::string_view hash, std::string_view text) override;
  Answer get_program(std::string_view hash, std::string& text) override;
  // What lives no longer than its process is looked at by its tests.
  Answer check(std::vector<Flaw>&) override { return Answer::ok; }

 private:
  using Flow = MemoryTables::Flow;
  // Requires: the lock.
  Appended append_locked(const Append& a);
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
  static std::vector<Message> unread(const Flow& f, std::size_t limit);
  static void consume(MemoryTables::Inbox& inbox, const std::string& message);
  void own(Flow& f);
  void add_records(Flow& f, std::int64_t op, std::span<const Record> records);

  const StoreOptions options_;
  const std::shared_ptr<MemoryTables> tables_;
  std::string error_;
  std::int64_t seen_ = 0;  // of the changes
};

}  // namespace fermata::flow
