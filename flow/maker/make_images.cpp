// Writes the images of all carried libraries to a file; the build runs it.
#include <cstdio>
#include <exception>
#include <fstream>

#include "flow/builtins.hpp"
#include "scheme/library_image.hpp"
#include "scheme/runtime.hpp"

using namespace fermata;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  vm::start_collector(vm::GcPolicy::ours);
  const vm::RegisteredThread thread;
  vm::Machine& machine = vm::Machine::create();
  scheme::Runtime& runtime = scheme::Runtime::create(machine, {});
  flow::install_flow(runtime);
  try {
    std::ofstream(argv[1], std::ios::binary) << scheme::make_images(runtime);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", argv[0], e.what());
    return 1;
  }
  return 0;
}
