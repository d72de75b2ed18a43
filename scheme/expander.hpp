// The expander: forms become syntax trees.
//
// Hygiene by renaming: a macro's template symbols become fresh Aliases (a symbol plus the
// environment of the macro's definition); binding an alias binds that object, looking one
// up that nothing binds looks its symbol up where the macro was defined (R7RS 4.3).
//
// The work is a stack of items, each a form with its environment and the hole of the tree
// that it fills; the stack is an immutable heap list, so expansion can stop at any item
// (a transformer written in Scheme runs on the machine) and even be entered twice.
#pragma once

#include "scheme/ast.hpp"
#include "scheme/environment.hpp"
#include "scheme/syntax.hpp"

namespace fermata::scheme {

class Runtime;

// The state of one top-level form's expansion: a heap object (kind work).
struct Expansion;
Expansion& begin_expansion(Runtime& r, vm::Value form, SpanTable* spans, Environment& env);

struct ExpandStep {
  enum Kind : std::uint8_t {
    done,        // `tree` is the tree (null: the form only declared something)
    transform,   // apply `procedure` to `arguments` (a list), then supply() its result
    import,      // load what `arguments` (a list of library names) names, then go on
    out_of_gas   // go on when you like
  } kind;
  Node* tree = nullptr;
  vm::Value procedure, arguments;
};
// Runs until one of these.  Throws SyntaxError.
ExpandStep expand_some(Runtime& r, Expansion& e, std::size_t gas);
// A new state that goes on with the transformer's result; the old one stays usable.
Expansion& supply(Runtime& r, Expansion& e, vm::Value result);

}  // namespace fermata::scheme
