// The table of an environment: a vector of bindings, four slots each, found by open
// addressing on the identifier's address (symbols are interned and nothing moves).
#include "scheme/environment.hpp"

#include <algorithm>
#include <vector>

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
  if (b.is_imported() || !is<Cell>(b.denotation)) b.denotation = value_of(&make_cell(m, env, identifier));
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
        if (is<Symbol>(b.identifier) && !b.is_mentioned()) i.visit(i.context, b.identifier, b.denotation);
      },
      &inner);
}

namespace {

// Edits (insert, delete, replace, swap neighbours) between two names, or `limit` when more.
std::size_t distance(const std::string& a, const std::string& b, std::size_t limit) {
  if (a.size() > b.size() + limit || b.size() > a.size() + limit) return limit;
  std::vector<std::size_t> before, last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return std::min(last[b.size()], limit);
}

}  // namespace

std::string near_name_hint(const Environment& env, Value symbol) {
  struct Search {
    std::string wanted, best;
    std::size_t distance;
  } search{to_utf8(as<String>(as<Symbol>(symbol).name)), {}, 0};
  if (search.wanted.size() > 64) return {};
  search.distance = 2 + search.wanted.size() / 5;
  if (search.wanted.size() <= 3) search.distance = 2;
  for_each_name(
      env,
      [](void* p, Value name, Value) {
        auto& s = *static_cast<Search*>(p);
        const std::string text = to_utf8(as<String>(as<Symbol>(name).name));
        if (text.empty() || text[0] == '%') return;
        const std::size_t d = distance(s.wanted, text, s.distance + 1);
        if (d < s.distance || (d == s.distance && !s.best.empty() && text < s.best)) {
          s.distance = d;
          s.best = text;
        }
      },
      &search);
  return search.best.empty() ? std::string() : "did you mean " + search.best + "?";
}

}  // namespace fermata::scheme
