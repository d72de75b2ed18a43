// Symbols and their table: one per machine, so that interpreters share nothing.
#pragma once

#include <string_view>

#include "vm/heap.hpp"

namespace fermata::vm {

class SymbolTable {
 public:
  explicit SymbolTable(Heap& heap) : heap_(heap), slots_(nullptr) {}
  // The symbol of that UTF-8 name, made when it is new.
  Value intern(std::string_view name);
  Value intern(String& name);
  // A fresh symbol equal to no other; its name begins with the prefix.
  Value generate(std::string_view prefix);

 private:
  void grow();
  Heap& heap_;
  Vector* slots_;  // open addressing; Symbol or kUnspecified
  std::size_t count_ = 0;
  std::uint64_t generated_ = 0;
};

}  // namespace fermata::vm
