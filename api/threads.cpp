// Threads as the collector knows them: from a thread's first interpreter to its last.
//
// Only such threads are stopped when it collects.  A thread that ends without giving its
// interpreters back is forgotten as well; thread-local storage sees to that.
#include <optional>

#include "api/instance.hpp"
#include "vm/heap.hpp"

namespace fermata::api {

namespace {

struct Thread {
  std::size_t uses = 0;
  std::optional<vm::RegisteredThread> registered;
  ThreadBounds bounds;
};
thread_local Thread thread;

ThreadBounds stack_of_this_thread() {
  pthread_attr_t attributes;
  void* low = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {nullptr, reinterpret_cast<char*>(~0ull)};
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return {static_cast<char*>(low), static_cast<char*>(low) + size};
}

}  // namespace

ThreadBounds enter_collector(vm::GcPolicy policy) {
  if (thread.uses++ == 0) {
    thread.registered.emplace(policy);
    if (thread.bounds.high == nullptr) thread.bounds = stack_of_this_thread();
  }
  return thread.bounds;
}

void leave_collector() {
  if (--thread.uses == 0) thread.registered.reset();
}

}  // namespace fermata::api
