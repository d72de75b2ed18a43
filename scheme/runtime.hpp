// The language side of an interpreter: libraries, environments, paths, standard ports.
//
// One Runtime per Machine; Runtime::of(m) finds it.  It lies in root memory.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scheme/compiler.hpp"
#include "scheme/environment.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kRuntimeService = 0;  // slot in Machine::services
// Slots in Machine::roots.
enum class Root : std::uint8_t {
  handlers_key,
  current_input,
  current_output,
  current_error,
  runtime_first
};

struct RuntimeOptions {
  std::vector<std::string> library_path;  // folders searched for .sld files, in order
  std::vector<std::string> command_line;  // as (command-line) gives it
  CompilerOptions compiler;
  // Whether a program may name that file in include, or have a library of it; empty: any.
  std::function<bool(std::string_view file)> may_read = {};
};

struct SourceFile {
  std::string name, text;
};

class Runtime {
 public:
  static Runtime& create(vm::Machine& m, RuntimeOptions options);
  static void destroy(Runtime& r);
  static Runtime& of(vm::Machine& m) { return *static_cast<Runtime*>(m.services[kRuntimeService]); }

  vm::Machine& machine;
  RuntimeOptions options;  // holds no values
  Environment* builtins =
      nullptr;  // every native and core form, by name: what libraries import from
  Environment* interaction =
      nullptr;  // the prompt's; the libraries of R7RS are imported at its first use
  Environment* program = nullptr;  // that of the program loader() was last given
  vm::Value libraries =
      vm::kFalse;  // Environment used as a table, by a name's text; see library.hpp

  // A procedure of no arguments that, called, reads, expands, compiles and runs the forms of
  // that source one after another in env, and returns the last value.
  // Forms: when `env` is null a fresh program environment is made, which starts with nothing
  // but `import` (and `define-library`), as R7RS 5.1 wants.
  vm::Value loader(std::string_view name, std::string_view text, Environment* env);

  // A fresh environment of a program with that script.
  Environment& begin_program(std::string_view name, std::string_view text);

  // Makes natives of another layer importable as the library of that name ("fermata flow
  // builtins").
  void define_natives(std::string_view library, std::span<const vm::Builtin> natives);

  // What the program in this interpreter was read from: its script, once loader() was given one
  // for a fresh environment, and the files that expansion read since.  With them the program
  // can be made again elsewhere.
  std::optional<SourceFile> script;
  std::vector<SourceFile> files_read;
  // Set while a program is made again from such texts: then there are no other files.
  const std::vector<SourceFile>* pinned_files = nullptr;

  // Set by (fermata eval).
  vm::Value transformer_caller = vm::kFalse;  // (caller transformer form renaming)
  vm::Value transforming = vm::kFalse;        // key of the mark that holds the renaming meanwhile
  vm::Value load_procedure = vm::kFalse;      // (load loader)
  vm::Value compile_procedure = vm::kFalse;        // (compile-program loader)
  vm::Value load_compiled_procedure = vm::kFalse;  // (load-compiled program)
  std::uint64_t declarations = 0;  // imports, keywords and libraries at top level of programs, so far
  bool interaction_ready = false;             // the prompt's imports have been made
  // The texts read since the front end was last entered: an error may point into one that
  // nothing else refers to any more.
  vm::Value texts_in_use = vm::kNull;

 private:
  explicit Runtime(vm::Machine& m) : machine(m) {}
};

// A program's environment, with nothing in it but what may begin a program.
Environment& make_program_environment(Runtime& r, std::string_view name);

}  // namespace fermata::scheme
