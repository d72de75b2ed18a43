// Identifiers and what they mean: the hygiene of the expander.
//
// An identifier is a Symbol, or an Alias: a fresh object that a macro's template put in the
// place of one of its own symbols.  Binding an alias binds that very object, so it can
// neither capture nor be captured; an alias that nothing binds means what its symbol
// means where the macro was defined.  Quoting turns aliases back into their symbols.
#pragma once

#include "scheme/ast.hpp"
#include "scheme/environment.hpp"

namespace fermata::scheme {

struct Alias : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::alias;
  vm::Value identifier;  // Symbol or Alias
  vm::Value scope;       // where the macro was defined: Scope or Environment
};

// Local bindings, innermost first; at the end of the chain of parents is an Environment.
// A list of (identifier . denotation), which here may also be a Variable.
struct Scope : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::Value parent;
  vm::Value bindings;
};
Scope& make_scope(vm::Heap& heap, vm::Value parent, vm::Value bindings = vm::kNull);
// Adds a binding to a scope that nobody has looked into yet.
void bind_local(vm::Heap& heap, Scope& scope, vm::Value identifier, vm::Value denotation);
Environment& environment_of(vm::Value scope);

inline bool is_identifier(vm::Value v) { return vm::is<vm::Symbol>(v) || vm::is<Alias>(v); }
vm::Value symbol_of(vm::Value identifier);

struct Meaning {
  vm::Value denotation = vm::kUnbound;  // Variable, Cell, Macro, core form or kUnbound
  Scope* scope = nullptr;               // where it is bound, if locally
  Environment* environment = nullptr;   // else the environment where the search ended
  vm::Value name = vm::kFalse;          // and the identifier it was looked up as there
  Binding* binding = nullptr;           // its row there, if any
};
Meaning resolve(vm::Value identifier, vm::Value scope);
// free-identifier=?: the same binding, or none and the same name.
bool same_meaning(vm::Value a, vm::Value a_scope, vm::Value b, vm::Value b_scope);

// The datum with its aliases turned into symbols.  What holds no alias is not copied; shared
// and cyclic structure stays so.
vm::Value strip(vm::Heap& heap, vm::Value datum);

}  // namespace fermata::scheme
