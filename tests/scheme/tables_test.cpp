// Hash tables as C++ sees them: order, removal, growth, keys of every kind.
#include "scheme/tables.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <vector>

#include "vm/machine.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

using namespace fermata::vm;
using namespace fermata::scheme;

namespace {

struct Fixture {
  Machine& m = Machine::create();
  Heap& heap = m.heap;
  std::size_t work = 0;
  ~Fixture() { Machine::destroy(m); }

  Value text(std::string_view utf8) { return value_of(&make_string(heap, utf8)); }
  void put(Table& t, Value key, std::int64_t n) { table_set(heap, t, key, Value::fixnum(n), work); }
  // The number stored for key, or -1.
  std::int64_t get(const Table& t, Value key) {
    const TableEntry* e = table_find(heap, t, key, work);
    return e ? e->value.fixnum() : -1;
  }
};

std::vector<std::int64_t> keys_in_order(const Table& t) {
  std::vector<std::int64_t> keys;
  for (std::size_t i = 0; i < t.used; ++i)
    if (table_content(t, t.entries[i])) keys.push_back(t.entries[i].key.fixnum());
  return keys;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "each equality finds the keys it should", "[tables]") {
  Table &eq = make_table(heap, TableKind::eq), &eqv = make_table(heap, TableKind::eqv),
        &equal = make_table(heap, TableKind::equal);
  const Value name = text("key"), big = heap.make_flonum(1e300);
  for (Table* t : {&eq, &eqv, &equal}) {
    put(*t, name, 1);
    put(*t, big, 2);
    CHECK(get(*t, name) == 1);
    CHECK(get(*t, big) == 2);
    CHECK(get(*t, kNull) == -1);
  }
  CHECK(get(eq, text("key")) == -1);
  CHECK(get(eqv, text("key")) == -1);
  CHECK(get(equal, text("key")) == 1);
  CHECK(get(eq, heap.make_flonum(1e300)) == -1);
  CHECK(get(eqv, heap.make_flonum(1e300)) == 2);
  CHECK(get(equal, heap.make_flonum(1e300)) == 2);
  CHECK(get(equal, heap.cons(name, kNull)) == -1);
}

TEST_CASE_METHOD(Fixture, "keys stay in the order they came in", "[tables]") {
  Table& t = make_table(heap, TableKind::eqv);
  for (const int k : {5, 3, 9, 1}) put(t, Value::fixnum(k), k);
  put(t, Value::fixnum(3), 33);  // a new value does not move the key
  CHECK(keys_in_order(t) == std::vector<std::int64_t>{5, 3, 9, 1});
  CHECK(table_delete(heap, t, Value::fixnum(5), work));
  CHECK_FALSE(table_delete(heap, t, Value::fixnum(5), work));
  put(t, Value::fixnum(5), 55);  // one that was removed comes last
  CHECK(keys_in_order(t) == std::vector<std::int64_t>{3, 9, 1, 5});
  CHECK(t.live == 4);
}

TEST_CASE_METHOD(Fixture, "growth and removal agree with std::map", "[tables]") {
  Table& t = make_table(heap, TableKind::equal);
  std::map<std::int64_t, std::int64_t> model;
  std::uint64_t random = 42;
  for (int i = 0; i < 60000; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto key = static_cast<std::int64_t>(random >> 40 & 0xfff);
    if (random >> 63) {
      put(t, Value::fixnum(key), i);
      model[key] = i;
    } else {
      REQUIRE(table_delete(heap, t, Value::fixnum(key), work) == (model.erase(key) == 1));
    }
    if (i % 10000 == 0) collect_now();
  }
  REQUIRE(t.live == model.size());
  for (std::int64_t key = 0; key < 0x1000; ++key) {
    const auto found = model.find(key);
    REQUIRE(get(t, Value::fixnum(key)) == (found == model.end() ? -1 : found->second));
  }
}

TEST_CASE_METHOD(Fixture, "a queue of keys does not grow without end", "[tables]") {
  Table& t = make_table(heap, TableKind::eqv);
  for (int i = 0; i < 100000; ++i) {
    put(t, Value::fixnum(i), i);
    if (i >= 10) REQUIRE(table_delete(heap, t, Value::fixnum(i - 10), work));
  }
  CHECK(t.live == 10);
  CHECK(t.capacity <= 64);
}

TEST_CASE_METHOD(Fixture, "a copy does not see later changes of the original", "[tables]") {
  Table& t = make_table(heap, TableKind::equal);
  for (int i = 0; i < 100; ++i) put(t, text(std::to_string(i)), i);
  Table& copy = table_copy(heap, t);
  put(t, text("7"), 700);
  table_delete(heap, t, text("8"), work);
  put(t, text("new"), 1);
  CHECK(get(copy, text("7")) == 7);
  CHECK(get(copy, text("8")) == 8);
  CHECK(get(copy, text("new")) == -1);
  table_clear(t);
  CHECK(t.live == 0);
  CHECK(get(t, text("9")) == -1);
  CHECK(copy.live == 100);
  put(t, text("9"), 9);
  CHECK(get(t, text("9")) == 9);
}

TEST_CASE_METHOD(Fixture, "a table keeps its keys and values alive", "[tables]") {
  Table& t = make_table(heap, TableKind::equal);
  for (int i = 0; i < 20000; ++i)
    table_set(heap, t, text("key " + std::to_string(i)), heap.cons(Value::fixnum(i), kNull), work);
  collect_now();
  for (int i = 0; i < 100000; ++i) heap.cons(kTrue, kTrue);
  collect_now();
  for (int i = 0; i < 20000; ++i) {
    const TableEntry* e = table_find(heap, t, text("key " + std::to_string(i)), work);
    REQUIRE(e != nullptr);
    REQUIRE(e->value.pair()->car == Value::fixnum(i));
  }
}
