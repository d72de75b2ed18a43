// Numbers as text: tables of the corners of R7RS 7.1.1, and round trips of random numbers.
#include "scheme/number_text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>

#include "vm/bignum.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"

using namespace fermata::vm;
using fermata::scheme::number_to_text;
using fermata::scheme::parse_number;

namespace {

struct Fixture {
  Fixture() : m(Machine::create()), random(42) {}
  ~Fixture() { Machine::destroy(m); }
  Machine& m;
  std::mt19937_64 random;

  // The text that a text reads as, or "none".
  std::string reads_as(const std::string& text, int radix = 10) {
    const auto v = parse_number(m, text, radix);
    return v ? number_to_text(m, *v) : "none";
  }
  void round_trip(Value v, int radix) {
    const std::string text = number_to_text(m, v, radix);
    INFO(text << " in radix " << radix);
    const auto back = parse_number(m, text, radix);
    REQUIRE(back.has_value());
    REQUIRE(numbers_eqv(*back, v));
  }
};

struct Row {
  const char* text;
  const char* wanted;
};

}  // namespace

TEST_CASE("texts denote the numbers that R7RS says", "[number-text]") {
  Fixture f;
  static constexpr Row kRows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"+5", "5"},
      {"-5", "-5"},
      {"007", "7"},
      {"4611686018427387903", "4611686018427387903"},
      {"4611686018427387904", "4611686018427387904"},
      {"-4611686018427387904", "-4611686018427387904"},
      {"-4611686018427387905", "-4611686018427387905"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "9223372036854775808"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"1/2", "1/2"},
      {"-6/4", "-3/2"},
      {"6/3", "2"},
      {"0/5", "0"},
      {"+1/3", "1/3"},
      {"1.", "1.0"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+.5", "0.5"},
      {"1.5", "1.5"},
      {"-0.0", "-0.0"},
      {"0.0", "0.0"},
      {"-0e5", "-0.0"},
      {"1e3", "1000.0"},
      {"1E3", "1000.0"},
      {"1.e2", "100.0"},
      {".1e1", "1.0"},
      {"1e+2", "100.0"},
      {"1e-2", "0.01"},
      {"1e21", "1e21"},
      {"1e20", "100000000000000000000.0"},
      {"123e20", "1.23e22"},
      {"1e-7", "1e-7"},
      {"1e-6", "0.000001"},
      {"1.5e-10", "1.5e-10"},
      {"1e308", "1e308"},
      {"1.7976931348623157e308", "1.7976931348623157e308"},
      {"1.7976931348623159e308", "+inf.0"},
      {"1e400", "+inf.0"},
      {"-1e400", "-inf.0"},
      {"1e-400", "0.0"},
      {"-1e-400", "-0.0"},
      {"5e-324", "5e-324"},
      {"2e-324", "0.0"},
      {"3e-324", "5e-324"},
      {"1e100000000", "+inf.0"},
      {"1e-100000000", "0.0"},
      {"1e99999999999999999999999999", "+inf.0"},
      {"0e99999999999999999999", "0.0"},
      {"1e-99999999999999999999999999", "0.0"},
      {"9007199254740993.0", "9007199254740992.0"},
      {"0.1", "0.1"},
      {"100.0", "100.0"},
      {"+inf.0", "+inf.0"},
      {"-inf.0", "-inf.0"},
      {"+nan.0", "+nan.0"},
      {"-nan.0", "+nan.0"},
      {"+INF.0", "+inf.0"},
      {"-Inf.0", "-inf.0"},
      {"+NaN.0", "+nan.0"},
      {"#xff", "255"},
      {"#XFF", "255"},
      {"#b-101", "-5"},
      {"#o17", "15"},
      {"#d10", "10"},
      {"#xe", "14"},
      {"#x1e2", "482"},
      {"#x-1/a", "-1/10"},
      {"#b1/10", "1/2"},
      {"#e1.5", "3/2"},
      {"#e1.2e-3", "3/2500"},
      {"#e.1", "1/10"},
      {"#e1e3", "1000"},
      {"#e-0.0", "0"},
      {"#e1", "1"},
      {"#i1", "1.0"},
      {"#i1/3", "0.3333333333333333"},
      {"#i-5", "-5.0"},
      {"#i0", "0.0"},
      {"#E1.5", "3/2"},
      {"#I1", "1.0"},
      {"#x#e10", "16"},
      {"#e#x10", "16"},
      {"#i#x10", "16.0"},
      {"#X#I10", "16.0"},
      {"#d#e1.25", "5/4"},
      {"#i1.5", "1.5"},
      {"#e1e-3", "1/1000"},
      {"#e0e999999999999", "0"},
      {"#x1.8", "1.5"},
      {"1e0", "1.0"},
      {"1e00", "1.0"},
      {"00.5", "0.5"},
      {"1/02", "1/2"},
  };
  for (const Row& row : kRows) {
    INFO(row.text);
    CHECK(f.reads_as(row.text) == row.wanted);
  }
}

