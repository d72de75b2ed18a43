// Strings: characters of one, two or four bytes each, so that string-ref is O(1).
//
// The narrowest width that holds the text is chosen when a string is made, and
// string-set! widens in place.  UTF-8 only at the borders.  Malformed UTF-8 becomes
// U+FFFD.  Functions that make strings need the heap; sizes are characters.
#pragma once

#include <string>
#include <string_view>

#include "vm/heap.hpp"

namespace fermata::vm {

String& make_string(Heap& heap, std::size_t length, char32_t fill, int width = 0);  // 0: by fill
String& make_string(Heap& heap, std::string_view utf8);
String& make_string_uninitialized(Heap& heap, std::size_t length, int width);
String& substring(Heap& heap, const String& s, std::size_t start, std::size_t end);
String& string_append(Heap& heap, const Value* strings, std::size_t count);  // all Strings

inline char32_t string_ref(const String& s, std::size_t i) {  // Requires: i < s.length
  switch (s.width()) {
    case 1: return static_cast<const std::uint8_t*>(s.data)[i];
    case 2: return static_cast<const std::uint16_t*>(s.data)[i];
    default: return static_cast<const std::uint32_t*>(s.data)[i];
  }
}
void string_set(Heap& heap, String& s, std::size_t i, char32_t c);  // Requires: i < s.length
void string_fill(Heap& heap, String& s, char32_t c, std::size_t start, std::size_t end);
// Overlap is fine. Requires: ranges within both.
void string_copy(Heap& heap, String& to, std::size_t at, const String& from, std::size_t start,
                 std::size_t end);

int width_of(char32_t c);
int string_compare(const String& a, const String& b);  // by code points: <0, 0, >0
bool string_equal(const String& a, const String& b);
std::uint64_t string_hash(const String& s);  // equal for equal texts of any width

std::string to_utf8(const String& s);
std::string to_utf8(const String& s, std::size_t start, std::size_t end);
void append_utf8(std::string& out, char32_t c);
// Decodes one character at text[at], advances at; U+FFFD and one byte on malformed input.
char32_t decode_utf8(std::string_view text, std::size_t& at);

// Collects characters, widening as needed; the buffer is atomic memory.
class StringBuilder {
 public:
  explicit StringBuilder(Heap& heap) : heap_(heap) {}
  void push(char32_t c);
  void push(std::string_view utf8);
  void push(const String& s, std::size_t start, std::size_t end);
  std::size_t length() const { return length_; }
  String& finish();  // a new String; the builder stays as it is
  void clear() {
    length_ = 0;
    width_ = 1;
  }

 private:
  void reserve(std::size_t more, int width);
  Heap& heap_;
  void* data_ = nullptr;
  std::size_t length_ = 0, capacity_ = 0;
  int width_ = 1;
};

}  // namespace fermata::vm
