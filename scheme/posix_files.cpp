// The file system (SRFI 170, 3.3): making, removing, looking at files and directories.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>

#include "scheme/builtins.hpp"
#include "scheme/lists.hpp"
#include "scheme/ports.hpp"
#include "scheme/posix.hpp"
#include "scheme/world.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value text_value(Machine& m, std::string_view utf8) { return value_of(&make_string(m.heap, utf8)); }

mode_t mode_or(std::optional<Index> mode, mode_t otherwise) {
  return mode ? static_cast<mode_t>(mode->value & 07777) : otherwise;
}

// ---- making and removing ---------------------------------------------------------------

Outcome create_directory(Machine& m, String& path, std::optional<Index> mode) {
  return on_path(m, path, [&](const char* p) { return ::mkdir(p, mode_or(mode, 0775)); });
}
Outcome create_fifo(Machine& m, String& path, std::optional<Index> mode) {
  return on_path(m, path, [&](const char* p) { return ::mkfifo(p, mode_or(mode, 0664)); });
}
Outcome delete_directory(Machine& m, String& path) { return on_path(m, path, ::rmdir); }

template <int (*call)(const char*, const char*)>
Outcome on_two_paths(Machine& m, String& from, String& to) {
  if (auto problem = touch_world(m)) return *problem;
  const Path first(m, from), second(m, to);
  if (!first.is_fine()) return bad_path(m, 1, from);
  if (!second.is_fine()) return bad_path(m, 2, to);
  if (call(first.c_str(), second.c_str()) < 0)
    return posix_failure(m, {value_of(&from), value_of(&to)}, errno);
  return kUnspecified;
}

// A result of unknown length: `call` fills a buffer and answers how much it took, or -1.
template <class Call>
Outcome growing_text(Machine& m, Value about, Call call) {
  if (auto problem = touch_world(m)) return *problem;
  for (std::string buffer(256, '\0');; buffer.resize(buffer.size() * 2)) {
    const ssize_t n = call(buffer.data(), buffer.size());
    if (n < 0) return posix_failure(m, {about}, errno);
    if (static_cast<std::size_t>(n) < buffer.size())
      return text_value(m, {buffer.data(), static_cast<std::size_t>(n)});
  }
}

Outcome read_symlink(Machine& m, String& path) {
  const Path p(m, path);
  if (!p.is_fine()) return bad_path(m, 1, path);
  return growing_text(m, value_of(&path), [&](char* buffer, std::size_t size) {
    return ::readlink(p.c_str(), buffer, size);
  });
}

Outcome real_path(Machine& m, String& path) {
  const Path p(m, path);
  if (!p.is_fine()) return bad_path(m, 1, path);
  const std::unique_ptr<char, void (*)(void*)> full(::realpath(p.c_str(), nullptr), std::free);
  if (!full) return posix_failure(m, {value_of(&path)}, errno);
  return text_value(m, full.get());
}

// ---- changing ------------------------------------------------------------------------------

Outcome set_file_mode(Machine& m, String& path, Index mode) {
  return on_path(m, path, [&](const char* p) { return ::chmod(p, mode_or(mode, 0)); });
}

// -1 leaves it as it is.
Outcome set_file_owner(Machine& m, String& path, Fixnum user, Fixnum group) {
  for (const Fixnum id : {user, group})
    if (id < -1 || id >= UINT_MAX)
      return m.out_of_range(id == user ? 2 : 3, "the number of a user or group",
                            Value::fixnum(id));
  return on_path(m, path, [&](const char* p) {
    return ::chown(p, static_cast<uid_t>(user.value), static_cast<gid_t>(group.value));
  });
}

// A time is a pair (seconds . nanoseconds), #t for now, #f for what it was.
timespec time_of(Value v) {
  if (v.is_pair()) return {v.pair()->car.fixnum(), v.pair()->cdr.fixnum()};
  return {0, v == kTrue ? UTIME_NOW : UTIME_OMIT};
}
Outcome set_file_times(Machine& m, String& path, Value access, Value change) {
  const timespec times[] = {time_of(access), time_of(change)};
  return on_path(m, path, [&](const char* p) { return ::utimensat(AT_FDCWD, p, times, 0); });
}

// ---- what a path or a port means --------------------------------------------------------------

// Runs `on_path` or `on_descriptor`, which answer -1 when they fail.
template <class OnPath, class OnDescriptor>
Outcome on_file(Machine& m, Value file, OnPath on_path, OnDescriptor on_descriptor) {
  if (auto problem = touch_world(m)) return *problem;
  if (is<String>(file)) {
    const Path path(m, as<String>(file));
    if (!path.is_fine()) return bad_path(m, 1, as<String>(file));
    if (on_path(path.c_str()) < 0) return posix_failure(m, {file}, errno);
    return kUnspecified;
  }
  const int fd = is<Port>(file) ? descriptor_of(m, as<Port>(file)) : -1;
  if (fd < 0) return m.wrong_type(1, "a file name or an open port of a file", file);
  if (on_descriptor(fd) < 0) return posix_failure(m, {file}, errno);
  return kUnspecified;
}

