// Ports (R7RS 6.13): a buffer of bytes, with a device behind it or not.
//
// Text is UTF-8 in the buffer whatever the port, so a string port and a file port are
// read and written by the same code, and the reader and printer work on the buffer itself.
// A port has one direction, and is textual or binary, never both.
//
// Nothing here waits.  What cannot go on answers a Problem: the Outcome to return, which
// is an error or "run me again when the device is ready".  So a native takes from the
// buffer only what completes it, and can be run again from its beginning.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "scheme/argument_checks.hpp"
#include "scheme/runtime.hpp"
#include "vm/device.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kPortService = 1;  // slot in Machine::services

struct OpenPort;  // a port with a device, in the list of its machine

struct Port : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::port;
  static constexpr std::uint64_t kInput = 1, kOutput = 2, kTextual = 4, kBinary = 8;  // aux
  static constexpr std::uint64_t kOpen = 1, kAtEnd = 2, kSkipLineFeed = 4, kByLine = 8,
                                 kUnbuffered = 16, kConsole = 32;  // state

  std::uint8_t* buffer;                     // atomic, or a bytevector that is read
  std::uint64_t position, limit, capacity;  // unread or unwritten: [position, limit)
  std::uint64_t state;
  std::uint64_t scanned;  // bytes after position known to hold no line's end
  OpenPort* open;         // null without a device
  vm::Value name;         // String: file name, or #f
  vm::Value reader;       // Reader, once `read` was called, or #f
  vm::Value kept;         // for the device, see ByteDevice::keeps

  bool is_input() const { return aux() & kInput; }
  bool is_output() const { return aux() & kOutput; }
  bool is_textual() const { return aux() & kTextual; }
  bool is_open() const { return state & kOpen; }
  std::size_t available() const { return limit - position; }
  const std::uint8_t* data() const { return buffer + position; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), available()}; }
  void consume(std::size_t bytes) {
    position += bytes;
    scanned = 0;
  }
};

enum class Content : std::uint8_t { text, bytes };

// ---- making ports ----------------------------------------------------------------------
Port& open_input_string(vm::Machine& m, const vm::String& text);
Port& open_input_bytes(vm::Machine& m, vm::Bytevector& bytes);  // not copied
Port& open_output_memory(vm::Machine& m, Content content);  // what was written stays in the buffer
// The port owns the device from now on.
Port& open_device(vm::Machine& m, std::unique_ptr<vm::ByteDevice> device, vm::Direction direction,
                  Content content, std::string_view name);

// ---- input -----------------------------------------------------------------------------
// Makes `bytes` available, or as many as there are before the end.
Problem need(vm::Machine& m, Port& p, std::size_t bytes);
// Reads what the device has; p.state says when that is nothing because the end was reached.
Problem fill(vm::Machine& m, Port& p);
inline bool at_end(const Port& p) { return p.open == nullptr || (p.state & Port::kAtEnd); }

// ---- output ----------------------------------------------------------------------------
// Before writing: whether there is room, which makes the pace of the device the writer's.
Problem make_room(vm::Machine& m, Port& p);
Problem put(vm::Machine& m, Port& p, std::string_view bytes);
Problem put(vm::Machine& m, Port& p, const vm::String& s, std::size_t start, std::size_t end);
// After writing: passes on what is to be seen at once.  `newline`: a line was ended.
Problem settle(vm::Machine& m, Port& p, bool newline);
Problem flush(vm::Machine& m, Port& p);  // until all is written
Problem close(vm::Machine& m, Port& p);

// ---- the ports of a machine ----------------------------------------------------------------
// Makes the standard ports, as parameters in Machine::roots, on descriptors 0, 1 and 2.
void install_ports(vm::Machine& m);
// Flushes and closes; before the machine is destroyed.
void uninstall_ports(vm::Machine& m);
// Writes what is buffered, waiting as long as it takes: at the program's end.
void flush_all_ports(vm::Machine& m);
// Writes of it what can be written now; before the program waits for something.
void flush_written_ports(vm::Machine& m);
inline void flush_ready_ports(vm::Machine& m) {
  if (m.has_written) flush_written_ports(m);
}
// How many are open that have a device.
std::size_t open_ports(vm::Machine& m);

struct PortParameter {
  std::string_view name;
  Root root;
};
std::span<const PortParameter> port_parameters();  // current-input-port and the others
// What (current-input-port) ... gives to the running task; any object.
vm::Value current_port(vm::Machine& m, Root which);

// What natives that go on with unfinished work are called as.
struct PortProcedures {
  vm::Value print_more, read;
};
PortProcedures& port_procedures(vm::Machine& m);

}  // namespace fermata::scheme
