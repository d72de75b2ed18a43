// The reader: text becomes data.
//
// Resumable: it is fed characters by whoever has them, keeps unfinished lists on a heap
// stack of its own, and answers `more` when the text ends inside a datum.  It never
// recurses.  With a SpanTable it records where each pair stood, and strings, vectors and
// bytevectors are immutable, being literals of a program; without one they are fresh data.
#pragma once

#include <string>

#include "scheme/syntax.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

enum class ReadStatus : std::uint8_t { datum, eof, more };

// A heap object (kind work), so that a port can hold it between two reads.
struct Reader;
Reader& make_reader(vm::Machine& m, SpanTable* spans = nullptr);
vm::Value reader_value(Reader& r);
Reader& reader_of(vm::Value v);  // Requires: v came from reader_value()

// Consumes from text[at...], a piece of the whole, advancing `at`.  `datum`: one datum was
// completed, get it with take().  `more`: the piece is used up inside a datum.  `eof`: the
// piece is used up between data.  `last`: this is the end of the input, so an unfinished datum
// is an error.  Throws SyntaxError; the reader can be used again after the error (it drops
// what it had).  Places count from the first byte the reader was ever fed.
ReadStatus feed(vm::Machine& m, Reader& r, std::string_view text, std::size_t& at, bool last);
vm::Value take(Reader& r);
vm::Span last_span(const Reader& r);       // where the datum completed last stood
bool inside_datum(const Reader& r);        // for prompts: more lines are wanted
void set_fold_case(Reader& r, bool fold);  // as #!fold-case does; for include-ci
bool folds_case(const Reader& r);
// What is fed next has that place.  Requires: not inside a datum.
void go_to(Reader& r, std::size_t place);

// All data of a text, as a list. Throws SyntaxError.
vm::Value read_all(vm::Machine& m, SpanTable& spans, bool fold_case = false);

}  // namespace fermata::scheme
