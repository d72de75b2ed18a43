// The table of an environment: a vector of bindings, four slots each, found by open
// addressing on the identifier's address (symbols are interned and nothing moves).
#include "scheme/environment.hpp"

#include "scheme/near_names.hpp"
#include "scheme/scope.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kSlots = sizeof(Binding) / sizeof(Value);
static_assert(kSlots == 4);

std::size_t count_of(const Environment& env) { return env.count >> 1; }

Binding* rows(const Environment& env) {
  return reinterpret_cast<Binding*>(as<Vector>(env.table).slots());
}
std::size_t row_count(const Environment& env) { return as<Vector>(env.table).length() / kSlots; }

// The row that holds the identifier, or the free one where it belongs.
Binding& row_for(const Environment& env, Value identifier) {
  const std::size_t mask = row_count(env) - 1;
  std::size_t i = ((identifier.bits() >> 4) * 0x9e3779b97f4a7c15u >> 32) & mask;
  Binding* all = rows(env);
  while (all[i].identifier != identifier && all[i].identifier != kUnspecified) i = (i + 1) & mask;
  return all[i];
}

void grow(Machine& m, Environment& env) {
  const Value old = env.table;
  env.table = value_of(&m.heap.make_vector(as<Vector>(old).length() * 2, kUnspecified));
  auto* from = reinterpret_cast<Binding*>(as<Vector>(old).slots());
  for (std::size_t i = 0; i < as<Vector>(old).length() / kSlots; ++i) {
    if (from[i].identifier != kUnspecified) row_for(env, from[i].identifier) = from[i];
  }
}

Binding& row_to_write(Machine& m, Environment& env, Value identifier) {
  if (Binding* b = find_binding(env, identifier)) return *b;
  if ((count_of(env) + 1) * 3 > row_count(env) * 2) grow(m, env);
  env.count += 2;
  Binding& b = row_for(env, identifier);
  b = {identifier, kUnbound, kFalse, Value::fixnum(0)};
  return b;
}

Cell& make_cell(Machine& m, const Environment& env, Value identifier) {
  return m.heap.make<Cell>(kUnbound, symbol_of(identifier), env.name);
}

}  // namespace

Environment& make_environment(Machine& m, Value name, EnvironmentMode mode) {
  Vector& table = m.heap.make_vector(16 * kSlots, kUnspecified);
  return m.heap.make<Environment>(name, value_of(&table), static_cast<std::uint64_t>(mode) << 1 | 1,
                                  std::uint64_t{1}, kNull, kNull);
}

Binding* find_binding(const Environment& env, Value identifier) {
  Binding& b = row_for(env, identifier);
  return b.identifier == kUnspecified ? nullptr : &b;
}

Value lookup(const Environment& env, Value identifier) {
  const Binding* b = find_binding(env, identifier);
  return b ? b->denotation : kUnbound;
}

bool is_imported(const Environment& env, Value identifier) {
  const Binding* b = find_binding(env, identifier);
  return b && b->is_imported();
}

void bind_import(Machine& m, Environment& env, Value identifier, Value denotation, Value origin) {
  Binding& b = row_to_write(m, env, identifier);
  if (b.is_mentioned() && is<Cell>(b.denotation) && is<Cell>(denotation))
    as<Cell>(b.denotation).value = as<Cell>(denotation).value;
  b.denotation = denotation;
  b.origin = origin;
  b.flags = Value::fixnum(0);
}

Cell& define(Machine& m, Environment& env, Value identifier) {
  Binding& b = row_to_write(m, env, identifier);
  if (b.is_imported() || !is<Cell>(b.denotation)) {
    Cell& cell = make_cell(m, env, identifier);
    // (define list (list 1 2)): what the name meant is its value until it gets its own.
    if (const Cell* imported = cast<Cell>(b.denotation)) cell.value = imported->value;
    b.denotation = value_of(&cell);
  }
  b.origin = kTrue;
  return as<Cell>(b.denotation);
}

Cell& mention(Machine& m, Environment& env, Value identifier) {
  Binding& b = row_to_write(m, env, identifier);
  if (b.denotation == kUnbound) b.denotation = value_of(&make_cell(m, env, identifier));
  b.set(Binding::kUsed);
  return as<Cell>(b.denotation);
}

void define_value(Machine& m, Environment& env, std::string_view name, Value value) {
  define(m, env, m.symbols.intern(name)).value = value;
}

void define_syntax(Machine& m, Environment& env, Value identifier, Value denotation) {
  Binding& b = row_to_write(m, env, identifier);
  b.denotation = denotation;
  b.origin = kTrue;
}

void for_each_binding(const Environment& env, void (*visit)(void*, Binding&), void* context) {
  for (std::size_t i = 0; i < row_count(env); ++i) {
    if (rows(env)[i].identifier != kUnspecified) visit(context, rows(env)[i]);
  }
}

void for_each_name(const Environment& env, void (*visit)(void*, Value, Value), void* context) {
  struct Inner {
    void (*visit)(void*, Value, Value);
    void* context;
  } inner{visit, context};
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        auto& i = *static_cast<Inner*>(p);
        if (is<Symbol>(b.identifier) && !b.is_mentioned())
          i.visit(i.context, b.identifier, b.denotation);
      },
      &inner);
}

std::string near_name_hint(const Environment& env, Value symbol) {
  NearNames near(to_utf8(as<String>(as<Symbol>(symbol).name)));
  for_each_name(
      env,
      [](void* p, Value name, Value) {
        const std::string text = to_utf8(as<String>(as<Symbol>(name).name));
        if (!text.starts_with('%')) static_cast<NearNames*>(p)->offer(text);
      },
      &near);
  const auto best = near.best();
  return best.empty() ? std::string() : "did you mean `" + best[0] + "`?";
}

}  // namespace fermata::scheme
