// Opening, testing and deleting files (R7RS 6.13.1 and 6.14).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "scheme/builtins.hpp"
#include "scheme/file_device.hpp"
#include "scheme/held_path.hpp"
#include "scheme/ports.hpp"
#include "scheme/posix.hpp"
#include "scheme/world.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::string failure_text(Machine& m, const char* doing, String& path, const std::string& reason) {
  return std::string(m.native_name()) + ": cannot " + doing + " \"" + to_utf8(path) +
         "\": " + reason;
}
Outcome file_error(Machine& m, const char* doing, String& path, int error) {
  return m.error(ConditionKind::file,
                 failure_text(m, doing, path, std::generic_category().message(error)),
                 {value_of(&path), posix_error_name(m, error)});
}
Outcome no_name(Machine& m, const char* doing, String& path) {
  return m.error(ConditionKind::file,
                 failure_text(m, doing, path, "a file name cannot hold #\\null"),
                 {value_of(&path)});
}

int open_once(const char* path, int flags) {
  for (;;) {
    const int fd = ::open(path, flags | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EINTR) return fd;
  }
}

// Ports that the program lost may hold the descriptors that are missing.
int open_descriptor(const char* path, int flags) {
  const int fd = open_once(path, flags);
  if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
  collect_now();
  run_finalizers();
  return open_once(path, flags);
}

Outcome open_file(Machine& m, String& path, Direction direction, Content content) {
  const std::string name = to_utf8(path);
  if (name.find('\0') != std::string::npos)
    return no_name(m, "open", path);
  if (auto problem = touch_world(m)) return *problem;
  // Opening a pipe must not wait for its other end.
  int flags = direction == Direction::read ? O_RDONLY | O_NONBLOCK
                                           : O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK;
  const char* const place = system_name(m, name, flags);
  const int fd = open_descriptor(place, flags);
  if (fd < 0) return file_error(m, "open", path, errno);
  auto device = make_file_device(fd, Ownership::owned, cold_files(m));
  struct stat info;
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) return file_error(m, "open", path, EISDIR);
  return value_of(&open_device(m, std::move(device), direction, content, name));
}

Outcome open_input_file(Machine& m, String& path) {
  return open_file(m, path, Direction::read, Content::text);
}
Outcome open_binary_input_file(Machine& m, String& path) {
  return open_file(m, path, Direction::read, Content::bytes);
}
Outcome open_output_file(Machine& m, String& path) {
  return open_file(m, path, Direction::write, Content::text);
}
Outcome open_binary_output_file(Machine& m, String& path) {
  return open_file(m, path, Direction::write, Content::bytes);
}

Outcome file_exists(Machine& m, String& path) {
  if (auto problem = touch_world(m)) return *problem;
  const std::string name = to_utf8(path);
  struct stat info;
  return Value::boolean(name.find('\0') == std::string::npos && ::stat(system_name(m, name), &info) == 0);
}

Outcome delete_file(Machine& m, String& path) {
  const std::string name = to_utf8(path);
  if (name.find('\0') != std::string::npos)
    return no_name(m, "delete", path);
  if (auto problem = touch_world(m)) return *problem;
  if (::unlink(system_name(m, name)) < 0) return file_error(m, "delete", path, errno);
  return kUnspecified;
}

constexpr Builtin kFiles[] = {
    builtin<open_input_file>("(open-input-file path)",
                             "A textual port that reads the file. R7RS 6.13.1."),
    builtin<open_binary_input_file>("(open-binary-input-file path)",
                                    "A binary port that reads the file. R7RS 6.13.1."),
    builtin<open_output_file>("(open-output-file path)",
                              "A textual port that writes the file, from empty. R7RS 6.13.1."),
    builtin<open_binary_output_file>(
        "(open-binary-output-file path)",
        "A binary port that writes the file, from empty. R7RS 6.13.1."),
    builtin<file_exists>("(file-exists? path)", "Whether there is such a file. R7RS 6.14."),
    builtin<delete_file>("(delete-file path)", "Removes the file. R7RS 6.14."),
};

}  // namespace

std::span<const Builtin> file_builtins() { return kFiles; }

}  // namespace fermata::scheme
