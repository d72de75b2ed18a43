// What the flow layer keeps with an interpreter: open stores and the flows it is running.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/data_types.hpp"
#include "flow/envelope.hpp"
#include "flow/heartbeat.hpp"
#include "flow/http_server.hpp"
#include "flow/journal.hpp"
#include "flow/store.hpp"
#include "flow/time_zone.hpp"
#include "scheme/runtime.hpp"
#include "vm/machine.hpp"

namespace fermata::flow {

inline constexpr std::size_t kFlowService = 4;  // slot in Machine::services

class Service {
 public:
  Service() = default;
  ~Service() {
    for (const auto& store : stores_)
      if (store != nullptr) store->end();
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  static Service* find(vm::Machine& m) { return static_cast<Service*>(m.services[kFlowService]); }

  // What a virtual clock says, in milliseconds since 1970; 0: the clock that runs is real.  Stores in
  // memory go by it, and leases there are renewed as it moves.
  void tell_time(std::int64_t virtual_ms);

  // The number under which Scheme knows a store, or -1 and why.  Stores in memory of the same name,
  // memory:NAME, have their flows in common, each as an owner of its own.
  std::int64_t open(const std::string& url, std::string& error);
  std::int64_t adopt(std::unique_ptr<Store> store);  // one that the host made
  void close(std::int64_t number);  // none of its flows was ever held; the number may be given again
  Store* store(std::int64_t number) const;
  // For who asks it from another thread, perhaps still when the interpreter has ended.
  std::shared_ptr<Store> shared_store(std::int64_t number) const { return stores_.at(number); }

  std::int64_t add_journal(std::int64_t store, std::unique_ptr<Journal> journal);
  Journal* journal(std::int64_t number) const;
  Store& store_of(std::int64_t journal) const { return *store(journals_.at(journal).store); }
  std::int64_t store_number(std::int64_t journal) const { return journals_.at(journal).store; }
  void drop_journal(std::int64_t number);
  // A journal of a flow that was let go: its lease is not renewed until it is taken again.
  void rest_journal(std::int64_t number);
  void park_journal(std::int64_t number);  // the same, and it keeps no more than it needs
  void wake_journal(std::int64_t number);

  // Null when there is none of that name.
  const TimeZone* zone(const std::string& name);

  // Whose value is the vector that guard.cpp looks at.
  vm::Handle place_parameter;
  // Procedures that await a job; see asking.hpp.
  vm::Handle await_job, await_shielded;

  DataTypes data_types;

  // What is used when a program names no store; empty: default_store_url().
  std::string default_url;
  std::int64_t default_store = -1;  // once it is open
  std::int64_t chosen_store = -1;   // by use-flow-store!
  bool open_default(std::string& error);
  // Where the program keeps its flows now; null, and why, when it cannot be opened.
  Store* current(std::string& error);

  // Tells a host that a flow came to rest here: suspended, finished, failed, stuck, cancelled.
  std::function<void(std::string_view id, std::string_view status)> tell_rest;

  // A check of a flow is under way: nothing is shown, and a line that a flow writes where no record
  // would keep it from being shown again is remembered, the first of them.
  bool checks = false;
  std::int64_t check_seed = 0;  // of the flows that it starts
  std::string written_loosely;

  std::size_t short_at = 0;  // how many collections there were when memory was found short

  // Who this process is to its peers: one for each store whose flows call them, or are called.
  struct Home {
    Identity identity;
    EnvelopeGate gate;
  };
  std::vector<std::unique_ptr<Home>> homes;
  std::unordered_map<std::int64_t, std::unique_ptr<HttpCall>> http_calls;
  std::int64_t last_http_call = 0;
  std::vector<std::unique_ptr<HttpServer>> http_servers;  // null: closed

  // Set from a signal handler: the process is to end, and its worker first.
  std::atomic<bool> stop_asked = false;

  // Content hash of the program that runs here, while it is the one that it was told of.
  struct ProgramHash {
    std::string script;
    std::size_t files = 0;
    std::string text, hash;
  } program_hash;

  // The files of programs being made again, the innermost last; program.cpp.
  std::vector<std::unique_ptr<std::vector<scheme::SourceFile>>> programs;

 private:
  struct Running {
    std::int64_t store;
    std::unique_ptr<Journal> journal;
    bool resting = false;
  };
  static constexpr std::string_view kMemoryUrl = "memory:";
  std::unique_ptr<Store> open_memory(const std::string& name);
  std::shared_ptr<std::atomic<std::int64_t>> virtual_ms_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
  std::int64_t beat_at_ = 0, next_beat_at_ = 0;  // by that clock

  std::vector<std::shared_ptr<Store>> stores_;  // null: was closed
  std::map<std::string, std::shared_ptr<MemoryTables>> tables_;  // of those in memory with a name
  std::unordered_map<std::int64_t, Running> journals_;
  std::int64_t next_journal_ = 1;
  std::unordered_map<std::string, std::unique_ptr<TimeZone>> zones_;  // those asked for
  Heartbeat heartbeat_;  // last: it uses the stores
};

}  // namespace fermata::flow
