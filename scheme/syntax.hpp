// Source forms: plain data plus a table of places.
//
// A form is ordinary Scheme data.  Where it stood in the text is kept beside it: the
// SpanTable maps each pair the reader made (by identity; the collector never moves) to
// the place of the list it begins, if it begins one, and of its car.  So even an atom has
// a place: that of the car of the pair that holds it.
#pragma once

#include <exception>
#include <string>

#include "vm/heap.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

struct PairSpan {
  std::uint32_t list_start = 0, list_end = 0;  // equal when the pair is not a list's head
  std::uint32_t car_start = 0, car_end = 0;
};

// Heap object (kind work): lives as long as somebody expands or reports on the forms.
struct SpanTable : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  vm::SourceText* text;
  std::uint64_t count, capacity;
  struct Entry { vm::Pair* pair; PairSpan span; };
  Entry* entries;  // open addressing by address
  SpanTable* made;   // places of pairs that macros made: the last ones,
  SpanTable* older;  // and those before them; null as long as there are none
};
SpanTable& make_span_table(vm::Heap& heap, vm::SourceText& text);
void add_span(vm::Heap& heap, SpanTable& table, vm::Pair& pair, PairSpan span);
// The same for a pair in the output of a macro.  Of these the last 32,768 at least are known;
// a macro without end would fill the memory with the others.
void add_made_span(vm::Heap& heap, SpanTable& table, vm::Pair& pair, PairSpan span);
const PairSpan* find_span(const SpanTable& table, const vm::Pair& pair);

// What reader, expander and compiler throw; carries no values.  One catch, in the native
// that drives them, makes a condition of it.
class SyntaxError : public std::exception {
 public:
  SyntaxError(vm::Span span, std::string message, std::string hint = {})
      : span(span), message(std::move(message)), hint(std::move(hint)) {}
  const char* what() const noexcept override { return message.c_str(); }
  vm::Span span;  // its text is kept alive by the driver
  std::string message, hint;
};

}  // namespace fermata::scheme
