// The reader: R7RS 2 and 7.1, places, errors, feeding in pieces.
#include <random>

#include "scheme/equality.hpp"
#include "tests/scheme/text_fixture.hpp"

namespace fermata::scheme {

using namespace vm;

TEST_CASE_METHOD(TextFixture, "identifiers read as R7RS 2.1 says", "[reader]") {
  CHECK(write(read("... + - .. ->x +soup+ <=? a34kTMNs !$%&*/:<=>?^_~ |a b| || |a\\x41;b| "
                   "|two\\nlines| |\\||")) ==
        "(... + - .. ->x +soup+ <=? a34kTMNs !$%&*/:<=>?^_~ |a b| || aAb |two\\nlines| |\\||)");
  CHECK(read("abc").pair()->car == read("|abc|").pair()->car);
  CHECK(read("a\xce\xbb").pair()->car == read("|a\\x3bb;|").pair()->car);
  CHECK(echo("|+1|") == "|+1|");
  CHECK(echo("a|b c|") == "a");
  CHECK(is<Symbol>(read("+x").pair()->car));
}

TEST_CASE_METHOD(TextFixture, "comments of all three kinds", "[reader]") {
  CHECK(write(read("a ; b\nc ;d\re")) == "(a c e)");
  CHECK(write(read("a #| b #| c |# d |# e #||# f #|||# g #|#|a|#|# h")) == "(a e f g h)");
  CHECK(write(read("a #;b c #;(d #;e f) #;#;g h i #; #|x|# j")) == "(a c i)");
  CHECK(write(read("(a #;b) (a . #;x b) (a . b #;x) #(#;1 2) #u8(1 #;#u8(2) 3) '#;a b")) ==
        "((a) (a . b) (a . b) #(2) #u8(1 3) 'b)");
  CHECK(error_of("(#;a . b)") == "5-6 nothing stands before the dot");
  CHECK(error_of("(a #;. b)") == "5-6 #; wants a datum to leave out, and found a dot");
  CHECK(error_of("(a #;)") == "5-6 #; wants a datum to leave out, and found a )");
  CHECK(error_of("(a . #;b)") == "8-9 nothing follows the dot");
  CHECK(error_of("a #;") == "2-4 #; wants a datum to leave out");
  CHECK(error_of("a #| b #| |#") == "2-4 this #| comment is never closed");
}

TEST_CASE_METHOD(TextFixture, "directives hold from there on in one reader", "[reader]") {
  CHECK(write(read("ABC #!fold-case ABC |ABC| \"ABC\" #\\A #\\SPACE \xce\x9b STRASSE "
                   "(#!no-fold-case ABC) X")) ==
        "(ABC abc ABC \"ABC\" #\\A #\\space \xce\xbb strasse (ABC) X)");
  CHECK(write(read("X")) == "(X)");
  CHECK(error_of("a #!eof") == "2-7 unknown directive #!eof");
  CHECK(write(read("#!/usr/bin/env fermata\n(a)")) == "((a))");
  CHECK(write(read("#! /usr/bin/env fermata\n(a)")) == "((a))");
  CHECK(error_of(" #!/usr/bin/env") == "1-15 unknown directive #!/usr/bin/env");
  CHECK(write(read("\xef\xbb\xbf(a)")) == "((a))");
}

TEST_CASE_METHOD(TextFixture, "datum labels share and make cycles", "[reader]") {
  const Value shared = read("(#1=(a) #1#)").pair()->car;
  CHECK(shared.pair()->car == shared.pair()->cdr.pair()->car);
  const Value cycle = read("#0=(a b . #0#)").pair()->car;
  CHECK(cycle.pair()->cdr.pair()->cdr == cycle);
  const Value vector = read("#0=#(1 #0# (#0#))").pair()->car;
  CHECK(as<Vector>(vector).slots()[1] == vector);
  CHECK(as<Vector>(vector).slots()[2].pair()->car == vector);
  const Value two = read("#0=#1=(a #0# #1#)").pair()->car;
  CHECK(two.pair()->cdr.pair()->car == two);
  CHECK(two.pair()->cdr.pair()->cdr.pair()->car == two);
  const Value alias = read("#0=(a #1=#0# #1#)").pair()->car;
  CHECK(alias.pair()->cdr.pair()->cdr.pair()->car == alias);
  const Value levels = read("#0=(a #1=(b #0# . #1#))").pair()->car;
  const Value inner = levels.pair()->cdr.pair()->car;
  CHECK(inner.pair()->cdr.pair()->car == levels);
  CHECK(inner.pair()->cdr.pair()->cdr == inner);
  CHECK(echo("'#0=(a . #0#)") == "'#0=(a . #0#)");
  CHECK(echo("(#0=\"x\" #0# #1=5 #1# #2=() #2#)") == "(\"x\" \"x\" 5 5 () ())");
  CHECK(write(read("#0=a #0=b")) == "(a b)");  // a label counts in one datum
  CHECK(error_of("#0=#0#") == "0-6 the label names only itself");
  CHECK(error_of("#0=#1=#0#") == "0-9 the label names only itself");
  CHECK(error_of("#0=a #0#") == "5-8 no datum is labelled #0=");
  CHECK(error_of("(#0=)") == "4-5 the label names no datum");
  CHECK(error_of("#0 a") == "0-3 #0 is no datum");
}

TEST_CASE_METHOD(TextFixture, "strings with escapes and continuation lines", "[reader]") {
  CHECK(write(read(R"("\a\b\t\n\r\"\\\|" "\x3bb;\x41;")")) ==
        "(\"\\a\\b\\t\\n\\r\\\"\\\\|\" \"\xce\xbb"
        "A\")");
  CHECK(echo("\"a \\  \n   b\"") == "\"a b\"");
  CHECK(echo("\"a\\\r\n\t b\"") == "\"ab\"");
  CHECK(echo("\"a\r\nb\rc\nd\"") == R"("a\nb\nc\nd")");
  CHECK(error_of("(a \"b\\qc\")") == "5-7 unknown escape \\q");
  CHECK(error_of("\"b\\x41\"") == "2-4 bad \\x escape");
  CHECK(error_of("\"b\\xd800;\"") == "2-9 bad \\x escape");
  CHECK(error_of("\"b\\x110000;\"") == "2-11 bad \\x escape");
  CHECK(error_of("(a \"bc") == "3-4 this string is never closed");
  CHECK(error_of("(a |bc") == "3-4 this |symbol is never closed");
}

TEST_CASE_METHOD(TextFixture, "characters", "[reader]") {
  CHECK(write(read("#\\a #\\A #\\( #\\) #\\; #\\\" #\\# #\\| #\\space #\\  #\\newline #\\x41 #\\x "
                   "#\\\xce\xbb #\\x3bb")) ==
        "(#\\a #\\A #\\( #\\) #\\; #\\\" #\\# #\\| #\\space #\\space #\\newline #\\A #\\x "
        "#\\\xce\xbb #\\\xce\xbb)");
  CHECK(write(read("#\\alarm #\\backspace #\\delete #\\escape #\\null #\\return #\\tab")) ==
        "(#\\alarm #\\backspace #\\delete #\\escape #\\null #\\return #\\tab)");
  CHECK(write(read("(#\\()")) == "((#\\())");
  CHECK(error_of("#\\foo") == "0-5 unknown character name #\\foo");
  CHECK(error_of("#\\SPACE") == "0-7 unknown character name #\\SPACE");
  CHECK(error_of("#\\xd800") == "0-7 unknown character name #\\xd800");
}

TEST_CASE_METHOD(TextFixture, "constants, vectors, bytevectors and quotations", "[reader]") {
  CHECK(write(read("#t #true #f #false #T #FALSE")) == "(#t #t #f #f #t #f)");
  CHECK(write(read("#() #(a #(b) (c)) #u8() #u8(0 255) #U8(1)")) ==
        "(#() #(a #(b) (c)) #u8() #u8(0 255) #u8(1))");
  CHECK(write(read("'a `(b ,c ,@d) ''e (quote f)")) == "('a `(b ,c ,@d) ''e 'f)");
  CHECK(error_of("#u8(1 256)") == "6-9 each element of a bytevector is an exact integer from 0 to 255");
  CHECK(error_of("#u8(a)") == "4-5 each element of a bytevector is an exact integer from 0 to 255");
  CHECK(error_of("#(a . b)") == "4-5 a dot inside a vector");
  CHECK(error_of("#foo") == "0-4 unknown syntax #foo");
  CHECK(error_of("#<procedure car>") ==
        "0-2 #< begins the printed form of an object that cannot be read back");
  CHECK(error_of("(')") == "2-3 nothing follows the quotation mark");
  CHECK(error_of("a'b") == "1-2 ' inside a symbol or number");
  CHECK(error_of("(let ([a 1]) a)") == "6-7 unexpected [");
  CHECK(hint.find("write (") != std::string::npos);
}

TEST_CASE_METHOD(TextFixture, "dots", "[reader]") {
  CHECK(write(read("(a . b) (a . (b . (c))) (a .b) (a b . ()) (a . |.|)")) ==
        "((a . b) (a b c) (a .b) (a b) (a . |.|))");
  CHECK(error_of(".") == "0-1 a dot outside of a list");
  CHECK(error_of("( . a)") == "2-3 nothing stands before the dot");
  CHECK(error_of("(a . )") == "5-6 nothing follows the dot");
  CHECK(error_of("(a . b c)") == "7-8 more than one datum follows the dot");
  CHECK(error_of("(a . b . c)") == "7-8 a second dot in one list");
}

TEST_CASE_METHOD(TextFixture, "an unbalanced text is blamed on the list its indentation betrays",
                 "[reader]") {
  CHECK(error_of("(a))") == "3-4 unexpected )");
  CHECK(error_of("(define (f x)\n  (let ((y 1))\n    (+ x y)\n  (display x))\n") ==
        "16-17 this parenthesis is never closed");
  CHECK(hint.find("line 4") != std::string::npos);
  CHECK(error_of("(define (f x)\n  (+ x 1)\n\n(define (g y)\n  y)\n") ==
        "0-1 this parenthesis is never closed");
  CHECK(hint.find("line 4") != std::string::npos);
  CHECK(error_of("(a) (b (c") == "7-8 this parenthesis is never closed");
  CHECK(error_of("#(1 2") == "0-1 this parenthesis is never closed");
}

TEST_CASE_METHOD(TextFixture, "each pair knows where its list and its car stood", "[reader]") {
  const std::string text = "(define (f x) 'y)\n  z";
  SpanTable& spans = make_span_table(m.heap, make_source(m.heap, "test", text));
  const Value all = read_all(m, spans);
  const auto list_text = [&](Value pair) {
    const PairSpan* s = find_span(spans, *pair.pair());
    return text.substr(s->list_start, s->list_end - s->list_start);
  };
  const auto car_text = [&](Value pair) {
    const PairSpan* s = find_span(spans, *pair.pair());
    return text.substr(s->car_start, s->car_end - s->car_start);
  };
  const Value form = all.pair()->car;
  CHECK(car_text(all) == "(define (f x) 'y)");
  CHECK(list_text(form) == "(define (f x) 'y)");
  CHECK(car_text(form) == "define");
  const Value second = form.pair()->cdr;
  CHECK(list_text(second).empty());
  CHECK(car_text(second) == "(f x)");
  CHECK(list_text(second.pair()->car) == "(f x)");
  const Value quoted = second.pair()->cdr.pair()->car;
  CHECK(list_text(quoted) == "'y");
  CHECK(car_text(quoted) == "'");
  CHECK(car_text(quoted.pair()->cdr) == "y");
  CHECK(car_text(all.pair()->cdr) == "z");
}

TEST_CASE_METHOD(TextFixture, "literals of source are immutable, data of read is not", "[reader]") {
  SpanTable& spans = make_span_table(m.heap, make_source(m.heap, "test", "\"a\" #(1) #u8(1)"));
  for (Value l = read_all(m, spans); l != kNull; l = l.pair()->cdr)
    CHECK(l.pair()->car.object()->is_immutable());
  for (Value l = read("\"a\" #(1) #u8(1)"); l != kNull; l = l.pair()->cdr) {
    CHECK_FALSE(l.pair()->car.object()->is_immutable());
  }
}

TEST_CASE_METHOD(TextFixture, "a reader fed byte by byte reads the same", "[reader]") {
  const std::string text =
      "(a \"b\\x3bb;\\\n  c\\\"\" . #0=(d . #0#)) #| x #| y |# |# #\\\xce\xbb #\\( #\\space #u8(1 "
      "2) |a\\|b| "
      "#;(e f) ,@g ,h `(i) #!fold-case ABC #d10 12 -7 'a #(1 #(2)) \xce\xbb\xce\xbb ; end\n tail";
  const std::string whole = write(read(text));
  for (const std::size_t size : {1, 2, 3, 7}) CHECK(write(read_in_pieces(text, size)) == whole);
}

TEST_CASE_METHOD(TextFixture, "a byte order mark is passed over at the beginning only, whole or in pieces",
                 "[reader]") {
  for (const std::size_t size : {1, 2, 3, 7}) {
    CHECK(write(read_in_pieces("\xef\xbb\xbf(a)", size)) == "((a))");
    CHECK(write(read_in_pieces("\xef\xac\x81 b", size)) == "(\xef\xac\x81 b)");  // another U+Fxxx
    CHECK_THROWS(read_in_pieces(" \xef\xbb\xbf", size));
  }
}

TEST_CASE_METHOD(TextFixture, "the reader says whether it is inside of a datum", "[reader]") {
  Reader& r = make_reader(m);
  const auto feed_text = [&](std::string_view text) {
    std::size_t at = 0;
    return feed(m, r, text, at, false);
  };
  CHECK(feed_text("  ; c\n") == ReadStatus::eof);
  CHECK_FALSE(inside_datum(r));
  CHECK(feed_text("(a") == ReadStatus::more);
  CHECK(inside_datum(r));
  CHECK(feed_text(" \"x\n") == ReadStatus::more);
  CHECK(feed_text("\")") == ReadStatus::datum);
  CHECK(write(take(r)) == "(a \"x\\n\")");
  CHECK_FALSE(inside_datum(r));
  CHECK(feed_text("#| ") == ReadStatus::more);
  CHECK(inside_datum(r));
  CHECK(feed_text("|# '") == ReadStatus::more);
  CHECK_THROWS_AS(feed_text(")"), SyntaxError);
  CHECK_FALSE(inside_datum(r));
  CHECK(feed_text("b ") == ReadStatus::datum);
}

TEST_CASE_METHOD(TextFixture, "a hundred thousand nested lists are read and written", "[reader]") {
  constexpr std::size_t kDepth = 100000;
  const std::string lists = std::string(kDepth, '(') + std::string(kDepth, ')');
  CHECK((echo(lists) == lists));
  std::string vectors;
  for (std::size_t i = 0; i < kDepth; ++i) vectors += "#(";
  vectors += std::string(kDepth, ')');
  CHECK((echo(vectors) == vectors));
  const std::string quotes = std::string(kDepth, '\'') + "a";
  CHECK((echo(quotes) == quotes));
  CHECK(error_of(std::string(kDepth, '(')) == "99999-100000 this parenthesis is never closed");
}

namespace {

// Random data; never a cycle.
Value random_datum(Machine& m, std::mt19937& random, int depth) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto text = [&] {
    static constexpr const char* kParts[] = {
        "a", "B", " ", "\\",      "\"", "|", "\n",   "\xce\xbb",
        "1", ".", "+", "#",       "(",  "'", "\x07", "\xf0\x9f\x98\x80",
        "-", "@", ";", "\xc2\xa0"};
    std::string s;
    for (int i = pick(6); i > 0; --i) s += kParts[pick(20)];
    return s;
  };
  switch (depth == 0 ? pick(6) : pick(10)) {
    case 0:
      return Value::fixnum(pick(2000) - 1000);
    case 1:
      return m.symbols.intern(text());
    case 2:
      return value_of(&make_string(m.heap, text()));
    case 3: {
      static constexpr char32_t kChars[] = {'a',   ' ',     '\n', 0,   0x7f, 0x3bb,
                                            0x301, 0x1f600, 0xa0, 'x', '(',  ';'};
      return Value::character(kChars[pick(12)]);
    }
    case 4:
      return Value::boolean(pick(2));
    case 5:
      return kNull;
    case 6:
    case 7: {
      Value list = pick(4) == 0 ? random_datum(m, random, 0) : kNull;
      for (int i = pick(4) + 1; i > 0; --i)
        list = m.heap.cons(random_datum(m, random, depth - 1), list);
      return list;
    }
    case 8: {
      Vector& v = m.heap.make_vector(static_cast<std::size_t>(pick(4)), kNull);
      for (std::size_t i = 0; i < v.length(); ++i)
        v.slots()[i] = random_datum(m, random, depth - 1);
      return value_of(&v);
    }
    default: {
      static constexpr const char* kMarks[] = {"quote", "quasiquote", "unquote",
                                               "unquote-splicing"};
      const Value rest = m.heap.cons(random_datum(m, random, depth - 1), kNull);
      return m.heap.cons(m.symbols.intern(kMarks[pick(4)]), rest);
    }
  }
}

}  // namespace

TEST_CASE_METHOD(TextFixture, "what is written reads back equal", "[reader][printer]") {
  std::mt19937 random(4711);
  for (int i = 0; i < 3000; ++i) {
    const Value datum = random_datum(m, random, 4);
    const std::string text = write(datum);
    INFO(text);
    const Value back = read(text);
    REQUIRE(back.is_pair());
    REQUIRE(back.pair()->cdr == kNull);
    REQUIRE(write(back.pair()->car) == text);
    const std::string pieces = write(read_in_pieces(text, 1).pair()->car);
    REQUIRE(pieces == text);
    std::size_t work = 0;
    REQUIRE(is_equal(m.heap, datum, back.pair()->car, work));
    REQUIRE(write(read(write(datum, Style::write_shared)).pair()->car) == text);
  }
}

}  // namespace fermata::scheme
