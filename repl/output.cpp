#include "repl/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "scheme/ports.hpp"

namespace fermata::repl {

namespace {

// What cannot be written (a closed pipe) is lost; there is nobody to tell.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd file = {fd, POLLOUT, 0};
      poll(&file, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

bool output_has_reader() {
  pollfd file = {STDOUT_FILENO, POLLOUT, 0};
  return poll(&file, 1, 0) < 1 || (file.revents & (POLLERR | POLLHUP)) == 0;
}

void write_out(std::string_view text) { write_all(STDOUT_FILENO, text); }
void write_error(std::string_view text) { write_all(STDERR_FILENO, text); }
void flush_ports(vm::Machine& m) { scheme::flush_all_ports(m); }

void flush_line(vm::Machine& m) {
  // What was flushed before cannot be known; a line is rarely flushed in the middle.
  const auto* port = vm::cast<scheme::Port>(scheme::current_port(m, scheme::Root::current_output));
  const bool unfinished = port != nullptr && port->open != nullptr && port->is_textual() &&
                          port->available() > 0 && port->view().back() != '\n';
  flush_ports(m);
  if (unfinished) write_out("\n");
}

}  // namespace fermata::repl
