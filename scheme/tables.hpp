// Hash tables: mutable, in order of insertion.
//
// The entries stand in an array in the order they came; beside it an open-addressing index
// of entry numbers, as in Python's dict.  So a walk is deterministic, whatever the
// addresses, and copying or growing keeps the order.  A removed entry leaves a tombstone
// until the next rebuild.
//
// The natives know four equalities.  A table with the user's own equality and hash
// procedures (kind custom) calls procedures, which no native may do: its natives go on as
// one of the handlers that lib/fermata/table.sld gave it at birth.
//
// A weak table holds ephemerons (vm/ephemerons.hpp) in place of what it does not keep; once
// one is broken, the entry counts as removed.
#pragma once

#include <cstdint>
#include <optional>

#include "vm/heap.hpp"

namespace fermata::scheme {

enum class TableKind : std::uint8_t { eq, eqv, equal, string, custom };
enum class Weakness : std::uint8_t { none, keys, values, both };

struct TableEntry {
  std::uint64_t hash;  // odd, so that it is no pointer
  vm::Value key;       // kTombstone when removed; weak keys: an Ephemeron of key and value
  vm::Value value;     // weak values: an Ephemeron of it and #t
};

struct Table : vm::Object {  // aux: the TableKind, from bit 8 the Weakness
  static constexpr vm::Kind kKind = vm::Kind::table;
  TableEntry* entries;       // traced, `capacity` of them, the first `used` filled
  std::uint32_t* index;      // atomic, twice the capacity: entry number + 1, or 0
  std::uint64_t capacity, used;
  std::uint64_t live;        // not removed; of a weak table some may be broken
  vm::Value equality, hash;  // as the user named them, or #f
  vm::Value handlers;        // custom: Vector of four procedures (see tables.cpp); else #f
  TableKind table_kind() const { return static_cast<TableKind>(aux() & 0xff); }
  Weakness weakness() const { return static_cast<Weakness>(aux() >> 8); }
  bool has_weak_keys() const { return aux() >> 8 & 1; }
  bool has_weak_values() const { return aux() >> 8 & 2; }
};

Table& make_table(vm::Heap& heap, TableKind kind, Weakness weakness = Weakness::none);
// The entry of key, or null.  Valid until the table changes.  Adds to `work` what it cost.
TableEntry* table_find(vm::Heap& heap, const Table& table, vm::Value key, std::size_t& work);
// What an entry holds; nothing when it was removed or is broken.
struct TableContent {
  vm::Value key, value;
};
std::optional<TableContent> table_content(const Table& table, const TableEntry& entry);
// How many keys there are; more work for weak tables.
std::size_t table_size(const Table& table);
// Bytes that the next insertion may have to allocate.
std::size_t table_growth(const Table& table);
void table_set(vm::Heap& heap, Table& table, vm::Value key, vm::Value value, std::size_t& work);
bool table_delete(vm::Heap& heap, Table& table, vm::Value key, std::size_t& work);
void table_clear(Table& table);
Table& table_copy(vm::Heap& heap, const Table& table);

}  // namespace fermata::scheme
