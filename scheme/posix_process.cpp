// The process, its users and groups, its environment (SRFI 170, 3.5, 3.6 and 3.11).
//
// All of it belongs to the process, not to an interpreter: what one changes, others see.
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/lists.hpp"
#include "scheme/posix.hpp"
#include "scheme/world.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value text_value(Machine& m, const char* utf8) {
  return value_of(&make_string(m.heap, std::string_view(utf8 ? utf8 : "")));
}

// ---- state -------------------------------------------------------------------------------

// There is no way to ask but to set.
Outcome umask(Machine&) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return Value::fixnum(mask);
}
Outcome set_umask(Machine&, Index mask) {
  ::umask(static_cast<mode_t>(mask.value & 0777));
  return kUnspecified;
}

Outcome current_directory(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  for (std::string buffer(256, '\0');; buffer.resize(buffer.size() * 2)) {
    if (::getcwd(buffer.data(), buffer.size())) return text_value(m, buffer.c_str());
    if (errno != ERANGE) return posix_failure(m, {}, errno);
  }
}
Outcome set_current_directory(Machine& m, String& path) { return on_path(m, path, ::chdir); }

Outcome pid(Machine&) { return Value::fixnum(::getpid()); }

Outcome nice(Machine& m, std::optional<Fixnum> delta) {
  if (delta && (*delta < -40 || *delta > 40))
    return m.out_of_range(1, "an integer from -40 to 40", Value::fixnum(*delta));
  errno = 0;
  const int priority = ::nice(delta ? static_cast<int>(delta->value) : 1);
  if (priority == -1 && errno != 0) return posix_failure(m, {}, errno);
  return Value::fixnum(priority);
}

template <auto call>
Outcome identity(Machine&) {
  return Value::fixnum(call());
}

Outcome supplementary_groups(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  const int count = ::getgroups(0, nullptr);
  if (count < 0) return posix_failure(m, {}, errno);
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  const int filled = count == 0 ? 0 : ::getgroups(count, groups.data());
  if (filled < 0) return posix_failure(m, {}, errno);
  ListBuilder list(m.heap);
  for (int i = 0; i < filled; ++i) list.push(Value::fixnum(groups[static_cast<std::size_t>(i)]));
  return list.finish();
}

// ---- users and groups ----------------------------------------------------------------------

// Finds an entry by name or number; the buffer that holds its texts grows as needed.
// `found` stays null when there is none.
template <class Entry>
int look_up(Value who, Entry& entry, Entry*& found, std::vector<char>& buffer,
            int (*by_name)(const char*, Entry*, char*, std::size_t, Entry**),
            int (*by_number)(std::uint32_t, Entry*, char*, std::size_t, Entry**)) {
  for (buffer.resize(1024);; buffer.resize(buffer.size() * 2)) {
    const int error = who.is_fixnum() ? by_number(static_cast<std::uint32_t>(who.fixnum()), &entry,
                                                  buffer.data(), buffer.size(), &found)
                                      : by_name(Path(as<String>(who)).c_str(), &entry,
                                                buffer.data(), buffer.size(), &found);
    if (error == ERANGE) continue;
    const bool means_none = error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
    return means_none ? 0 : error;
  }
}

bool names_somebody(Value v) {
  if (v.is_fixnum()) return v.fixnum() >= 0 && v.fixnum() <= 0xffffffff;
  return is<String>(v) && Path(as<String>(v)).is_fine();
}

Outcome user_info(Machine& m, Value who) {
  if (auto problem = touch_world(m)) return *problem;
  if (!names_somebody(who)) return m.wrong_type(1, "the name or number of a user", who);
  passwd entry;
  passwd* found = nullptr;
  std::vector<char> buffer;
  if (const int error = look_up<passwd>(who, entry, found, buffer, ::getpwnam_r, ::getpwuid_r))
    return posix_failure(m, {who}, error);
  if (found == nullptr) return kFalse;
  ListBuilder fields(m.heap);
  fields.push(text_value(m, entry.pw_name));
  fields.push(Value::fixnum(entry.pw_uid));
  fields.push(Value::fixnum(entry.pw_gid));
  fields.push(text_value(m, entry.pw_dir));
  fields.push(text_value(m, entry.pw_shell));
  fields.push(text_value(m, entry.pw_gecos));
  return fields.finish();
}

