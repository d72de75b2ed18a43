// The PostgreSQL store: opening, sessions, asking.
#include <algorithm>
#include <cstdlib>
#include <thread>

#include "flow/owner.hpp"
#include "flow/postgres_schema.hpp"
#include "flow/postgres_store.hpp"

namespace fermata::flow {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kDiskFull = "53100";
constexpr std::chrono::milliseconds kFirstPause{20}, kLongestPause{500};

// Plans are made once, also while a table is still empty, so they must not read whole tables.
// A transaction that its client left behind ends by itself.
constexpr const char* kSettings =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;"
    "SET idle_in_transaction_session_timeout = '30s'; SET synchronous_commit = on";

// Where the server writes now, so it is right from the first moment after a promotion; what
// pg_control_checkpoint() tells is that of the last checkpoint.
constexpr const char* kTimeline =
    "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::BIT(32)::BIGINT";

}  // namespace

// ---- sessions ----------------------------------------------------------------------
PostgresStore::Use::~Use() {
  if (session_ == nullptr || !session_->is_open()) return;
  const std::lock_guard guard(store_.mutex_);
  store_.idle_.push_back(std::move(session_));
}

PgSession* PostgresStore::Use::session(Time until) {
  if (session_ == nullptr) {
    const std::lock_guard guard(store_.mutex_);
    if (!store_.idle_.empty()) {
      session_ = std::move(store_.idle_.back());
      store_.idle_.pop_back();
    }
  }
  if (session_ == nullptr) session_ = std::make_unique<PgSession>(store_.library_);
  for (int attempt = 0; !session_->is_open(); ++attempt) {
    if (store_.connect(*session_, until)) break;
    // A server that was never there is no server that comes back.
    if (!store_.was_connected() || !store_.pause_before(until, attempt)) return nullptr;
  }
  return session_.get();
}

// Waits before the next attempt; false: there is no time for one.
bool PostgresStore::pause_before(Time until, int attempt) {
  const auto pause = std::min(kFirstPause * (1 << std::min(attempt, 10)), kLongestPause);
  if (Clock::now() + pause >= until) return false;
  std::this_thread::sleep_for(pause);
  return true;
}

bool PostgresStore::connect(PgSession& session, Time until) {
  {
    // What else was connected has probably lost the same server.
    const std::lock_guard guard(mutex_);
    idle_.clear();
  }
  if (session.open(url_, until) && learn(session, until)) return true;
  say(Answer::fail_stop, "cannot connect to " + url() + ": " + session.error());
  session.close();
  return false;
}

// What server this is.  A standby, or a primary that another has replaced, is none to write to.
bool PostgresStore::learn(PgSession& session, Time until) {
  const PgParameters none;
  if (!session.run_script(kSettings, until).ok()) return false;
  const PgRows server = session.run(
      "SELECT position('CockroachDB' IN version())::BIGINT, current_setting('server_encoding')",
      none, Plan::anew, until);
  if (!server.ok()) return false;
  const bool is_cockroach = server.number(0, 0) != 0;
  if (server.text(0, 1) != "UTF8") return session.fail("the database's encoding is not UTF8");
  const PgRows found = session.run(kTimeline, none, Plan::anew, until);
  if (found.state() == PgRows::State::lost) return false;
  // 55000: it is in recovery.  Another engine does not know the function, and has no timelines.
  if (found.sql_state() == "55000") return session.fail("the server is a standby");
  const std::int64_t timeline = found.ok() ? found.number(0, 0) : 1;
  const PgRows set = session.run(
      "SELECT set_config('fermata.base', $1::BIGINT::TEXT, false)",
      PgParameters().add((timeline - 1) << 32), Plan::anew, until);
  if (!set.ok()) return false;
  const std::lock_guard guard(mutex_);
  if (timeline < timeline_) return session.fail("the server was replaced by another");
  timeline_ = timeline;
  skip_locked_ = !is_cockroach;
  return true;
}

// ---- asking ------------------------------------------------------------------------
// It changed nothing, and may succeed the next time: a deadlock, a conflict, a statement or a wait
// that was cancelled, a server that is short of memory or connections.
bool PostgresStore::is_passing(const PgRows& rows) {
  const std::string& code = rows.sql_state();
  return code == "40001" || code == "40P01" || code == "55P03" || code == "57014" ||
         (code.starts_with("53") && code != kDiskFull);
}

PgRows PostgresStore::ask(const char* sql, const PgParameters& parameters, Repeat repeat,
                          Plan plan) {
  const Time until = Clock::now() + kPatience;
  for (int attempt = 0;; ++attempt) {
    Use use(*this);
    PgSession* const session = use.session(until);
    if (session == nullptr) return {PgRows::State::refused, error()};
    PgRows rows = session->run(sql, parameters, plan, until);
    const bool again = rows.state() == PgRows::State::lost ? repeat == Repeat::freely
                                                           : is_passing(rows);
    if (!again || !pause_before(until, attempt)) return rows;
  }
}

Answer PostgresStore::trouble(const PgRows& rows, const char* doing) {
  const std::string& code = rows.sql_state();
  // Without a code it is the connection that could not be made, which says all itself.
  const std::string text = (code.empty() ? "" : std::string(doing) + ": ") + rows.message();
  // A statement that was prepared is not there, or is there before; a setting is lost.
  if (code == "26000" || code == "42P05" || code == "42704")
    return say(Answer::fail_stop, text + "; a pooler before the server has to pool sessions");
  if (code == kDiskFull) return say(Answer::full, text);
  if (code == "XX001" || code == "XX002") return say(Answer::damaged, text);
  return say(Answer::fail_stop, text);
}

