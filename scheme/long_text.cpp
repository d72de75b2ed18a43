#include "scheme/long_text.hpp"

#include <algorithm>
#include <cstring>

#include "scheme/argument_checks.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 17;  // a millisecond

Value index(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }
std::size_t start_of(Value range) { return static_cast<std::size_t>(range.pair()->car.fixnum()); }
std::size_t end_of(Value range) { return static_cast<std::size_t>(range.pair()->cdr.fixnum()); }

// What both directions are: a source, its range, where the next piece begins, and the result with
// how much of it is there; before that a number instead, while it is measured.
Outcome go_on(Machine& m, const Builtin& how, Value source, Value range, std::size_t at, Value result,
              std::size_t there) {
  m.charge(kPiece / 16);
  return m.tail_call(value_of(&m.heap.make<Native>(&how)), {source, range, index(at), result, index(there)});
}

std::size_t utf8_length(const String& s, std::size_t start, std::size_t end) {
  std::size_t n = 0;
  for (std::size_t i = start; i < end; ++i) {
    const char32_t c = string_ref(s, i);
    n += 1u + (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
  }
  return n;
}

Outcome encode_on(Machine& m, String& s, Value range, Index at, Value result, Index there);
constexpr Builtin kEncodeOn = builtin<encode_on>("(%encode-on string range at result there)",
                                                 "Goes on with a long string->utf8.");

Outcome encode_on(Machine& m, String& s, Value range, Index at, Value result, Index there) {
  const std::size_t start = start_of(range), end = end_of(range), to = std::min(at + kPiece, end);
  const auto next = [&](std::size_t from, Value r, std::size_t n) {
    return go_on(m, kEncodeOn, value_of(&s), range, from, r, n);
  };
  if (result.is_fixnum()) {
    const std::size_t n = there + utf8_length(s, at, to);
    if (to < end) return next(to, result, n);
    if (auto problem = check_memory(m, n, 1)) return *problem;
    return next(start, value_of(&m.heap.make_bytevector(n)), 0);
  }
  auto& b = as<Bytevector>(result);
  const std::string piece = to_utf8(s, at, to);
  const std::size_t n = there + piece.size();
  if (n > b.length() || (to == end && n < b.length())) return next(start, index(0), 0);
  std::memcpy(b.bytes() + there, piece.data(), piece.size());
  return to < end ? next(to, result, n) : Outcome(result);
}

// The end of a piece that begins at `at`: no character goes on beyond it.  Four bytes in a row that
// only continue one are no character.
std::size_t piece_end(std::string_view text, std::size_t at) {
  const std::size_t to = at + kPiece;
  if (to >= text.size()) return text.size();
  for (std::size_t back = 0; back < 4; ++back) {
    if ((text[to - back] & 0xc0) != 0x80) return to - back;
  }
  return to;
}

Outcome decode_on(Machine& m, Bytevector& b, Value range, Index at, Value result, Index there);
constexpr Builtin kDecodeOn = builtin<decode_on>("(%decode-on bytevector range at result there)",
                                                 "Goes on with a long utf8->string.");

Outcome decode_on(Machine& m, Bytevector& b, Value range, Index at, Value result, Index there) {
  const std::size_t start = start_of(range), end = end_of(range);
  const std::string_view text(reinterpret_cast<const char*>(b.bytes()), end);
  const std::size_t to = piece_end(text, at);
  const auto next = [&](std::size_t from, Value r, std::size_t n) {
    return go_on(m, kDecodeOn, value_of(&b), range, from, r, n);
  };
  const String& piece = make_string(m.heap, text.substr(at, to - at));
  const std::size_t n = there + piece.length;
  if (result.is_fixnum()) {
    const int width = std::max(static_cast<int>(result.fixnum()), piece.width());
    if (to < end) return next(to, Value::fixnum(width), n);
    if (auto problem = check_memory(m, n, static_cast<std::size_t>(width))) return *problem;
    return next(start, value_of(&make_string_uninitialized(m.heap, n, width)), 0);
  }
  auto& s = as<String>(result);
  if (n > s.length || piece.width() > s.width() || (to == end && n < s.length)) return next(start, Value::fixnum(1), 0);
  string_copy(m.heap, s, there, piece, 0, piece.length);
  return to < end ? next(to, result, n) : Outcome(result);
}

}  // namespace

Outcome encode_in_pieces(Machine& m, String& s, std::size_t start, std::size_t end) {
  return go_on(m, kEncodeOn, value_of(&s), m.heap.cons(index(start), index(end)), start, index(0), 0);
}

Outcome decode_in_pieces(Machine& m, Bytevector& b, std::size_t start, std::size_t end) {
  return go_on(m, kDecodeOn, value_of(&b), m.heap.cons(index(start), index(end)), start, Value::fixnum(1), 0);
}

}  // namespace fermata::scheme
