// What the loader in Scheme (lib/fermata/eval.sld) stands on.
#pragma once

#include <span>
#include <string_view>

#include "scheme/argument_checks.hpp"
#include "scheme/ast.hpp"
#include "scheme/runtime.hpp"
#include "scheme/syntax.hpp"

namespace fermata::scheme {

// A text being loaded: its reader, its environment.
vm::Value make_loader(vm::Machine& m, std::string_view name, std::string_view text,
                      Environment& env);

struct Loader;
Loader& make_loader(vm::Machine& m, vm::SourceText& source, Environment& env);
// The expansion of the form at that place of the text, which moves on behind it; null at the
// end.  Throws SyntaxError.
struct Expansion;
Expansion* begin_loading(Runtime& r, Loader& loader, std::size_t& position);

// What a prompt begins in, before its imports.
Environment& make_prompt_environment(Runtime& r, std::string_view name);

// A procedure of no arguments: evaluates the tree (null: nothing).  Throws SyntaxError.
vm::Value make_thunk(Runtime& r, Node* tree, Purpose purpose = Purpose::program);
// One that calls the procedure with the arguments.
vm::Value make_thunk(Runtime& r, vm::Value procedure, std::span<const vm::Value> arguments);
// The nodes, newest first, as one tree; null when there are none.
Node* sequence_of(vm::Heap& heap, vm::Value newest_first);
// That the argument is a list of nodes.
Problem check_trees(vm::Machine& m, std::size_t argument, vm::Value trees);

// The condition that reports an error of reader, expander or compiler.
vm::Value condition_of(vm::Machine& m, const SyntaxError& error);

// Runs a piece of the front end; what it throws is raised.
template <class F>
vm::Outcome guarded(vm::Machine& m, F piece) {
  try {
    Runtime::of(m).texts_in_use = vm::kNull;
    return piece(Runtime::of(m));
  } catch (const SyntaxError& e) {
    return m.raise(condition_of(m, e));
  }
}

}  // namespace fermata::scheme
