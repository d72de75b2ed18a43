// Numbers as text, both ways: R7RS 6.2.7 and 7.1.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::scheme {

// The number that the whole text denotes, prefixes (#x #e ...) included; nothing when it is none.
std::optional<vm::Value> parse_number(vm::Machine& m, std::string_view text, int radix = 10);
// Shortest text that reads back as the same number. Requires: is_number(v), 2 <= radix <= 36.
std::string number_to_text(vm::Machine& m, vm::Value v, int radix = 10);

}  // namespace fermata::scheme