Outcome truncate_file(Machine& m, Value file, Index length) {
  const auto size = static_cast<off_t>(length.value);
  return on_file(m, file, [&](const char* p) { return ::truncate(p, size); },
                 [&](int fd) { return ::ftruncate(fd, size); });
}

Outcome file_space(Machine& m, Value file) {
  struct statvfs info;
  const Outcome done = on_file(m, file, [&](const char* p) { return ::statvfs(p, &info); },
                               [&](int fd) { return ::fstatvfs(fd, &info); });
  if (!done.is_value()) return done;
  return number_multiply(m, integer_from_unsigned(m.heap, info.f_frsize),
                         integer_from_unsigned(m.heap, info.f_bavail));
}

const char* type_name(mode_t mode) {
  if (S_ISREG(mode)) return "regular";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISLNK(mode)) return "symlink";
  if (S_ISFIFO(mode)) return "fifo";
  if (S_ISSOCK(mode)) return "socket";
  return "device";
}

Outcome file_info(Machine& m, Value file, bool follow) {
  if (auto problem = touch_world(m)) return *problem;
  struct stat s;
  const Outcome done =
      on_file(m, file, [&](const char* p) { return follow ? ::stat(p, &s) : ::lstat(p, &s); },
              [&](int fd) { return ::fstat(fd, &s); });
  if (!done.is_value()) return done;
  ListBuilder fields(m.heap);
  fields.push(m.symbols.intern(type_name(s.st_mode)));
  for (const std::uint64_t n :
       {static_cast<std::uint64_t>(s.st_dev), static_cast<std::uint64_t>(s.st_ino),
        static_cast<std::uint64_t>(s.st_mode), static_cast<std::uint64_t>(s.st_nlink),
        static_cast<std::uint64_t>(s.st_uid), static_cast<std::uint64_t>(s.st_gid),
        static_cast<std::uint64_t>(s.st_rdev), static_cast<std::uint64_t>(s.st_size),
        static_cast<std::uint64_t>(s.st_blksize), static_cast<std::uint64_t>(s.st_blocks)})
    fields.push(integer_from_unsigned(m.heap, n));
  for (const timespec& t : {s.st_atim, s.st_mtim, s.st_ctim})
    fields.push(m.heap.cons(Value::fixnum(t.tv_sec), Value::fixnum(t.tv_nsec)));
  return fields.finish();
}

// All names at once, so that no directory stays open behind a program that lost it.
Outcome directory_files(Machine& m, String& path, bool dot_files) {
  if (auto problem = touch_world(m)) return *problem;
  const Path p(m, path);
  if (!p.is_fine()) return bad_path(m, 1, path);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(p.c_str()), ::closedir);
  if (!directory) return posix_failure(m, {value_of(&path)}, errno);
  ListBuilder names(m.heap);
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == ".." || (name.front() == '.' && !dot_files)) continue;
    names.push(text_value(m, name));
    m.charge(1);
  }
  if (errno != 0) return posix_failure(m, {value_of(&path)}, errno);
  return names.finish();
}

constexpr Builtin kPosixFiles[] = {
    builtin<create_directory>("(create-directory path [permission-bits])",
                              "Makes a directory. SRFI 170."),
    builtin<create_fifo>("(create-fifo path [permission-bits])", "Makes a named pipe. SRFI 170."),
    builtin<on_two_paths<::link>>("(create-hard-link old new)",
                                  "Gives the file old a second name. SRFI 170."),
    builtin<on_two_paths<::symlink>>("(create-symlink old new)",
                                     "Makes new a symbolic link to old. SRFI 170."),
    builtin<read_symlink>("(read-symlink path)", "What the symbolic link leads to. SRFI 170."),
    builtin<on_two_paths<::rename>>("(rename-file old new)",
                                    "Renames a file; an existing new is replaced. SRFI 170."),
    builtin<delete_directory>("(delete-directory path)", "Removes an empty directory. SRFI 170."),
    builtin<real_path>("(real-path path)",
                       "The full name of the file, without links, dots and double slashes. SRFI 170."),
    builtin<set_file_mode>("(set-file-mode path permission-bits)",
                           "Changes who may read, write and run the file. SRFI 170."),
    builtin<set_file_owner>("(set-file-owner path user-id group-id)",
                            "Changes whom the file belongs to. SRFI 170."),
    builtin<set_file_times>("(%set-file-times path access-time change-time)",
                            "Times are pairs, #t for now, #f for no change."),
    builtin<truncate_file>("(%truncate-file path-or-port length)",
                           "Cuts the file, or adds zeros, to that many bytes."),
    builtin<file_space>("(file-space path-or-port)",
                        "Bytes that are free where the file lies. SRFI 170."),
    builtin<file_info>("(%file-info path-or-port follow?)", "A list of what stat says."),
    builtin<directory_files>("(%directory-files path dot-files?)", "A list of names."),
};

}  // namespace

std::span<const Builtin> posix_file_builtins() { return kPosixFiles; }

}  // namespace fermata::scheme
