// Byte devices and clocks: what the outside world looks like from the language.
//
// A device never makes its caller wait.  It answers `would_block`, and then wait_request()
// gives the value that the native returns with Outcome retry; whoever drives the machine
// waits for what the value says and runs the native again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "vm/heap.hpp"

namespace fermata::vm {

enum class Direction : std::uint8_t { read, write };
enum class IoStatus : std::uint8_t { done, would_block, end, error };

struct IoResult {
  IoStatus status = IoStatus::done;
  std::size_t count = 0;  // bytes moved, when done; at least one
  int error = 0;          // errno
};

// Destruction gives back the resource.  Belongs to one thread at a time.
class ByteDevice {
 public:
  ByteDevice() = default;
  ByteDevice(const ByteDevice&) = delete;
  ByteDevice& operator=(const ByteDevice&) = delete;
  virtual ~ByteDevice() = default;
  // Requires of both: the span is not empty.
  virtual IoResult read(std::span<std::uint8_t> to) = 0;
  virtual IoResult write(std::span<const std::uint8_t> from) = 0;
  // Early release, to learn of delayed write errors.
  virtual IoResult close() = 0;
  // Whether it would answer something else than would_block.
  virtual bool ready(Direction direction) = 0;
  virtual Value wait_request(Heap& heap, Direction direction) = 0;
  // What lives as long as the port does: whom it may have to wake.
  virtual Value keeps(Heap&) { return kFalse; }
  // Somebody looks on: output is to appear line by line.
  virtual bool is_terminal() const { return false; }
};

// What a machine's programs are told when they ask for the time: Machine::clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t monotonic_ns() = 0;
  virtual std::int64_t real_ns() = 0;  // since 1970-01-01 UTC
};
Clock& system_clock();

// The request of a native that waits for a file descriptor: to be run again when ready.
struct WaitRequest {
  int fd;
  Direction direction;
};
Value make_wait_request(Heap& heap, WaitRequest request);
std::optional<WaitRequest> wait_request_of(Value request);  // nothing: a request of another kind

// The request of a native that reads a file whose next bytes lie on a disk only: to be run
// again once somebody who may wait has read them.
struct LoadRequest {
  int fd;
  std::int64_t offset;
  std::size_t size;
};
Value make_load_request(Heap& heap, LoadRequest request);
std::optional<LoadRequest> load_request_of(Value request);

// A device as a value, on its way from who made it to the port that will own it.  Whoever
// takes it gets it; when nobody does, the collector releases it.
Value make_device_value(Heap& heap, std::unique_ptr<ByteDevice> device);
std::unique_ptr<ByteDevice> take_device(Value v);  // null: no device, or taken before

// Who waits for files on behalf of tasks; Machine::services[kWatcherService], may be null.
inline constexpr std::size_t kWatcherService = 6;
class Watcher {
 public:
  // What waits for such a request is to try again, for the device is about to be closed.
  virtual void closing(Value request) = 0;

 protected:
  ~Watcher() = default;
};

}  // namespace fermata::vm
