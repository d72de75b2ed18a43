// The printer: data becomes text.  Iterative; survives any depth and any cycle.
//
// A Printer is a heap object that prints in steps of bounded work, so that a port can
// flush between two steps and a task can be preempted there.  First it looks for cycles:
// a short walk without any table settles small data; only what outlasts it is entered in
// a table of visited objects, which also gives the labels.
#pragma once

#include <string>

#include "vm/machine.hpp"

namespace fermata::scheme {

// write: labels for cycles only.  write_shared: for all sharing.  write_simple: none (does
// not end on a cycle).  display: as write, strings and characters bare at any depth.
enum class Style : std::uint8_t { write, display, write_shared, write_simple };

std::string to_text(vm::Machine& m, vm::Value v, Style style = Style::write);
// At most about `limit` bytes, ending in "..." when cut: for messages and prompts.
std::string to_text_limited(vm::Machine& m, vm::Value v, Style style, std::size_t limit);

// Whether v has parts to print; print_atom (print_atom.hpp) prints what has none.
bool is_compound(vm::Value v);

// A heap object (kind work).
struct Printer;
Printer& make_printer(vm::Machine& m, vm::Value v, Style style);
vm::Value printer_value(Printer& p);
Printer& printer_of(vm::Value v);  // Requires: v came from printer_value()
// Appends some of the text; true when that was the rest.  One step visits at most about
// `work` objects.
bool print_some(vm::Machine& m, Printer& p, std::string& out, std::size_t work = 2000);

// Sets Machine::hooks.describe.
void install_printer(vm::Machine& m);

}  // namespace fermata::scheme
