// Compiled programs: a program's syntax trees as bytes, which may come from anybody.
//
// A form of the program is kept as the tree that its expansion made, so reading and expanding
// are saved when it is loaded; registers and instructions are the loading interpreter's own
// work.  Trees mention variables by name, and a name means what it means to the source in the
// environment that loads it, so a compiled program can do nothing that its source could not.
// What has no such form - imports, keywords, libraries, and what a library's macro made with
// names that only the library knows - is kept as source, and expanded when its turn comes.
//
// The text goes with it: errors show its lines.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "scheme/runtime.hpp"

namespace fermata::scheme {

// The bytes are not a compiled program, or one of another version, or damaged.
class CompiledError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool is_compiled(std::string_view bytes);  // by its first line, whatever the version

// A copy of the environment, for a compilation to define things in.
Environment& copy_environment(Runtime& r, const Environment& env);
// A procedure of no arguments that gives the compiled program as a bytevector.  The forms are
// expanded in `env`, which should be nobody else's.  Libraries that they import are loaded;
// nothing else runs, but transformer procedures and the procedures defined before those.
vm::Value make_program_compiler(Runtime& r, std::string_view name, std::string_view text,
                                Environment& env);
// A procedure of no arguments that runs the program in `env`, like Runtime::loader.  Throws
// CompiledError; all of the bytes have been looked at when it returns.
vm::Value make_compiled_loader(Runtime& r, std::string_view bytes, Environment* env);

// Between a compilation's begin and end: its own define-library forms are forgotten then.
class KeptLibraries {
 public:
  explicit KeptLibraries(Runtime& r);
  ~KeptLibraries();
  KeptLibraries(const KeptLibraries&) = delete;
  KeptLibraries& operator=(const KeptLibraries&) = delete;

 private:
  Runtime& r_;
  vm::Handle before_;
};

}  // namespace fermata::scheme
