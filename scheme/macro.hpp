// Macros as data: what define-syntax binds a keyword to.
//
// A syntax-rules macro is plain data and one reference to the place of its definition, so a
// library's macros can be written out and read back.  Patterns and templates are prepared
// once (syntax_rules.cpp) into trees of these nodes:
//   fixnum n >= 0        pattern variable n
//   fixnum -1 - n        template: the macro's introduced identifier n
//   identifier           pattern: a literal
//   kDefault             pattern: _
//   ()                   the empty list
//   pair                 a pair of nodes
//   #(datum)             a datum, compared with equal?
//   #(node #t)           a vector; node describes the list of its elements
//   pattern  #(sub variables after count)   sub ... followed by `after`, whose list part has
//                                           count elements
//   template #(sub levels after)            sub followed by one ellipsis for each level; a level
//                                           is the list of variables it runs through
#pragma once

#include "vm/heap.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

struct Macro : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::macro;
  vm::Value name;        // Symbol
  vm::Value scope;       // where it was defined: Scope or Environment
  vm::Value rules;       // Vector of rules, each #(pattern template variable-names source-pattern)
  vm::Value introduced;  // Vector of the identifiers that templates introduce
  vm::Value procedure;   // of er-macro-transformer, else #f
  vm::Value place;       // SpanObject: where it is defined, or #f (carried libraries)
};

}  // namespace fermata::scheme
