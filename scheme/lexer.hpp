// The lexer: bytes of UTF-8 become tokens (R7RS 7.1.1).
//
// A state machine over bytes: a piece of text may end anywhere, inside a comment, an
// escape or a character, and the next piece goes on there.  A token that lies whole in
// one piece is a view of it; only a split one is collected in a buffer.  All of its
// state is plain data inside the Reader, so the collector sees the buffer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scheme/syntax.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

enum class TokenKind : std::uint8_t {
  none,  // the piece is used up
  open,
  close,
  open_vector,
  open_numeric,  // #f64( and its kin, #u8( among them; number says which
  dot,
  quote,
  quasiquote,
  unquote,
  unquote_splicing,
  datum_comment,
  label,
  reference,  // #n=  #n#
  atom,
  string,
  bar_symbol,
  character
};

struct Token {
  TokenKind kind = TokenKind::none;
  std::uint64_t start = 0, end = 0;  // places in the whole text
  std::string_view text;             // without delimiters and prefix; valid until the next call
  std::uint64_t number = 0;          // of a label; the Element of a numeric vector
};

struct Lexer {
  enum class State : std::uint8_t {
    between,
    byte_order_mark,
    atom,
    string,
    bar_symbol,
    hash,
    directive,
    label,
    character,
    comma,
    line_comment,
    block_comment
  };
  State state = State::between;
  bool fold_case = false;
  bool escaped = false;        // string, bar_symbol: after a backslash
  char previous = 0;           // block_comment: to see #| and |#
  std::uint32_t depth = 0;     // block_comment: nesting
  std::uint64_t consumed = 0;  // bytes before the rest of the current piece
  std::uint64_t token_start = 0;
  char* buffer = nullptr;  // atomic: what earlier pieces held of the token
  std::uint64_t size = 0, capacity = 0;

  // Between tokens, comments of one line included.
  bool at_rest() const { return state == State::between || state == State::line_comment; }
  void reset() {
    state = State::between;
    escaped = false;
    size = 0;
  }
};

// The next token of text[at...], advancing `at` and lexer.consumed.  `last`: the text ends
// with this piece.  Throws SyntaxError, whose span refers to `source` (which may be null).
Token next_token(vm::Heap& heap, Lexer& lexer, std::string_view text, std::size_t& at, bool last,
                 vm::SourceText* source);

// ---- the insides of tokens -----------------------------------------------------------
// For errors, `start` is the place of text[0].
std::string unescape(std::string_view text, std::uint64_t start, vm::SourceText* source);
// The text is what follows #\; here `start` is the place of the #.
char32_t character_from(std::string_view text, bool fold_case, std::uint64_t start,
                        vm::SourceText* source);
// The name of a character that has one ("newline"), or null.
const char* character_name(char32_t c);
// Throws unless the text may stand as a symbol without bars.
void check_symbol(std::string_view text, std::uint64_t start, vm::SourceText* source);
// Whether write puts bars around a symbol of that name.
bool needs_bars(vm::Machine& m, std::string_view name);
// Whether the character shows itself when printed: no control, no format character, no
// space but U+0020, assigned.
bool is_graphic(char32_t c);
std::string ascii_lower(std::string_view text);
// What #t, #f, #true and #false stand for, in either case.
std::optional<bool> boolean_named(std::string_view text);

}  // namespace fermata::scheme
