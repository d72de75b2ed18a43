// Bytevectors: R7RS 6.9, with the conversions between UTF-8 and strings.
#include <algorithm>
#include <cstring>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/long_append.hpp"
#include "scheme/long_text.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr const char* kByte = "a byte (0 to 255)";

Value index_value(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }

bool is_byte(Value v) { return v.is_fixnum() && v.fixnum() >= 0 && v.fixnum() < 256; }

Outcome is_bytevector(Machine&, Value v) { return Value::boolean(is<Bytevector>(v)); }

Outcome make_bytevector(Machine& m, Index k, std::optional<Value> fill) {
  if (fill && !is_byte(*fill)) return m.wrong_type(2, kByte, *fill);
  if (auto problem = check_memory(m, k, 1)) return *problem;
  Bytevector& b = m.heap.make_bytevector(k);
  std::fill_n(b.bytes(), b.length(), static_cast<std::uint8_t>(fill ? fill->fixnum() : 0));
  return value_of(&b);
}

Outcome bytevector(Machine& m, Args bytes) {
  Bytevector& b = m.heap.make_bytevector(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!is_byte(bytes[i])) return m.wrong_type(i + 1, kByte, bytes[i]);
    b.bytes()[i] = static_cast<std::uint8_t>(bytes[i].fixnum());
  }
  return value_of(&b);
}

Outcome length(Machine&, Bytevector& b) { return index_value(b.length()); }

Outcome ref(Machine& m, Bytevector& b, Index k) {
  if (auto problem = check_index(m, b.length(), 2, k)) return *problem;
  return Value::fixnum(b.bytes()[k]);
}

Outcome set(Machine& m, Bytevector& b, Index k, Value byte) {
  if (auto problem = check_mutable(m, b)) return *problem;
  if (auto problem = check_index(m, b.length(), 2, k)) return *problem;
  if (!is_byte(byte)) return m.wrong_type(3, kByte, byte);
  b.bytes()[k] = static_cast<std::uint8_t>(byte.fixnum());
  return kUnspecified;
}

Outcome copy(Machine& m, Bytevector& b, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, b.length(), 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), 1)) return *problem;
  Bytevector& result = m.heap.make_bytevector(r.size());
  if (r.size() >= kLongResult) return copy_in_pieces(m, value_of(&result), value_of(&b), r.start);
  std::memcpy(result.bytes(), b.bytes() + r.start, r.size());
  return value_of(&result);
}

Outcome copy_into(Machine& m, Bytevector& to, Index at, Bytevector& from,
                  std::optional<Index> start, std::optional<Index> end) {
  if (auto problem = check_mutable(m, to)) return *problem;
  Range r;
  if (auto problem = check_range(m, from.length(), 4, start, end, r)) return *problem;
  if (at > to.length())
    return m.out_of_range(2, "an index of at most " + std::to_string(to.length()), index_value(at));
  if (r.size() > to.length() - at)
    return m.out_of_range(2, "an index that leaves room for " + std::to_string(r.size()) + " bytes",
                          index_value(at));
  m.charge(r.size() / 64);
  std::memmove(to.bytes() + at, from.bytes() + r.start, r.size());
  return kUnspecified;
}

Outcome append(Machine& m, Args bytevectors) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < bytevectors.size(); ++i) {
    auto* b = cast<Bytevector>(bytevectors[i]);
    if (b == nullptr) return m.wrong_type(i + 1, "a bytevector", bytevectors[i]);
    total += b->length();
  }
  if (total >= kLongResult && m.heap.can_allocate(total))
    return append_in_pieces(m, value_of(&m.heap.make_bytevector(total)), bytevectors);
  if (auto problem = check_memory(m, total, 1)) return *problem;
  Bytevector& result = m.heap.make_bytevector(total);
  std::uint8_t* to = result.bytes();
  for (const Value v : bytevectors) {
    Bytevector& from = as<Bytevector>(v);
    to = std::copy_n(from.bytes(), from.length(), to);
  }
  return value_of(&result);
}

Outcome fill(Machine& m, Bytevector& b, Value byte, std::optional<Index> start,
             std::optional<Index> end) {
  if (auto problem = check_mutable(m, b)) return *problem;
  if (!is_byte(byte)) return m.wrong_type(2, kByte, byte);
  Range r;
  if (auto problem = check_range(m, b.length(), 3, start, end, r)) return *problem;
  m.charge(r.size() / 64);
  std::fill(b.bytes() + r.start, b.bytes() + r.end, static_cast<std::uint8_t>(byte.fixnum()));
  return kUnspecified;
}

Outcome to_string(Machine& m, Bytevector& b, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, b.length(), 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), 4)) return *problem;
  if (r.size() >= kLongText) return decode_in_pieces(m, b, r.start, r.end);
  m.charge(r.size() / 16);
  const std::string_view text(reinterpret_cast<const char*>(b.bytes()) + r.start, r.size());
  return value_of(&make_string(m.heap, text));
}

Outcome from_string(Machine& m, String& s, std::optional<Index> start, std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, s.length, 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), 4)) return *problem;
  if (r.size() >= kLongText) return encode_in_pieces(m, s, r.start, r.end);
  m.charge(r.size() / 16);
  const std::string text = to_utf8(s, r.start, r.end);
  Bytevector& b = m.heap.make_bytevector(text.size());
  std::memcpy(b.bytes(), text.data(), text.size());
  return value_of(&b);
}

constexpr Builtin kBytevectors[] = {
    builtin<is_bytevector>("(bytevector? obj)", "Whether obj is a bytevector."),
    builtin<make_bytevector>("(make-bytevector k [byte])", "A new bytevector of k bytes."),
    builtin<bytevector>("(bytevector byte ...)", "A new bytevector of the bytes."),
    builtin<length>("(bytevector-length bytevector)", "The number of bytes."),
    builtin<ref>("(bytevector-u8-ref bytevector k)", "Byte k, counted from 0."),
    builtin<set>("(bytevector-u8-set! bytevector k byte)", "Makes byte the byte at k."),
    builtin<copy>("(bytevector-copy bytevector [start [end]])",
                  "A new bytevector of the bytes from start up to end."),
    builtin<copy_into>("(bytevector-copy! to at from [start [end]])",
                       "Copies bytes of from into to, beginning at at; overlap is fine."),
    builtin<append>("(bytevector-append bytevector ...)", "Joins the bytevectors into a new one."),
    builtin<fill>("(bytevector-fill! bytevector byte [start [end]])",
                  "Makes byte every byte from start up to end."),
    builtin<to_string>("(utf8->string bytevector [start [end]])",
                       "The text whose UTF-8 encoding the bytes are; what is none gives U+FFFD."),
    builtin<from_string>("(string->utf8 string [start [end]])", "The UTF-8 encoding of the text."),
};

}  // namespace

std::span<const Builtin> bytevector_builtins() { return kBytevectors; }

}  // namespace fermata::scheme
