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
#pragma once

#include <cstdint>

#include "vm/heap.hpp"

namespace fermata::scheme {

enum class TableKind : std::uint8_t { eq, eqv, equal, string, custom };

struct TableEntry {
  std::uint64_t hash;  // odd, so that it is no pointer
  vm::Value key;       // kTombstone when removed
  vm::Value value;
  bool is_live() const { return !(key == vm::kTombstone); }
};

struct Table : vm::Object {  // aux: the TableKind
  static constexpr vm::Kind kKind = vm::Kind::table;
  TableEntry* entries;       // traced, `capacity` of them, the first `used` filled
  std::uint32_t* index;      // atomic, twice the capacity: entry number + 1, or 0
  std::uint64_t capacity, used, live;
  vm::Value equality, hash;  // as the user named them, or #f
  vm::Value handlers;        // custom: Vector of four procedures (see tables.cpp); else #f
  TableKind table_kind() const { return static_cast<TableKind>(aux()); }
};

Table& make_table(vm::Heap& heap, TableKind kind);
// The entry of key, or null.  Valid until the table changes.  Adds to `work` what it cost.
TableEntry* table_find(vm::Heap& heap, const Table& table, vm::Value key, std::size_t& work);
// Bytes that the next insertion may have to allocate.
std::size_t table_growth(const Table& table);
void table_set(vm::Heap& heap, Table& table, vm::Value key, vm::Value value, std::size_t& work);
bool table_delete(vm::Heap& heap, Table& table, vm::Value key, std::size_t& work);
void table_clear(Table& table);
Table& table_copy(vm::Heap& heap, const Table& table);

}  // namespace fermata::scheme
