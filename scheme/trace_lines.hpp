// The backtrace as a user wants to see it.
//
// Frames of Fermata's own libraries whose names begin with % are machinery and not shown; the
// place of an error is the innermost frame of somebody else's text, since that is where a user
// can change something.  A procedure that has left its frame by a tail call is known when the
// call that led to it names it; there may have been others, which nobody remembers.
#pragma once

#include <string>
#include <vector>

#include "vm/backtrace.hpp"
#include "vm/condition.hpp"

namespace fermata::scheme {

struct Place {
  std::string file;
  std::size_t line = 0, column = 0;
  std::string text() const;  // "sum.scm:3:10"
};
Place place_of(const vm::Span& span);  // Requires: known

struct FrameLine {
  std::string name;  // of the procedure; empty: none
  bool top_level = false;
  Place place;  // no file: none that a user can open
  bool left = false;
  std::size_t times = 1;  // of equal ones, as in a recursion
  std::string text() const;  // "in total, sum.scm:3:10"
};

// What the condition brought along, else the task's.
vm::Value trace_of(vm::Value raised, vm::Value trace);
// The frames of that trace.
void read_frames(vm::Value raised, vm::Value trace, vm::GcVector<vm::TraceFrame>& frames);
// Where to point: the condition's own place, or what the frames say.
struct ErrorPlace {
  vm::Span span;
  vm::Value macros = vm::kNull;  // list of (name . place), see SpanObject
};
ErrorPlace place_of_error(vm::Heap& heap, vm::Value raised, vm::GcVector<vm::TraceFrame>& frames);
// `about`, if any: what refused its arguments was never entered, and is no line.
std::vector<FrameLine> frame_lines(vm::Machine& m, vm::GcVector<vm::TraceFrame>& frames,
                                   const vm::Condition* about);
// At most so many; the middle of a longer list is left out.
std::vector<std::string> texts_of(const std::vector<FrameLine>& lines, std::size_t most);

}  // namespace fermata::scheme
