#include "scheme/tables.hpp"

#include <algorithm>
#include <cstring>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/equality.hpp"
#include "scheme/lists.hpp"
#include "vm/ephemerons.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kSmallest = 8;  // entries of the first allocation

std::uint64_t hash_for(TableKind kind, Value key) {
  const bool by_structure = kind == TableKind::equal || kind == TableKind::string;
  return (by_structure ? keyed_equal_hash(key) : keyed_eqv_hash(key)) | 1;
}

bool same_key(Heap& heap, TableKind kind, Value a, Value b, std::size_t& work) {
  if (a == b) return true;
  switch (kind) {
    case TableKind::eq: return false;
    case TableKind::eqv:
    case TableKind::custom: return is_eqv(a, b);
    default: return is_equal(heap, a, b, work);
  }
}

std::size_t index_mask(const Table& table) { return table.capacity * 2 - 1; }
// The low bit of a stored hash is always set, so it chooses nothing.
std::size_t first_place(const Table& table, std::uint64_t hash) {
  return (hash >> 1) & index_mask(table);
}

void put_in_index(Table& table, std::size_t entry) {
  std::size_t i = first_place(table, table.entries[entry].hash);
  while (table.index[i] != 0) i = (i + 1) & index_mask(table);
  table.index[i] = static_cast<std::uint32_t>(entry + 1);
}

std::size_t capacity_for(std::size_t live) {
  std::size_t capacity = kSmallest;
  while (capacity < live * 2) capacity *= 2;
  return capacity;
}

// The value as a table with such values holds it.
Value held_value(const Table& table, Value value) {
  return table.has_weak_values() ? value_of(&make_ephemeron(value, kTrue)) : value;
}

TableEntry make_entry(const Table& table, std::uint64_t hash, Value key, Value value) {
  const Value held = held_value(table, value);
  if (!table.has_weak_keys()) return {hash, key, held};
  return {hash, value_of(&make_ephemeron(key, held)), kUnspecified};
}

void set_value(const Table& table, TableEntry& entry, Value value) {
  (table.has_weak_keys() ? as<Ephemeron>(entry.key).datum : entry.value) = held_value(table, value);
}

void drop(TableEntry& entry) {
  entry.key = kTombstone;
  entry.value = kUnspecified;
}

// Removes the entries that are broken.
void purge(Table& table, std::size_t& work) {
  if (table.weakness() == Weakness::none) return;
  work += table.used;
  for (std::size_t i = 0; i < table.used; ++i) {
    TableEntry& entry = table.entries[i];
    if (entry.key == kTombstone || table_content(table, entry)) continue;
    drop(entry);
    --table.live;
  }
  if (table.live == 0) table_clear(table);
}

// New arrays without the tombstones, of that capacity.
void rebuild(Heap& heap, Table& table, std::size_t capacity) {
  auto* entries = static_cast<TableEntry*>(heap.traced(capacity * sizeof(TableEntry)));
  std::size_t n = 0;
  for (std::size_t i = 0; i < table.used; ++i)
    if (!(table.entries[i].key == kTombstone)) entries[n++] = table.entries[i];
  std::memset(static_cast<void*>(entries + n), 0, (capacity - n) * sizeof(TableEntry));
  auto* index = static_cast<std::uint32_t*>(heap.atomic(capacity * 2 * sizeof(std::uint32_t)));
  std::memset(index, 0, capacity * 2 * sizeof(std::uint32_t));
  table.entries = entries;
  table.index = index;
  table.capacity = capacity;
  table.used = n;
  for (std::size_t i = 0; i < n; ++i) put_in_index(table, i);
}

}  // namespace

Table& make_table(Heap& heap, TableKind kind, Weakness weakness) {
  const auto aux = static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(weakness) << 8;
  return heap.make_with<Table>(aux, 0, nullptr, nullptr, std::uint64_t{0}, std::uint64_t{0},
                               std::uint64_t{0}, kFalse, kFalse, kFalse);
}

std::optional<TableContent> table_content(const Table& table, const TableEntry& entry) {
  TableContent content{entry.key, entry.value};
  if (content.key == kTombstone) return std::nullopt;
  if (table.has_weak_keys()) {
    const Ephemeron& held = as<Ephemeron>(entry.key);
    content = {held.key, held.datum};
    if (content.key == kTombstone) return std::nullopt;
  }
  if (table.has_weak_values()) {
    content.value = as<Ephemeron>(content.value).key;
    if (content.value == kTombstone) return std::nullopt;
  }
  return content;
}

