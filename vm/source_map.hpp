// Places in source text: what a backtrace and a caret need.
#pragma once

#include <string>
#include <string_view>

#include "vm/code.hpp"
#include "vm/heap.hpp"

namespace fermata::vm {

// A file or a line typed at the prompt, kept so that errors can show the excerpt.
struct SourceText : Object {
  static constexpr Kind kKind = Kind::source;
  Value name;  // String: file name as given, "<stdin>", "<repl:3>"
  Value text;  // Bytevector, UTF-8
  std::string_view view() const {
    auto& b = as<Bytevector>(text);
    return {reinterpret_cast<const char*>(b.bytes()), b.length()};
  }
};
SourceText& make_source(Heap& heap, std::string_view name, std::string_view text);

// Bytes [start, end) of a text; text may be null: no place known.
struct Span {
  SourceText* text = nullptr;
  std::uint32_t start = 0, end = 0;
  bool known() const { return text != nullptr; }
};

// A span as a value, for conditions.
struct SpanObject : Object {
  static constexpr Kind kKind = Kind::box;  // never seen by programs
  Value text;         // SourceText
  Value start, end;   // fixnums
};

struct Position {
  std::size_t line = 1, column = 1;  // from 1; columns count characters
  std::string_view line_text;
};
Position position_of(std::string_view text, std::size_t offset);

// A source map is a Bytevector of {word, start, end} triples of u32, sorted by word:
// the instruction beginning at `word` was made for that span.
struct SourceMapEntry {
  std::uint32_t word, start, end;
};
// The place of the last entry at or before `word`, if any.
Span find_span(const Code& code, std::size_t word);

}  // namespace fermata::vm
