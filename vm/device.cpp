// The system's clock, and a wait request as a value: a Foreign whose `extra` packs
// descriptor and direction.
#include "vm/device.hpp"

#include <time.h>

namespace fermata::vm {

namespace {

constexpr char kWaitRequestType = 0;

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

}  // namespace fermata::vm
