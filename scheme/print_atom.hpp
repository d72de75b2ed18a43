// The text of objects that have no parts to print.
#pragma once

#include <string>

#include "scheme/printer.hpp"

namespace fermata::scheme {

enum class Quoting : std::uint8_t { written, displayed };

// Appends the text of v.  At most about `limit` characters of a long string or integer.
void print_atom(vm::Machine& m, std::string& out, vm::Value v, Quoting quoting, std::size_t limit);
void print_string(std::string& out, const vm::String& s, Quoting quoting, std::size_t limit);
void print_symbol(vm::Machine& m, std::string& out, const vm::Symbol& s, Quoting quoting);

}  // namespace fermata::scheme
