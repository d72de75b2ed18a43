// Ports: buffers, filling and flushing, the standard ports of a machine.
#include "scheme/ports.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "scheme/file_device.hpp"
#include "scheme/open_ports.hpp"
#include "scheme/port_natives.hpp"
#include "scheme/posix.hpp"
#include "vm/slow_paths.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kDeviceBuffer = 8192;

// What a machine keeps for its ports; in root memory.
struct PortService {
  PortProcedures procedures;
  std::shared_ptr<OpenPorts>* open_ports;  // allocated with new
};

PortService& service(Machine& m) { return *static_cast<PortService*>(m.services[kPortService]); }

Port& make_port(Machine& m, std::uint64_t kind, std::uint64_t state, std::uint8_t* buffer,
                std::size_t size) {
  return m.heap.make_with<Port>(kind, 0, buffer, std::uint64_t{0}, std::uint64_t{size},
                                std::uint64_t{size}, Port::kOpen | state, std::uint64_t{0},
                                static_cast<OpenPort*>(nullptr), kFalse, kFalse, kFalse);
}

Problem device_error(Machine& m, Port& p, const char* doing, int error) {
  std::string text(m.native_name());
  text += text.empty() ? "" : ": ";
  text += std::string("cannot ") + doing;
  if (is<String>(p.name)) text += " \"" + to_utf8(as<String>(p.name)) + '"';
  text += ": " + std::generic_category().message(error);
  return m.error(ConditionKind::io, text, {value_of(&p), posix_error_name(m, error)});
}

// Room for `more` bytes behind the limit; moves the contents to the front.
Problem reserve(Machine& m, Port& p, std::size_t more) {
  const std::size_t held = p.available();
  if (p.limit + more <= p.capacity) return std::nullopt;
  if (held + more <= p.capacity && held <= p.capacity / 2) {
    std::memmove(p.buffer, p.data(), held);
  } else {
    const std::size_t capacity = std::max(held + more, p.capacity * 2);
    if (auto problem = check_memory(m, capacity, 1)) return problem;
    auto* bigger = static_cast<std::uint8_t*>(m.heap.atomic(capacity));
    if (held) std::memcpy(bigger, p.data(), held);
    p.buffer = bigger;
    p.capacity = capacity;
  }
  p.position = 0;
  p.limit = held;
  return std::nullopt;
}

enum class Pace : std::uint8_t { done, blocked, failed };

// Writes until the buffer is empty or the device has enough.
Pace write_out(Port& p, int& error) {
  while (p.available() > 0) {
    const IoResult r = p.open->device->write({p.data(), p.available()});
    if (r.status == IoStatus::would_block) return Pace::blocked;
    if (r.status != IoStatus::done) {
      error = r.error;
      p.position = p.limit = 0;  // or every later write would fail on the same bytes
      return Pace::failed;
    }
    p.consume(r.count);
  }
  p.position = p.limit = 0;
  return Pace::done;
}

Outcome wait_for(Machine& m, Port& p, Direction direction) {
  return m.retry_when(p.open->device->wait_request(m.heap, direction));
}

}  // namespace

// ---- making ports ----------------------------------------------------------------------

Port& open_input_string(Machine& m, const String& text) {
  const bool ascii =
      text.width() == 1 && std::all_of(static_cast<const std::uint8_t*>(text.data),
                                       static_cast<const std::uint8_t*>(text.data) + text.length,
                                       [](std::uint8_t c) { return c < 0x80; });
  const std::string utf8 = ascii ? std::string() : to_utf8(text);
  const void* from = ascii ? text.data : utf8.data();
  const std::size_t size = ascii ? text.length : utf8.size();
  auto* buffer = static_cast<std::uint8_t*>(m.heap.atomic(std::max<std::size_t>(size, 1)));
  if (size) std::memcpy(buffer, from, size);
  return make_port(m, Port::kInput | Port::kTextual, 0, buffer, size);
}

Port& open_input_bytes(Machine& m, Bytevector& bytes) {
  return make_port(m, Port::kInput | Port::kBinary, 0, bytes.bytes(), bytes.length());
}

