// Files held from the check to the act.
//
// A layer above that grants only some files looks at a path without links first, and a native
// opens it afterwards.  Whoever exchanges a folder for a link in between would lead it
// elsewhere.  So what was checked is opened part by part, refusing links, as a mere place
// (O_PATH), and the native gets the name of that descriptor instead of the path's.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "vm/world.hpp"

namespace fermata::scheme {

// Opens what stands at a path that holds no links, dots or empty parts; a link put there since
// is ELOOP.  A descriptor for its place only, or -1.
int open_in_place(std::string_view real);

// While it stands, natives that are given one of the paths reach what was held.
class HeldPaths {
 public:
  enum class Last : std::uint8_t {
    followed,  // the file itself, which is there
    made,      // the file, or the name it will have in its folder
    kept       // the name in its folder, whatever stands there
  };
  explicit HeldPaths(vm::Machine& m) : world_(vm::world_of(m)) {}
  ~HeldPaths();
  HeldPaths(const HeldPaths&) = delete;
  HeldPaths& operator=(const HeldPaths&) = delete;

  // `text` as the native will be given it; `real` the same without links, for `kept` that of
  // its folder and its name there.  Requires: no more than two.
  void hold(std::string_view text, std::string_view real, Last last);

 private:
  vm::World* const world_;
  std::array<vm::HeldPath, 2> paths_;
  std::array<int, 2> files_{-1, -1};
  std::size_t count_ = 0;
};

// The name to give to the system for a path: that of what is held, or its own.
const char* system_name(vm::Machine& m, const std::string& path);
// The same for open(); adds to the flags what must be.
const char* system_name(vm::Machine& m, const std::string& path, int& flags);

}  // namespace fermata::scheme