Outcome group_info(Machine& m, Value who) {
  if (auto problem = touch_world(m)) return *problem;
  if (!names_somebody(who)) return m.wrong_type(1, "the name or number of a group", who);
  group entry;
  group* found = nullptr;
  std::vector<char> buffer;
  if (const int error = look_up<group>(who, entry, found, buffer, ::getgrnam_r, ::getgrgid_r))
    return posix_failure(m, {who}, error);
  if (found == nullptr) return kFalse;
  return m.heap.cons(text_value(m, entry.gr_name), Value::fixnum(entry.gr_gid));
}

// ---- the environment --------------------------------------------------------------------------

bool may_be_variable(const Path& name) {
  return name.is_fine() && !name.text().empty() && name.text().find('=') == std::string::npos;
}
constexpr const char* kWantedVariable = "a name without = and #\\null";

Outcome set_environment_variable(Machine& m, String& name, String& value) {
  if (auto problem = touch_world(m)) return *problem;
  const Path n(name), v(value);
  if (!may_be_variable(n)) return m.out_of_range(1, kWantedVariable, value_of(&name));
  if (!v.is_fine()) return m.out_of_range(2, "a string without #\\null", value_of(&value));
  if (::setenv(n.c_str(), v.c_str(), 1) < 0) return posix_failure(m, {value_of(&name)}, errno);
  return kUnspecified;
}
Outcome delete_environment_variable(Machine& m, String& name) {
  if (auto problem = touch_world(m)) return *problem;
  const Path n(name);
  if (!may_be_variable(n)) return m.out_of_range(1, kWantedVariable, value_of(&name));
  if (::unsetenv(n.c_str()) < 0) return posix_failure(m, {value_of(&name)}, errno);
  return kUnspecified;
}

constexpr Builtin kPosixProcess[] = {
    builtin<umask>("(umask)", "The permission bits that new files do not get. SRFI 170."),
    builtin<set_umask>("(set-umask! permission-bits)", "Changes what umask gives. SRFI 170."),
    builtin<current_directory>("(current-directory)",
                               "The directory where relative paths begin. SRFI 170."),
    builtin<set_current_directory>("(set-current-directory! path)",
                                   "Changes the current directory. SRFI 170."),
    builtin<pid>("(pid)", "The number of the process. SRFI 170."),
    builtin<nice>("(nice [delta])",
                  "Lowers the priority of the process by delta (1); answers the new one. SRFI 170."),
    builtin<identity<::getuid>>("(user-uid)", "The number of the process's user. SRFI 170."),
    builtin<identity<::getgid>>("(user-gid)", "The number of the process's group. SRFI 170."),
    builtin<identity<::geteuid>>("(user-effective-uid)",
                                 "The number of the user whose rights it has. SRFI 170."),
    builtin<identity<::getegid>>("(user-effective-gid)",
                                 "The number of the group whose rights it has. SRFI 170."),
    builtin<supplementary_groups>("(user-supplementary-gids)",
                                  "A list of the numbers of its other groups. SRFI 170."),
    builtin<user_info>("(%user-info who)", "A list of what is known of a user, or #f."),
    builtin<group_info>("(%group-info who)", "A pair of name and number, or #f."),
    builtin<set_environment_variable>("(set-environment-variable! name value)",
                                      "Makes value that of the environment variable. SRFI 170."),
    builtin<delete_environment_variable>("(delete-environment-variable! name)",
                                         "Removes the environment variable. SRFI 170."),
};

}  // namespace

std::span<const Builtin> posix_process_builtins() { return kPosixProcess; }

}  // namespace fermata::scheme
