// News between processes: that something was written which may let a flow go on.
//
// A thread with a connection of its own listens, and notifies after the commit, at most every ten
// milliseconds: a notification within the transaction of an append would make appends wait for
// each other.  One of a flow that was handed over names the heir, whom alone it concerns.
// Notifications may be lost, also with a process that is killed right after its commit,
// and nobody tells of a lease that has run out; so for who listens the thread asks whether a flow
// could go on or begin: once in a lease, and when the first lease of a running flow may have ended.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "flow/postgres.hpp"

namespace fermata::flow {

class PostgresNews {
 public:
  PostgresNews(const Libpq& library, std::string url, std::string owner,
               std::chrono::milliseconds lease)
      : library_(library), url_(std::move(url)), owner_(std::move(owner)), lease_(lease) {}
  ~PostgresNews();
  PostgresNews(const PostgresNews&) = delete;
  PostgresNews& operator=(const PostgresNews&) = delete;

  // Lets the heir hear, or everybody; returns at once.
  void tell(const std::string& heir = kEverybody);
  // Sends what was told; nobody hears or tells after it.
  void end();
  // Whether there were any since the last call; the first call begins to listen.
  bool heard();
  // Whether any of these was for this owner alone.
  bool was_handed() { return handed_.exchange(false); }

 private:
  static constexpr const char* kEverybody = "";

  void begin();
  void run();
  bool has_to_tell();
  bool listen();
  void send();
  void hear(const std::vector<std::string>& notifications);
  void look();
  void wake() const;

  const Libpq& library_;
  const std::string url_, owner_;
  const std::chrono::milliseconds lease_;
  PgSession session_{library_};
  std::atomic<bool> heard_ = false, handed_ = false, listens_ = false, stop_ = false;
  std::mutex telling_;
  std::set<std::string> to_tell_;  // who
  PgSession::Time look_at_{}, sent_at_{};
  std::int64_t looked_at_ = 0;  // by the server's clock, in milliseconds
  std::mutex starting_;
  int wake_fd_ = -1;
  std::thread thread_;
};

}  // namespace fermata::flow