Port& open_output_memory(Machine& m, Content content) {
  return make_port(m, Port::kOutput | (content == Content::text ? Port::kTextual : Port::kBinary),
                   0, nullptr, 0);
}

Port& open_device(Machine& m, std::unique_ptr<ByteDevice> device, Direction direction,
                  Content content, std::string_view name) {
  run_finalizers();
  const std::uint64_t kind = (direction == Direction::read ? Port::kInput : Port::kOutput) |
                             (content == Content::text ? Port::kTextual : Port::kBinary);
  const std::uint64_t state =
      direction == Direction::write && device->is_terminal() ? Port::kByLine : 0;
  Port& p = make_port(m, kind, state, nullptr, 0);
  p.name = value_of(&make_string(m.heap, name));
  p.kept = device->keeps(m.heap);
  OpenPorts::add(*service(m).open_ports, p, std::move(device));
  return p;
}

// ---- input -----------------------------------------------------------------------------

Problem fill(Machine& m, Port& p) {
  if (at_end(p)) return std::nullopt;
  const std::size_t held = p.available();
  if (auto problem = reserve(m, p, std::max(kDeviceBuffer, held / 2))) return problem;
  const IoResult r = p.open->device->read({p.buffer + p.limit, p.capacity - p.limit});
  switch (r.status) {
    case IoStatus::done:
      p.limit += r.count;
      m.charge(r.count / 64);
      return std::nullopt;
    case IoStatus::end:
      p.state |= Port::kAtEnd;
      return std::nullopt;
    case IoStatus::error:
      return device_error(m, p, "read", r.error);
    case IoStatus::would_block:
      break;
  }
  flush_ready_ports(m);  // a prompt is to be seen before its answer is awaited
  return wait_for(m, p, Direction::read);
}

Problem need(Machine& m, Port& p, std::size_t bytes) {
  for (;;) {
    if ((p.state & Port::kSkipLineFeed) && p.available() > 0) {
      p.state &= ~Port::kSkipLineFeed;
      if (*p.data() == '\n') p.consume(1);
    }
    if (p.available() >= bytes || at_end(p)) return std::nullopt;
    if (auto problem = fill(m, p)) return problem;
  }
}

// ---- output ----------------------------------------------------------------------------

Problem make_room(Machine& m, Port& p) {
  if (p.open == nullptr || p.available() < kDeviceBuffer) return std::nullopt;
  int error = 0;
  switch (write_out(p, error)) {
    case Pace::failed:
      return device_error(m, p, "write", error);
    case Pace::blocked:
      if (p.available() >= kDeviceBuffer) return wait_for(m, p, Direction::write);
      break;
    case Pace::done:
      break;
  }
  return std::nullopt;
}

Problem put(Machine& m, Port& p, std::string_view bytes) {
  if (p.limit + bytes.size() > p.capacity) {
    const std::size_t least = p.open ? kDeviceBuffer : 64;
    if (auto problem = reserve(m, p, std::max(bytes.size(), least))) return problem;
  }
  if (!bytes.empty()) std::memcpy(p.buffer + p.limit, bytes.data(), bytes.size());
  p.limit += bytes.size();
  if (p.open != nullptr) m.has_written = true;
  m.charge(bytes.size() / 64);
  return std::nullopt;
}

Problem put(Machine& m, Port& p, const String& s, std::size_t start, std::size_t end) {
  if (s.width() == 1) {
    const auto* chars = static_cast<const char*>(s.data);
    const bool ascii = std::all_of(chars + start, chars + end, [](char c) { return c >= 0; });
    if (ascii) return put(m, p, {chars + start, end - start});
  }
  return put(m, p, to_utf8(s, start, end));
}

Problem settle(Machine& m, Port& p, bool newline) {
  if (p.open == nullptr) return std::nullopt;
  const bool now = (p.state & Port::kUnbuffered) || (newline && (p.state & Port::kByLine)) ||
                   p.available() >= kDeviceBuffer;
  if (!now) return std::nullopt;
  int error = 0;
  // What the device does not take now stays in the buffer; make_room waits for it.
  if (write_out(p, error) == Pace::failed) return device_error(m, p, "write", error);
  return std::nullopt;
}

