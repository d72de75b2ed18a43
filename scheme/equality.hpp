// Sameness: eq? is the word itself, eqv? knows numbers, equal? looks inside.
//
// How equal? compares is in comparison.hpp.  Each hash here agrees with the predicate it is named
// after.
#pragma once

#include <cstdint>

#include "vm/heap.hpp"

namespace fermata::scheme {

bool is_eqv(vm::Value a, vm::Value b);

// Adds to `work` the number of comparisons made, for the gas.
bool is_equal(vm::Heap& heap, vm::Value a, vm::Value b, std::size_t& work);

std::uint64_t eq_hash(vm::Value v);
std::uint64_t eqv_hash(vm::Value v);
// Looks at a bounded number of parts, so it ends on cycles.
std::uint64_t equal_hash(vm::Value v);
// The same for tables: nobody outside can foresee them (vm/keyed_hash.hpp).  eq? takes the first.
std::uint64_t keyed_eqv_hash(vm::Value v);
std::uint64_t keyed_equal_hash(vm::Value v);

}  // namespace fermata::scheme
