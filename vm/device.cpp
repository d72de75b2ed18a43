// A wait request as a value: a Foreign whose `extra` packs descriptor and direction.
#include "vm/device.hpp"

namespace fermata::vm {

namespace {
constexpr char kWaitRequestType = 0;
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
