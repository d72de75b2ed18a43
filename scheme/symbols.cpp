// Symbols: R7RS 6.5, and symbols that are equal to no other.
#include "vm/symbol.hpp"

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "vm/keyed_hash.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome is_symbol(Machine&, Value v) { return Value::boolean(is<Symbol>(v)); }
Outcome symbol_to_string(Machine&, Symbol& s) { return s.name; }

Outcome string_to_symbol(Machine& m, String& s) {
  m.charge(s.length / 16);
  return m.symbols.intern(s);
}

// Not in the table, so not even eq? to another of the same name.
Outcome uninterned(Machine& m, String& s) {
  if (auto problem = check_memory(m, s.length, 4)) return *problem;
  String& name = substring(m.heap, s, 0, s.length);
  name.make_immutable();
  return value_of(
      &m.heap.make_with<Symbol>(1, 0, value_of(&name), keyed_hash(name) << 1 | 1));
}

Outcome generate(Machine& m, std::optional<Value> prefix) {
  if (!prefix) return m.symbols.generate("g");
  if (auto* text = cast<String>(*prefix)) return m.symbols.generate(to_utf8(*text));
  if (auto* symbol = cast<Symbol>(*prefix))
    return m.symbols.generate(to_utf8(as<String>(symbol->name)));
  return m.wrong_type(1, "a string or a symbol", *prefix);
}

Outcome is_interned(Machine&, Symbol& s) { return Value::boolean(s.is_interned()); }

Outcome symbols_same(Machine& m, Symbol& first, Args rest) {
  bool same = true;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!is<Symbol>(rest[i])) return m.wrong_type(i + 2, "a symbol", rest[i]);
    same = same && rest[i] == value_of(&first);
  }
  return Value::boolean(same);
}

Outcome append(Machine& m, Args symbols) {
  StringBuilder name(m.heap);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    auto* symbol = cast<Symbol>(symbols[i]);
    if (symbol == nullptr) return m.wrong_type(i + 1, "a symbol", symbols[i]);
    const String& part = as<String>(symbol->name);
    name.push(part, 0, part.length);
  }
  m.charge(name.length() / 16);
  return m.symbols.intern(name.finish());
}

constexpr Builtin kSymbols[] = {
    builtin<is_symbol>("(symbol? obj)", "Whether obj is a symbol."),
    builtin<symbols_same>("(symbol=? symbol1 symbol2 ...)", "Whether the symbols are all the same."),
    builtin<symbol_to_string>("(symbol->string symbol)",
                              "The name of the symbol, an immutable string."),
    builtin<string_to_symbol>("(string->symbol string)", "The symbol with that name."),
    builtin<uninterned>("(string->uninterned-symbol string)",
                        "A new symbol with that name, the same as no other symbol."),
    builtin<generate>("(generate-symbol [prefix])", "A new symbol, the same as no other symbol."),
    builtin<is_interned>("(symbol-interned? symbol)",
                         "Whether string->symbol gives this symbol for its name."),
    builtin<append>("(symbol-append symbol ...)", "The symbol whose name joins those names."),
};

}  // namespace

std::span<const Builtin> symbol_builtins() { return kSymbols; }

}  // namespace fermata::scheme
