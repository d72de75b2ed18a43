// Objects that are known but not kept alive.
//
// After each collection a place whose object was not reached is empty.  Places stay as they
// are, so an object can remember its own.  Nothing is paid per object but a word: the
// collector tells when it has marked, and the table looks at the marks then (a disappearing
// link would cost 400 ns each).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "vm/object.hpp"

namespace fermata::vm {

class WeakTable {
 public:
  WeakTable();
  ~WeakTable();
  WeakTable(const WeakTable&) = delete;
  WeakTable& operator=(const WeakTable&) = delete;

  std::size_t add(Object& o);  // its place
  // Requires: the object, alive, was added at that place.
  void remove(std::size_t place);
  std::size_t places() const { return count_; }
  Object* at(std::size_t place) const {  // null: empty
    const std::uintptr_t word = words_[place];
    return word & 1 ? nullptr : reinterpret_cast<Object*>(word);
  }
  // While it holds, nothing is taken out of it, and the objects must be kept by others.
  void hold(bool on) { holding_ = on; }
  // The collector has marked.
  void sweep();

 private:
  void make_room();

  // An object, 0 for one that was collected, or 2 * next + 1 in the list of free places.
  std::unique_ptr<std::uintptr_t[]> words_;
  std::size_t count_ = 0, capacity_ = 0;
  std::size_t free_ = 0;  // first free place + 1
  bool holding_ = false;
};

}  // namespace fermata::vm
