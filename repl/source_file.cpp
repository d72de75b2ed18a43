#include "repl/source_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace fermata::repl {

namespace {

std::string folder_of(const std::string& file) {
  const auto slash = file.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : file.substr(0, slash);
}

}  // namespace

std::optional<std::string> read_all(int fd) {
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n == 0) return text;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

std::optional<std::string> read_file(const std::string& name) {
  const int fd = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  auto text = read_all(fd);
  const int error = errno;
  close(fd);
  errno = error;
  // A line for the kernel is a comment for us; offsets stay as they are.
  if (text && (text->starts_with("#!/") || text->starts_with("#! "))) text->replace(0, 2, ";;");
  return text;
}

std::vector<std::string> library_path(const Options& o) {
  std::vector<std::string> path = o.library_path;
  const bool has_file = o.action == Options::Action::file || o.action == Options::Action::check ||
                        o.action == Options::Action::profile || o.action == Options::Action::compile;
  path.push_back(has_file ? folder_of(o.arguments[0]) : ".");
  if (const char* more = std::getenv("FERMATA_LIBRARY_PATH")) {
    std::string_view rest(more);
    while (!rest.empty()) {
      const auto end = std::min(rest.find(':'), rest.size());
      if (end > 0) path.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return path;
}

}  // namespace fermata::repl