std::size_t table_size(const Table& table) {
  if (table.weakness() == Weakness::none) return table.live;
  return static_cast<std::size_t>(
      std::count_if(table.entries, table.entries + table.used,
                    [&](const TableEntry& entry) { return table_content(table, entry).has_value(); }));
}

TableEntry* table_find(Heap& heap, const Table& table, Value key, std::size_t& work) {
  if (table.live == 0) return nullptr;
  const TableKind kind = table.table_kind();
  const std::uint64_t hash = hash_for(kind, key);
  for (std::size_t i = first_place(table, hash); table.index[i] != 0;
       i = (i + 1) & index_mask(table)) {
    TableEntry& entry = table.entries[table.index[i] - 1];
    if (entry.hash != hash) continue;
    const auto content = table_content(table, entry);
    if (content && same_key(heap, kind, key, content->key, work)) return &entry;
  }
  return nullptr;
}

std::size_t table_growth(const Table& table) {
  if (table.used < table.capacity) return 0;
  return capacity_for(table.live + 1) * (sizeof(TableEntry) + 2 * sizeof(std::uint32_t));
}

void table_set(Heap& heap, Table& table, Value key, Value value, std::size_t& work) {
  if (TableEntry* entry = table_find(heap, table, key, work)) {
    set_value(table, *entry, value);
    return;
  }
  if (table.used == table.capacity) {
    purge(table, work);
    work += table.live;
    rebuild(heap, table, capacity_for(table.live + 1));
  }
  table.entries[table.used] = make_entry(table, hash_for(table.table_kind(), key), key, value);
  put_in_index(table, table.used++);
  ++table.live;
}

bool table_delete(Heap& heap, Table& table, Value key, std::size_t& work) {
  TableEntry* entry = table_find(heap, table, key, work);
  if (entry == nullptr) return false;
  drop(*entry);
  if (--table.live == 0) table_clear(table);
  return true;
}

void table_clear(Table& table) {
  table.used = table.live = table.capacity = 0;
  table.entries = nullptr;
  table.index = nullptr;
}

Table& table_copy(Heap& heap, const Table& table) {
  Table& copy = heap.make_with<Table>(table.aux(), 0, table.entries, table.index, table.capacity,
                                      table.used, table.live, table.equality, table.hash,
                                      table.handlers);
  std::size_t work = 0;
  if (table.live > 0) rebuild(heap, copy, capacity_for(table.live));
  if (table.weakness() == Weakness::none) return copy;
  for (std::size_t i = 0; i < copy.used; ++i) {  // an ephemeron is changed in place
    TableEntry& entry = copy.entries[i];
    if (const auto content = table_content(copy, entry))
      entry = make_entry(copy, entry.hash, content->key, content->value);
  }
  purge(copy, work);
  return copy;
}

