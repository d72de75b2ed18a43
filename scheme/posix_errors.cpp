// Errors of the system: their names, and the conditions made of them.
#include <string>
#include <system_error>
#include <utility>

#include "scheme/builtins.hpp"
#include "scheme/posix.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

struct PosixError {
  int number;
  std::string_view name;
};
constexpr PosixError kErrors[] = {
#define POSIX_ERROR(name) {name, #name},
#include "scheme/posix_errors.def"
#undef POSIX_ERROR
};

// The system's words for an error named by a symbol; #f when it names none.
Outcome error_text(Machine& m, Value name) {
  if (!is<Symbol>(name)) return kFalse;
  const std::string wanted = to_utf8(as<String>(as<Symbol>(name).name));
  for (const PosixError& e : kErrors)
    if (e.name == wanted)
      return value_of(&make_string(m.heap, std::generic_category().message(e.number)));
  return kFalse;
}

constexpr Builtin kPosixErrors[] = {
    builtin<error_text>("(%posix-error-text name)",
                        "What the system says of the error with that name, or #f."),
};

}  // namespace

Value posix_error_name(Machine& m, int error) {
  for (const PosixError& e : kErrors)
    if (e.number == error) return m.symbols.intern(e.name);
  return m.symbols.intern("E" + std::to_string(error));
}

Outcome posix_failure(Machine& m, std::initializer_list<Value> about, int error) {
  std::string text(m.native_name());
  Value irritants = m.heap.cons(posix_error_name(m, error), kNull);
  const char* before = ": ";
  for (const Value v : about) text += std::exchange(before, ", ") + m.describe(v);
  for (std::size_t i = about.size(); i-- > 0;)
    irritants = m.heap.cons(about.begin()[i], irritants);
  text += ": " + std::generic_category().message(error);
  return m.raise(m.make_condition(ConditionKind::file, text, irritants));
}

Path::Path(const String& text) : bytes_(to_utf8(text)) {}

Outcome bad_path(Machine& m, std::size_t argument, String& text) {
  return m.out_of_range(argument, "a file name without #\\null", value_of(&text));
}

std::span<const Builtin> posix_error_builtins() { return kPosixErrors; }

}  // namespace fermata::scheme
