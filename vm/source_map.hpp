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
  // Of a library that Fermata brings along: "fermata:fermata/list.sld".
  bool is_carried() const;
};
SourceText& make_source(Heap& heap, std::string_view name, std::string_view text);

struct Inlined;

// Bytes [start, end) of a text; text may be null: no place known.
struct Span {
  SourceText* text = nullptr;
  std::uint32_t start = 0, end = 0;
  const Inlined* within = nullptr;  // the inlined procedure or macro use that this is part of, if any
  bool known() const { return text != nullptr; }
};

// A call that the compiler replaced by the procedure's body, which backtraces tell as a frame
// all the same; or a use of a macro, which reports tell of.
struct Inlined {  // heap memory, traced; never written
  Value name;     // Symbol or #f; of a macro (name . place of its definition)
  Span site;      // the call or the use
  bool is_foreign;  // of a library whose places are not told
  int depth;        // of such calls, with this one
  bool is_macro() const { return name.is_pair(); }
  static constexpr int kDeepest = 60;
};

// A span as a value, for conditions.
struct SpanObject : Object {
  static constexpr Kind kKind = Kind::box;  // never seen by programs
  Value text;         // SourceText
  Value start, end;   // fixnums
  Value macros;       // list of (name . place), the uses that made what stands there, innermost first
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

// Calls that were inlined, of one code object: Code::frames is #f, or a vector of a Bytevector of
// {word, frame} pairs of u32, sorted by word, frame 0 being the code object's own; a Bytevector
// of InlinedEntry, for the frames from 1 on; their names; and what locals.hpp says, if anything.
struct InlinedMapEntry {
  std::uint32_t word, frame;
};
struct InlinedEntry {
  std::uint32_t start, end;  // the call, if end > 0
  std::uint32_t below;       // the frame that made it
  std::uint32_t is_foreign;
};
// The number of the frame that the instruction at `word` belongs to.
std::uint32_t find_inlined(const Code& code, std::size_t word);
InlinedEntry inlined_entry(const Code& code, std::uint32_t frame);
Value inlined_name(const Code& code, std::uint32_t frame);

}  // namespace fermata::vm
