// Places in source text: offsets become lines and columns, instructions become spans.
#include "vm/source_map.hpp"

#include <algorithm>
#include <cstring>

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

Span find_span(const Code& code, std::size_t word) {
  auto* map = cast<Bytevector>(code.source);
  auto* text = cast<SourceText>(code.file);
  if (map == nullptr || text == nullptr) return {};
  const auto entry_at = [&](std::size_t i) {
    SourceMapEntry e;
    std::memcpy(&e, map->bytes() + i * sizeof(SourceMapEntry), sizeof e);
    return e;
  };
  std::size_t low = 0, high = map->length() / sizeof(SourceMapEntry);  // the answer is before high
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (entry_at(middle).word <= word)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return {};
  const SourceMapEntry e = entry_at(low - 1);
  return {text, e.start, e.end};
}

}  // namespace fermata::vm
