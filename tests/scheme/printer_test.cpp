// The printer: R7RS 6.13.3, labels, symbols with bars, objects that cannot be read.
#include "scheme/environment.hpp"
#include "scheme/tables.hpp"
#include "tests/scheme/text_fixture.hpp"
#include "vm/condition.hpp"

namespace fermata::scheme {

using namespace vm;

TEST_CASE_METHOD(TextFixture, "write labels cycles, and only cycles", "[printer]") {
  CHECK(echo("#0=(a b . #0#)") == "#0=(a b . #0#)");
  CHECK(echo("#5=#(1 #5#)") == "#0=#(1 #0#)");
  CHECK(echo("(#0=(a) #0#)") == "((a) (a))");
  CHECK(echo("(#0=(a . #1=(b . #0#)) #1#)") == "(#0=(a b . #0#) (b . #0#))");
  CHECK(echo("(x #0=(a . #0#) y #1=(b . #1#))") == "(x #0=(a . #0#) y #1=(b . #1#))");
  CHECK(echo("(a . #0=(b . #0#))") == "(a . #0=(b . #0#))");
  CHECK(echo("#0=(#0# . #0#)") == "#0=(#0# . #0#)");
}

TEST_CASE_METHOD(TextFixture, "write-shared labels all sharing, write-simple none", "[printer]") {
  CHECK(echo("(#0=(a) #0# #1=#(1) #1#)", Style::write_shared) == "(#0=(a) #0# #1=#(1) #1#)");
  CHECK(echo("(#0=(a) b . #0#)", Style::write_shared) == "(#0=(a) b . #0#)");
  CHECK(echo("#0=(a . #0#)", Style::write_shared) == "#0=(a . #0#)");
  CHECK(echo("(#0=\"a\" #0# #1=() #1#)", Style::write_shared) == "(\"a\" \"a\" () ())");
  CHECK(echo("(#0=(a) #0#)", Style::write_simple) == "((a) (a))");
}

TEST_CASE_METHOD(TextFixture, "display shows strings and characters bare at any depth",
                 "[printer]") {
  CHECK(echo("(\"a\\\"\" #\\b (\"c\" . #(\"d\" #\\e)) |f g|)", Style::display) ==
        "(a\" b (c . #(d e)) f g)");
  CHECK(echo("#0=(\"a\" . #0#)", Style::display) == "#0=(a . #0#)");
  CHECK(echo("'(\"a\")", Style::display) == "'(a)");
}

TEST_CASE_METHOD(TextFixture, "quotations are abbreviated where they read back the same",
                 "[printer]") {
  CHECK(write(read("(quote a) (quote . a) (quote) (quote a b) (quasiquote (unquote a))")) ==
        "('a (quote . a) (quote) (quote a b) `,a)");
  CHECK(echo("(quote #0=(a . #0#))") == "'#0=(a . #0#)");
  CHECK(echo("(quote . #0=(a . #0#))") == "(quote . #0=(a . #0#))");
  CHECK(echo("(quote . #0=(#0#))") == "(quote . #0=(#0#))");
  CHECK(echo("(unquote @a)") == ",|@a|");
  CHECK(echo("(unquote (splicing))") == ",(splicing)");
  CHECK(echo("(a quote b)") == "(a quote b)");
}

TEST_CASE_METHOD(TextFixture, "symbols get bars when they would read as something else",
                 "[printer]") {
  for (const char* plain : {"a", "A", "+", "-", "...", "..", "->x", "+x", "1+", "-.a", ".a", "a.b", "<=?",
                            "\xce\xbb", "a1", "x@y"}) {
    CHECK(write(m.symbols.intern(plain)) == plain);
  }
  for (const char* barred :
       {"",       ".",      "1",  "+1",  "-1/2", ".5", "1e3", "+i",       "-i", "+inf.0",
        "-nan.0", "+INF.0", "+5a", "a b",  "(",  "a(b", "#t",       "#",  "a;b",
        "'a",     "a'b",    "@a", "a,b", "\"",   "[",  "{a}", "\xc2\xa0", "a#b"}) {
    const std::string text = write(m.symbols.intern(barred));
    CHECK(text.front() == '|');
    CHECK(read(text).pair()->car == m.symbols.intern(barred));
  }
  CHECK(write(m.symbols.intern("a|b\\c\n\x07")) == "|a\\|b\\\\c\\n\\a|");
}

TEST_CASE_METHOD(TextFixture, "strings and characters are escaped", "[printer]") {
  CHECK(write(string("a\"b\\c\n\t\r\a\b\x7f\xc2\xa0\xce\xbb")) ==
        "\"a\\\"b\\\\c\\n\\t\\r\\a\\b\\x7f;\\xa0;\xce\xbb\"");
  CHECK(write(Value::character(' ')) == "#\\space");
  CHECK(write(Value::character(0)) == "#\\null");
  CHECK(write(Value::character(0x7f)) == "#\\delete");
  CHECK(write(Value::character(0x301)) == "#\\x301");
  CHECK(write(Value::character(0xa0)) == "#\\xa0");
  CHECK(write(Value::character(0x3bb)) == "#\\\xce\xbb");
  CHECK(write(Value::character(0x3bb), Style::display) == "\xce\xbb");
}

TEST_CASE_METHOD(TextFixture, "both forms of flonums are printed alike", "[printer]") {
  CHECK(write(m.heap.make_flonum(1.5)) == "1.5");
  CHECK(write(m.heap.make_flonum(1e300)) == "1e300");
  CHECK(write(m.heap.make_flonum(-0.0)) == "-0.0");
}

TEST_CASE_METHOD(TextFixture, "objects that cannot be read back say what they are", "[printer]") {
  const Value fields = read("#(x y)").pair()->car;
  const auto& type = m.heap.make<RecordType>(m.symbols.intern("<point>"), fields, kFalse, kFalse);
  Record& point = m.heap.make_record(value_of(&type), 2);
  point.fields()[0] = Value::fixnum(1);
  point.fields()[1] = string("two");
  CHECK(write(value_of(&point)) == "#<point x: 1 y: \"two\">");
  CHECK(write(value_of(&point), Style::display) == "#<point x: 1 y: two>");
  point.fields()[1] = value_of(&point);
  CHECK(write(value_of(&point)) == "#0=#<point x: 1 y: #0#>");
  CHECK(write(native("read-char")) == "#<procedure read-char>");
  CHECK(write(m.make_condition(ConditionKind::type, "no")) == "#<condition wrong-type \"no\">");
  CHECK(write(value_of(&m.heap.make<Box>(Value::fixnum(1)))) == "#<box 1>");
  CHECK(write(value_of(&make_table(m.heap, TableKind::eq))) == "#<hash-table 0>");
  CHECK(write(kEof) == "#<eof>");
  CHECK(write(kUnspecified) == "#<unspecified>");
  CHECK(write(value_of(&scheme::open_input_string(m, make_string(m.heap, "a")))) ==
        "#<textual input port>");
  CHECK(write(value_of(&m.heap.make<Promise>(kNull))) == "#<promise>");
  Values& values = m.heap.make_values(2);
  values.slots()[0] = values.slots()[1] = kTrue;
  CHECK(write(value_of(&values)) == "#<values #t #t>");
}

TEST_CASE_METHOD(TextFixture, "a limited text is cut between characters", "[printer]") {
  CHECK(to_text_limited(m, read("a b c"), Style::write, 100) == "(a b c)");
  CHECK(to_text_limited(m, read("aaaa bbbb cccc"), Style::write, 10) == "(aaaa b...");
  CHECK(to_text_limited(m, string("\xce\xbb\xce\xbb\xce\xbb\xce\xbb\xce\xbb"), Style::display, 8) ==
        "\xce\xbb\xce\xbb...");
  CHECK(to_text_limited(m, read("#0=(a . #0#)").pair()->car, Style::write, 100) == "#0=(a . #0#)");
  CHECK(to_text_limited(m, value_of(&make_string(m.heap, 1000000, 'a')), Style::write, 10) ==
        "\"aaaaaa...");
  Value list = kNull;
  for (int i = 0; i < 1000000; ++i) list = m.heap.cons(kTrue, list);
  CHECK(m.describe(list).size() == 160);
}

TEST_CASE_METHOD(TextFixture, "data beyond the short walk is searched for cycles with a table",
                 "[printer]") {
  Value list = kNull;
  const Value last = list = m.heap.cons(kTrue, kNull);
  for (int i = 0; i < 20000; ++i) list = m.heap.cons(kTrue, list);
  const std::string open = write(list);
  CHECK(open.size() == 20001 * 3 + 1);
  last.pair()->cdr = list;
  const std::string closed = write(list);
  CHECK((closed == "#0=" + open.substr(0, open.size() - 1) + " . #0#)"));
  // Sharing without cycles unrolls; a table must not make labels of it.
  Value shared = m.heap.cons(kTrue, kNull);
  for (int i = 0; i < 13; ++i) shared = m.heap.cons(shared, shared);
  CHECK(write(shared).find('=') == std::string::npos);
  CHECK(write(shared, Style::write_shared).substr(0, 6) == "(#0=(#");
}

}  // namespace fermata::scheme
