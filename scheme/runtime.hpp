// The language side of an interpreter: libraries, environments, paths, standard ports.
//
// One Runtime per Machine; Runtime::of(m) finds it.  It lies in root memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scheme/environment.hpp"
#include "scheme/compiler.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

inline constexpr std::size_t kRuntimeService = 0;  // slot in Machine::services
// Slots in Machine::roots.
enum class Root : std::uint8_t { handlers_key, current_input, current_output, current_error,
                                 runtime_first };

struct RuntimeOptions {
  std::vector<std::string> library_path;   // folders searched for .sld files, in order
  std::vector<std::string> command_line;   // as (command-line) gives it
  CompilerOptions compiler;
};

class Runtime {
 public:
  static Runtime& create(vm::Machine& m, RuntimeOptions options);
  static void destroy(Runtime& r);
  static Runtime& of(vm::Machine& m) {
    return *static_cast<Runtime*>(m.services[kRuntimeService]);
  }

  vm::Machine& machine;
  RuntimeOptions options;      // holds no values
  Environment* builtins;       // every native and core form, by name: what libraries import from
  Environment* interaction;    // the prompt's environment: (scheme base) and friends imported
  vm::Value libraries;         // name -> Library; see library.hpp

  // A procedure of no arguments that, called, reads, expands, compiles and runs the forms of
  // that source one after another in env, and returns the last value.
  // Forms: when `env` is null a fresh program environment is made, which starts with nothing
  // but `import` (and `define-library`), as R7RS 5.1 wants.
  vm::Value loader(std::string_view name, std::string_view text, Environment* env);

 private:
  explicit Runtime(vm::Machine& m) : machine(m) {}
};

}  // namespace fermata::scheme
