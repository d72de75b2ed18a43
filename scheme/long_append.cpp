#include "scheme/long_append.hpp"

#include <algorithm>
#include <cstring>

#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;  // elements copied at a time

std::size_t length_of(Value part) {
  if (const auto* s = cast<String>(part)) return s->length;
  if (const auto* v = cast<Vector>(part)) return v->length();
  return as<Bytevector>(part).length();
}

void copy(Machine& m, Value result, std::size_t at, Value part, std::size_t start, std::size_t end) {
  if (auto* to = cast<String>(result)) {
    string_copy(m.heap, *to, at, as<String>(part), start, end);
  } else if (auto* slots = cast<Vector>(result)) {
    std::copy(as<Vector>(part).slots() + start, as<Vector>(part).slots() + end, slots->slots() + at);
  } else {
    std::memcpy(as<Bytevector>(result).bytes() + at, as<Bytevector>(part).bytes() + start, end - start);
  }
}

Outcome fill_on(Machine& m, Value result, Index at, Value parts, Index start);
constexpr Builtin kFillOn = builtin<fill_on>("(%append-on result at parts start)",
                                             "Goes on filling the result of a long append.");

Outcome go_on(Machine& m, Value result, std::size_t at, Value parts, std::size_t start) {
  const auto index = [](std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); };
  return m.tail_call(value_of(&m.heap.make<Native>(&kFillOn)), {result, index(at), parts, index(start)});
}

// Element `start` of the first part is the next one; it goes to `at`.
Outcome fill_on(Machine& m, Value result, Index at, Value parts, Index start) {
  std::size_t to = at, from = start;
  for (std::size_t left = std::min(kPiece, length_of(result) - at); left > 0 && parts.is_pair();) {
    const Value part = parts.pair()->car;
    const std::size_t n = std::min(length_of(part) - from, left);
    copy(m, result, to, part, from, from + n);
    to += n, from += n, left -= n;
    if (from == length_of(part)) parts = parts.pair()->cdr, from = 0;
  }
  m.charge((to - at) / 16);
  return to < length_of(result) ? go_on(m, result, to, parts, from) : Outcome(result);
}

}  // namespace

Outcome append_in_pieces(Machine& m, Value result, Args parts) {
  Value list = kNull;
  for (std::size_t i = parts.size(); i-- > 0;) list = m.heap.cons(parts[i], list);
  return go_on(m, result, 0, list, 0);
}

Outcome copy_in_pieces(Machine& m, Value result, Value from, std::size_t start) {
  return go_on(m, result, 0, m.heap.cons(from, kNull), start);
}

}  // namespace fermata::scheme
