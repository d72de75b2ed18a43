// The table of places: open addressing by the address of the pair, which never moves.
#include "scheme/syntax.hpp"

#include "scheme/address_hash.hpp"

namespace fermata::scheme {

namespace {

std::size_t slot_of(const SpanTable& table, const vm::Pair* pair) {
  const std::size_t mask = table.capacity - 1;
  std::size_t i = address_hash(reinterpret_cast<std::uint64_t>(pair)) & mask;
  while (table.entries[i].pair != nullptr && table.entries[i].pair != pair) i = (i + 1) & mask;
  return i;
}

SpanTable::Entry* make_entries(vm::Heap& heap, std::size_t capacity) {
  auto* entries = static_cast<SpanTable::Entry*>(heap.traced(capacity * sizeof(SpanTable::Entry)));
  for (std::size_t i = 0; i < capacity; ++i) entries[i] = {nullptr, {}};
  return entries;
}

void grow(vm::Heap& heap, SpanTable& table) {
  const SpanTable old = table;
  table.capacity = old.capacity * 2;
  table.entries = make_entries(heap, table.capacity);
  for (std::size_t i = 0; i < old.capacity; ++i) {
    if (old.entries[i].pair) table.entries[slot_of(table, old.entries[i].pair)] = old.entries[i];
  }
}

}  // namespace

SpanTable& make_span_table(vm::Heap& heap, vm::SourceText& text) {
  // What a prompt or a host evaluates is short; its table comes from the heap's free lists.
  constexpr std::size_t kShort = 80, kOfShort = 16, kOfOthers = 64;
  const std::size_t capacity = text.view().size() <= kShort ? kOfShort : kOfOthers;
  auto* entries = make_entries(heap, capacity);
  return heap.make<SpanTable>(&text, std::uint64_t{0}, std::uint64_t{capacity}, entries,
                              static_cast<SpanTable*>(nullptr), static_cast<SpanTable*>(nullptr));
}

void add_span(vm::Heap& heap, SpanTable& table, vm::Pair& pair, PairSpan span) {
  if (table.count * 2 >= table.capacity) grow(heap, table);
  SpanTable::Entry& entry = table.entries[slot_of(table, &pair)];
  if (entry.pair == nullptr) ++table.count;
  entry = {&pair, span};
}

void add_made_span(vm::Heap& heap, SpanTable& table, vm::Pair& pair, PairSpan span) {
  constexpr std::size_t kMany = 32'768;
  if (table.made != nullptr && table.made->count == kMany) {
    table.older = table.made;
    table.made = nullptr;
  }
  if (table.made == nullptr) table.made = &make_span_table(heap, *table.text);
  add_span(heap, *table.made, pair, span);
}

const PairSpan* find_span(const SpanTable& table, const vm::Pair& pair) {
  for (const SpanTable* t : {&table, static_cast<const SpanTable*>(table.made),
                             static_cast<const SpanTable*>(table.older)}) {
    if (t == nullptr) return nullptr;
    const SpanTable::Entry& entry = t->entries[slot_of(*t, &pair)];
    if (entry.pair) return &entry.span;
  }
  return nullptr;
}

}  // namespace fermata::scheme
