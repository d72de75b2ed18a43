// The command `fermata`: sets the process up and does what the options ask for.
#include <malloc.h>

#include <cstdio>
#include <exception>

#include "repl/options.hpp"
#include "repl/output.hpp"
#include "repl/program.hpp"
#include "vm/heap.hpp"
#include "vm/steps.hpp"

int main(int argc, char** argv) {
  using namespace fermata;
  try {
    const repl::Options options = repl::parse_options(argc, argv);
    if (options.action == repl::Options::Action::print) {
      options.status == 0 ? repl::write_out(options.text) : repl::write_error(options.text);
      return options.status;
    }
    // Transactions and histories take memory and give it back, again and again; handing it to the
    // kernel each time costs more than they do.
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
    vm::start_collector(vm::GcPolicy::ours, std::size_t{32} << 20);
    if (options.gc_steps) vm::collect_in_steps();
    return repl::run_program(options);
  } catch (const std::exception& e) {
    repl::write_error(std::string("fermata: internal error: ") + e.what() + "\n");
    return 70;
  }
}
