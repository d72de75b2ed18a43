// Vectors: R7RS 6.8, what needs no procedure argument.
#include <algorithm>
#include <cstring>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/lists.hpp"
#include "scheme/long_append.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kLongVector = kLongResult / sizeof(Value);

Value index_value(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }

Outcome is_vector(Machine&, Value v) { return Value::boolean(is<Vector>(v)); }

Outcome make_vector(Machine& m, Index k, std::optional<Value> fill) {
  if (auto problem = check_memory(m, k, sizeof(Value))) return *problem;
  return value_of(&m.heap.make_vector(k, fill.value_or(kUnspecified)));
}

Outcome vector(Machine& m, Args elements) {
  Vector& v = m.heap.make_vector(elements.size(), kUnspecified);
  std::copy(elements.begin(), elements.end(), v.slots());
  return value_of(&v);
}

Outcome length(Machine&, Vector& v) { return index_value(v.length()); }

Outcome ref(Machine& m, Vector& v, Index k) {
  if (auto problem = check_index(m, v.length(), 2, k)) return *problem;
  return v.slots()[k];
}

Outcome set(Machine& m, Vector& v, Index k, Value obj) {
  if (auto problem = check_mutable(m, v)) return *problem;
  if (auto problem = check_index(m, v.length(), 2, k)) return *problem;
  v.slots()[k] = obj;
  return kUnspecified;
}

Outcome to_list(Machine& m, Vector& v, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, v.length(), 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), sizeof(Pair))) return *problem;
  Value list = kNull;
  for (std::size_t i = r.end; i-- > r.start;) list = m.heap.cons(v.slots()[i], list);
  return list;
}

Outcome from_list(Machine& m, Value list) {
  const std::int64_t n = list_length(list);
  if (n < 0) return m.wrong_type(1, "a proper list", list);
  if (auto problem = check_memory(m, static_cast<std::size_t>(n), sizeof(Value))) return *problem;
  Vector& v = m.heap.make_vector(static_cast<std::size_t>(n), kUnspecified);
  Value* slot = v.slots();
  for (Value at = list; at.is_pair(); at = at.pair()->cdr) *slot++ = at.pair()->car;
  return value_of(&v);
}

// The same, last element first: for building a vector from an accumulated list.
Outcome from_reversed_list(Machine& m, Value list) {
  const std::int64_t n = list_length(list);
  if (n < 0) return m.wrong_type(1, "a proper list", list);
  if (auto problem = check_memory(m, static_cast<std::size_t>(n), sizeof(Value))) return *problem;
  Vector& v = m.heap.make_vector(static_cast<std::size_t>(n), kUnspecified);
  Value* slot = v.slots() + n;
  for (Value at = list; at.is_pair(); at = at.pair()->cdr) *--slot = at.pair()->car;
  return value_of(&v);
}

Outcome copy(Machine& m, Vector& v, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, v.length(), 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), sizeof(Value))) return *problem;
  Vector& result = m.heap.make_vector(r.size(), kUnspecified);
  if (r.size() >= kLongVector) return copy_in_pieces(m, value_of(&result), value_of(&v), r.start);
  std::copy(v.slots() + r.start, v.slots() + r.end, result.slots());
  return value_of(&result);
}

Outcome copy_into(Machine& m, Vector& to, Index at, Vector& from, std::optional<Index> start,
                  std::optional<Index> end) {
  if (auto problem = check_mutable(m, to)) return *problem;
  Range r;
  if (auto problem = check_range(m, from.length(), 4, start, end, r)) return *problem;
  if (at > to.length())
    return m.out_of_range(2, "an index of at most " + std::to_string(to.length()), index_value(at));
  if (r.size() > to.length() - at)
    return m.out_of_range(
        2, "an index that leaves room for " + std::to_string(r.size()) + " elements",
        index_value(at));
  m.charge(r.size() / 16);
  std::memmove(to.slots() + at, from.slots() + r.start, r.size() * sizeof(Value));
  return kUnspecified;
}

Outcome append(Machine& m, Args vectors) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    auto* v = cast<Vector>(vectors[i]);
    if (v == nullptr) return m.wrong_type(i + 1, "a vector", vectors[i]);
    total += v->length();
  }
  if (auto problem = check_memory(m, total, sizeof(Value))) return *problem;
  Vector& result = m.heap.make_vector(total, kUnspecified);
  if (total >= kLongVector) return append_in_pieces(m, value_of(&result), vectors);
  Value* slot = result.slots();
  for (const Value v : vectors) {
    Vector& from = as<Vector>(v);
    slot = std::copy_n(from.slots(), from.length(), slot);
  }
  return value_of(&result);
}

Outcome fill(Machine& m, Vector& v, Value obj, std::optional<Index> start,
             std::optional<Index> end) {
  if (auto problem = check_mutable(m, v)) return *problem;
  Range r;
  if (auto problem = check_range(m, v.length(), 3, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  std::fill(v.slots() + r.start, v.slots() + r.end, obj);
  return kUnspecified;
}

Outcome swap(Machine& m, Vector& v, Index i, Index j) {
  if (auto problem = check_mutable(m, v)) return *problem;
  if (auto problem = check_index(m, v.length(), 2, i)) return *problem;
  if (auto problem = check_index(m, v.length(), 3, j)) return *problem;
  std::swap(v.slots()[i], v.slots()[j]);
  return kUnspecified;
}

Outcome reverse_in_place(Machine& m, Vector& v, std::optional<Index> start,
                         std::optional<Index> end) {
  if (auto problem = check_mutable(m, v)) return *problem;
  Range r;
  if (auto problem = check_range(m, v.length(), 2, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  std::reverse(v.slots() + r.start, v.slots() + r.end);
  return kUnspecified;
}

constexpr Builtin kVectors[] = {
    builtin<is_vector>("(vector? obj)", "Whether obj is a vector."),
    builtin<make_vector>("(make-vector k [fill])", "A new vector of k elements, each of them fill."),
    builtin<vector>("(vector obj ...)", "A new vector of the objects."),
    builtin<length>("(vector-length vector)", "The number of elements."),
    builtin<ref>("(vector-ref vector k)", "Element k of the vector, counted from 0."),
    builtin<set>("(vector-set! vector k obj)", "Makes obj element k of the vector."),
    builtin<to_list>("(vector->list vector [start [end]])", "A list of the elements."),
    builtin<from_list>("(list->vector list)", "A new vector of the elements of list."),
    builtin<from_reversed_list>("(reverse-list->vector list)",
                                "A new vector of the elements of list, last first."),
    builtin<copy>("(vector-copy vector [start [end]])",
                  "A new vector of the elements from start up to end."),
    builtin<copy_into>("(vector-copy! to at from [start [end]])",
                       "Copies elements of from into to, beginning at at; overlap is fine."),
    builtin<append>("(vector-append vector ...)", "Joins the vectors into a new one."),
    builtin<fill>("(vector-fill! vector fill [start [end]])",
                  "Makes fill every element from start up to end."),
    builtin<swap>("(vector-swap! vector i j)", "Exchanges elements i and j."),
    builtin<reverse_in_place>("(vector-reverse! vector [start [end]])",
                              "Turns the elements from start up to end around."),
};

}  // namespace

std::span<const Builtin> vector_builtins() { return kVectors; }

}  // namespace fermata::scheme
