// How much memory hangs on some values.
#pragma once

#include <functional>

#include "vm/heap.hpp"

namespace fermata::vm {

// The bytes of what the values lead to, counting no further than `most`.  What `stops` says
// yes to is left out, with what only it leads to.  0 where values are on plain malloc.
std::size_t reached_bytes(GcVector<Value>& roots, std::size_t most,
                          const std::function<bool(const Object&)>& stops);
// The same of what an interpreter leads to, from the root memory that its heap stands in.  0
// where the heap stands in none.
std::size_t reached_bytes(const Heap& heap, std::size_t most);

}  // namespace fermata::vm
