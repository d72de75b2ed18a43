#include "vm/symbol.hpp"

#include "vm/string.hpp"

namespace fermata::vm {

Value SymbolTable::intern(std::string_view name) { return intern(make_string(heap_, name)); }

Value SymbolTable::intern(String& name) {
  if (slots_ == nullptr || count_ * 2 >= slots_->length()) grow();
  const std::uint64_t hash = string_hash(name);
  const std::size_t mask = slots_->length() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    const Value v = slots_->slots()[i];
    if (v == kUnspecified) {
      String& own = name.is_immutable() ? name : substring(heap_, name, 0, name.length);
      own.make_immutable();
      const Value symbol = value_of(&heap_.make<Symbol>(value_of(&own), hash << 1 | 1));
      slots_->slots()[i] = symbol;
      ++count_;
      return symbol;
    }
    auto& s = as<Symbol>(v);
    if (s.hash == (hash << 1 | 1) && string_equal(as<String>(s.name), name)) return v;
  }
}

Value SymbolTable::generate(std::string_view prefix) {
  const std::string name = std::string(prefix) + std::to_string(++generated_);
  String& text = make_string(heap_, name);
  text.make_immutable();
  return value_of(&heap_.make_with<Symbol>(1, 0, value_of(&text), string_hash(text) << 1 | 1));
}

void SymbolTable::grow() {
  Vector* old = slots_;
  Vector& bigger = heap_.make_vector(old ? old->length() * 2 : 1024, kUnspecified);
  const std::size_t mask = bigger.length() - 1;
  for (std::size_t i = 0; old && i < old->length(); ++i) {
    const Value v = old->slots()[i];
    if (v == kUnspecified) continue;
    std::size_t at = (as<Symbol>(v).hash >> 1) & mask;
    while (bigger.slots()[at] != kUnspecified) at = (at + 1) & mask;
    bigger.slots()[at] = v;
  }
  slots_ = &bigger;
}

}  // namespace fermata::vm
