// Who waits for what, and where: the report when nothing can run any more.
#pragma once

#include <string>
#include <vector>

#include "sched/engine.hpp"

namespace fermata::sched {

// Where the program text has the fiber waiting, "file:line:column"; empty: nobody knows.
std::string place_of(vm::Machine& m, const Fiber& f);
// The same of the frames below, each with its procedure, at most `limit`.
std::vector<std::string> places_of(vm::Machine& m, const Fiber& f, std::size_t limit);
// "waits for mutex, held by task 1 main, at ring.scm:4:7"
std::string wait_clause(vm::Machine& m, const Fiber& f);
// "task 3 worker waits for mutex, held by task 1 main, at ring.scm:4:7"
std::string wait_text(vm::Machine& m, const Fiber& f);
// A line for each fiber that waits, in that scheduler or (null) in all, and a cycle if there
// is one.
std::string stuck_report(Engine& e, const Scheduler* s);

}  // namespace fermata::sched
