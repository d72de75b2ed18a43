// An interpreter for what the command wants to know, apart from the one that runs programs.
#pragma once

#include "flow/builtins.hpp"
#include "repl/options.hpp"
#include "repl/source_file.hpp"
#include "scheme/runtime.hpp"
#include "vm/machine.hpp"

namespace fermata::repl {

struct Interpreter {
  explicit Interpreter(const Options& o)
      : machine(vm::Machine::create()),
        runtime(scheme::Runtime::create(machine, {library_path(o), o.arguments, {}})) {
    flow::install_flow(runtime);
  }
  ~Interpreter() {
    flow::uninstall_flow(runtime);
    scheme::Runtime::destroy(runtime);
    vm::Machine::destroy(machine);
  }
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  vm::Machine& machine;
  scheme::Runtime& runtime;
};

}  // namespace fermata::repl
