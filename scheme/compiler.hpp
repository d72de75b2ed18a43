// The compiler: a syntax tree becomes a code object.
#pragma once

#include "scheme/ast.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

// Each pass can be switched off, for differential tests.
struct CompilerOptions {
  bool simplify = true;            // the rounds of simplify; the next three belong to it
  bool inline_procedures = true;   // small and once-called procedures
  bool inline_libraries = true;    // and those of libraries, where these kept their forms
  bool inline_primitives = true;   // instructions instead of calls of natives
  bool fold_constants = true;
  bool loops = true;               // known local procedures as jumps
  bool known_calls = true;         // closures only for what escapes, direct calls
  bool blocks = true;              // escapes within a procedure as jumps
  bool unboxed = true;             // assigned variables in registers where nobody can tell
};

// Conditions that say where a tree's code makes closures and boxes, each with its place.
vm::Value find_costs(vm::Machine& m, Node* tree, const CompilerOptions& options = {});

// Whose code it is: a library's procedures keep what inlining them elsewhere takes.
enum class Purpose : std::uint8_t { program, library };

// Code of a procedure without parameters and free variables that evaluates the tree.
// Throws SyntaxError (expression too deep, too many of something).
vm::Code& compile(vm::Machine& m, Node* tree, const CompilerOptions& options = {},
                  Purpose purpose = Purpose::program);

}  // namespace fermata::scheme
