// eqv? and equal? on every kind of value, on cycles, and beside their hashes.
#include "scheme/equality.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>

#include "vm/machine.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

using namespace fermata::vm;
using namespace fermata::scheme;

namespace {

struct Fixture {
  Machine& m = Machine::create();
  Heap& heap = m.heap;
  ~Fixture() { Machine::destroy(m); }

  bool equal(Value a, Value b) {
    std::size_t work = 0;
    const bool same = is_equal(heap, a, b, work);
    if (same) CHECK(equal_hash(a) == equal_hash(b));
    return same;
  }
  Value text(std::string_view utf8) { return value_of(&make_string(heap, utf8)); }
  Value vector(std::initializer_list<Value> elements) {
    Vector& v = heap.make_vector(elements.size(), kFalse);
    std::copy(elements.begin(), elements.end(), v.slots());
    return value_of(&v);
  }
  Value list(std::initializer_list<Value> elements) {
    Value result = kNull;
    for (const Value* e = elements.end(); e != elements.begin();) result = heap.cons(*--e, result);
    return result;
  }
  // A cycle of n pairs that hold 0, 1, ... modulo `period`.
  Value cycle(int n, int period) {
    const Value last = heap.cons(Value::fixnum((n - 1) % period), kNull);
    Value first = last;
    for (int i = n - 2; i >= 0; --i) first = heap.cons(Value::fixnum(i % period), first);
    last.pair()->cdr = first;
    return first;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "eqv? tells exact from inexact and 0.0 from -0.0", "[equality]") {
  const Value one = Value::fixnum(1), one_point = heap.make_flonum(1.0);
  CHECK(is_eqv(one, one));
  CHECK_FALSE(is_eqv(one, one_point));
  CHECK(is_eqv(heap.make_flonum(1e300), heap.make_flonum(1e300)));  // boxed
  CHECK_FALSE(is_eqv(heap.make_flonum(0.0), heap.make_flonum(-0.0)));
  CHECK(is_eqv(heap.make_flonum(std::nan("")), heap.make_flonum(std::nan(""))));
  CHECK_FALSE(is_eqv(text("a"), text("a")));
  CHECK_FALSE(is_eqv(kNull, kFalse));
}

TEST_CASE_METHOD(Fixture, "equal? looks into pairs, vectors, strings and bytevectors", "[equality]") {
  CHECK(equal(list({Value::fixnum(1), text("a")}), list({Value::fixnum(1), text("a")})));
  CHECK_FALSE(equal(list({Value::fixnum(1)}), list({Value::fixnum(1), kNull})));
  CHECK(equal(vector({text("x"), vector({})}), vector({text("x"), vector({})})));
  CHECK_FALSE(equal(vector({kTrue}), vector({kTrue, kTrue})));
  CHECK_FALSE(equal(vector({kTrue}), list({kTrue})));
  CHECK_FALSE(equal(kNull, vector({})));
  Bytevector &a = heap.make_bytevector(2), &b = heap.make_bytevector(2);
  a.bytes()[0] = b.bytes()[0] = 1;
  a.bytes()[1] = b.bytes()[1] = 2;
  CHECK(equal(value_of(&a), value_of(&b)));
  b.bytes()[1] = 3;
  CHECK_FALSE(equal(value_of(&a), value_of(&b)));
  CHECK_FALSE(equal(text("1"), Value::fixnum(1)));
  CHECK(equal(list({heap.make_flonum(1e300)}), list({heap.make_flonum(1e300)})));
}

TEST_CASE_METHOD(Fixture, "equal strings of different widths are equal and hash alike", "[equality]") {
  String& wide = make_string(heap, "ab\xf0\x9f\x98\x80");
  string_set(heap, wide, 2, U'c');
  CHECK(equal(value_of(&wide), text("abc")));
}

TEST_CASE_METHOD(Fixture, "equal? ends on cycles", "[equality]") {
  CHECK(equal(cycle(1, 1), cycle(1, 1)));
  std::size_t work = 0;
  CHECK(is_equal(heap, cycle(2, 2), cycle(4, 2), work));   // unrolled differently
  CHECK(is_equal(heap, cycle(6, 3), cycle(9, 3), work));
  CHECK(is_equal(heap, cycle(1000, 2), cycle(14, 2), work));
  CHECK_FALSE(is_equal(heap, cycle(6, 3), cycle(8, 4), work));
  CHECK_FALSE(is_equal(heap, cycle(5, 5), list({Value::fixnum(0), Value::fixnum(1)}), work));
  // A vector that holds itself, against another one.
  Vector &v = heap.make_vector(2, kTrue), &w = heap.make_vector(2, kTrue);
  v.slots()[1] = value_of(&v);
  w.slots()[1] = value_of(&w);
  CHECK(is_equal(heap, value_of(&v), value_of(&w), work));
  w.slots()[0] = kFalse;
  CHECK_FALSE(is_equal(heap, value_of(&v), value_of(&w), work));
  // A cycle through both halves of pairs.
  const Value p = heap.cons(kNull, kNull), q = heap.cons(kNull, kNull);
  p.pair()->car = p.pair()->cdr = p;
  q.pair()->car = q.pair()->cdr = q;
  CHECK(is_equal(heap, p, q, work));
  CHECK(equal_hash(p) == equal_hash(p));
}

TEST_CASE_METHOD(Fixture, "equal? takes no exponential time on shared structure", "[equality]") {
  Value a = kNull, b = kNull;
  for (int i = 0; i < 2000; ++i) {
    a = heap.cons(a, a);
    b = heap.cons(b, b);
  }
  std::size_t work = 0;
  CHECK(is_equal(heap, a, b, work));
  CHECK(work < 5'000'000);
}

TEST_CASE_METHOD(Fixture, "equal? does not overflow the stack on deep structure", "[equality]") {
  Value deep_car[2] = {kNull, kNull}, deep_cdr[2] = {kNull, kNull}, deep_vector[2] = {kTrue, kTrue};
  for (int k = 0; k < 2; ++k) {
    for (int i = 0; i < 300000; ++i) {
      deep_car[k] = heap.cons(deep_car[k], kNull);
      deep_cdr[k] = heap.cons(Value::fixnum(i), deep_cdr[k]);
      deep_vector[k] = vector({deep_vector[k]});
    }
  }
  std::size_t work = 0;
  CHECK(is_equal(heap, deep_car[0], deep_car[1], work));
  CHECK(is_equal(heap, deep_cdr[0], deep_cdr[1], work));
  CHECK(is_equal(heap, deep_vector[0], deep_vector[1], work));
  CHECK(work >= 900000);
}

TEST_CASE_METHOD(Fixture, "hashes agree with the predicates they are named after", "[equality]") {
  CHECK(eqv_hash(heap.make_flonum(1e300)) == eqv_hash(heap.make_flonum(1e300)));
  CHECK(equal_hash(heap.make_flonum(2.5)) == equal_hash(heap.make_flonum(2.5)));
  CHECK(eq_hash(m.symbols.intern("a")) == eq_hash(m.symbols.intern("a")));
  // Different small things should hardly collide.
  std::size_t collisions = 0;
  for (int i = 0; i < 1000; ++i)
    for (int k = 1; k < 4; ++k)
      collisions += equal_hash(list({Value::fixnum(i)})) == equal_hash(list({Value::fixnum(i + k)}));
  CHECK(collisions == 0);
}
