#include "scheme/stack_guard.hpp"

#include <pthread.h>

namespace fermata::scheme {

namespace {

constexpr std::uintptr_t kReserve = 48 * 1024;  // for the collector and what we call last

struct Bounds {
  std::uintptr_t low = 0, high = 0;
};

Bounds thread_bounds() {
  Bounds b;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return b;
  void* low = nullptr;
  std::size_t size = 0;
  if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
    b.low = reinterpret_cast<std::uintptr_t>(low);
    b.high = b.low + size;
  }
  pthread_attr_destroy(&attributes);
  return b;
}

}  // namespace

StackGuard::StackGuard() {
  // Asking costs a read of /proc on the first thread, and the answer never changes.
  thread_local const Bounds bounds = thread_bounds();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const bool inside = here >= bounds.low && here < bounds.high;
  // On a stack that is not the thread's own (a host's coroutine) be modest.
  limit_ = inside ? bounds.low + kReserve : here - 64 * 1024;
}

void StackGuard::overflow(vm::Span span) {
  throw SyntaxError(span, "expression nested too deeply",
                    "give parts of it a name, or build the data at run time");
}

}  // namespace fermata::scheme
