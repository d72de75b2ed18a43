// What stands behind a fermata_interp: an interpreter as its host sees it.
//
// Values reach the host as roots, slots in root memory whose owner is the hub.  The hub
// outlives the interpreter as long as the host still holds a root or the collector has not
// yet found the last object of the host's; so a handle that is dropped late, or in another
// thread, finds something to be dropped into.
//
// One thread owns an instance at a time.  It is known to the collector from attach to
// detach, so words on its stack keep values alive.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/capabilities.hpp"
#include "api/fermata.h"
#include "sched/engine.hpp"
#include "scheme/runtime.hpp"
#include "vm/native.hpp"
#include "vm/this_thread.hpp"

namespace fermata::api {
class Hub;
}  // namespace fermata::api

struct fermata_root {
  fermata::vm::Value value;
  fermata::api::Hub* hub;
  fermata_root* next;  // among the free ones
  std::atomic<std::uint32_t> uses;
};

namespace fermata::api {

using Instance = ::fermata_interp;

// An object of the host's that a Foreign stands for; in the list of its hub.
struct HostObject {
  Hub* hub;
  const void* type;
  void* pointer;
  void* owner;
  fermata_drop drop;
  int (*alive)(void*);
  HostObject* previous = nullptr;
  HostObject* next = nullptr;
};
inline constexpr std::size_t kHostService = 2;  // slot in Machine::services
// Foreign::type of those, and of what a host's own error carries.
inline constexpr char kHostObject = 0, kHostPayload = 0;

struct Payload {
  const void* tag;
  std::shared_ptr<void> held;
};

class Hub {
 public:
  explicit Hub(Instance& in) : instance_(&in) { claim(); }

  // Of the owner's thread.
  fermata_root& make(vm::Value v);
  HostObject& add(HostObject o);
  // Drops what was found unreachable, and takes back what other threads dropped.
  void sweep() {
    if (pending_.load(std::memory_order_acquire)) sweep_pending();
  }
  std::size_t roots() const { return live_; }
  // The interpreter ends: roots are emptied, the host's objects dropped.
  void close();
  void claim() { owner_.store(vm::this_thread(), std::memory_order_relaxed); }
  void leave() { owner_.store(0, std::memory_order_relaxed); }

  // Any thread.
  void release(fermata_root& r);
  void unreachable(HostObject& o);
  // The interpreter, or null once it is closed.
  Instance* instance() const { return instance_.load(std::memory_order_acquire); }

