#include "vm/symbol.hpp"

#include <algorithm>
#include <cstring>

#include "vm/keyed_hash.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

namespace {
constexpr std::size_t kSmallest = 2048;
}  // namespace

// The place in the index of the symbol with that hash whose name `same` says yes to, or where
// it belongs.
template <class Same>
std::size_t SymbolTable::find(std::uint64_t hash, Same same) {
  if (used_ * 2 >= index_.size()) rebuild();
  const std::size_t mask = index_.size() - 1;
  std::size_t i = hash >> 1 & mask;
  for (; index_[i] != 0; i = (i + 1) & mask) {
    const auto* s = static_cast<const Symbol*>(symbols_.at(index_[i] - 1));
    if (s != nullptr && s->hash == hash && same(as<String>(s->name))) break;
  }
  return i;
}

// Requires: what find() gave, and that nothing was added since.
Value SymbolTable::at(std::size_t i) { return value_of(static_cast<Symbol*>(symbols_.at(index_[i] - 1))); }

Value SymbolTable::add(std::size_t i, std::uint64_t hash, String& own) {
  own.make_immutable();
  Symbol& symbol = heap_.make<Symbol>(value_of(&own), hash);
  index_[i] = static_cast<std::uint32_t>(symbols_.add(symbol) + 1);
  ++used_;
  return value_of(&symbol);
}

Value SymbolTable::intern(std::string_view name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return c < 0; })) return intern(make_string(heap_, name));
  // A name that is known, as most are, costs no string.
  const std::uint64_t hash = keyed_hash(name) << 1 | 1;
  const std::size_t i = find(hash, [&](const String& s) {
    if (s.length != name.size()) return false;
    if (s.width() == 1) return name.empty() || std::memcmp(s.data, name.data(), name.size()) == 0;
    std::size_t k = 0;
    while (k < s.length && string_ref(s, k) == static_cast<char32_t>(name[k])) ++k;
    return k == s.length;
  });
  return index_[i] != 0 ? at(i) : add(i, hash, make_string(heap_, name));
}

Value SymbolTable::intern(String& name) {
  const std::uint64_t hash = keyed_hash(name) << 1 | 1;
  const std::size_t i = find(hash, [&](const String& s) { return string_equal(s, name); });
  if (index_[i] != 0) return at(i);
  return add(i, hash, name.is_immutable() ? name : substring(heap_, name, 0, name.length));
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
