// See postgres_news.hpp.
#include "flow/postgres_news.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace fermata::flow {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kTogether = 10ms;   // what is told within it is one notification
constexpr auto kPatience = 5s;
constexpr auto kPause = 1s;        // between attempts to connect

// Whether a flow that nobody has could go on, a schedule is due, or one that waits in a queue may
// begin: it came, or another ended, after $1.  In how many milliseconds the first lease of a
// running flow ends, if nobody prolongs it.  What time it is.
constexpr const char* kIsDue =
    "SELECT EXISTS (SELECT FROM flow WHERE status = 1"
    "  AND (owner IS NULL OR lease_until < fermata_now(NULL)))"
    " OR EXISTS (SELECT FROM flow WHERE status = 2 AND wake_at <= fermata_now(NULL)"
    "  AND (owner IS NULL OR lease_until < fermata_now(NULL)))"
    " OR EXISTS (SELECT FROM inbox m JOIN flow f ON f.id = m.flow WHERE m.consumed_seq IS NULL"
    "  AND f.status IN (1,2) AND (f.owner IS NULL OR f.lease_until < fermata_now(NULL)))"
    " OR EXISTS (SELECT FROM item WHERE kind <> 'worker' AND due <= fermata_now(NULL))"
    " OR EXISTS (SELECT FROM flow WHERE status = 7 AND created_at > $1)"
    " OR (EXISTS (SELECT FROM flow WHERE status IN (4,5,6) AND updated_at > $1)"
    "  AND (SELECT min(created_at) FROM flow WHERE status = 7) IS NOT NULL),"  // by an index
    " (SELECT min(lease_until) FROM flow WHERE status = 1 AND owner IS NOT NULL) - fermata_now(NULL),"
    " fermata_now(NULL)";

}  // namespace

PostgresNews::~PostgresNews() {
  end();
  if (wake_fd_ >= 0) close(wake_fd_);
}

void PostgresNews::end() {
  const std::lock_guard guard(starting_);
  stop_ = true;
  if (!thread_.joinable()) return;
  wake();
  thread_.join();
}

void PostgresNews::begin() {
  const std::lock_guard guard(starting_);
  if (thread_.joinable() || stop_) return;
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = std::thread([this] { run(); });
}

void PostgresNews::wake() const {
  const std::uint64_t one = 1;
  static_cast<void>(write(wake_fd_, &one, sizeof one));
}

void PostgresNews::tell(const std::string& heir) {
  begin();
  const std::lock_guard guard(telling_);
  const bool is_first = to_tell_.empty();
  to_tell_.insert(heir);
  if (is_first && !stop_) wake();
}

bool PostgresNews::has_to_tell() {
  const std::lock_guard guard(telling_);
  return !to_tell_.empty();
}

bool PostgresNews::heard() {
  listens_ = true;
  begin();
  return heard_.exchange(false);
}

bool PostgresNews::listen() {
  const auto until = Clock::now() + kPatience;
  if (!session_.open(url_, until)) return false;
  const PgRows name = session_.run("SELECT quote_ident('fermata_' || current_schema())", {},
                                   PgSession::Plan::anew, until);
  if (!name.ok()) return session_.close(), false;
  const PgRows listening = session_.run_script("LISTEN " + name.text(0, 0), until);
  // Refused: the server has no notifications, and looking now and then must do.
  if (listening.state() == PgRows::State::lost) return false;
  heard_ = true;  // what was told meanwhile is lost
  return session_.is_open();
}

void PostgresNews::send() {
  std::this_thread::sleep_until(sent_at_ + kTogether);
  std::set<std::string> told;
  {
    const std::lock_guard guard(telling_);
    told.swap(to_tell_);
  }
  if (!session_.is_open() && !listen()) return;
  const auto until = Clock::now() + kPatience;
  for (const std::string& who : told)
    session_.run("SELECT pg_notify('fermata_' || current_schema(), $1)", PgParameters().add(who),
                 PgSession::Plan::anew, until);
  sent_at_ = Clock::now();
}

void PostgresNews::hear(const std::vector<std::string>& notifications) {
  for (const std::string& who : notifications) {
    if (who == owner_) handed_ = true;
    if (who == owner_ || who == kEverybody) heard_ = true;
  }
}

void PostgresNews::look() {
  const auto now = Clock::now();
  look_at_ = now + lease_;
  // What was written just before the last look may have been committed just after it.
  const auto since = looked_at_ - std::chrono::milliseconds(lease_).count();
  const PgRows rows =
      session_.run(kIsDue, PgParameters().add(since), PgSession::Plan::anew, now + kPatience);
  if (!rows.ok()) return;
  looked_at_ = rows.number(0, 2);
  if (rows.boolean(0, 0)) heard_ = true;
  if (!rows.is_null(0, 1))
    look_at_ = now + std::clamp<Clock::duration>((rows.number(0, 1) + 1) * 1ms, lease_ / 4, lease_);
}

void PostgresNews::run() {
  while (!stop_) {
    auto until = Clock::now() + std::min<Clock::duration>(kPause, lease_);
    if (!session_.is_open()) listen();
    if (has_to_tell()) send();
    if (listens_ && session_.is_open()) {
      if (Clock::now() >= look_at_) look();
      until = std::min(until, look_at_);
    }
    hear(session_.await_notifications(wake_fd_, until));
    std::uint64_t count = 0;
    static_cast<void>(read(wake_fd_, &count, sizeof count));
    if (!session_.is_open() && !stop_ && !has_to_tell()) std::this_thread::sleep_until(until);
  }
  if (has_to_tell()) send();
}

}  // namespace fermata::flow