Answer PostgresStore::say_closed(const FlowRow& row) {
  return say(Answer::closed, row.id + " is " + std::string(status_name(row.status)));
}

Answer PostgresStore::say_fenced(std::string_view id) {
  return say(Answer::fenced, std::string(id) + " was taken over by another process");
}

void PostgresStore::add_now(PgParameters& parameters) const {
  options_.now ? parameters.add(options_.now()) : parameters.add_null();
}

std::int64_t PostgresStore::now() const { return options_.now ? options_.now() : wall_clock_ms(); }

// ---- opening -----------------------------------------------------------------------
// 0: there are no tables.
Answer PostgresStore::read_version(std::int64_t& version) {
  version = 0;
  const PgRows rows =
      ask("SELECT version FROM fermata_store", {}, Repeat::freely, Plan::anew);
  if (rows.sql_state() == "42P01") return Answer::ok;
  if (!rows.ok()) return trouble(rows, "opening");
  if (rows.count() > 0) version = rows.number(0, 0);
  if (version > kPostgresSchemaVersion)
    return say(Answer::damaged, url() +
                                    " was written by a later Fermata (its tables have version " +
                                    std::to_string(version) + ", known here is " +
                                    std::to_string(kPostgresSchemaVersion) + ")");
  return Answer::ok;
}

Answer PostgresStore::open() {
  std::int64_t version = 0;
  if (const Answer a = read_version(version); a != Answer::ok) return a;
  if (version == 0)
    return say(Answer::missing, url() + " has no tables for flows; they are made by\n" +
                                    "  fermata store init " + url());
  if (version < kPostgresSchemaVersion)
    return say(Answer::missing, url() + " was written by an earlier Fermata; bring it forward by\n" +
                                    "  fermata store migrate " + url());
  return Answer::ok;
}

Answer PostgresStore::init() {
  std::int64_t version = 0;
  if (const Answer a = read_version(version); a != Answer::ok) return a;
  if (version != 0) return Answer::ok;
  const Time until = Clock::now() + kPatience;
  Use use(*this);
  PgSession* const session = use.session(until);
  if (session == nullptr) return Answer::fail_stop;
  // The script is one transaction: of two who do this at once, one makes everything.
  std::string script = kFirstPostgresSchema;
  for (const char* migration : kPostgresMigrations) script += migration;
  script += "UPDATE fermata_store SET version = " + std::to_string(kPostgresSchemaVersion);
  const PgRows made = session->run_script(script, until);
  if (made.ok()) return Answer::ok;
  if (const Answer a = read_version(version); a != Answer::ok || version != 0) return a;
  return trouble(made, "making the tables");
}

// Each step is a transaction of its own, which begins by looking whether another was faster.
Answer PostgresStore::migrate() {
  std::int64_t version = 0;
  if (const Answer a = read_version(version); a != Answer::ok) return a;
  if (version == 0) return open();
  for (; version < kPostgresSchemaVersion; ++version) {
    const std::string from = std::to_string(version);
    const Time until = Clock::now() + std::chrono::hours(1);  // it may rewrite large tables
    Use use(*this);
    PgSession* const session = use.session(Clock::now() + kPatience);
    if (session == nullptr) return Answer::fail_stop;
    const PgRows moved = session->run_script(
        "LOCK TABLE fermata_store IN ACCESS EXCLUSIVE MODE;"
        "SELECT 1 / count(*) FROM fermata_store WHERE version = " + from + ";" +
            kPostgresMigrations[version - 1] +
            ";UPDATE fermata_store SET version = version + 1",
        until);
    if (moved.ok() || moved.sql_state() == "22012") continue;  // 22012: another was faster
    return trouble(moved, "bringing the tables forward");
  }
  return Answer::ok;
}

namespace {

// FERMATA_LEASE in seconds, or the lease that is usual.
std::int64_t chosen_lease_ms() {
  const char* const text = std::getenv("FERMATA_LEASE");
  const double seconds = text != nullptr ? std::strtod(text, nullptr) : 0;
  return seconds >= 0.1 && seconds <= 3600 ? static_cast<std::int64_t>(seconds * 1000)
                                           : kSharedLeaseMs;
}

std::unique_ptr<PostgresStore> make_store(const std::string& url, StoreOptions options,
                                          std::string& error) {
  const Libpq* const library = Libpq::load(error);
  if (library == nullptr) return nullptr;
  if (options.owner.empty()) options.owner = make_owner_name();
  if (!options.is_gone) options.is_gone = owner_is_gone;
  if (options.lease_ms == 0) options.lease_ms = chosen_lease_ms();
  return std::make_unique<PostgresStore>(*library, url, std::move(options));
}

}  // namespace

std::unique_ptr<Store> open_postgres_store(const std::string& url, StoreOptions options,
                                           std::string& error) {
  auto store = make_store(url, std::move(options), error);
  if (store == nullptr || store->open() == Answer::ok) return store;
  error = store->error();
  return nullptr;
}

bool change_postgres_store(const std::string& url, StoreChange change, std::string& error) {
  const auto store = make_store(url, {}, error);
  if (store == nullptr) return false;
  const Answer done = change == StoreChange::init ? store->init() : store->migrate();
  if (done != Answer::ok) error = store->error();
  return done == Answer::ok;
}

}  // namespace fermata::flow
