// Starting a process of the system: program, environment, directory, limits, three streams.
//
// The child borrows our memory until it has become the program (clone with CLONE_VFORK), so
// the cost does not grow with the heap.  It leads a process group of its own, has the usual
// signal dispositions, and no descriptor but its three streams.
#pragma once

#include <sys/resource.h>

#include <string>
#include <utility>
#include <vector>

namespace fermata::sched {

struct SpawnPlan {
  std::vector<std::string> arguments;    // the first is the program
  std::vector<std::string> environment;  // "NAME=value"
  std::string directory;                 // "": ours
  std::vector<std::pair<int, rlim_t>> limits;  // RLIMIT_..., soft and hard
  int streams[3] = {-1, -1, -1};         // -1: /dev/null
  // Else it stays in ours: a terminal lets no other group read.
  bool own_group = true;
};

struct Spawned {
  int pid = -1;
  int pidfd = -1;   // readable when it has ended
  int error = 0;    // errno, when there is no process
  const char* doing = "";  // and what failed: "run", "change to the directory of" ...
};

Spawned spawn_process(const SpawnPlan& plan);

}  // namespace fermata::sched
