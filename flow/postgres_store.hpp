// The PostgreSQL store's class; what it does is in store_postgres.cpp (opening, asking),
// postgres_flows.cpp (making and taking flows), postgres_appends.cpp (writing what they do),
// postgres_moving.cpp (taking in those of other stores), postgres_reads.cpp (looking) and
// postgres_items.cpp (queues, progress, schedules).
//
// What changes something is one statement, so no lock outlives it and nothing is half done.  An
// answer that was lost is asked for again: a statement that names what it expects to find does
// nothing the second time, and what it finds then tells whether the first took place.
//
// After a failover the new primary may lack the last claims of the old one, and would give their
// epochs again.  So epochs lie above (timeline - 1) << 32, which each session knows as its
// `fermata.base`, and what was claimed in an earlier timeline is fenced.  Above the lower 44 bits,
// which statements cut out by `& 17592186044415`, stands the generation; see moving.hpp.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "flow/postgres.hpp"
#include "flow/postgres_news.hpp"
#include "flow/queueing.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

class PostgresStore final : public Store {
 public:
  PostgresStore(const Libpq& library, std::string url, StoreOptions options)
      : library_(library), url_(std::move(url)), options_(std::move(options)),
        news_(library_, url_, options_.owner, std::chrono::milliseconds(options_.lease_ms)) {}

  // Connects and looks whether the tables are there, in the version that is known here.
  Answer open();
  Answer init();     // makes the tables; nothing when they are there
  Answer migrate();  // brings them forward

  std::string owner() const override { return options_.owner; }
  std::string url() const override { return shown_url(url_); }
  bool is_remote() const override { return true; }
  std::int64_t lease_ms() const override { return options_.lease_ms; }
  std::string error() const override {
    const std::lock_guard guard(mutex_);
    const auto mine = errors_.find(std::this_thread::get_id());
    return mine == errors_.end() ? "" : mine->second;
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
  // Between them the thread that listens looks whether anything is due.
  std::int64_t poll_ms() const override { return 60000; }
  bool changed() override { return news_.heard() || told_.exchange(false); }
  void end() override { news_.end(); }
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
  Answer handed(std::vector<FlowRow>& rows) override;
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
  using Plan = PgSession::Plan;
  using Time = PgSession::Time;

  // A session of the pool, for as long as a call needs it.
  class Use {
   public:
    explicit Use(PostgresStore& store) : store_(store) {}
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    // A session that is connected, or null: there is none until then.
    PgSession* session(Time until);

   private:
    PostgresStore& store_;
    std::unique_ptr<PgSession> session_;
  };

  // Whether a statement may be sent again when the connection broke under it.
  enum class Repeat : std::uint8_t { freely, never };
  PgRows ask(const char* sql, const PgParameters& parameters, Repeat repeat = Repeat::freely,
             Plan plan = Plan::kept);
  bool connect(PgSession& session, Time until);
  bool learn(PgSession& session, Time until);
  bool pause_before(Time until, int attempt);
  static bool is_passing(const PgRows& rows);
  Answer read_version(std::int64_t& version);
  // Something was written that may let a flow go on, here or elsewhere.
  void tell() {
    told_ = true;
    news_.tell();
  }

  Answer trouble(const PgRows& rows, const char* doing);
  Answer say_damaged(const std::string& id, std::int64_t seq);
  Answer say(Answer answer, std::string error) {
    const std::lock_guard guard(mutex_);
    errors_[std::this_thread::get_id()] = std::move(error);
    return answer;
  }
  Answer say_closed(const FlowRow& row);
  Answer say_fenced(std::string_view id);
  // Calls visit with each number of a row; or tells what is wrong.
  template <class Visit>
  Answer each_row(const PgRows& rows, const char* doing, Visit visit) {
    if (!rows.ok()) return trouble(rows, doing);
    for (int i = 0; i < rows.count(); ++i) visit(i);
    return Answer::ok;
  }
  // `now` of the options, or null: the server's clock.
  void add_now(PgParameters& parameters) const;
  std::int64_t now() const;  // for what is only shown

  Answer find(std::string_view id, FlowRow& row);
  Answer clear_away(const FlowRow& row);
  PgParameters going_on_parameters(const Append& append) const;
  PgParameters append_parameters(std::span<const Append* const> appends) const;
  // The numbers of those that were written, perhaps several times, and whether there is mail.
  PgRows send(std::span<const Append* const> appends, int attempt);
  void append_some(std::span<const Append> appends, int attempt, std::vector<std::size_t>& left,
                   std::vector<Appended>& results);
  // Why an append was not taken; or ok: nothing hinders it any more.
  Answer explain(const Append& append);
  Answer find_gone(PgColumn& gone);
  Answer look_at_queue(const QueueRule& rule, QueueState& state, std::vector<Queued>& waiting);
  Answer create_some(std::span<const Creation* const> creations, std::span<Claim> made);
  Answer read_records(const PgRows& rows, const FlowRow& row, std::int64_t from,
                      std::vector<Record>& records);

  bool was_connected() const {
    const std::lock_guard guard(mutex_);
    return timeline_ != 0;
  }
  // Of a flow that is made now.
  std::int64_t first_epoch() const {
    const std::lock_guard guard(mutex_);
    return ((timeline_ - 1) << 32) + 1;
  }

  static constexpr std::chrono::seconds kPatience{10};
  static constexpr int kAttempts = 5;

  const Libpq& library_;
  const std::string url_;
  const StoreOptions options_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<PgSession>> idle_;
  std::map<std::thread::id, std::string> errors_;  // of each thread the last
  std::set<std::string> programs_;  // that are known to be kept
  std::int64_t timeline_ = 0;       // the latest that was seen; 0: none yet
  bool skip_locked_ = true;         // the server can pass over what others are changing
  std::atomic<bool> told_ = false;  // since changed() was asked
  PostgresNews news_;
};

}  // namespace fermata::flow
