// Requests and devices as values: each a Foreign.
#include "vm/device.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace fermata::vm {

namespace {

constexpr char kWaitRequestType = 0, kLoadRequestType = 0, kDeviceType = 0;

// Keeps a write to a pipe without a reader from killing the process: the error is enough.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE);
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~NoPipeSignal() {
    if (!was_pending_) {
      const timespec now{0, 0};
      while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) continue;
    }
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_, old_;
  bool was_pending_;
};

void release_device(Object& object) {
  delete static_cast<ByteDevice*>(std::exchange(static_cast<Foreign&>(object).pointer, nullptr));
}

}  // namespace

Value make_wait_request(Heap& heap, WaitRequest request) {
  const auto packed =
      Value::fixnum(std::int64_t{request.fd} * 2 + (request.direction == Direction::write));
  return value_of(&heap.make<Foreign>(static_cast<const void*>(&kWaitRequestType),
                                      static_cast<void*>(nullptr), packed));
}

std::optional<WaitRequest> wait_request_of(Value request) {
  const auto* f = cast<Foreign>(request);
  if (f == nullptr || f->type != &kWaitRequestType) return std::nullopt;
  const std::int64_t packed = f->extra.fixnum();
  return WaitRequest{static_cast<int>(packed >> 1),
                     packed & 1 ? Direction::write : Direction::read};
}

Value make_load_request(Heap& heap, LoadRequest request) {
  const Value rest = heap.cons(Value::fixnum(request.offset),
                               Value::fixnum(static_cast<std::int64_t>(request.size)));
  return value_of(&heap.make<Foreign>(static_cast<const void*>(&kLoadRequestType),
                                      static_cast<void*>(nullptr),
                                      heap.cons(Value::fixnum(request.fd), rest)));
}

std::optional<LoadRequest> load_request_of(Value request) {
  const auto* f = cast<Foreign>(request);
  if (f == nullptr || f->type != &kLoadRequestType) return std::nullopt;
  const Pair& all = *f->extra.pair();
  const Pair& rest = *all.cdr.pair();
  return LoadRequest{static_cast<int>(all.car.fixnum()), rest.car.fixnum(),
                     static_cast<std::size_t>(rest.cdr.fixnum())};
}

Value make_device_value(Heap& heap, std::unique_ptr<ByteDevice> device) {
  auto& f = heap.make<Foreign>(static_cast<const void*>(&kDeviceType),
                               static_cast<void*>(nullptr), kFalse);
  f.pointer = device.release();
  set_finalizer(f, release_device);
  return value_of(&f);
}

std::unique_ptr<ByteDevice> take_device(Value v) {
  auto* f = cast<Foreign>(v);
  if (f == nullptr || f->type != &kDeviceType || f->pointer == nullptr) return nullptr;
  clear_finalizer(*f);
  return std::unique_ptr<ByteDevice>(static_cast<ByteDevice*>(std::exchange(f->pointer, nullptr)));
}

long write_quietly(int fd, const void* data, std::size_t size) {
  struct sigaction now;
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return ::write(fd, data, size);
  ssize_t n;
  int error;
  {
    const NoPipeSignal quiet;
    n = ::write(fd, data, size);
    error = errno;
  }
  errno = error;
  return n;
}

}  // namespace fermata::vm
