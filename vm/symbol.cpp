#include "vm/symbol.hpp"

#include "vm/keyed_hash.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

namespace {
constexpr std::size_t kSmallest = 2048;
}  // namespace

Value SymbolTable::intern(std::string_view name) { return intern(make_string(heap_, name)); }

Value SymbolTable::intern(String& name) {
  if (used_ * 2 >= index_.size()) rebuild();
  const std::uint64_t hash = keyed_hash(name) << 1 | 1;
  const std::size_t mask = index_.size() - 1;
  std::size_t i = hash >> 1 & mask;
  for (; index_[i] != 0; i = (i + 1) & mask) {
    auto* s = static_cast<Symbol*>(symbols_.at(index_[i] - 1));
    if (s != nullptr && s->hash == hash && string_equal(as<String>(s->name), name)) return value_of(s);
  }
  String& own = name.is_immutable() ? name : substring(heap_, name, 0, name.length);
  own.make_immutable();
  Symbol& symbol = heap_.make<Symbol>(value_of(&own), hash);
  index_[i] = static_cast<std::uint32_t>(symbols_.add(symbol) + 1);
  ++used_;
  return value_of(&symbol);
}

Value SymbolTable::generate(std::string_view prefix) {
  const std::string name = std::string(prefix) + std::to_string(++generated_);
  String& text = make_string(heap_, name);
  text.make_immutable();
  return value_of(&heap_.make_with<Symbol>(1, 0, value_of(&text), keyed_hash(text) << 1 | 1));
}

// Of the symbols that live: in a larger index, or in the same when many were collected.
void SymbolTable::rebuild() {
  std::size_t live = 0;
  for (std::size_t place = 0; place < symbols_.places(); ++place) live += symbols_.at(place) != nullptr;
  std::size_t size = kSmallest;
  while (size < live * 4) size *= 2;
  index_.assign(size, 0);
  used_ = 0;
  for (std::size_t place = 0; place < symbols_.places(); ++place) {
    const auto* s = static_cast<const Symbol*>(symbols_.at(place));
    if (s == nullptr) continue;
    std::size_t i = s->hash >> 1 & (size - 1);
    while (index_[i] != 0) i = (i + 1) & (size - 1);
    index_[i] = static_cast<std::uint32_t>(place + 1);
    ++used_;
  }
}

}  // namespace fermata::vm
