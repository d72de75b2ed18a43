// A compiled program taken apart.  Nothing in the bytes is believed; what comes out is as well
// formed as what the expander makes, but for names, which link_form gives their meanings.
#pragma once

#include <string_view>

#include "scheme/ast.hpp"
#include "scheme/runtime.hpp"

namespace fermata::scheme {

// A form of the program (heap object).
struct CompiledForm : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::Value position;   // fixnum: where it begins in the text
  vm::Value fold_case;  // whether case is folded there
  Node* tree;           // null: to be expanded from its source
  // The nodes of the tree that mention top-level variables, and the vector of their names.
  List<Node>* globals;
  vm::Value names;
  vm::Value defined;  // list of symbols
};

struct CompiledForms {
  vm::SourceText* text;
  List<CompiledForm>* forms;
};
// Throws CompiledError.
CompiledForms read_compiled(Runtime& r, std::string_view bytes);

// The form's tree in that environment, where its definitions are made now.  Throws SyntaxError,
// as the expansion of the source would.
Node* link_form(Runtime& r, const CompiledForm& form, Environment& env);

}  // namespace fermata::scheme
