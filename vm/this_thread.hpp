// Which thread runs: a word that no other living thread has, and never 0.
//
// Every call of a host asks whether it comes from the thread that owns the interpreter, so the
// question should not be a call of a library.
#pragma once

#include <cstdint>

#include <pthread.h>

namespace fermata::vm {

inline std::uintptr_t this_thread() noexcept {
#if defined(__x86_64__) && defined(__linux__)
  std::uintptr_t block;  // the ABI has the address of a thread's block at its beginning
  asm("mov %%fs:0, %0" : "=r"(block));
  return block;
#else
  return (std::uintptr_t)(pthread_self());  // a number or a pointer  NOLINT
#endif
}

}  // namespace fermata::vm
