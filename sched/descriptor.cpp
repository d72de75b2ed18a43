#include "sched/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "vm/quiet_write.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr char kDescriptorType = 0;
using Holder = std::shared_ptr<Descriptor>;

void finalize(Object& object) {
  delete static_cast<Holder*>(std::exchange(static_cast<Foreign&>(object).pointer, nullptr));
}

class DescriptorDevice final : public ByteDevice {
 public:
  DescriptorDevice(Holder descriptor, Direction direction)
      : descriptor_(std::move(descriptor)), direction_(direction) {
    const int flags = ::fcntl(descriptor_->fd, F_GETFL);
    if (!(flags & O_NONBLOCK)) ::fcntl(descriptor_->fd, F_SETFL, flags | O_NONBLOCK);
  }
  ~DescriptorDevice() override { close(); }

  IoResult read(std::span<std::uint8_t> to) override {
    for (;;) {
      const ssize_t n = ::read(descriptor_->fd, to.data(), to.size());
      if (n > 0) return {IoStatus::done, static_cast<std::size_t>(n)};
      if (n == 0) return {IoStatus::end};
      if (errno != EINTR) return failure();
    }
  }
  IoResult write(std::span<const std::uint8_t> from) override {
    for (;;) {
      const ssize_t n = descriptor_->kind == Descriptor::Kind::socket
                            ? ::send(descriptor_->fd, from.data(), from.size(), MSG_NOSIGNAL)
                            : write_quietly(descriptor_->fd, from.data(), from.size());
      if (n > 0) return {IoStatus::done, static_cast<std::size_t>(n)};
      if (n < 0 && errno != EINTR) return failure();
    }
  }
  IoResult close() override {
    if (descriptor_ == nullptr) return {};
    if (descriptor_->kind == Descriptor::Kind::socket && direction_ == Direction::write) {
      ::shutdown(descriptor_->fd, SHUT_WR);
    }
    descriptor_ = nullptr;
    return {};
  }
  bool ready(Direction direction) override {
    pollfd p{descriptor_->fd, static_cast<short>(direction == Direction::read ? POLLIN : POLLOUT), 0};
    return ::poll(&p, 1, 0) != 0;
  }
  Value wait_request(Heap& heap, Direction direction) override {
    return make_wait_request(heap, {descriptor_->fd, direction});
  }

 private:
  static IoResult failure() {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoStatus::would_block};
    return {IoStatus::error, 0, errno};
  }

  Holder descriptor_;
  const Direction direction_;
};

}  // namespace

Descriptor::~Descriptor() { ::close(fd); }

Value make_descriptor_value(Heap& heap, Holder descriptor) {
  auto& f = heap.make<Foreign>(static_cast<const void*>(&kDescriptorType),
                               static_cast<void*>(nullptr), kFalse);
  f.pointer = new Holder(std::move(descriptor));
  set_finalizer(f, finalize);
  return value_of(&f);
}

bool is_descriptor_value(Value v) {
  const auto* f = cast<Foreign>(v);
  return f != nullptr && f->type == &kDescriptorType;
}

Holder descriptor_of(Value v) {
  if (!is_descriptor_value(v)) return nullptr;
  const auto* holder = static_cast<Holder*>(as<Foreign>(v).pointer);
  return holder != nullptr ? *holder : nullptr;
}

void let_go(Value v) {
  auto& f = as<Foreign>(v);
  if (f.pointer == nullptr) return;
  clear_finalizer(f);
  finalize(f);
}

std::unique_ptr<ByteDevice> make_descriptor_device(Holder descriptor, Direction direction) {
  return std::make_unique<DescriptorDevice>(std::move(descriptor), direction);
}

}  // namespace fermata::sched
