// The five orders that comparisons of many arguments ask for: (fx<? 1 2 3), (char>=? #\b #\a).
#pragma once

#include <cstdint>

namespace fermata::scheme {

enum class Order : std::uint8_t { equal, less, greater, less_equal, greater_equal };

template <class T>
constexpr bool in_order(Order order, T a, T b) {
  switch (order) {
    case Order::equal: return a == b;
    case Order::less: return a < b;
    case Order::greater: return a > b;
    case Order::less_equal: return a <= b;
    case Order::greater_equal: return a >= b;
  }
  return false;
}

}  // namespace fermata::scheme
