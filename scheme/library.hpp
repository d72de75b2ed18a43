// Libraries: declared, found, imported, instantiated (R7RS 5.6).
//
// A library has three parts that stay separable: what it imports and exports, its keywords
// (plain data in its environment), and the code of its body, run once.  It is declared when its
// define-library form has been seen, and ready when its body has run.  Who brings it from the
// one to the other is a driver: Scheme code in (fermata eval), so that bodies and transformers
// may be suspended, or the loop in boot.cpp before that exists.  Both use LibraryWork.
#pragma once

#include <string>

#include "scheme/environment.hpp"
#include "scheme/expander_machine.hpp"
#include "scheme/syntax.hpp"
#include "vm/condition.hpp"

namespace fermata::scheme {

// A SyntaxError that becomes a condition of another kind.
class SourceError : public SyntaxError {
 public:
  SourceError(vm::ConditionKind kind, vm::Span span, std::string message, std::string hint = {})
      : SyntaxError(span, std::move(message), std::move(hint)), kind(kind) {}
  vm::ConditionKind kind;
};

struct Library : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::library;
  vm::Value name;            // list of symbols and exact non-negative integers
  Environment* environment;  // where its body is evaluated; null while only declared
  Environment* exports;      // external name -> denotation; null until it is ready
  Source* declarations;      // what follows the name in define-library, with its place
  vm::Value body;            // list of the Codes that were run, the last first
  bool is_ready() const { return exports != nullptr; }
  static constexpr std::uint64_t kOfProgram = 0x20;  // header flag
  bool is_of_program() const { return header & kOfProgram; }  // a form of the program declares it
  bool is_image() const { return declarations == nullptr; }  // carried, and compiled at build time
};

// The library of that name: known, carried, or found on the library path.  Null: nowhere.
// Throws SyntaxError when its text cannot be read.
Library* find_library(Runtime& r, vm::Value name);
// The same, but throws when there is none.
Library& want_library(Runtime& r, vm::Value name, vm::Span span);
bool library_exists(Runtime& r, vm::Value name);  // declared or to be found; loads nothing
// Where find_library looked, for messages.
std::string search_description(Runtime& r, vm::Value name);
bool is_library_name(vm::Value name);

// A ready library, made by C++: its exports are the environment's names.
Library& register_library(Runtime& r, vm::Value name, Environment& environment);
Library& declare_library(Runtime& r, vm::Value name, Source& declarations);

// ---- import sets -------------------------------------------------------------------
// The library an import set is about. Throws SyntaxError on a malformed set.
vm::Value library_of_import_set(Expander& x, const Item& item, vm::Value set, vm::Span span);
// Requires: that library is ready.
void import_set(Expander& x, const Item& item, vm::Value set, vm::Span span, Environment& env);

// ---- instantiation -------------------------------------------------------------------
// A library on its way from declared to ready.
struct LibraryWork : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  Library* library;
  Environment* environment;
  Source* imports;             // import sets
  Source* exports;             // export specs
  Source* body;                // forms still to be expanded
  vm::Value needs;             // names of the libraries it imports, in order
  vm::Value codes;             // those already run, the last first
  vm::Value image;             // #t when a carried image stands for the forms
  Environment* image_exports;  // what the image exports
};
LibraryWork& begin_library(Runtime& r, Library& library);  // takes the declarations apart
void bind_library_imports(Runtime& r, LibraryWork& work);  // Requires: all it needs is ready
// The thunk of a carried image's body, or #f: then the forms are expanded and compiled.
vm::Value library_image_thunk(Runtime& r, LibraryWork& work);  // Requires: all it needs is ready
Expansion* next_library_form(Runtime& r, LibraryWork& work);   // null: no more
void check_library(Runtime& r, LibraryWork& work);             // after the last expansion
void finish_library(Runtime& r, LibraryWork& work);            // after the body has run

// Instantiates a library and all it needs by running the machine here.  For start-up and
// tests: no transformer procedures, nothing suspends.  Throws SyntaxError, or std::runtime_error
// when a body raises.
Library& instantiate_now(Runtime& r, vm::Value name);

// ---- texts -----------------------------------------------------------------------------
// Names of carried texts begin so.
inline constexpr std::string_view kCarried = "fermata:";
// The text of a file or of a carried library. Throws SourceError.
std::string read_source(Runtime& r, std::string_view name, vm::Span wanted_at);
bool source_exists(const Runtime& r, std::string_view name);
// `name` as seen from the text that mentions it.
std::string relative_source(std::string_view from, std::string_view name);
// All forms of a text. Throws SourceError.
Source& read_forms(vm::Machine& m, std::string_view name, std::string_view text,
                   bool fold_case = false);

}  // namespace fermata::scheme
