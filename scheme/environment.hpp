// Environments: what a name means at top level, in a library, in a program, at the prompt.
#pragma once

#include <string>

#include "vm/heap.hpp"
#include "vm/machine.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

// A denotation is a Value: a Cell (variable), a Macro, or a fixnum (core form, by its row in
// core_forms.def).  Local variables never stand here.
struct Environment : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::environment;
  vm::Value name;        // library name, or a Symbol such as `program`
  vm::Value table;       // identifier -> entry; see environment.cpp
  std::uint64_t mode;    // EnvironmentMode, tagged as a fixnum
  std::uint64_t count;   // entries, tagged as a fixnum
  vm::Value unresolved;  // library: list of (name . SpanObject), uses of what is not yet defined
  vm::Value imports;     // names of the libraries imported so far, newest first
};

enum class EnvironmentMode : std::uint8_t {
  library,  // imports and finished definitions never change: compiled as constants
  program,  // a name is imported or defined, never first the one and then the other
  prompt    // anything may be defined again; callers see it
};

// What a table says of one identifier.
struct Binding {
  vm::Value identifier, denotation;
  vm::Value origin;  // imported: the library's name   defined: #t   only mentioned so far: #f
  vm::Value flags;   // fixnum of the bits below
  static constexpr std::int64_t kUsed = 1, kAssigned = 2;
  static constexpr std::int64_t kInitial = 4;  // there from the start; anything may replace it
  bool is_imported() const { return origin.is_pair(); }
  bool is_defined() const { return origin == vm::kTrue; }
  bool is_mentioned() const { return origin == vm::kFalse; }
  bool has(std::int64_t flag) const { return flags.fixnum() & flag; }
  void set(std::int64_t flag) { flags = vm::Value::fixnum(flags.fixnum() | flag); }
};

Environment& make_environment(vm::Machine& m, vm::Value name, EnvironmentMode mode);
inline EnvironmentMode mode_of(const Environment& env) {
  return static_cast<EnvironmentMode>(env.mode >> 1);
}
// A sealed library is finished: names still unknown there stay so.
inline bool is_sealed(const Environment& env) { return env.unresolved == vm::kFalse; }
inline void seal(Environment& env) { env.unresolved = vm::kFalse; }
// The binding of exactly that identifier, or null.  Valid until the next one is added.
Binding* find_binding(const Environment& env, vm::Value identifier);
// kUnbound when the name means nothing there.
vm::Value lookup(const Environment& env, vm::Value identifier);
bool is_imported(const Environment& env, vm::Value identifier);
// `origin` is the library's name.  Replaces what was there; a cell so far only mentioned
// gets the imported value, so that code compiled before the import sees it.
void bind_import(vm::Machine& m, Environment& env, vm::Value identifier, vm::Value denotation,
                 vm::Value origin);
// The cell to define; made when new, or when the name was a keyword or an import.
vm::Cell& define(vm::Machine& m, Environment& env, vm::Value identifier);
// The cell a use refers to; made, without a value, when the name means nothing yet.
// Requires: the name is no keyword.
vm::Cell& mention(vm::Machine& m, Environment& env, vm::Value identifier);
void define_value(vm::Machine& m, Environment& env, std::string_view name, vm::Value value);
void define_syntax(vm::Machine& m, Environment& env, vm::Value identifier, vm::Value denotation);
// All names, for completion and hints; hidden names of macro expansions are left out.
void for_each_name(const Environment& env,
                   void (*visit)(void*, vm::Value name, vm::Value denotation), void* context);
void for_each_binding(const Environment& env, void (*visit)(void*, Binding&), void* context);
// "Did you mean ...?" for a name nobody knows, or an empty string.
std::string near_name_hint(const Environment& env, vm::Value symbol);

}  // namespace fermata::scheme
