// The lexer's state machine.  What a token means inside is in literals.cpp.
#include "scheme/lexer.hpp"

#include <algorithm>
#include <cstring>

#include "scheme/numeric_vectors.hpp"

namespace fermata::scheme {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // U+FEFF, at the very beginning

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Ends an atom.  Brackets and braces are reserved by R7RS; `between` refuses them.
constexpr bool is_delimiter(char c) {
  switch (c) {
    case '(':
    case ')':
    case '"':
    case ';':
    case '|':
    case '[':
    case ']':
    case '{':
    case '}':
      return true;
    default:
      return is_blank(c);
  }
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One call of next_token.
class Scan {
 public:
  Scan(vm::Heap& heap, Lexer& lexer, std::string_view text, std::size_t& at, bool last,
       vm::SourceText* source)
      : heap_(heap),
        lexer_(lexer),
        text_(text),
        at_(at),
        last_(last),
        source_(source),
        base_(lexer.consumed - at),
        mark_(at) {}

  Token run() {
    for (;;) {
      switch (lexer_.state) {
        case Lexer::State::between: {
          const Token t = between();
          if (t.kind != TokenKind::none) return t;
          if (at_ == text_.size() && lexer_.state == Lexer::State::between) return pause();
          break;
        }
        case Lexer::State::line_comment:
          while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
          if (at_ == text_.size()) {
            if (last_) lexer_.state = Lexer::State::between;
            return pause();
          }
          lexer_.state = Lexer::State::between;
          break;
        case Lexer::State::block_comment:
          if (!skip_block_comment()) return pause();
          break;
        case Lexer::State::hash: {
          if (at_ == text_.size()) {
            if (!last_) return pause();
            fail(here(), "nothing follows #");
          }
          const Token t = after_hash();
          if (t.kind != TokenKind::none) return t;
          break;
        }
        case Lexer::State::directive:
          if (!directive()) return pause();
          break;
        case Lexer::State::comma:
          return comma();
        case Lexer::State::byte_order_mark:
          if (!skip_byte_order_mark()) return pause();
          break;
        case Lexer::State::label:
          return label();
        case Lexer::State::character:
          return character();
        case Lexer::State::atom:
          return atom();
        case Lexer::State::string:
          return quoted('"', TokenKind::string);
        case Lexer::State::bar_symbol:
          return quoted('|', TokenKind::bar_symbol);
      }
    }
  }

 private:
  std::uint64_t here() const { return base_ + at_; }

  [[noreturn]] void fail(std::uint64_t start, std::uint64_t end, std::string message,
                         std::string hint = {}) {
    lexer_.consumed = here();
    throw SyntaxError({source_, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)},
                      std::move(message), std::move(hint));
  }
  [[noreturn]] void fail(std::uint64_t end, std::string message, std::string hint = {}) {
    fail(lexer_.token_start, end, std::move(message), std::move(hint));
  }

  // The piece is used up: keep what it held of the token.
  Token pause() {
    lexer_.consumed = here();
    if (lexer_.state == Lexer::State::between || lexer_.state == Lexer::State::line_comment ||
        lexer_.state == Lexer::State::block_comment) {
      return {};
    }
    append(text_.substr(mark_, at_ - mark_));
    return {};
  }

  void append(std::string_view more) {
    if (more.empty()) return;
    if (lexer_.size + more.size() > lexer_.capacity) {
      const std::size_t capacity = std::max<std::size_t>(64, (lexer_.size + more.size()) * 2);
      auto* bigger = static_cast<char*>(heap_.atomic(capacity));
      if (lexer_.size) std::memcpy(bigger, lexer_.buffer, lexer_.size);
      lexer_.buffer = bigger;
      lexer_.capacity = capacity;
    }
    std::memcpy(lexer_.buffer + lexer_.size, more.data(), more.size());
    lexer_.size += more.size();
  }

  // What the token holds so far.
  std::string_view so_far() {
    if (lexer_.size == 0) return text_.substr(mark_, at_ - mark_);
    append(text_.substr(mark_, at_ - mark_));
    mark_ = at_;
    return {lexer_.buffer, lexer_.size};
  }

  void begin(Lexer::State state, std::size_t skip) {
    lexer_.state = state;
    lexer_.token_start = here();
    lexer_.size = 0;
    lexer_.escaped = false;
    at_ += skip;
    mark_ = at_ - (state == Lexer::State::atom || state == Lexer::State::hash ? skip : 0);
  }

  Token finish(TokenKind kind, std::string_view text = {}, std::uint64_t number = 0) {
    lexer_.state = Lexer::State::between;
    lexer_.consumed = here();
    lexer_.size = 0;
    return {kind, lexer_.token_start, here(), text, number};
  }

  Token single(TokenKind kind) {
    lexer_.token_start = here();
    ++at_;
    return finish(kind);
  }

  Token between() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_blank(c)) {
        ++at_;
        continue;
      }
      switch (c) {
        case '(':
          return single(TokenKind::open);
        case ')':
          return single(TokenKind::close);
        case '\'':
          return single(TokenKind::quote);
        case '`':
          return single(TokenKind::quasiquote);
        case ',':
          begin(Lexer::State::comma, 1);
          return {};
        case '"':
          begin(Lexer::State::string, 1);
          return {};
        case '|':
          begin(Lexer::State::bar_symbol, 1);
          return {};
        case '#':
          begin(Lexer::State::hash, 1);
          return {};
        case ';':
          ++at_;
          lexer_.state = Lexer::State::line_comment;
          return {};
        case '[':
        case ']':
        case '{':
        case '}': {
          const std::uint64_t place = here();
          ++at_;
          fail(place, place + 1, std::string("unexpected ") + c,
               std::string("R7RS reserves brackets and braces; write ") +
                   (c == '[' || c == '{' ? "(" : ")"));
        }
        default:
          begin(c == kByteOrderMark[0] && here() == 0 ? Lexer::State::byte_order_mark
                                                      : Lexer::State::atom,
                0);
          return {};
      }
    }
    return {};
  }

  bool skip_block_comment() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      const char previous = lexer_.previous;
      lexer_.previous = 0;
      if (previous == '|' && c == '#') {
        if (--lexer_.depth == 0) {
          lexer_.state = Lexer::State::between;
          return true;
        }
      } else if (previous == '#' && c == '|') {
        ++lexer_.depth;
      } else {
        lexer_.previous = c;
      }
    }
    if (last_)
      fail(lexer_.token_start + 2, "this #| comment is never closed",
           "block comments nest; each #| wants a |#");
    return false;
  }

  Token after_hash() {
    const char c = text_[at_];
    switch (c) {
      case '(':
        ++at_;
        return finish(TokenKind::open_vector);
      case ';':
        ++at_;
        return finish(TokenKind::datum_comment);
      case '|':
        ++at_;
        lexer_.state = Lexer::State::block_comment;
        lexer_.depth = 1;
        lexer_.previous = 0;
        return {};
      case '!':
        enter(Lexer::State::directive);
        return {};
      case '\\':
        enter(Lexer::State::character);
        return {};
      case '<':
        ++at_;
        fail(here(), "#< begins the printed form of an object that cannot be read back");
      default:
        if (is_digit(c)) {
          lexer_.size = 0;
          mark_ = at_;
          lexer_.state = Lexer::State::label;
        } else {
          lexer_.state = Lexer::State::atom;
        }
        return {};
    }
  }

  // Goes on in another state behind the current character; the token's text begins there.
  void enter(Lexer::State state) {
    ++at_;
    lexer_.state = state;
    lexer_.size = 0;
    mark_ = at_;
  }

  bool directive() {
    const bool first_line = lexer_.token_start == 0;
    while (at_ < text_.size() && !is_delimiter(text_[at_])) {
      if (first_line && text_[at_] == '/' && so_far().empty()) {
        lexer_.state = Lexer::State::line_comment;
        return true;
      }
      ++at_;
    }
    if (at_ == text_.size() && !last_) return false;
    const std::string name(so_far());
    if (first_line && name.empty() && at_ < text_.size() && text_[at_] == ' ') {
      lexer_.state = Lexer::State::line_comment;
      return true;
    }
    if (name == "fold-case")
      lexer_.fold_case = true;
    else if (name == "no-fold-case")
      lexer_.fold_case = false;
    else
      fail(here(), "unknown directive #!" + name, "there are #!fold-case and #!no-fold-case");
    lexer_.state = Lexer::State::between;
    lexer_.size = 0;
    return true;
  }

  Token comma() {
    if (at_ == text_.size() && !last_) return pause();
    if (at_ < text_.size() && text_[at_] == '@') {
      ++at_;
      return finish(TokenKind::unquote_splicing);
    }
    return finish(TokenKind::unquote);
  }

  Token label() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == text_.size() && !last_) return pause();
    const std::string digits(so_far());
    const char next = at_ < text_.size() ? text_[at_++] : '\0';
    if (next != '=' && next != '#')
      fail(here(), "#" + digits + " is no datum", "a label is written #0= and used as #0#");
    if (digits.size() > 15) fail(here(), "the number of a label is too large");
    return finish(next == '=' ? TokenKind::label : TokenKind::reference, {}, std::stoull(digits));
  }

  Token character() {
    // The first character always belongs to it, whatever it is.
    for (; at_ < text_.size(); ++at_) {
      const bool first = lexer_.size == 0 && at_ == mark_;
      if (first) continue;
      const char head = lexer_.size ? lexer_.buffer[0] : text_[mark_];
      if (is_delimiter(head) || is_delimiter(text_[at_])) break;
    }
    if (at_ == text_.size() && !last_) return pause();
    const std::string_view text = so_far();
    if (text.empty()) fail(here(), "nothing follows #\\", "a space is written #\\space");
    return finish(TokenKind::character, text);
  }

  // Whether it is decided: the first three bytes are the mark, or those of an atom.
  bool skip_byte_order_mark() {
    for (;;) {
      const std::size_t have = lexer_.size + (at_ - mark_);
      if (have == kByteOrderMark.size()) {
        lexer_.state = Lexer::State::between;
        lexer_.size = 0;
        return true;
      }
      if (at_ == text_.size() && !last_) return false;
      if (at_ == text_.size() || text_[at_] != kByteOrderMark[have]) break;
      ++at_;
    }
    lexer_.state = Lexer::State::atom;
    return true;
  }

  Token atom() {
    while (at_ < text_.size() && !is_delimiter(text_[at_])) {
      const char c = text_[at_];
      if (c == '\'' || c == '`' || c == ',') {
        const std::uint64_t place = here();
        ++at_;
        fail(place, place + 1, std::string(1, c) + " inside a symbol or number",
             "put a space before it");
      }
      ++at_;
    }
    if (at_ == text_.size() && !last_) return pause();
    const std::string_view text = so_far();
    if (text == ".") return finish(TokenKind::dot);
    if (text[0] == '#' && at_ < text_.size() && text_[at_] == '(' && !boolean_named(text)) {
      if (const auto element = element_named(text.substr(1))) {
        ++at_;
        return finish(TokenKind::open_numeric, {}, static_cast<std::uint64_t>(*element));
      }
      fail(here(), "unknown syntax " + std::string(text) + "(",
           "vectors are #( and bytevectors #u8(");
    }
    return finish(TokenKind::atom, text);
  }

  Token quoted(char quote, TokenKind kind) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (lexer_.escaped) {
        lexer_.escaped = false;
      } else if (c == '\\') {
        lexer_.escaped = true;
      } else if (c == quote) {
        const std::string_view text = so_far();
        ++at_;
        return finish(kind, text);
      }
    }
    if (!last_) return pause();
    if (kind == TokenKind::string) fail(lexer_.token_start + 1, "this string is never closed");
    fail(lexer_.token_start + 1, "this |symbol is never closed");
  }

  vm::Heap& heap_;
  Lexer& lexer_;
  const std::string_view text_;
  std::size_t& at_;
  const bool last_;
  vm::SourceText* const source_;
  const std::uint64_t base_;  // place of text_[0]
  std::size_t mark_;          // where in the piece the token's text begins or goes on
};

}  // namespace

Token next_token(vm::Heap& heap, Lexer& lexer, std::string_view text, std::size_t& at, bool last,
                 vm::SourceText* source) {
  return Scan(heap, lexer, text, at, last, source).run();
}

}  // namespace fermata::scheme
