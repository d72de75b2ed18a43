// What a program in an interpreter may do to the world, and how that is held to.
//
// Nothing in Scheme reaches the world but through natives.  Where a grant is missing, or is a
// narrow one, the native's row is replaced when the interpreter is made by one that asks
// here first; so no library, image or reflection leads past it.
//
// A task may be given less than its interpreter (Fiber::rights), and hands that down to those
// it begins.  It can be narrowed further, never widened.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/grants.hpp"
#include "vm/native.hpp"

namespace fermata::scheme {
class Runtime;
}
namespace fermata::sched {
struct Fiber;
}

namespace fermata::api {

class Capabilities {
 public:
  explicit Capabilities(Grants grants);
  ~Capabilities();
  Capabilities(const Capabilities&) = delete;
  Capabilities& operator=(const Capabilities&) = delete;

  // Puts the guards in place, defines (fermata capabilities), and has include and import ask.
  // Folders of libraries may be read by whoever imports.  most_ports: open at once; 0: any number.
  // Requires: the natives of all layers are defined.  It outlives the runtime.
  void install(scheme::Runtime& runtime, std::span<const std::string> library_path, std::size_t most_ports = 0);

  const Grants& granted() const { return grants_; }
  // From now on the task, and those it begins, may no more than the grants say.
  void narrow(vm::Machine& m, sched::Fiber& task, Grants grants);

 private:
  struct Guard;
  void guard(scheme::Runtime& runtime, bool also_unlimited);
  // Whether the interpreter and the task that runs may.
  bool may(vm::Machine& m, auto test) const;
  // Whether another port may be opened.  Collects before it says no: ports that are lost are closed.
  bool has_room(vm::Machine& m) const;
  static vm::Outcome narrow_here(vm::Machine& m, vm::Args args);

  const Grants grants_;
  std::unordered_set<std::string> addresses_;  // that were looked up under a grant
  std::vector<std::unique_ptr<Guard>> guards_;
  scheme::Runtime* runtime_ = nullptr;
  bool all_guarded_ = false;
  std::size_t most_ports_ = 0;
};

}  // namespace fermata::api
