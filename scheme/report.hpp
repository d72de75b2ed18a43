// The error reporter: one way to say what went wrong, for scripts, the prompt and hosts.
//
//   sum.scm:3:10: +: argument 2 must be a number, got "two"
//     3 |   (fold + 0 '(1 "two")))
//       |          ^
//     in total, sum.scm:3:10
//     at top level, sum.scm:5:1
//     hint: ...
// The first line is in the form editors and compilers know.  The place is the innermost one
// in the user's own text; the backtrace shows the rest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scheme/environment.hpp"
#include "scheme/excerpt.hpp"
#include "scheme/hints.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

struct ReportOptions {
  std::size_t frames = 20;  // longer backtraces lose their middle
  // Where hints look for names; null: no such hints.
  Names names;
};

struct Report {
  std::string file;  // empty: no place known
  std::size_t line = 0, column = 0;
  std::string message;
  std::string excerpt;              // two lines: the text and the mark under it; may be empty
  std::vector<std::string> frames;  // "in total, sum.scm:3:10"
  std::string hint;

  std::string place() const;  // "sum.scm:3:10"
  std::string text() const;   // all of it; every line ends in a newline
};

// What `raised`, any object, says; `trace` is the task's, or #f.
Report report_error(vm::Machine& m, vm::Value raised, vm::Value trace,
                    const ReportOptions& options = {});

// The text of a condition without its place: the message and its irritants.
std::string condition_text(vm::Machine& m, vm::Value raised);

// The names that the runtime knows: those of env (null: of the prompt), and what every
// library exports, loaded or not.
Names names_known(vm::Machine& m, const Environment* env);

}  // namespace fermata::scheme
