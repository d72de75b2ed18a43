// The heap under collections: nothing that is still held may be handed out again.
#include "vm/heap.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "vm/code.hpp"
#include "vm/machine.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

using namespace fermata::vm;

namespace {

struct Fixture {
  Machine& m = Machine::create();
  Heap& heap = m.heap;
  ~Fixture() { Machine::destroy(m); }

  // Garbage of all sizes, so that free lists are used up and refilled.
  void churn(int objects = 20000) {
    for (int i = 0; i < objects; ++i) {
      heap.cons(Value::fixnum(i), kNull);
      heap.make_vector(static_cast<std::size_t>(i % 70), kFalse);
      heap.atomic(static_cast<std::size_t>(1 + i % 300));
    }
  }
};

constexpr int kRounds = 6;

}  // namespace

TEST_CASE_METHOD(Fixture, "pairs that are held are never handed out twice", "[heap]") {
  // A list long enough for many blocks; collections happen while it grows.
  Value list = kNull;
  std::int64_t n = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 20000; ++i) list = heap.cons(Value::fixnum(n++), list);
    collect_now();
    churn();
  }
  std::set<std::uint64_t> seen;
  std::int64_t expected = n;
  for (Value at = list; at.is_pair(); at = at.pair()->cdr) {
    REQUIRE(at.pair()->car == Value::fixnum(--expected));
    REQUIRE(seen.insert(at.bits()).second);
  }
  CHECK(expected == 0);
}

TEST_CASE_METHOD(Fixture, "objects of every listed size keep their contents", "[heap]") {
  GcVector<Value> held(heap);
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t slots = 0; slots <= Heap::kListed * 2 + 4; ++slots) {
      for (int i = 0; i < 40; ++i)
        held.push_back(value_of(
            &heap.make_vector(slots, Value::fixnum(static_cast<std::int64_t>(held.size())))));
    }
    collect_now();
    churn();
  }
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < held.size(); ++i) {
    REQUIRE(seen.insert(held[i].bits()).second);
    Vector& v = as<Vector>(held[i]);
    for (std::size_t k = 0; k < v.length(); ++k)
      REQUIRE(v.slots()[k] == Value::fixnum(static_cast<std::int64_t>(i)));
  }
}

TEST_CASE_METHOD(Fixture, "new traced memory is zero behind its first word", "[heap]") {
  for (int round = 0; round < 3; ++round) {
    for (std::size_t granules = 1; granules <= Heap::kListed + 2; ++granules) {
      for (int i = 0; i < 50; ++i) {
        auto* words = static_cast<std::uint64_t*>(heap.traced(granules * Heap::kGranule));
        for (std::size_t k = 1; k < granules * 2; ++k) REQUIRE(words[k] == 0);
        std::memset(words, 0x2b, granules * Heap::kGranule);  // odd words: no pointers
      }
    }
    collect_now();
  }
}

TEST_CASE_METHOD(Fixture, "atomic objects that are held keep their bytes", "[heap]") {
  // The test that memory of the atomic kind does not come from free lists of ours.
  GcVector<Value> held(heap);
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 3000; ++i) {
      const std::size_t length = static_cast<std::size_t>(1 + i % 200);
      Bytevector& b = heap.make_bytevector(length);
      std::memset(b.bytes(), static_cast<int>(held.size() & 0xff), length);
      held.push_back(value_of(&b));
    }
    collect_now();
    churn();
  }
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < held.size(); ++i) {
    REQUIRE(seen.insert(held[i].bits()).second);
    Bytevector& b = as<Bytevector>(held[i]);
    REQUIRE(b.length() == 1 + i % 3000 % 200);
    for (std::size_t k = 0; k < b.length(); ++k) REQUIRE(b.bytes()[k] == (i & 0xff));
  }
}

TEST_CASE_METHOD(Fixture, "described objects keep what their live length covers", "[heap]") {
  GcVector<Segment*> held(heap);
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 500; ++i) {
      const std::size_t slots = static_cast<std::size_t>(4 + i % 60);
      auto* s = static_cast<Segment*>(heap.described(sizeof(Segment) + slots * sizeof(Value)));
      s->header = make_header(Kind::segment);
      s->capacity = slots;
      const auto number = static_cast<std::int64_t>(held.size());
      for (std::size_t k = 0; k < slots; ++k)
        s->slots()[k] = heap.cons(Value::fixnum(number), Value::fixnum(static_cast<std::int64_t>(k)));
      s->mark_up_to(slots / 2);
      held.push_back(s);
    }
    collect_now();
    churn();
  }
  std::set<const void*> seen;
  for (std::size_t i = 0; i < held.size(); ++i) {
    REQUIRE(seen.insert(held[i]).second);
    for (std::size_t k = 0; k < held[i]->capacity / 2; ++k) {
      const Pair& p = as<Pair>(held[i]->slots()[k]);
      REQUIRE(p.car == Value::fixnum(static_cast<std::int64_t>(i)));
      REQUIRE(p.cdr == Value::fixnum(static_cast<std::int64_t>(k)));
    }
  }
}

