// Standard output and error of the command itself, without buffers of their own: what the
// program wrote through its ports is flushed first, so that the order is right.
#pragma once

#include <string_view>

#include "vm/machine.hpp"

namespace fermata::repl {

void write_out(std::string_view text);
void write_error(std::string_view text);
bool output_has_reader();  // no: it is a pipe whose other end was closed
// The program's standard ports.
void flush_ports(vm::Machine& m);
// The same, and ends a line that the program left unfinished on standard output.
void flush_line(vm::Machine& m);

}  // namespace fermata::repl
