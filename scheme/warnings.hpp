// Warnings: what compiles, but can hardly be meant.
//
// They are read off the trees of a whole program or library before any pass of the compiler,
// so nothing is run.  What macros bring along is not complained about: a warning needs a place
// that somebody wrote.
#pragma once

#include "scheme/ast.hpp"
#include "scheme/runtime.hpp"

namespace fermata::scheme {

enum class Completeness : std::uint8_t { all_forms, some_forms };

// A list of conditions, each with its place.  `trees`: of the forms, the last one first.
// With some forms missing, names may be defined there, and so count as known.
vm::Value find_warnings(Runtime& r, vm::Value trees, const Environment& env,
                        Completeness completeness);

}  // namespace fermata::scheme
