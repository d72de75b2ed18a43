// Renews leases while flows run, from a thread of its own.
//
// A step may take longer than a lease.  The thread touches the store alone, never a Scheme
// value, so the collector need not know it.  It starts with the first flow and sleeps
// between beats; when the whole process is stopped it beats no more, which is the point.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "flow/store.hpp"

namespace fermata::flow {

class Heartbeat {
 public:
  Heartbeat() = default;
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // The store's owner holds this flow now, or does not any more.
  void begin(Store& store, const Holding& flow);
  void end(Store& store, const Holding& flow);
  // Renews what is held in that store, at once.
  void beat(Store& store);

 private:
  void run();
  std::chrono::milliseconds pause() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Store*, std::set<Holding>> held_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace fermata::flow
