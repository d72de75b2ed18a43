// Descriptors that are ours: ends of pipes, sockets.  As values, and as devices of ports.
//
// A Descriptor is shared by the value that made it and the devices on it, and is closed with
// the last of them.  Ours do not block, so a read is one call of the system; ends that a
// process is to get stay in blocking mode, as it expects them.
#pragma once

#include <memory>

#include "vm/device.hpp"

namespace fermata::sched {

class Descriptor {
 public:
  enum class Kind : std::uint8_t { pipe, socket };
  Descriptor(int fd, Kind kind) : fd(fd), kind(kind) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const int fd;
  const Kind kind;
};

// A value that holds it until it is let go of; the collector does that as a last resort.
vm::Value make_descriptor_value(vm::Heap& heap, std::shared_ptr<Descriptor> descriptor);
// Null: no such value, or let go of before.
std::shared_ptr<Descriptor> descriptor_of(vm::Value v);
bool is_descriptor_value(vm::Value v);
void let_go(vm::Value v);

// Closing one that writes to a socket tells the peer that no more will come.
std::unique_ptr<vm::ByteDevice> make_descriptor_device(std::shared_ptr<Descriptor> descriptor,
                                                       vm::Direction direction);

}  // namespace fermata::sched
