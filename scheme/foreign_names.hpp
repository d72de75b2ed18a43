// Names that people bring from other languages and other Schemes, and what to write here.
//
// A hint for an unbound variable: `nil`, `print` and `while` have no near name that would
// help, and `i+1` or `0x10` are read as one name where a number or a call was meant.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace fermata::scheme {

// Empty when nothing is known about the name.  `is_variable` says whether a name is bound
// where this one stands.
std::string hint_for_foreign_name(std::string_view name,
                                  const std::function<bool(std::string_view)>& is_variable);

}  // namespace fermata::scheme
