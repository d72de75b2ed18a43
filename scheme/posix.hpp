// Calls of the operating system as natives (SRFI 170): what their files share.
//
// A call that fails raises a condition of kind `file` whose message ends with the system's
// words and whose last irritant is the name of the error, a symbol such as ENOENT; the
// paths stand before it.
#pragma once

#include <cerrno>
#include <initializer_list>

#include "scheme/argument_checks.hpp"
#include "scheme/held_path.hpp"
#include "scheme/world.hpp"
#include "vm/object.hpp"

namespace fermata::scheme {

// "create-directory: \"/a\": File exists", with the irritants "/a" and EEXIST.
vm::Outcome posix_failure(vm::Machine& m, std::initializer_list<vm::Value> about, int error);
// The symbol that names an error of the system, such as ENOENT.
vm::Value posix_error_name(vm::Machine& m, int error);

// The bytes of a path; a path that holds #\null is no path.
class Path {
 public:
  explicit Path(const vm::String& text);  // of no file: a name, a value
  Path(vm::Machine& m, const vm::String& text) : Path(text) { machine_ = &m; }
  bool is_fine() const { return bytes_.find('\0') == std::string::npos; }
  const char* c_str() const { return machine_ != nullptr ? system_name(*machine_, bytes_) : bytes_.c_str(); }
  // For open(), whose flags may have to change.  Requires: a machine.
  const char* to_open(int& flags) const { return system_name(*machine_, bytes_, flags); }
  const std::string& text() const { return bytes_; }

 private:
  vm::Machine* machine_ = nullptr;
  std::string bytes_;
};
vm::Outcome bad_path(vm::Machine& m, std::size_t argument, vm::String& text);

// Runs a call on one path that answers -1 when it fails.
template <class Call>
vm::Outcome on_path(vm::Machine& m, vm::String& text, Call call) {
  if (auto problem = touch_world(m)) return *problem;
  const Path path(m, text);
  if (!path.is_fine()) return bad_path(m, 1, text);
  if (call(path.c_str()) < 0) return posix_failure(m, {vm::value_of(&text)}, errno);
  return vm::kUnspecified;
}

// The descriptor behind an open port, or -1.
struct Port;
int descriptor_of(vm::Machine& m, const Port& port);

}  // namespace fermata::scheme