Problem flush(Machine& m, Port& p) {
  if (p.open == nullptr || !p.is_output()) return std::nullopt;
  int error = 0;
  switch (write_out(p, error)) {
    case Pace::failed:
      return device_error(m, p, "write", error);
    case Pace::blocked:
      return wait_for(m, p, Direction::write);
    case Pace::done:
      break;
  }
  return std::nullopt;
}

Problem close(Machine& m, Port& p) {
  if (!p.is_open()) return std::nullopt;
  if (auto problem = flush(m, p)) {
    if (problem->kind == Outcome::Kind::raise) {
      p.state &= ~Port::kOpen;
      OpenPorts::release(p);
    }
    return problem;
  }
  p.state &= ~Port::kOpen;
  p.reader = kFalse;
  if (p.open == nullptr) return std::nullopt;
  if (auto* watcher = static_cast<Watcher*>(m.services[kWatcherService])) {
    const Direction direction = p.is_input() ? Direction::read : Direction::write;
    watcher->closing(p.open->device->wait_request(m.heap, direction));
  }
  const IoResult r = OpenPorts::release(p);
  if (r.status == IoStatus::error) return device_error(m, p, "close", r.error);
  return std::nullopt;
}

// ---- the ports of a machine ----------------------------------------------------------------

namespace {

constexpr PortParameter kPortParameters[] = {
    {"current-input-port", Root::current_input},
    {"current-output-port", Root::current_output},
    {"current-error-port", Root::current_error},
};

void install_standard_port(Machine& m, Root root, int fd, Direction direction, const char* name,
                           std::uint64_t state) {
  Port& p =
      open_device(m, make_file_device(fd, Ownership::borrowed), direction, Content::text, name);
  p.state |= state | Port::kConsole;
  m.roots[static_cast<std::size_t>(root)] = value_of(&m.heap.make<Parameter>(value_of(&p), kFalse));
}

}  // namespace

void install_ports(Machine& m) {
  auto* s = static_cast<PortService*>(allocate_root(sizeof(PortService)));
  s->open_ports = new std::shared_ptr<OpenPorts>(std::make_shared<OpenPorts>());
  m.services[kPortService] = s;
  s->procedures = {value_of(&m.heap.make<Native>(&print_more_row())),
                   value_of(&m.heap.make<Native>(&read_row()))};
  install_standard_port(m, Root::current_input, 0, Direction::read, "standard input", 0);
  install_standard_port(m, Root::current_output, 1, Direction::write, "standard output", 0);
  install_standard_port(m, Root::current_error, 2, Direction::write, "standard error",
                        Port::kUnbuffered);
}

void flush_all_ports(Machine& m) {
  (*service(m).open_ports)->for_each([&](Port& p) {
    int error = 0;
    while (p.is_output() && write_out(p, error) == Pace::blocked) {
      const auto request = wait_request_of(p.open->device->wait_request(m.heap, Direction::write));
      if (!request) break;
      wait_until_ready(*request);
    }
  });
}

std::size_t open_ports(Machine& m) { return (*service(m).open_ports)->count(); }

void flush_written_ports(Machine& m) {
  m.has_written = false;
  for (const Root root : {Root::current_output, Root::current_error}) {
    const auto* parameter = cast<Parameter>(m.roots[static_cast<std::size_t>(root)]);
    auto* p = parameter ? cast<Port>(parameter->value) : nullptr;
    int error = 0;
    if (p && p->open && p->available() && write_out(*p, error) == Pace::blocked) m.has_written = true;
  }
}

void uninstall_ports(Machine& m) {
  flush_all_ports(m);
  auto& list = *service(m).open_ports;
  while (Port* p = list->any()) {
    p->state &= ~Port::kOpen;
    OpenPorts::release(*p);
  }
  delete &list;
  free_root(&service(m));
  m.services[kPortService] = nullptr;
}

std::span<const PortParameter> port_parameters() { return kPortParameters; }

Value current_port(Machine& m, Root which) {
  return parameter_value(m, as<Parameter>(m.roots[static_cast<std::size_t>(which)]));
}

PortProcedures& port_procedures(Machine& m) { return service(m).procedures; }

}  // namespace fermata::scheme
