// A memory store and programs that run on it, each in an interpreter of its own.
#pragma once

#include "flow/builtins.hpp"
#include "flow/store.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/run_program.hpp"

namespace fermata::flow {

// A store with what the program started in it; the program is kept with each flow.
struct Home {
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> store = make_memory_store({}, tables);

  std::string run(const std::string& program) {
    vm::Machine& m = vm::Machine::create();
    scheme::Runtime& r = scheme::Runtime::create(m, {});
    install_flow(r);
    set_default_store(r, make_memory_store({}, tables));
    const Ended ended = run_program(
        m, r.loader("test.scm", "(import (scheme base) (fermata flow))" + program, nullptr), 1000);
    uninstall_flow(r);
    scheme::Runtime::destroy(r);
    vm::Machine::destroy(m);
    return ended.finished ? ended.text : "raised " + ended.text;
  }
};

}  // namespace fermata::flow
