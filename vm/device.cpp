// The system's clock; requests and devices as values, each a Foreign.
#include "vm/device.hpp"

#include <ctime>
#include <utility>

namespace fermata::vm {

namespace {

constexpr char kWaitRequestType = 0, kLoadRequestType = 0, kDeviceType = 0;

class SystemClock : public Clock {
 public:
  std::int64_t monotonic_ns() override { return read(CLOCK_MONOTONIC); }
  std::int64_t real_ns() override { return read(CLOCK_REALTIME); }

 private:
  static std::int64_t read(clockid_t which) {
    timespec now{};
    clock_gettime(which, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }
};

void release_device(Object& object) {
  delete static_cast<ByteDevice*>(std::exchange(static_cast<Foreign&>(object).pointer, nullptr));
}

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

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
                               static_cast<void*>(nullptr), device->keeps(heap));
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

}  // namespace fermata::vm
