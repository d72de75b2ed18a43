// Comparing by structure, as equal? does, all at once or in pieces.
//
// An explicit stack holds what is still to be compared, two by two.  It ends on every input:
// after a budget of comparisons it also remembers which pairs and vectors it has assumed equal, in
// a union-find forest (Adams and Dybvig, "Efficient nondestructive equality checking for trees and
// graphs").  Lies on the C++ stack or in traced memory, where the collector sees what is pending.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/heap.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kWithoutEnd = ~std::size_t{0};

inline bool is_compound(vm::Value v) { return v.is_pair() || vm::is<vm::Vector>(v); }
// Of two values that are not both compound.
bool leaves_equal(vm::Value a, vm::Value b, std::size_t& work);

// Classes of objects taken for equal, keyed by address.  The objects stay alive because
// the two values being compared hold them all.
class UnionFind {
 public:
  // True when a and b were in one class already; otherwise joins their classes.
  bool join(vm::Value a, vm::Value b);

 private:
  struct Node { std::size_t parent, size; };
  struct Slot { std::uint64_t key = 0; std::size_t node = 0; };

  std::size_t root(std::size_t n);
  std::size_t find(std::uint64_t key);
  void grow();
  std::vector<Slot> slots_;
  std::vector<Node> parents_;
  std::size_t count_ = 0;
};

// When to consult the forest.  Mostly comparisons run without it; every few hundred of them
// some are entered.  The lengths vary, lest a cycle always slip past the entered ones.
class Pace {
 public:
  bool consults_forest();
  // The forest knew the two: likely it knows what follows, and pending pairs must get fewer.
  void found_known() {
    fast_ = 0;
    slow_ = kSlow;
  }

 private:
  static constexpr int kSlow = 40;
  std::uint64_t state_ = 1, fast_ = 400;
  int slow_ = kSlow;
};

class Comparison {
 public:
  explicit Comparison(vm::Heap& heap) : pending_(heap) {}
  // Whether a and b are equal, or nothing when `limit` was passed before that was known; then
  // go_on() goes on.  Adds to `work` about the number of comparisons made.
  std::optional<bool> run(vm::Value a, vm::Value b, std::size_t& work, std::size_t limit);
  std::optional<bool> go_on(std::size_t& work, std::size_t limit);

 private:
  bool compare_later(vm::Value a, vm::Value b, std::size_t& work);
  bool compare_elements(vm::Value a, vm::Value b, std::size_t end, std::size_t& work);

  vm::GcVector<vm::Value> pending_;  // a b, or a b end end: vectors, of which [0, end) is left
  UnionFind forest_;
  Pace pace_;
};

}  // namespace fermata::scheme
