// What an error report advises: the mistakes that everybody makes, told from the condition,
// from the text at its place, and from the names that are known.
//
// A hint may be wrong about what was meant, so it says what is true of the program, or what a
// form would do, and never more.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "vm/condition.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

// Called once per name: `library` is empty for a name that is visible where the error was,
// else the library that exports it.
using NameVisitor = std::function<void(std::string_view name, std::string_view library)>;
using Names = std::function<void(const NameVisitor&)>;

// Advice on a condition that was raised at that place, or nothing.  `names` may be empty.
std::string hint_of(vm::Machine& m, const vm::Condition& c, const vm::Span& place,
                    const Names& names);

// A hint for a name that means nothing: who exports it, or what it may have been meant to be.
// `place`, if known: names that are bound around it count as well.
std::string hint_for_name(std::string_view name, const Names& names, const vm::Span& place = {});

}  // namespace fermata::scheme
