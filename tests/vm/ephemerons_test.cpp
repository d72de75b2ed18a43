// Ephemerons: what a collection breaks, and what it must not.
#include "vm/ephemerons.hpp"

#include <catch2/catch.hpp>

#include "vm/machine.hpp"
#include "vm/string.hpp"

using namespace fermata::vm;

#ifndef FERMATA_MALLOC_HEAP

namespace {

struct Fixture {
  Machine& m = Machine::create();
  Heap& heap = m.heap;
  ~Fixture() { Machine::destroy(m); }

  Value key(std::int64_t n) { return heap.cons(Value::fixnum(n), kNull); }
  static Ephemeron& at(GcVector<Value>& held, std::size_t i) { return as<Ephemeron>(held[i]); }
  static bool broken(const Ephemeron& e) { return e.key == kTombstone; }

  // Deeper than what comes after, so that no address of it is left on the stack.
  template <class F>
  [[gnu::noinline]] void aside(F f) {
    volatile char room[4096];
    room[0] = 0;
    f();
    if (room[0] != 0) FAIL();
  }
  std::size_t count_broken(GcVector<Value>& held) {
    std::size_t n = 0;
    for (Value v : held) n += broken(as<Ephemeron>(v));
    return n;
  }
};

constexpr std::size_t kMany = 1000;

}  // namespace

TEST_CASE_METHOD(Fixture, "an ephemeron goes with its key, and keeps its datum till then", "[heap]") {
  GcVector<Value> held(heap), keys(heap);
  aside([&] {
    for (std::size_t i = 0; i < kMany; ++i) {
      const Value k = key(static_cast<std::int64_t>(i));
      held.push_back(value_of(&make_ephemeron(k, heap.cons(k, Value::fixnum(1)))));
      if (i % 2 == 0) keys.push_back(k);
    }
  });
  for (int i = 0; i < 3; ++i) collect_now();
  CHECK(count_broken(held) > kMany / 2 - 20);  // a stray word on the stack may keep some
  for (std::size_t i = 0; i < kMany; i += 2) {
    REQUIRE_FALSE(broken(at(held, i)));
    REQUIRE(at(held, i).key == keys[i / 2]);
    REQUIRE(at(held, i).datum.pair()->car == keys[i / 2]);
    REQUIRE(at(held, i).datum.pair()->cdr == Value::fixnum(1));
  }
  for (Value v : held) {
    if (broken(as<Ephemeron>(v))) REQUIRE(as<Ephemeron>(v).datum == kFalse);
  }
}

TEST_CASE_METHOD(Fixture, "keys that are no heap objects stay for ever", "[heap]") {
  Ephemeron& e = make_ephemeron(Value::fixnum(5), heap.cons(Value::fixnum(1), kNull));
  collect_now();
  CHECK(e.key == Value::fixnum(5));
  CHECK(e.datum.pair()->car == Value::fixnum(1));
}

TEST_CASE_METHOD(Fixture, "what hangs on what is settled in any order", "[heap]") {
  // Each datum is the key of another one, far away in the list of all.
  GcVector<Value> held(heap), links(heap);
  Value first = kNull;
  aside([&] {
    for (std::size_t i = 0; i <= kMany; ++i) links.push_back(key(static_cast<std::int64_t>(i)));
    for (std::size_t i = 0; i < kMany; ++i) {
      const std::size_t k = i * 7 % kMany;
      held.push_back(value_of(&make_ephemeron(links[k], links[k + 1])));
    }
    first = links[0];
    for (Value& v : links) v = kNull;
  });
  for (int i = 0; i < 3; ++i) collect_now();
  CHECK(count_broken(held) == 0);
  for (std::size_t i = 0; i < kMany; ++i)
    REQUIRE(at(held, i).key.pair()->car == Value::fixnum(static_cast<std::int64_t>(i * 7 % kMany)));
  CHECK(first.pair()->car == Value::fixnum(0));
}

TEST_CASE_METHOD(Fixture, "a datum may lead through all kinds of objects, deep ones too", "[heap]") {
  const Value k = key(1);
  GcVector<Value> held(heap);
  aside([&] {
    Value list = kNull;
    for (int i = 0; i < 200000; ++i) list = heap.cons(heap.cons(Value::fixnum(i), kNull), list);
    Vector& v = heap.make_vector(300, list);
    v.slots()[7] = value_of(&make_string(heap, "text"));
    v.slots()[8] = value_of(&make_ephemeron(k, key(2)));
    held.push_back(value_of(&make_ephemeron(k, value_of(&v))));
  });
  for (int i = 0; i < 3; ++i) collect_now();
  for (int i = 0; i < 100000; ++i) heap.cons(kFalse, kFalse);
  Vector& v = as<Vector>(at(held, 0).datum);
  CHECK(to_utf8(as<String>(v.slots()[7])) == "text");
  CHECK(as<Ephemeron>(v.slots()[8]).datum.pair()->car == Value::fixnum(2));
  int n = 200000;
  for (Value l = v.slots()[0]; l.is_pair(); l = l.pair()->cdr) REQUIRE(l.pair()->car.pair()->car == Value::fixnum(--n));
  CHECK(n == 0);
}

#endif