TEST_CASE("complex texts", "[number-text]") {
  Fixture f;
  static constexpr Row kRows[] = {
      {"+i", "+i"},
      {"-i", "-i"},
      {"+I", "+i"},
      {"1+2i", "1+2i"},
      {"1-2I", "1-2i"},
      {"1+i", "1+i"},
      {"1-i", "1-i"},
      {"+2i", "+2i"},
      {"-2.5i", "-2.5i"},
      {"1/2+3/4i", "1/2+3/4i"},
      {"1.5-2e3i", "1.5-2000.0i"},
      {"1+0i", "1"},
      {"0+0i", "0"},
      {"1.5+0i", "1.5"},
      {"1+0.0i", "1.0+0.0i"},
      {"-0.0+1.0i", "-0.0+1.0i"},
      {"1+2.5i", "1.0+2.5i"},
      {"+inf.0i", "+inf.0i"},
      {"1+nan.0i", "1.0+nan.0i"},
      {"1-inf.0i", "1.0-inf.0i"},
      {"+inf.0-nan.0i", "+inf.0+nan.0i"},
      {"-inf.0+i", "-inf.0+1.0i"},
      {"#xA+Bi", "10+11i"},
      {"#e1.5+2.5i", "3/2+5/2i"},
      {"#i1+2i", "1.0+2.0i"},
      {"1@0", "1"},
      {"0@1", "0"},
      {"1.0@0.0", "1.0+0.0i"},
      {"#i+i", "+1.0i"},
      {"1e2+1e2i", "100.0+100.0i"},
  };
  for (const Row& row : kRows) {
    INFO(row.text);
    CHECK(f.reads_as(row.text) == row.wanted);
  }
}

TEST_CASE("what is no number is none", "[number-text]") {
  Fixture f;
  for (const char* text : {"",
                           "+",
                           "-",
                           ".",
                           "..",
                           "...",
                           "--1",
                           "+-1",
                           "-+1",
                           "1/2/3",
                           "1e1e1",
                           "1.2.3",
                           "1/0",
                           "0/0",
                           "#i1/0",
                           "1/",
                           "/2",
                           "1//2",
                           "1/-2",
                           "1/+2",
                           "1.5/2",
                           "1/2.5",
                           "1/2e3",
                           "e",
                           "e5",
                           ".e5",
                           "+e5",
                           "-.e1",
                           "+.",
                           "1e",
                           "1e+",
                           "1e-",
                           "1e1.5",
                           "1 ",
                           " 1",
                           "1a",
                           "a",
                           "abc",
                           "0x10",
                           "1_000",
                           "1,5",
                           "inf",
                           "nan",
                           "inf.0",
                           "nan.0",
                           "+inf",
                           "+inf.",
                           "+inf.00",
                           "+inf.0x",
                           "+nan.1",
                           "#",
                           "#x",
                           "#e",
                           "#e#e1",
                           "#x#x1",
                           "#x#b1",
                           "#e#i1",
                           "#e#x",
                           "#q1",
                           "#xg",
                           "#b2",
                           "#o8",
                           "#b",
                           "##1",
                           "1#",
                           "#e+inf.0",
                           "#e-nan.0",
                           "i",
                           "2i",
                           "1+2",
                           "1+2ii",
                           "1i+2",
                           "1++i",
                           "1+-i",
                           "i+1",
                           "+i+i",
                           "1@",
                           "@1",
                           "1@2@3",
                           "1@2i",
                           "1+2@3",
                           "+ii",
                           "1+i2",
                           "->x",
                           "+x",
                           "-a",
                           "1+",
                           "12-",
                           "#e1e10000000000",
                           "#e1e-10000000000",
                           "1d3",
                           "1s3",
                           "\xce\xbb",
                           "1\xc2\xa0",
                           "#d",
                           "#e.",
                           "+#x1",
                           "1e5e",
                           "0b1",
                           "1.5.i",
                           "#t"}) {
    INFO(text);
    CHECK(f.reads_as(text) == "none");
  }
}