namespace {

// ---- natives -------------------------------------------------------------------

// Places in a custom table's handlers; each takes the arguments of the native.
enum class Handler : std::uint8_t { lookup, set, remove, contains };

Outcome hand_over(Machine& m, Table& table, Handler handler, std::initializer_list<Value> arguments) {
  return m.tail_call(as<Vector>(table.handlers).slots()[static_cast<std::size_t>(handler)],
                     arguments);
}

Problem check_key(Machine& m, const Table& table, Value key) {
  if (table.table_kind() != TableKind::string || is<String>(key)) return std::nullopt;
  return m.wrong_type(2, "a string", key);
}

Problem insert(Machine& m, Table& table, Value key, Value value) {
  const std::size_t growth = table_growth(table);
  if (growth > 4096 && !m.heap.can_allocate(growth)) return m.out_of_memory(growth);
  std::size_t work = 0;
  table_set(m.heap, table, key, value, work);
  m.charge(work / 16);
  return std::nullopt;
}

std::optional<TableKind> kind_named(Machine& m, Value name) {
  constexpr std::pair<const char*, TableKind> kNames[] = {{"eq", TableKind::eq},
                                                          {"eqv", TableKind::eqv},
                                                          {"equal", TableKind::equal},
                                                          {"string", TableKind::string},
                                                          {"custom", TableKind::custom}};
  for (const auto& [text, kind] : kNames)
    if (name == m.symbols.intern(text)) return kind;
  return std::nullopt;
}

std::optional<Weakness> weakness_named(Machine& m, Value name) {
  if (name == kFalse) return Weakness::none;
  if (name == m.symbols.intern("keys")) return Weakness::keys;
  if (name == m.symbols.intern("values")) return Weakness::values;
  if (name == m.symbols.intern("both")) return Weakness::both;
  return std::nullopt;
}

Outcome make(Machine& m, Symbol& kind, Value equality, Value hash, std::optional<Value> handlers,
             std::optional<Value> weak) {
  const auto named = kind_named(m, value_of(&kind));
  if (!named) return m.out_of_range(1, "eq, eqv, equal, string or custom", value_of(&kind));
  const auto weakness = weakness_named(m, weak.value_or(kFalse));
  if (!weakness) return m.out_of_range(5, "keys, values, both or #f", *weak);
  if (*named == TableKind::custom && *weakness != Weakness::none)
    return m.out_of_range(5, "#f for a table with an equality of its own", *weak);
  Table& table = make_table(m.heap, *named, *weakness);
  table.equality = equality;
  table.hash = hash;
  if (*named == TableKind::custom) {
    auto* procedures = handlers ? cast<Vector>(*handlers) : nullptr;
    if (procedures == nullptr || procedures->length() != 4)
      return m.wrong_type(4, "a vector of four procedures", handlers.value_or(kFalse));
    table.handlers = *handlers;
  }
  return value_of(&table);
}

Outcome is_table(Machine&, Value v) { return Value::boolean(is<Table>(v)); }

Outcome ref_or_default(Machine& m, Table& table, Value key, Value otherwise) {
  if (table.table_kind() == TableKind::custom)
    return hand_over(m, table, Handler::lookup, {value_of(&table), key, otherwise});
  std::size_t work = 0;
  const TableEntry* entry = table_find(m.heap, table, key, work);
  m.charge(work / 16);
  const auto content = entry ? table_content(table, *entry) : std::nullopt;
  return content ? content->value : otherwise;
}

Outcome set(Machine& m, Table& table, Value key, Value value) {
  if (table.table_kind() == TableKind::custom)
    return hand_over(m, table, Handler::set, {value_of(&table), key, value});
  if (auto problem = check_key(m, table, key)) return *problem;
  if (auto problem = insert(m, table, key, value)) return *problem;
  return kUnspecified;
}

Outcome remove(Machine& m, Table& table, Value key) {
  if (table.table_kind() == TableKind::custom)
    return hand_over(m, table, Handler::remove, {value_of(&table), key});
  std::size_t work = 0;
  const bool removed = table_delete(m.heap, table, key, work);
  m.charge(work / 16);
  return Value::boolean(removed);
}

Outcome contains(Machine& m, Table& table, Value key) {
  if (table.table_kind() == TableKind::custom)
    return hand_over(m, table, Handler::contains, {value_of(&table), key});
  std::size_t work = 0;
  const TableEntry* entry = table_find(m.heap, table, key, work);
  m.charge(work / 16);
  return Value::boolean(entry != nullptr);
}

Outcome clear(Machine&, Table& table) {
  table_clear(table);
  return kUnspecified;
}

// What each of these lists of a plain table is a snapshot: later changes do not show in it.
// A custom table's values are buckets: lists of (key . value), newest first.
enum class What : std::uint8_t { keys, values, pairs };

template <What what>
Outcome snapshot(Machine& m, Table& table) {
  if (auto problem = check_memory(m, table.live, 2 * sizeof(Pair))) return *problem;
  ListBuilder list(m.heap);
  const auto push = [&](Value key, Value value) {
    if (what == What::keys) list.push(key);
    else if (what == What::values) list.push(value);
    else list.push(m.heap.cons(key, value));
  };
  for (std::size_t i = 0; i < table.used; ++i) {
    const auto content = table_content(table, table.entries[i]);
    if (!content) continue;
    if (table.table_kind() != TableKind::custom) {
      push(content->key, content->value);
      continue;
    }
    for (Value at = content->value; at.is_pair(); at = at.pair()->cdr)
      push(at.pair()->car.pair()->car, at.pair()->car.pair()->cdr);
  }
  return list.finish();
}

Outcome count(Machine& m, Table& table) {
  if (table.weakness() != Weakness::none) m.charge(table.used / 16);
  if (table.table_kind() != TableKind::custom)
    return Value::fixnum(static_cast<std::int64_t>(table_size(table)));
  std::int64_t n = 0;
  for (std::size_t i = 0; i < table.used; ++i)
    if (const auto content = table_content(table, table.entries[i])) n += list_length(content->value);
  m.charge(table.used / 16);
  return Value::fixnum(n);
}

Outcome copy(Machine& m, Table& table, std::optional<Value>) {
  if (auto problem = check_memory(m, table.live, 2 * sizeof(TableEntry))) return *problem;
  Table& result = table_copy(m.heap, table);
  if (table.table_kind() == TableKind::custom) {
    for (std::size_t i = 0; i < result.used; ++i) {  // pairs of buckets are changed in place
      ListBuilder bucket(m.heap);
      for (Value at = result.entries[i].value; at.is_pair(); at = at.pair()->cdr) {
        const Pair& entry = *at.pair()->car.pair();
        bucket.push(m.heap.cons(entry.car, entry.cdr));
      }
      result.entries[i].value = bucket.finish();
    }
  }
  return value_of(&result);
}

Outcome weakness_of(Machine& m, Table& table) {
  switch (table.weakness()) {
    case Weakness::none: return kFalse;
    case Weakness::keys: return m.symbols.intern("keys");
    case Weakness::values: return m.symbols.intern("values");
    case Weakness::both: return m.symbols.intern("both");
  }
  return kFalse;
}
Outcome equality_of(Machine&, Table& table) { return table.equality; }
Outcome hash_of(Machine&, Table& table) { return table.hash; }

// ---- buckets of custom tables: hash -> list of (key . value) -----------------------

Outcome bucket(Machine& m, Table& table, Value hash) {
  std::size_t work = 0;
  const TableEntry* entry = table_find(m.heap, table, hash, work);
  return entry ? entry->value : kNull;
}

// Between looking at a bucket and changing it the user's equality ran, and with it perhaps
// another task.  The change is made only when the bucket is still the one looked at.
Outcome replace_bucket(Machine& m, Table& table, Value hash, Value expected, Value replacement) {
  std::size_t work = 0;
  const TableEntry* entry = table_find(m.heap, table, hash, work);
  if (!((entry ? entry->value : kNull) == expected)) return kFalse;
  if (replacement == kNull) {
    table_delete(m.heap, table, hash, work);
  } else if (auto problem = insert(m, table, hash, replacement)) {
    return *problem;
  }
  return kTrue;
}

constexpr Builtin kTables[] = {
    builtin<make>("(%make-table kind equality hash [handlers [weak]])",
                  "A new hash table: kind is eq, eqv, equal, string or custom; weak keys, values, "
                  "both or #f."),
    builtin<is_table>("(hash-table? obj)", "Whether obj is a hash table."),
    builtin<ref_or_default>("(hash-table-ref/default table key default)",
                            "The value of key in the table, or default when there is none."),
    builtin<set>("(hash-table-set! table key value)", "Makes value the value of key."),
    builtin<remove>("(hash-table-delete! table key)",
                    "Removes key; answers whether it was there."),
    builtin<contains>("(hash-table-contains? table key)", "Whether the table has a value for key."),
    builtin<clear>("(hash-table-clear! table)", "Removes every key."),
    builtin<count>("(hash-table-size table)", "The number of keys."),
    builtin<snapshot<What::keys>>("(hash-table-keys table)",
                                  "A list of the keys, in the order they came in."),
    builtin<snapshot<What::values>>("(hash-table-values table)",
                                    "A list of the values, in the order their keys came in."),
    builtin<snapshot<What::pairs>>(
        "(hash-table->alist table)",
        "A new list of pairs (key . value), in the order the keys came in."),
    builtin<copy>("(hash-table-copy table [mutable?])", "A new table with the same keys and values."),
    builtin<equality_of>("(hash-table-equivalence-function table)",
                         "The procedure that compares keys."),
    builtin<hash_of>("(hash-table-hash-function table)", "The procedure that hashes keys."),
    builtin<weakness_of>("(%table-weakness table)", "What of the table is weak: keys, values, both or #f."),
    builtin<bucket>("(%table-bucket table hash)", "The bucket of that hash in a custom table."),
    builtin<replace_bucket>("(%table-replace-bucket! table hash expected replacement)",
                            "Changes a bucket if it is still the expected one; answers whether."),
};

}  // namespace

std::span<const Builtin> table_builtins() { return kTables; }

}  // namespace fermata::scheme
