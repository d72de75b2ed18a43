// Where a parenthesis is probably missing.
//
// The reader notices at the end of the text only.  People indent, though: the first line
// that begins no further right than the list it is supposed to be inside of betrays that
// list.  So the open datum is gone over once more, with an eye on columns.
#include "scheme/unbalanced.hpp"

#include <string>
#include <vector>

#include "scheme/lexer.hpp"

namespace fermata::scheme {

namespace {

struct Opening {
  std::uint64_t place;
  std::size_t column;
};

SyntaxError never_closed(vm::SourceText& source, std::uint64_t place, std::string hint) {
  const auto start = static_cast<std::uint32_t>(place);
  return {{&source, start, start + 1}, "this parenthesis is never closed", std::move(hint)};
}

}  // namespace

SyntaxError unbalanced(vm::Heap& heap, vm::SourceText& source, std::uint64_t start) {
  const std::string_view text = source.view();
  std::vector<Opening> open;
  Lexer lexer;
  lexer.consumed = start;
  std::size_t at = start;
  std::size_t seen = 0, line_start = 0;  // of the text before the current token
  for (;;) {
    const Token t = next_token(heap, lexer, text, at, true, &source);
    if (t.kind == TokenKind::none) break;
    if (t.kind == TokenKind::close) {
      if (!open.empty()) open.pop_back();
      continue;
    }
    const std::size_t newline = text.substr(seen, t.start - seen).find_last_of("\r\n");
    if (newline != std::string_view::npos) line_start = seen + newline + 1;
    seen = t.start;
    const std::size_t column = t.start - line_start;
    const bool first =
        text.substr(line_start, column).find_first_not_of(" \t") == std::string_view::npos;
    if (first && !open.empty() && column <= open.back().column) {
      const std::size_t line = vm::position_of(text, t.start).line;
      return never_closed(source, open.back().place,
                          "a ) is probably missing before line " + std::to_string(line) +
                              ", which begins no further right than this list");
    }
    const bool opens = t.kind == TokenKind::open || t.kind == TokenKind::open_vector ||
                       t.kind == TokenKind::open_numeric;
    if (opens) open.push_back({t.start, column});
  }
  if (open.empty()) return never_closed(source, start, {});
  const std::size_t n = open.size();
  return never_closed(source, open.back().place,
                      n == 1 ? "the text ends inside this list"
                             : "the text ends inside " + std::to_string(n) + " lists");
}

}  // namespace fermata::scheme
