// The main program of the C++ tests.
//
// The collector is set up as the command does it, before any test runs.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "vm/heap.hpp"

int main(int argc, char** argv) {
  fermata::vm::start_collector(fermata::vm::GcPolicy::ours, std::size_t{32} << 20);
  const fermata::vm::RegisteredThread thread;
  return Catch::Session().run(argc, argv);
}