 private:
  struct Slab;
  void sweep_pending();
  void take_back(fermata_root& r);
  void drop(HostObject& o);
  static void end(Hub* hub);
  std::atomic<Instance*> instance_;
  std::atomic<std::uintptr_t> owner_{};
  std::atomic<bool> pending_{false};
  std::mutex lock_;
  fermata_root* returned_ = nullptr;        // under lock_
  std::vector<HostObject*> unreachable_;    // under lock_
  fermata_root* free_ = nullptr;
  Slab* slabs_ = nullptr;
  HostObject* objects_ = nullptr;
  std::size_t live_ = 0, object_count_ = 0;
};

// A value that an instance keeps, wherever this stands.  Belongs to the owner's thread, but may
// be dropped by any.
class Kept {
 public:
  Kept() = default;
  Kept(Hub& hub, vm::Value v) : root_(&hub.make(v)) {}
  Kept(Kept&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Kept& operator=(Kept other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~Kept() {
    if (root_ != nullptr) fermata_root_drop(root_);
  }
  vm::Value get() const { return root_ != nullptr ? root_->value : vm::kUnspecified; }
  explicit operator bool() const { return root_ != nullptr; }
  bool is_of(const Hub& hub) const { return root_ != nullptr && root_->hub == &hub; }

 private:
  fermata_root* root_ = nullptr;
};

// A function of the host as the machine calls it.
struct HostFunction : vm::Builtin {
  Instance* in;
  fermata_function call;
  void* data;
  fermata_drop drop;
  std::string text, doc_text;
  HostFunction(const vm::Builtin& row, Instance* i) : vm::Builtin(row), in(i) {}
  ~HostFunction() {
    if (drop != nullptr) drop(data);
  }
  HostFunction(const HostFunction&) = delete;
  HostFunction& operator=(const HostFunction&) = delete;
};

// What limits the innermost run; runs nest where host functions call back.
struct Run {
  static constexpr std::int64_t kForEver = INT64_MAX;
  Run* outer = nullptr;
  std::int64_t deadline = kForEver;  // of monotonic_ns()
  std::int64_t gas = kForEver;       // left
};

struct HostType {
  std::string name;
  const void* base = nullptr;
  void* (*to_base)(void*) = nullptr;
};

class Events;

// The thread's part in the collector, and the bounds of its stack; see threads.cpp.
struct ThreadBounds {
  const char* low = nullptr;
  const char* high = nullptr;
};
// Counts; each is followed by a leave_collector().
ThreadBounds enter_collector(vm::GcPolicy policy = vm::GcPolicy::as_found);
void leave_collector();

fermata_error* error_of(fermata_code code, std::string message);
// What ended a task by being raised.
fermata_error* error_of(Instance& in, vm::Value raised, vm::Value trace);
// The object to raise for an error; frees it.
vm::Value raised_of(Instance& in, fermata_error* e);
inline fermata_view view_of(Instance& in, vm::Value v) { return {v.bits(), &in}; }
// Requires: a view of the instance.
inline vm::Value value_of_view(fermata_view v) { return vm::Value::from_bits(v.word); }

}  // namespace fermata::api

struct fermata_interp {
  fermata_interp() = default;
  fermata_interp(const fermata_interp&) = delete;
  fermata_interp& operator=(const fermata_interp&) = delete;
  ~fermata_interp();

  fermata::vm::Machine* machine = nullptr;
  fermata::scheme::Runtime* runtime = nullptr;
  fermata::sched::Engine* engine = nullptr;
  fermata::api::Hub* hub = nullptr;
  std::unique_ptr<fermata::api::Capabilities> capabilities;
  fermata_options options = {};
  std::atomic<std::uintptr_t> owner{};
  fermata::api::ThreadBounds bounds;

  fermata::api::Run* run = nullptr;   // the innermost, null when nothing runs
  std::uint32_t depth = 0;            // host functions that have called back
  std::atomic<bool> interrupted{false};
  int wake_fd = -1;                   // an eventfd: ends waiting
  std::uint64_t gas_used = 0;
  std::uint64_t look_at_heap = 0;     // see keeps_too_much
  fermata::api::Kept caller;          // a fiber whose calls have all come to their end at once
  fermata::sched::Fiber* ready = nullptr;  // the same, when its task rests: see calling.cpp
  std::uint64_t captures = 0;         // the machine's, when the last call began
  static constexpr std::uint32_t kCallsUntilLook = 256;
  std::uint32_t calls_until_look = kCallsUntilLook;  // after what other threads dropped

  std::vector<std::unique_ptr<fermata::api::HostFunction>> functions;
  std::unordered_map<std::string, fermata::api::Kept> libraries;  // of the host: environments
  std::unordered_map<const void*, fermata::api::HostType> types;
  std::unordered_map<std::uint32_t, fermata_task*> tasks;  // by id, until they end
  std::size_t limited_tasks = 0;                           // of these
  std::vector<fermata_later*> laters;  // what tasks wait for; see later.cpp
  std::size_t next_later = 0;
  bool answers_come_soon = false;      // see wait_for_work
  fermata_error* errors = nullptr;     // whose texts were not asked for yet
  std::shared_ptr<fermata::api::Events> events;
  std::atomic<std::uint64_t> next_submit{0};
  std::unique_ptr<struct fermata_background> background;

  // Null: the calling thread may go on.
  fermata_error* check() const {
    const char here = 0;
    if (owner.load(std::memory_order_relaxed) == fermata::vm::this_thread() && &here >= bounds.low && &here < bounds.high)
        [[likely]] {
      return nullptr;
    }
    return refuse();
  }
  fermata_error* refuse() const;
};
