// The list of ports that have a device: what is flushed at the end, closed when forgotten.
//
// It knows ports without keeping them alive.  A port that the program lost is found by the
// collector, and its finalizer, which may run in any thread, flushes and closes it; so the
// list has a lock, and lives until its last port is gone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "scheme/ports.hpp"

namespace fermata::scheme {

class OpenPorts;

struct OpenPort {
  std::unique_ptr<vm::ByteDevice> device;
  std::shared_ptr<OpenPorts> list;
  std::uintptr_t hidden;  // the port's address, inverted so that the collector does not see it
  OpenPort* previous = nullptr;
  OpenPort* next = nullptr;
  Port& port() const { return *reinterpret_cast<Port*>(~hidden); }
};

class OpenPorts {
 public:
  static void add(const std::shared_ptr<OpenPorts>& list, Port& port,
                  std::unique_ptr<vm::ByteDevice> device);
  // Takes the port off its list and releases its device.  Its buffer is lost.
  static vm::IoResult release(Port& port);
  void for_each(const std::function<void(Port&)>& visit);
  // Some port of the list, or null.
  Port* any();
  std::size_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::recursive_mutex lock_;  // visitors may release ports
  OpenPort* first_ = nullptr;
  std::atomic<std::size_t> count_{0};
};

}  // namespace fermata::scheme
