// Values as the journal keeps them: text that `write` prints and the reader gives back.
//
// Plain data are numbers, booleans, characters, strings, symbols, the empty list, pairs,
// vectors and bytevectors of these, cycles included.  The unspecified value is allowed as
// well, because so many procedures that act return it; so are records of declared types and
// secrets (data_types.hpp).  Everything else (procedures, ports ...) means something only in the
// process that made it, and is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::flow {

// The part of v that is no plain data, and the way to it: "(car (cdr it)): #<procedure f>".
// Nothing when all of it is.
std::optional<std::string> not_plain(vm::Machine& m, vm::Value v);

// Requires: !not_plain(m, v).
std::string to_journal_text(vm::Machine& m, vm::Value v);

// Throws scheme::SyntaxError on text that to_journal_text() did not write.
vm::Value from_journal_text(vm::Machine& m, std::string_view text);

}  // namespace fermata::flow
