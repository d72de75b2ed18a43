// A descriptor as a byte device.
#include "scheme/file_device.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "vm/quiet_write.hpp"

namespace fermata::scheme {

using vm::Direction;
using vm::IoResult;
using vm::IoStatus;

namespace {

bool poll_once(int fd, Direction direction, int timeout_ms) {
  pollfd p{fd, static_cast<short>(direction == Direction::read ? POLLIN : POLLOUT), 0};
  for (;;) {
    const int n = ::poll(&p, 1, timeout_ms);
    if (n >= 0) return n > 0;
    if (errno != EINTR) return true;  // the call itself will tell
  }
}

class FileDevice final : public vm::ByteDevice {
 public:
  FileDevice(int fd, Ownership ownership, Cold cold) : fd_(fd), ownership_(ownership) {
    struct stat info;
    const bool known = ::fstat(fd, &info) == 0;
    may_block_ = known && !S_ISREG(info.st_mode);
    parks_ = known && S_ISREG(info.st_mode) && cold == Cold::park;
    terminal_ = known && S_ISCHR(info.st_mode) && ::isatty(fd);
  }
  ~FileDevice() override { close(); }

  IoResult read(std::span<std::uint8_t> to) override {
    if (parks_ && !std::exchange(loading_, false)) {
      iovec piece{to.data(), to.size()};
      const ssize_t n = ::preadv2(fd_, &piece, 1, -1, RWF_NOWAIT);
      if (n >= 0) return {n > 0 ? IoStatus::done : IoStatus::end, static_cast<std::size_t>(n)};
      if (errno == EAGAIN) {
        loading_ = true;  // the next read may wait, so that it gets on in any case
        return {IoStatus::would_block};
      }
      if (errno != EINTR) parks_ = false;  // this file system cannot tell
    }
    for (;;) {
      if (!ready(Direction::read)) return {IoStatus::would_block};
      const ssize_t n = ::read(fd_, to.data(), to.size());
      if (n > 0) return {IoStatus::done, static_cast<std::size_t>(n)};
      if (n == 0) return {IoStatus::end};
      if (errno != EINTR) return failure();
    }
  }

  IoResult write(std::span<const std::uint8_t> from) override {
    // A pipe that is ready takes so much without blocking.
    const std::size_t most =
        may_block_ ? std::min<std::size_t>(from.size(), PIPE_BUF) : from.size();
    for (;;) {
      if (!ready(Direction::write)) return {IoStatus::would_block};
      const bool plain = !may_block_ || terminal_;
      const ssize_t n = plain ? ::write(fd_, from.data(), most) : vm::write_quietly(fd_, from.data(), most);
      if (n > 0) return {IoStatus::done, static_cast<std::size_t>(n)};
      if (n < 0 && errno != EINTR) return failure();
    }
  }

  IoResult close() override {
    if (fd_ < 0) return {};
    const int fd = std::exchange(fd_, -1);
    if (ownership_ == Ownership::borrowed) return {};
    // After EINTR the descriptor is gone on Linux; trying again might close another's.
    if (::close(fd) < 0 && errno != EINTR) return failure();
    return {};
  }

  bool ready(Direction direction) override { return !may_block_ || poll_once(fd_, direction, 0); }
  vm::Value wait_request(vm::Heap& heap, Direction direction) override {
    if (loading_) {
      constexpr std::size_t kPiece = 256 * 1024;
      return vm::make_load_request(heap, {fd_, ::lseek(fd_, 0, SEEK_CUR), kPiece});
    }
    return vm::make_wait_request(heap, {fd_, direction});
  }
  bool is_terminal() const override { return terminal_; }

 private:
  static IoResult failure() {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoStatus::would_block};
    return {IoStatus::error, 0, errno};
  }

  int fd_;
  const Ownership ownership_;
  bool may_block_, terminal_, parks_;
  bool loading_ = false;
};

}  // namespace

std::unique_ptr<vm::ByteDevice> make_file_device(int fd, Ownership ownership, Cold cold) {
  return std::make_unique<FileDevice>(fd, ownership, cold);
}

Cold cold_files(const vm::Machine& m) {
  return m.services[vm::kWatcherService] != nullptr ? Cold::park : Cold::wait;
}

bool wait_until_ready(vm::WaitRequest request, int timeout_ms) {
  return poll_once(request.fd, request.direction, timeout_ms);
}

}  // namespace fermata::scheme
