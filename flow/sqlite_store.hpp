// The SQLite store's class; what it does is in store_sqlite.cpp (opening, transactions),
// sqlite_flows.cpp (taking flows and writing them), sqlite_moving.cpp (taking in those of other
// stores), sqlite_reads.cpp (looking) and sqlite_items.cpp (queues, progress, schedules).
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "flow/file_lock.hpp"
#include "flow/sqlite.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, StoreOptions options)
      : path_(std::move(path)), lock_(path_ + ".lock"), options_(std::move(options)) {}

  Answer open();

  std::string owner() const override { return options_.owner; }
  std::string url() const override { return "sqlite:" + path_; }
  std::int64_t lease_ms() const override { return options_.lease_ms; }
  std::string error() const override {
    const std::lock_guard guard(mutex_);
    return error_;
  }
  Claim create(const NewFlow& flow, std::span<const Record> records) override;
  std::vector<Claim> create_all(std::span<const Creation> creations) override;
  Claim claim(std::string_view id, Manner manner) override;
  Appended append(const Append& append) override;
  std::vector<Appended> append_all(std::span<const Append> appends) override;
  Answer release(std::string_view id, std::int64_t epoch) override;
  Answer renew(std::span<const Holding> held) override;
  Answer admit(const QueueRule& rule, std::vector<std::string>& ids) override;
  Answer next_admission(const QueueRule& rule, std::int64_t& at) override;
  Answer queues(std::vector<Backlog>& found) override;
  bool changed() override;
  Answer deliver(std::string_view id, const Message& message) override;
  Answer beat(std::string_view id, std::int64_t epoch, std::string_view step,
              std::string_view value) override;
  Answer last_beat(std::string_view id, std::string_view step, Beat& beat) override;
  Answer beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) override;
  Answer inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) override;
  Answer row(std::string_view id, FlowRow& row) override;
  using Store::load;
  History load(std::string_view id, std::int64_t from) override;
  History load_program(std::string_view id) override;
  Answer list(const ListFilter& filter, std::vector<FlowRow>& rows) override;
  Answer counts(std::vector<FlowCount>& counts) override;
  Answer due(std::size_t limit, std::vector<FlowRow>& rows) override;
  Answer next_wake(std::int64_t& at) override;
  Answer import(const FlowRow& row, std::span<const Record> records) override;
  Answer extend(const FlowRow& row, std::span<const Record> records) override;
  Answer promote(std::string_view id, std::int64_t epoch, std::int64_t to) override;
  Answer purge(std::int64_t before, std::size_t limit, std::size_t& removed) override;
  Answer put_item(const Item& item) override;
  Answer drop_item(std::string_view kind, std::string_view id) override;
  Answer item(std::string_view kind, std::string_view id, Item& item) override;
  Answer items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) override;
  Answer attributes(std::string_view id,
                    std::vector<std::pair<std::string, std::string>>& found) override;
  Answer put_program(std::string_view hash, std::string_view text) override;
  Answer get_program(std::string_view hash, std::string& text) override;
  Answer check(std::vector<Flaw>& flaws) override;

 private:
  // When a commit is forced to the disk: before it returns, or with the next one that is.  The
  // log keeps its order, so nothing that came later is there without it.
  enum class Force : std::uint8_t { now, later };
  // Runs body in a write transaction; commits when it answers ok, else rolls back.
  template <class Body>
  Answer write(Body body, Force force = Force::now) {
    const std::lock_guard guard(mutex_);
    FileLock lock(lock_, kLockTimeoutMs);
    if (const Answer begun = begin_write(lock, force); begun != Answer::ok) return begun;
    return end_write(body());
  }
  template <class Body>
  Answer read(Body body) {
    const std::lock_guard guard(mutex_);
    if (failed_) return Answer::fail_stop;
    if (const int code = db_.run("BEGIN"); code != SQLITE_OK) return trouble(code, "reading");
    const Answer answer = body();
    db_.run("COMMIT");
    return answer;
  }
  // Calls visit with the query while it has rows.
  template <class Visit>
  Answer each_row(Query& q, const char* doing, Visit visit) {
    int code = SQLITE_DONE;
    while ((code = q.step()) == SQLITE_ROW) visit(q);
    return code == SQLITE_DONE ? Answer::ok : trouble(code, doing);
  }
  Answer begin_write(const FileLock& lock, Force force);
  Answer end_write(Answer answer);
  Answer trouble(int code, const char* doing);
  Answer say(Answer answer, std::string error) {
    error_ = std::move(error);
    return answer;
  }
  Answer done(Query& q, const char* doing) {
    const int code = q.step();
    return code == SQLITE_DONE || code == SQLITE_ROW ? Answer::ok : trouble(code, doing);
  }
  void checkpoint_if_long();
  Answer bring_forward(std::int64_t version);

  // These require a transaction.
  Answer create_within(const NewFlow& flow, std::span<const Record> records, Claim& made);
  Answer update_row(const FlowRow& row, const Append& append, std::int64_t now);
  Answer append_within(const Append& append, Appended& result);
  Answer insert_row(const FlowRow& row, std::int64_t next_seq);
  Answer insert_as_they_are(std::string_view id, std::int64_t seq,
                            std::span<const Record> records);
  Answer remove_history(std::string_view id);
  Answer forget_before(std::string_view id, std::int64_t seq);
  Answer find(std::string_view id, FlowRow& row);
  Answer insert_records(std::string_view id, std::int64_t epoch, std::int64_t seq, std::int64_t op,
                        std::span<const Record> records, std::int64_t now);
  Answer insert_value(std::string_view id, std::int64_t seq, std::string_view value);
  Answer read_value(std::string_view id, std::int64_t seq, std::string& value);
  Answer read_records(const FlowRow& row, std::int64_t from, std::vector<Record>& records);
  Answer read_record(const Query& q, const std::string& flow, Record& r);
  Answer say_damaged(const std::string& id, std::int64_t seq);
  Answer read_inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages);
  bool has_attributes(const FlowRow& row, const ListFilter& filter);

  static constexpr int kLockTimeoutMs = 10000;

  const std::string path_;
  LockFile lock_;
  const StoreOptions options_;
  mutable std::mutex mutex_;
  Connection db_;
  std::string error_;
  bool failed_ = false;
  Force force_ = Force::now;         // what SQLite is set to
  std::int64_t data_version_ = 0;  // when changed() looked last
  bool delivered_ = false;         // since then, by this process
  std::set<std::string> programs_;   // that are known to be kept
  int wal_pages_ = 0;
};

}  // namespace fermata::flow