TEST_CASE_METHOD(Fixture, "strings, bignums and boxed flonums survive collections", "[heap]") {
  GcVector<Value> held(heap);
  for (int i = 0; i < 5000; ++i) {
    held.push_back(value_of(&make_string(heap, "text " + std::to_string(i))));
    held.push_back(heap.make_flonum(1e200 * (i + 1)));
    Bignum& b = heap.make_bignum(3, false);
    for (std::size_t k = 0; k < 3; ++k) b.limbs()[k] = static_cast<std::uint64_t>(i) + k + 1;
    held.push_back(value_of(&b));
    if (i % 1000 == 0) collect_now();
  }
  churn();
  collect_now();
  churn();
  for (std::size_t i = 0; i < 5000; ++i) {
    REQUIRE(to_utf8(as<String>(held[i * 3])) == "text " + std::to_string(i));
    REQUIRE(flonum_value(held[i * 3 + 1]) == 1e200 * (static_cast<double>(i) + 1));
    REQUIRE(as<Bignum>(held[i * 3 + 2]).limbs()[2] == i + 3);
  }
}

TEST_CASE_METHOD(Fixture, "a handle keeps its value alive, wherever the handle lies", "[heap]") {
  auto handle = std::make_unique<Handle>(heap.cons(Value::fixnum(1), heap.cons(Value::fixnum(2), kNull)));
  Handle copy = *handle;
  for (int round = 0; round < 3; ++round) {
    collect_now();
    churn();
  }
  CHECK(handle->get().pair()->cdr.pair()->car == Value::fixnum(2));
  handle->set(kNull);
  collect_now();
  churn();
  CHECK(copy.get().pair()->car == Value::fixnum(1));
  Handle moved = std::move(copy);
  CHECK(moved.get().pair()->car == Value::fixnum(1));
  moved = *handle;
  CHECK(moved.get() == kNull);
}

TEST_CASE_METHOD(Fixture, "procedures and closures are found through their tag", "[heap]") {
  auto& code = *static_cast<Code*>(heap.described(sizeof(Code)));
  code.header = make_header(Kind::code, 0);
  code.live = sizeof(Code);
  code.name = code.constants = code.source = code.file = kFalse;
  GcVector<Value> held(heap);
  for (int i = 0; i < 5000; ++i) {
    Closure& c = heap.make_closure(code, 1, 4, 2);
    c.free()[0] = heap.cons(Value::fixnum(i), kNull);
    c.free()[1] = Value::fixnum(i);
    held.push_back(value_of(&c));
  }
  for (int round = 0; round < 3; ++round) {
    collect_now();
    churn();
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    REQUIRE(is<Closure>(held[i]));
    Closure& c = as<Closure>(held[i]);
    REQUIRE(c.code == &code);
    REQUIRE(c.free()[0].pair()->car == c.free()[1]);
  }
}

TEST_CASE_METHOD(Fixture, "a limit is noticed before a big request is made", "[heap]") {
  heap.set_limit(std::size_t{64} << 20);
  CHECK(heap.can_allocate(1 << 20));
  CHECK_FALSE(heap.can_allocate(std::size_t{1} << 40));
  CHECK_FALSE(heap.can_allocate(~std::size_t{0}));
}

#ifndef FERMATA_MALLOC_HEAP
TEST_CASE_METHOD(Fixture, "what a heap leads to is counted, and nothing of another's", "[heap]") {
  Machine& other = Machine::create();
  const auto list_of = [](Heap& h, int n) {
    Value l = kNull;
    for (int i = 0; i < n; ++i) l = h.cons(value_of(&h.make_vector(1022, kFalse)), l);
    return l;
  };
  other.roots[0] = list_of(other.heap, 4096);  // 32 MiB
  m.roots[0] = list_of(heap, 1024);            // 8 MiB
  heap.set_limit(std::size_t{16} << 20);
  const std::size_t kept = heap.count_kept();
  CHECK(kept >= std::size_t{8} << 20);
  CHECK(kept < std::size_t{9} << 20);
  list_of(heap, 512);  // garbage
  CHECK(heap.most_kept() >= std::size_t{12} << 20);
  CHECK(heap.count_kept() < std::size_t{9} << 20);
  CHECK(heap.can_allocate(std::size_t{7} << 20));
  CHECK_FALSE(heap.can_allocate(std::size_t{9} << 20));
  CHECK_FALSE(heap.exhausted());
  for (int i = 0; i < 2048; ++i) m.roots[1] = heap.cons(value_of(&heap.make_vector(1022, kFalse)), m.roots[1].is_pair() ? m.roots[1] : kNull);
  CHECK(heap.exhausted());
  CHECK(other.heap.allocated() >= std::size_t{32} << 20);
  Machine::destroy(other);
}
#endif
