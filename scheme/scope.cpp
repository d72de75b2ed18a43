#include "scheme/scope.hpp"

namespace fermata::scheme {

using namespace vm;

Scope& make_scope(Heap& heap, Value parent, Value bindings) {
  return heap.make<Scope>(parent, bindings);
}

void bind_local(Heap& heap, Scope& scope, Value identifier, Value denotation) {
  scope.bindings = heap.cons(heap.cons(identifier, denotation), scope.bindings);
}

Environment& environment_of(Value scope) {
  while (!is<Environment>(scope)) scope = as<Scope>(scope).parent;
  return as<Environment>(scope);
}

Value symbol_of(Value identifier) {
  while (is<Alias>(identifier)) identifier = as<Alias>(identifier).identifier;
  return identifier;
}

Meaning resolve(Value identifier, Value scope) {
  for (;;) {
    Value at = scope;
    while (!is<Environment>(at)) {
      Scope& s = as<Scope>(at);
      for (Value b = s.bindings; b.is_pair(); b = b.pair()->cdr) {
        Pair& entry = as<Pair>(b.pair()->car);
        if (entry.car == identifier) return {entry.cdr, &s, nullptr, identifier, nullptr};
      }
      at = s.parent;
    }
    auto& env = as<Environment>(at);
    if (Binding* b = find_binding(env, identifier))
      return {b->denotation, nullptr, &env, identifier, b};
    if (!is<Alias>(identifier)) return {kUnbound, nullptr, &env, identifier, nullptr};
    scope = as<Alias>(identifier).scope;
    identifier = as<Alias>(identifier).identifier;
  }
}

bool same_meaning(Value a, Value a_scope, Value b, Value b_scope) {
  if (a == b && a_scope == b_scope) return true;
  const Meaning x = resolve(a, a_scope), y = resolve(b, b_scope);
  const auto is_free = [](const Meaning& m) {
    return m.scope == nullptr && (m.binding == nullptr || m.binding->is_mentioned());
  };
  if (is_free(x) || is_free(y)) return is_free(x) && is_free(y) && symbol_of(a) == symbol_of(b);
  if (x.scope != y.scope) return false;
  return x.denotation == y.denotation && (x.scope == nullptr || x.name == y.name);
}

namespace {

// Address -> value, for walks over data that may be shared or cyclic.
class Visited {
 public:
  explicit Visited(Heap& heap) : heap_(heap), keys_(heap) { resize(64); }
  // The slot for v; its value is kUnspecified when v was not there.
  Value& operator[](Value v) {
    if (count_ * 2 >= keys_.size() / 2) resize(keys_.size());
    Value& key = slot(v);
    if (key == kUnspecified) {
      key = v;
      ++count_;
    }
    return *(&key + 1);
  }

 private:
  Value& slot(Value v) {
    const std::size_t mask = keys_.size() / 2 - 1;
    std::size_t i = ((v.bits() >> 4) * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (keys_[2 * i] != v && keys_[2 * i] != kUnspecified) i = (i + 1) & mask;
    return keys_[2 * i];
  }
  void resize(std::size_t rows) {
    GcVector<Value> old(heap_);
    for (const Value v : keys_) old.push_back(v);
    keys_.clear();
    for (std::size_t i = 0; i < rows * 2; ++i) keys_.push_back(kUnspecified);
    for (std::size_t i = 0; i + 1 < old.size(); i += 2) {
      if (old[i] == kUnspecified) continue;
      Value& key = slot(old[i]);
      key = old[i];
      *(&key + 1) = old[i + 1];
    }
  }
  Heap& heap_;
  GcVector<Value> keys_;
  std::size_t count_ = 0;
};

bool holds_alias(Heap& heap, Value datum) {
  GcVector<Value> todo(heap);
  std::optional<Visited> visited;  // small data without cycles needs none
  std::size_t seen = 0;
  todo.push_back(datum);
  while (!todo.empty()) {
    const Value v = todo.pop_back();
    if (is<Alias>(v)) return true;
    if (!v.is_pair() && !is<Vector>(v)) continue;
    if (++seen > 100) {
      if (!visited) visited.emplace(heap);
      Value& mark = (*visited)[v];
      if (mark != kUnspecified) continue;
      mark = kTrue;
    }
    if (v.is_pair()) {
      todo.push_back(v.pair()->cdr);
      todo.push_back(v.pair()->car);
    } else {
      auto& vector = as<Vector>(v);
      for (std::size_t i = vector.length(); i-- > 0;) todo.push_back(vector.slots()[i]);
    }
  }
  return false;
}

}  // namespace

Value strip(Heap& heap, Value datum) {
  if (is<Alias>(datum)) return symbol_of(datum);
  if (!datum.is_object() && !datum.is_pair()) return datum;
  if (!holds_alias(heap, datum)) return datum;
  Visited copies(heap);
  GcVector<Value> todo(heap);  // originals whose copies are still empty
  const auto copy = [&](Value v) -> Value {
    if (is<Alias>(v)) return symbol_of(v);
    if (!v.is_pair() && !is<Vector>(v)) return v;
    const Value known = copies[v];
    if (known != kUnspecified) return known;
    Value fresh;
    if (v.is_pair()) {
      fresh = heap.cons(kNull, kNull);
    } else {
      fresh = value_of(&heap.make_vector(as<Vector>(v).length(), kNull));
      if (v.object()->is_immutable()) fresh.object()->make_immutable();
    }
    copies[v] = fresh;
    todo.push_back(v);
    return fresh;
  };
  const Value result = copy(datum);
  while (!todo.empty()) {
    const Value v = todo.pop_back();
    const Value to = copies[v];
    if (v.is_pair()) {
      const Value car = copy(v.pair()->car);
      to.pair()->car = car;
      const Value cdr = copy(v.pair()->cdr);
      to.pair()->cdr = cdr;
    } else {
      for (std::size_t i = 0; i < as<Vector>(v).length(); ++i) {
        const Value element = copy(as<Vector>(v).slots()[i]);
        as<Vector>(to).slots()[i] = element;
      }
    }
  }
  return result;
}

}  // namespace fermata::scheme
