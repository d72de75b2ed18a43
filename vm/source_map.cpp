// Places in source text: offsets become lines and columns, instructions become spans.
#include "vm/source_map.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "vm/string.hpp"

namespace fermata::vm {

SourceText& make_source(Heap& heap, std::string_view name, std::string_view text) {
  String& own_name = make_string(heap, name);
  own_name.make_immutable();
  Bytevector& bytes = heap.make_bytevector(text.size());
  if (!text.empty()) std::memcpy(bytes.bytes(), text.data(), text.size());
  bytes.make_immutable();
  return heap.make<SourceText>(value_of(&own_name), value_of(&bytes));
}

bool SourceText::is_carried() const { return to_utf8(as<String>(name)).starts_with("fermata:"); }

// A line ends with LF, CR, or CR LF.
Position position_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  Position p;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < offset; ++i) {
    const bool ends =
        text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    if (!ends) continue;
    ++p.line;
    line_start = i + 1;
  }
  const std::size_t line_end = std::min(text.find_first_of("\r\n", line_start), text.size());
  p.line_text = text.substr(line_start, line_end - line_start);
  const auto before = text.substr(line_start, offset - line_start);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  p.column = 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(),
                                                        [&](char c) { return !continues(c); }));
  return p;
}

namespace {

template <class Entry>
Entry entry_at(Bytevector& entries, std::size_t i) {
  Entry e;
  std::memcpy(&e, entries.bytes() + i * sizeof e, sizeof e);
  return e;
}

// The last entry at or before `word`.
template <class Entry>
std::optional<Entry> find_entry(Bytevector& map, std::size_t word) {
  std::size_t low = 0, high = map.length() / sizeof(Entry);  // the answer is before high
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (entry_at<Entry>(map, middle).word <= word)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return std::nullopt;
  return entry_at<Entry>(map, low - 1);
}

}  // namespace

Span find_span(const Code& code, std::size_t word) {
  auto* map = cast<Bytevector>(code.source);
  auto* text = cast<SourceText>(code.file);
  if (map == nullptr || text == nullptr) return {};
  const auto e = find_entry<SourceMapEntry>(*map, word);
  return e ? Span{text, e->start, e->end} : Span{};
}

std::uint32_t find_inlined(const Code& code, std::size_t word) {
  auto* frames = cast<Vector>(code.frames);
  if (frames == nullptr) return 0;
  const auto e = find_entry<InlinedMapEntry>(as<Bytevector>(frames->slots()[0]), word);
  return e ? e->frame : 0;
}

InlinedEntry inlined_entry(const Code& code, std::uint32_t frame) {
  return entry_at<InlinedEntry>(as<Bytevector>(as<Vector>(code.frames).slots()[1]), frame - 1);
}

Value inlined_name(const Code& code, std::uint32_t frame) {
  return as<Vector>(code.frames).slots()[1 + frame];
}

}  // namespace fermata::vm
