// Ports of files with every mode of opening, and of descriptors (SRFI 170, 3.2 and 3.12).
//
// A port has one direction, so the two types that read and write are refused.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scheme/builtins.hpp"
#include "scheme/file_device.hpp"
#include "scheme/open_ports.hpp"
#include "scheme/ports.hpp"
#include "scheme/posix.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

int descriptor_of(Machine& m, const Port& port) {
  if (port.open == nullptr || !port.is_open()) return -1;
  const Direction direction = port.is_input() ? Direction::read : Direction::write;
  const Value request = port.open->device->wait_request(m.heap, direction);
  if (const auto load = load_request_of(request)) return load->fd;
  const auto wait = wait_request_of(request);
  return wait ? wait->fd : -1;
}

namespace {

struct PortType {
  std::string_view name;
  Direction direction;
  Content content;
};
constexpr PortType kPortTypes[] = {
    {"binary-input", Direction::read, Content::bytes},
    {"textual-input", Direction::read, Content::text},
    {"binary-output", Direction::write, Content::bytes},
    {"textual-output", Direction::write, Content::text},
};

struct BufferMode {
  std::string_view name;
  std::uint64_t state;
};
constexpr BufferMode kBufferModes[] = {
    {"buffer/none", Port::kUnbuffered}, {"buffer/block", 0}, {"buffer/line", Port::kByLine}};

// What open/append and the others are, in Scheme (scheme/lib/srfi/170/ports.scm).
struct OpenFlag {
  std::size_t bit;
  int flag;
};
constexpr OpenFlag kOpenFlags[] = {
    {1, O_APPEND}, {2, O_CREAT}, {4, O_EXCL}, {8, O_NOFOLLOW}, {16, O_TRUNC}};

template <class Row, std::size_t n>
const Row* find_row(const Row (&rows)[n], const Symbol& name) {
  const std::string wanted = to_utf8(as<String>(name.name));
  for (const Row& row : rows)
    if (row.name == wanted) return &row;
  return nullptr;
}

Outcome new_port(Machine& m, int fd, const PortType& type, const BufferMode* mode,
                 std::string_view name) {
  Port& port = open_device(m, make_file_device(fd, Ownership::owned, cold_files(m)), type.direction, type.content,
                           name);
  if (mode != nullptr && type.direction == Direction::write) {
    port.state &= ~(Port::kUnbuffered | Port::kByLine);
    port.state |= mode->state;
  }
  return value_of(&port);
}

constexpr const char* kWantedType =
    "binary-input, textual-input, binary-output or textual-output";
constexpr const char* kWantedMode = "buffer/none, buffer/block or buffer/line";

Outcome open_file(Machine& m, String& path, Symbol& type_name, Index flags,
                  std::optional<Index> permissions, std::optional<Symbol*> mode_name) {
  if (auto problem = touch_world(m)) return *problem;
  const Path p(m, path);
  if (!p.is_fine()) return bad_path(m, 1, path);
  const PortType* type = find_row(kPortTypes, type_name);
  if (type == nullptr) return m.out_of_range(2, kWantedType, value_of(&type_name));
  const BufferMode* mode = mode_name ? find_row(kBufferModes, **mode_name) : nullptr;
  if (mode_name && mode == nullptr) return m.out_of_range(5, kWantedMode, value_of(*mode_name));
  // Opening a pipe must not wait for its other end.
  int all = (type->direction == Direction::read ? O_RDONLY : O_WRONLY) | O_CLOEXEC | O_NONBLOCK;
  for (const OpenFlag& f : kOpenFlags)
    if (flags & f.bit) all |= f.flag;
  const char* const place = p.to_open(all);
  const int fd = ::open(place, all, permissions ? permissions->value & 07777 : 0666);
  if (fd < 0) return posix_failure(m, {value_of(&path)}, errno);
  struct stat info;
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    ::close(fd);
    return posix_failure(m, {value_of(&path)}, EISDIR);
  }
  return new_port(m, fd, *type, mode, p.text());
}

// The port owns the descriptor from now on.
Outcome fd_to_port(Machine& m, Index fd, Symbol& type_name, std::optional<Symbol*> mode_name) {
  const PortType* type = find_row(kPortTypes, type_name);
  if (type == nullptr) return m.out_of_range(2, kWantedType, value_of(&type_name));
  const BufferMode* mode = mode_name ? find_row(kBufferModes, **mode_name) : nullptr;
  if (mode_name && mode == nullptr) return m.out_of_range(3, kWantedMode, value_of(*mode_name));
  const int number = fd < 1u << 20 ? static_cast<int>(fd) : -1;
  if (::fcntl(number, F_GETFD) < 0)
    return posix_failure(m, {Value::fixnum(static_cast<std::int64_t>(fd.value))}, errno);
  return new_port(m, number, *type, mode, "descriptor " + std::to_string(number));
}

Outcome is_terminal(Machine&, Port& port) {
  return Value::boolean(port.open != nullptr && port.is_open() && port.open->device->is_terminal());
}

// The port owns the device from now on; what made the device stands in (fermata sched).
Outcome device_to_port(Machine& m, Value device, Symbol& type_name, String& name) {
  const PortType* type = find_row(kPortTypes, type_name);
  if (type == nullptr) return m.out_of_range(2, kWantedType, value_of(&type_name));
  auto taken = take_device(device);
  if (taken == nullptr) return m.wrong_type(1, "a device that no port owns", device);
  return value_of(&open_device(m, std::move(taken), type->direction, type->content, to_utf8(name)));
}

Outcome set_buffer_mode(Machine& m, Port& port, Symbol& mode_name) {
  const BufferMode* mode = find_row(kBufferModes, mode_name);
  if (mode == nullptr) return m.out_of_range(2, kWantedMode, value_of(&mode_name));
  port.state &= ~(Port::kUnbuffered | Port::kByLine);
  port.state |= mode->state;
  return kUnspecified;
}

constexpr Builtin kPosixPorts[] = {
    builtin<device_to_port>("(%device->port device port-type name)", "A port that owns the device."),
    builtin<set_buffer_mode>("(%set-port-buffering! port mode)",
                             "When an output port passes on what was written."),
    builtin<open_file>("(open-file path port-type flags [permission-bits [buffer-mode]])",
                       "A port of the file; flags is a sum of open/append ... SRFI 170."),
    builtin<fd_to_port>("(fd->port descriptor port-type [buffer-mode])",
                        "A port that owns the open descriptor. SRFI 170."),
    builtin<is_terminal>("(terminal? port)", "Whether the port is one of a terminal. SRFI 170."),
};

}  // namespace

std::span<const Builtin> posix_port_builtins() { return kPosixPorts; }

}  // namespace fermata::scheme
