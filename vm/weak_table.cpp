#include "vm/weak_table.hpp"

#include <algorithm>
#include <vector>

#include "vm/collector.hpp"

namespace fermata::vm {

#ifdef FERMATA_MALLOC_HEAP

WeakTable::WeakTable() = default;
WeakTable::~WeakTable() = default;
void WeakTable::sweep() {}
template <class F>
static void with_collector_stopped(F f) { f(); }

#else

namespace {

// The tables there are.  Entered and left while the collector is stopped.
std::vector<WeakTable*> tables;

}  // namespace

void sweep_weak_tables() {
  for (WeakTable* table : tables) table->sweep();
}

WeakTable::WeakTable() {
  watch_collections();
  with_collector_stopped([this] { tables.push_back(this); });
}

WeakTable::~WeakTable() {
  with_collector_stopped([this] { std::erase(tables, this); });
}

void WeakTable::sweep() {
  if (holding_) return;
  for (std::size_t i = 0; i < count_; ++i) {
    Object* o = at(i);
    if (o != nullptr && !GC_is_marked(o)) words_[i] = 0;
  }
}

#endif

std::size_t WeakTable::add(Object& o) {
  if (free_ == 0 && count_ == capacity_) make_room();
  if (free_ == 0) {
    words_[count_] = reinterpret_cast<std::uintptr_t>(&o);
    return count_++;
  }
  const std::size_t place = free_ - 1;
  free_ = words_[place] >> 1;
  words_[place] = reinterpret_cast<std::uintptr_t>(&o);
  return place;
}

void WeakTable::remove(std::size_t place) {
  words_[place] = free_ << 1 | 1;
  free_ = place + 1;
}

// Places whose objects were collected are free; when these are few, the table grows.
void WeakTable::make_room() {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (words_[i] == 0) remove(i), ++found;
  }
  if (found > count_ / 4) return;
  const std::size_t capacity = capacity_ ? capacity_ * 2 : 64;
  auto words = std::make_unique<std::uintptr_t[]>(capacity);
  with_collector_stopped([&] {
    std::copy(words_.get(), words_.get() + count_, words.get());
    words_.swap(words);
    capacity_ = capacity;
  });
}

}  // namespace fermata::vm
