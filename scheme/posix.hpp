// Calls of the operating system as natives (SRFI 170): what their files share.
//
// A call that fails raises a condition of kind `file` whose message ends with the system's
// words and whose last irritant is the name of the error, a symbol such as ENOENT; the
// paths stand before it.
#pragma once

#include <cerrno>
#include <initializer_list>

#include "scheme/argument_checks.hpp"
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
  explicit Path(const vm::String& text);
  bool is_fine() const { return bytes_.find('\0') == std::string::npos; }
  const char* c_str() const { return bytes_.c_str(); }
  const std::string& text() const { return bytes_; }

 private:
  std::string bytes_;
};
vm::Outcome bad_path(vm::Machine& m, std::size_t argument, vm::String& text);

// Runs a call on one path that answers -1 when it fails.
template <class Call>
vm::Outcome on_path(vm::Machine& m, vm::String& text, Call call) {
  if (auto problem = touch_world(m)) return *problem;
  const Path path(text);
  if (!path.is_fine()) return bad_path(m, 1, text);
  if (call(path.c_str()) < 0) return posix_failure(m, {vm::value_of(&text)}, errno);
  return vm::kUnspecified;
}

// The descriptor behind an open port, or -1.
struct Port;
int descriptor_of(vm::Machine& m, const Port& port);

}  // namespace fermata::scheme
