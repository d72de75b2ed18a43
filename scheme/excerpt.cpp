// An excerpt is laid out by what a terminal shows: tabs reach to their stops, wide characters
// take two columns, combining ones none.
#include "scheme/excerpt.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kExcerptWidth = 100;  // columns

// One character as a terminal shows it: its bytes and how many columns they take.
struct Cell {
  std::string bytes;
  std::size_t width;
};

Cell cell_of(char32_t c, std::size_t column) {
  if (c == '\t') {
    const std::size_t width = 8 - column % 8;
    return {std::string(width, ' '), width};
  }
  if (c < 0x20 || c == 0x7f) return {"?", 1};
  std::string bytes;
  append_utf8(bytes, c);
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(c));
  return {bytes, width < 0 ? 0 : static_cast<std::size_t>(width)};
}

}  // namespace

std::string excerpt_of(const Span& span) {
  if (!span.known()) return {};
  const std::string_view text = span.text->view();
  const Position position = position_of(text, span.start);
  const std::string_view line = position.line_text;
  if (line.find_first_not_of(" \t") == std::string_view::npos) return {};
  const auto line_start = static_cast<std::size_t>(line.data() - text.data());
  const std::size_t from = std::min<std::size_t>(span.start - line_start, line.size());
  const std::size_t to = std::clamp<std::size_t>(span.end > line_start ? span.end - line_start : 0,
                                                 from, line.size());
  std::vector<Cell> cells;
  std::size_t column = 0, mark_start = 0, mark_end = 0, first = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (at <= from) mark_start = column, first = cells.size();
    const bool marked = at < to;
    cells.push_back(cell_of(decode_utf8(line, at), column));
    column += cells.back().width;
    if (marked) mark_end = column;
  }
  if (from >= line.size()) mark_start = column, first = cells.size();
  mark_end = std::max(mark_end, mark_start + 1);

  // A line that is too long begins a little before the mark.
  std::size_t begin = 0, skipped = 0;
  if (column > kExcerptWidth) {
    while (begin < first && mark_start - skipped > kExcerptWidth / 3) skipped += cells[begin++].width;
  }
  std::string shown_line = begin > 0 ? "..." : "", number = std::to_string(position.line);
  const std::size_t shift = shown_line.size();
  std::size_t width = 0;
  for (std::size_t i = begin; i < cells.size(); ++i) {
    if (width + cells[i].width > kExcerptWidth) {
      shown_line += "...";
      break;
    }
    shown_line += cells[i].bytes;
    width += cells[i].width;
  }
  const std::size_t indent = mark_start - skipped + shift;
  const std::size_t mark = std::min(mark_end - mark_start, std::max<std::size_t>(width + shift, indent + 1) - indent);
  return "  " + number + " | " + shown_line + "\n  " + std::string(number.size(), ' ') + " | " +
         std::string(indent, ' ') + std::string(mark, '^') + "\n";
}

}  // namespace fermata::scheme
