// Text: the reader, numbers.
#include "scheme/equality.hpp"
#include "scheme/number_text.hpp"
#include "scheme/reader.hpp"
#include "tests/fuzz/interpreter.hpp"
#include "tests/fuzz/targets.hpp"
#include "vm/number.hpp"

namespace fermata::fuzz {

using namespace vm;

namespace {

// The data as text, or the error; fed in pieces of that size.
std::string read_in_pieces(std::string_view text, std::size_t size) {
  Machine& m = interpreter().machine;
  scheme::Reader& r = scheme::make_reader(m);
  std::string shown;
  try {
    for (std::size_t start = 0;; start += size) {
      const bool last = start + size >= text.size();
      const std::string piece(text.substr(start, size));  // of its own: reading past it is seen
      for (std::size_t at = 0; scheme::feed(m, r, piece, at, last) == scheme::ReadStatus::datum;)
        shown += scheme::to_text(m, scheme::take(r)) + "\n";
      if (last) return shown;
    }
  } catch (const scheme::SyntaxError& e) {
    return shown + "error at " + std::to_string(e.span.start) + ": " + e.message;
  }
}

}  // namespace

void reader(std::string_view input) {
  if (input.size() > 4000) return;
  const std::string whole = read_in_pieces(input, input.size() + 1);
  expect(read_in_pieces(input, input.size() % 7 + 1) == whole, "another result in pieces", whole);
  if (whole.find("error at ") != std::string::npos) return;
  expect(read_in_pieces(whole, whole.size() + 1) == whole,
         "what was written is read as something else", whole);
}

void number(std::string_view input) {
  if (input.size() > 400) return;
  Machine& m = interpreter().machine;
  for (const int radix : {10, 2, 8, 16, 36, 7}) {
    const auto value = scheme::parse_number(m, input, radix);
    // From 19 on `i` is a digit, so the text of a complex number means something else.
    if (!value || (radix > 18 && !is_real(*value))) continue;
    const std::string text = scheme::number_to_text(m, *value, radix);
    const auto back = scheme::parse_number(m, text, radix);
    expect(
        back && (scheme::is_eqv(*back, *value) || scheme::number_to_text(m, *back, radix) == text),
        "a number does not come back", text);
  }
}

}  // namespace fermata::fuzz
