// Strings in their three widths: what is read is what was written, whatever the width.
#include "vm/string.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "vm/machine.hpp"

using namespace fermata::vm;

namespace {

struct Fixture {
  Machine& m = Machine::create();
  Heap& heap = m.heap;
  ~Fixture() { Machine::destroy(m); }

  String& text(std::string_view utf8) { return make_string(heap, utf8); }
};

std::u32string characters(const String& s) {
  std::u32string out;
  for (std::size_t i = 0; i < s.length; ++i) out.push_back(string_ref(s, i));
  return out;
}

std::u32string decode_all(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out.push_back(decode_utf8(text, at));
  return out;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a string takes the narrowest width that holds it", "[string]") {
  CHECK(text("plain").width() == 1);
  CHECK(text("na\xc3\xafve").width() == 1);  // U+00EF still fits a byte
  CHECK(text("\xce\xbb").width() == 2);
  CHECK(text("\xf0\x9f\x98\x80").width() == 4);
  CHECK(text("").width() == 1);
  CHECK(make_string(heap, 3, U'\xff').width() == 1);
  CHECK(make_string(heap, 3, U'\x100').width() == 2);
  CHECK(make_string(heap, 3, U'\xffff').width() == 2);
  CHECK(make_string(heap, 3, U'\x10000').width() == 4);
}

TEST_CASE_METHOD(Fixture, "setting a character widens the string and keeps the others", "[string]") {
  String& s = text("abc");
  string_set(heap, s, 1, U'\x3bb');
  CHECK(characters(s) == U"a\x3bb" U"c");
  string_set(heap, s, 0, U'\x1f600');
  CHECK(characters(s) == U"\x1f600\x3bb" U"c");
  string_set(heap, s, 2, U'z');
  CHECK(characters(s) == U"\x1f600\x3bbz");
  CHECK(s.length == 3);
}

TEST_CASE_METHOD(Fixture, "a substring of a wide string is narrow when it can be", "[string]") {
  String& s = text("ab\xf0\x9f\x98\x80\xce\xbb");
  CHECK(substring(heap, s, 0, 2).width() == 1);
  CHECK(substring(heap, s, 3, 4).width() == 2);
  CHECK(substring(heap, s, 2, 3).width() == 4);
  CHECK(characters(substring(heap, s, 1, 3)) == U"b\x1f600");
  CHECK(substring(heap, s, 2, 2).length == 0);
}

TEST_CASE_METHOD(Fixture, "appending strings of different widths keeps every character", "[string]") {
  const Value parts[] = {value_of(&text("a\xc3\xbf")), value_of(&text("")), value_of(&text("\xce\xbb")),
                         value_of(&text("\xf0\x9f\x98\x80")), value_of(&text("z"))};
  CHECK(characters(string_append(heap, parts, 5)) == U"a\xff\x3bb\x1f600z");
  CHECK(string_append(heap, parts, 2).width() == 1);
  CHECK(string_append(heap, parts, 3).width() == 2);
  CHECK(string_append(heap, nullptr, 0).length == 0);
}

TEST_CASE_METHOD(Fixture, "copying within one string may overlap in both directions", "[string]") {
  for (const char* digits : {"0123456789", "0123456\xce\xbb" "89", "0123456\xf0\x9f\x98\x80" "89"}) {
    String& up = text(digits);
    const std::u32string before = characters(up);
    string_copy(heap, up, 2, up, 0, 8);
    CHECK(characters(up) == before.substr(0, 2) + before.substr(0, 8));
    String& down = text(digits);
    string_copy(heap, down, 0, down, 2, 10);
    CHECK(characters(down) == before.substr(2, 8) + before.substr(8, 2));
  }
}

TEST_CASE_METHOD(Fixture, "copying wide characters into a narrow string widens it", "[string]") {
  String& to = text("......");
  string_copy(heap, to, 2, text("x\xce\xbb\xf0\x9f\x98\x80y"), 1, 3);
  CHECK(characters(to) == U"..\x3bb\x1f600..");
  String& still_narrow = text("......");
  string_copy(heap, still_narrow, 0, text("x\xce\xbb"), 0, 1);
  CHECK(still_narrow.width() == 1);
  String& wide = text("\xf0\x9f\x98\x80..");
  string_copy(heap, wide, 1, text("ab"), 0, 2);
  CHECK(characters(wide) == U"\x1f600" U"ab");
}

TEST_CASE_METHOD(Fixture, "filling part of a string widens only when it must", "[string]") {
  String& s = text("abcdef");
  string_fill(heap, s, U'\x3bb', 2, 2);
  CHECK(s.width() == 1);
  string_fill(heap, s, U'\x3bb', 2, 4);
  CHECK(characters(s) == U"ab\x3bb\x3bb" U"ef");
  string_fill(heap, s, U'-', 0, 6);
  CHECK(characters(s) == U"------");
}

TEST_CASE_METHOD(Fixture, "strings compare by code points across widths", "[string]") {
  String& wide = text("abc\xf0\x9f\x98\x80");
  string_set(heap, wide, 3, U'd');  // four bytes a character, yet plain text
  String& narrow = text("abcd");
  CHECK(string_equal(wide, narrow));
  CHECK(string_hash(wide) == string_hash(narrow));
  CHECK(string_compare(text("abc"), narrow) < 0);
  CHECK(string_compare(narrow, text("abc")) > 0);
  CHECK(string_compare(text("\xc3\xbf"), text("\xce\xbb")) < 0);
  CHECK(string_compare(text("\xef\xbf\xbd"), text("\xf0\x90\x80\x80")) < 0);
  CHECK(string_compare(text(""), text("")) == 0);
  CHECK(string_compare(text("\xff"), text("a")) > 0);
}

TEST_CASE_METHOD(Fixture, "UTF-8 goes in and comes out unchanged", "[string]") {
  for (const char32_t c : {U'\0', U'\x7f', U'\x80', U'\x7ff', U'\x800', U'\xd7ff', U'\xe000', U'\xffff',
                           U'\x10000', U'\x10ffff'}) {
    std::string bytes;
    append_utf8(bytes, c);
    std::size_t at = 0;
    CHECK(decode_utf8(bytes, at) == c);
    CHECK(at == bytes.size());
    CHECK(to_utf8(make_string(heap, bytes)) == bytes);
  }
  const std::string mixed = "a\xc3\xa9\xce\xbb\xe2\x82\xac\xf0\x9f\x98\x80z";
  CHECK(to_utf8(text(mixed)) == mixed);
  CHECK(to_utf8(text(mixed), 1, 4) == "\xc3\xa9\xce\xbb\xe2\x82\xac");
}

TEST_CASE("malformed UTF-8 gives a replacement character and loses nothing after it", "[string]") {
  const char32_t bad = U'\xfffd';
  using Text = std::u32string;
  CHECK(decode_all("\x80z") == Text{bad, U'z'});                          // continuation alone
  CHECK(decode_all("\xc3") == Text{bad});                                 // cut short
  CHECK(decode_all("\xc3z") == Text{bad, U'z'});                          // no continuation
  CHECK(decode_all("\xc0\xafz") == Text{bad, bad, U'z'});                 // overlong, two bytes
  CHECK(decode_all("\xe0\x80\xafz") == Text{bad, bad, bad, U'z'});        // overlong, three
  CHECK(decode_all("\xf0\x80\x80\xafz") == Text{bad, bad, bad, bad, U'z'});
  CHECK(decode_all("\xed\xa0\x80z") == Text{bad, bad, bad, U'z'});        // surrogate
  CHECK(decode_all("\xf4\x90\x80\x80z") == Text{bad, bad, bad, bad, U'z'});  // above U+10FFFF
  CHECK(decode_all("\xff\xfez") == Text{bad, bad, U'z'});
  CHECK(decode_all("\xe2\x82z") == Text{bad, bad, U'z'});
  CHECK(decode_all(std::string_view("a\0b", 3)) == Text{U'a', U'\0', U'b'});
}

TEST_CASE_METHOD(Fixture, "a builder widens on the way and can be finished twice", "[string]") {
  StringBuilder builder(heap);
  builder.push("ab");
  builder.push(U'\x3bb');
  String& first = builder.finish();
  builder.push(U'\x1f600');
  builder.push(text("0123"), 1, 3);
  builder.push(text("\xce\xbb"), 0, 0);
  CHECK(characters(first) == U"ab\x3bb");
  CHECK(characters(builder.finish()) == U"ab\x3bb\x1f600" U"12");
  builder.clear();
  CHECK(builder.finish().length == 0);
}

TEST_CASE_METHOD(Fixture, "a builder that was cleared makes narrow strings again", "[string]") {
  StringBuilder builder(heap);
  builder.push(U'\x1f600');
  builder.clear();
  builder.push("plain");
  CHECK(builder.finish().width() == 1);
}

TEST_CASE_METHOD(Fixture, "long texts survive the builder's growth", "[string]") {
  StringBuilder builder(heap);
  std::u32string expected;
  for (int i = 0; i < 5000; ++i) {
    const char32_t c = i == 3000 ? U'\x3bb' : i == 4000 ? U'\x1f600' : U'a' + i % 26;
    builder.push(c);
    expected.push_back(c);
  }
  CHECK(characters(builder.finish()) == expected);
}
