// The tables of natives, one per file that implements them, gathered here.
#pragma once

#include <span>

#include "vm/native.hpp"

namespace fermata::scheme {

std::span<const vm::Builtin> pair_builtins();        // pairs.cpp
std::span<const vm::Builtin> number_builtins();      // numbers.cpp
std::span<const vm::Builtin> fixnum_builtins();      // fixnums.cpp
std::span<const vm::Builtin> flonum_builtins();      // flonums.cpp
std::span<const vm::Builtin> random_builtins();      // random.cpp
std::span<const vm::Builtin> char_builtins();        // chars.cpp
std::span<const vm::Builtin> string_builtins();      // strings.cpp
std::span<const vm::Builtin> symbol_builtins();      // symbols.cpp
std::span<const vm::Builtin> vector_builtins();      // vectors.cpp
std::span<const vm::Builtin> bytevector_builtins();  // bytevectors.cpp
std::span<const vm::Builtin> numeric_vector_builtins();  // numeric_vectors.cpp
std::span<const vm::Builtin> sorting_builtins();     // sorting.cpp: the base of (fermata sort)
std::span<const vm::Builtin> record_builtins();      // records.cpp
std::span<const vm::Builtin> equality_builtins();    // equality.cpp
std::span<const vm::Builtin> table_builtins();       // tables.cpp: the base of hash tables
std::span<const vm::Builtin> port_builtins();        // port_builtins.cpp: ports as objects
std::span<const vm::Builtin> input_builtins();       // input_builtins.cpp
std::span<const vm::Builtin> output_builtins();      // output_builtins.cpp
std::span<const vm::Builtin> file_builtins();        // files.cpp
std::span<const vm::Builtin> system_builtins();      // system.cpp: time, process context, features
std::span<const vm::Builtin> eval_builtins();        // eval.cpp: expander, compiler, libraries
std::span<const vm::Builtin> check_builtins();       // check.cpp: what (fermata check) stands on
std::span<const vm::Builtin> compiled_builtins();    // compiled.cpp: compiled programs
std::span<const vm::Builtin> control_builtins();     // control.cpp: apply, call/cc, values, winds, prompts
std::span<const vm::Builtin> condition_builtins();   // conditions.cpp: raise, error objects
std::span<const vm::Builtin> char_set_builtins();    // char_sets.cpp: the base of (srfi 14)
std::span<const vm::Builtin> clock_builtins();       // clocks.cpp: the base of (srfi 19)
std::span<const vm::Builtin> posix_error_builtins();    // posix_errors.cpp: the base of (srfi 170)
std::span<const vm::Builtin> posix_file_builtins();     // posix_files.cpp
std::span<const vm::Builtin> posix_port_builtins();     // posix_ports.cpp
std::span<const vm::Builtin> posix_process_builtins();  // posix_process.cpp

// All of the above, in that order.
std::span<const std::span<const vm::Builtin>> all_builtins();
// The row of that name, or null.
const vm::Builtin* find_builtin(std::string_view name);

}  // namespace fermata::scheme
