// The data of a compiled program: what its constants are.
#pragma once

#include <new>

#include "scheme/compiled_bytes.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

class CompiledObjects {
 public:
  CompiledObjects(vm::Machine& m, UntrustedBytes& in) : m_(m), in_(in), objects_(m.heap) {}
  CompiledObjects(const CompiledObjects&) = delete;
  CompiledObjects& operator=(const CompiledObjects&) = delete;

  void read();
  vm::Value reference();  // to any of them, or a plain value
  vm::Value symbol();     // to a symbol
  vm::Value name();       // to a symbol, or #f

 private:
  vm::Value shape();
  std::size_t promised();
  void contents(vm::Value v);
  vm::Value plain();

  vm::Machine& m_;
  UntrustedBytes& in_;
  vm::GcVector<vm::Value> objects_;
  std::size_t promised_ = 0;  // contents that shapes said there are
};

// Asks now and then, while things are made, whether there is memory for more; throws
// std::bad_alloc when the interpreter's limit says no.
inline void want_memory(vm::Heap& heap, std::size_t made) {
  if (made % 1024 == 1023 && !heap.can_allocate(std::size_t{1} << 18)) throw std::bad_alloc();
}

}  // namespace fermata::scheme
