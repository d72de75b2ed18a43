// How many arguments a procedure takes, as numbers and as text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vm/native.hpp"

namespace fermata::vm {

// One for each clause; none when the value is no procedure of known arity.
std::vector<Arity> arities(Value procedure);
bool accepts(const std::vector<Arity>& all, std::size_t given);
// "2 arguments", "at least 1 argument", "1 or 3 arguments".
std::string arguments_text(const std::vector<Arity>& all);

}  // namespace fermata::vm