TEST_CASE("radixes from 2 to 36", "[number-text]") {
  Fixture f;
  CHECK(f.reads_as("zz", 36) == "1295");
  CHECK(f.reads_as("-Z", 36) == "-35");
  CHECK(f.reads_as("i", 36) == "18");
  CHECK(f.reads_as("+i", 36) == "18");
  CHECK(f.reads_as("1e2", 16) == "482");
  CHECK(f.reads_as("12", 2) == "none");
  CHECK(f.reads_as("1e2", 8) == "none");
  CHECK(f.reads_as("#d12", 2) == "12");
  CHECK(f.reads_as("0.1", 2) == "0.5");
  CHECK(f.reads_as("-0.0", 2) == "-0.0");
  CHECK(f.reads_as("+inf.0", 16) == "+inf.0");
  const auto text_of = [&](const char* number, int radix) {
    return number_to_text(f.m, *parse_number(f.m, number), radix);
  };
  CHECK(text_of("255", 16) == "ff");
  CHECK(text_of("-255/256", 16) == "-ff/100");
  CHECK(text_of("0.5", 2) == "0.1");
  CHECK(text_of("-10.25", 2) == "-1010.01");
  CHECK(text_of("0.1", 3) == "0.0022002200220022002200220022002201");
  CHECK(text_of("1e21", 16) == "3635c9adc5dea00000.0");
  CHECK(text_of("+inf.0", 2) == "+inf.0");
  CHECK(text_of("-4611686018427387904", 2).size() == 64);
}

TEST_CASE("random doubles come back from their text in every radix", "[number-text]") {
  Fixture f;
  for (int i = 0; i < 20000; ++i) {
    const double d = std::bit_cast<double>(f.random());
    if (!std::isfinite(d)) continue;
    f.round_trip(f.m.heap.make_flonum(d), 10);
    if (i % 20 == 0) {
      for (const int radix : {2, 3, 8, 16, 36}) f.round_trip(f.m.heap.make_flonum(d), radix);
    }
  }
  for (int e = -1074; e < 1024; ++e) {  // powers of two have an uneven gap
    for (const int radix : {10, 2, 7, 16})
      f.round_trip(f.m.heap.make_flonum(std::ldexp(1.0, e)), radix);
  }
  for (int i = 0; i < 20000; ++i) {  // short decimals
    const double d = static_cast<double>(f.random() % 100000) / 1000;
    f.round_trip(f.m.heap.make_flonum(d), 10);
    CHECK(number_to_text(f.m, f.m.heap.make_flonum(d)).size() <= 7);
  }
}

TEST_CASE("random exact numbers come back from their text in every radix", "[number-text]") {
  Fixture f;
  Machine& m = f.m;
  for (int i = 0; i < 2000; ++i) {
    const auto random_integer = [&] {
      Value v = Value::fixnum(0);
      for (std::size_t n = f.random() % 12; n > 0; --n) {
        v = integer_shift(m, v, 64).value;
        v = number_add(m, v, integer_from_unsigned(m.heap, f.random())).value;
      }
      v = integer_shift(m, v, -static_cast<std::int64_t>(f.random() % 64)).value;
      return f.random() % 2 ? number_negate(m, v).value : v;
    };
    const Value n = random_integer(), d = random_integer();
    const int radix = 2 + i % 35;
    f.round_trip(n, radix);
    f.round_trip(n, 10);
    if (!is_exact_zero(d)) f.round_trip(make_rational(m, n, d).value, radix);
  }
}

TEST_CASE("a hundred thousand digits are read and written", "[number-text]") {
  Fixture f;
  std::string digits = "1";
  for (int i = 0; i < 100000; ++i) digits += static_cast<char>('0' + f.random() % 10);
  CHECK(f.reads_as(digits) == digits);
  CHECK(f.reads_as("-" + digits) == "-" + digits);
  CHECK(f.reads_as("." + digits).substr(0, 10) == "0." + digits.substr(0, 8));
}
