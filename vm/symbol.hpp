// Symbols and their table: one per machine, so that interpreters share nothing.
//
// The table keeps no symbol alive: one that nothing else refers to is collected, and its name
// makes a new one, which nobody can tell from it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vm/heap.hpp"
#include "vm/weak_table.hpp"

namespace fermata::vm {

class SymbolTable {
 public:
  explicit SymbolTable(Heap& heap) : heap_(heap) {}
  // The symbol of that UTF-8 name, made when it is new.
  Value intern(std::string_view name);
  Value intern(String& name);
  // A fresh symbol equal to no other; its name begins with the prefix.
  Value generate(std::string_view prefix);
  std::size_t places() const { return symbols_.places(); }  // of symbols, and of some that were

 private:
  template <class Same>
  std::size_t find(std::uint64_t hash, Same same);
  Value at(std::size_t i);
  Value add(std::size_t i, std::uint64_t hash, String& own);
  void rebuild();
  Heap& heap_;
  WeakTable symbols_;
  std::vector<std::uint32_t> index_;  // open addressing: place + 1, or 0
  std::size_t used_ = 0;              // places of the index; some lead to symbols no more
  std::uint64_t generated_ = 0;
};

}  // namespace fermata::vm
