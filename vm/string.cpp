#include "vm/string.hpp"

#include <algorithm>

namespace fermata::vm {

namespace {

// Calls f with a typed pointer to the characters.
template <class F>
auto with_chars(const String& s, F f) {
  switch (s.width()) {
    case 1: return f(static_cast<std::uint8_t*>(s.data));
    case 2: return f(static_cast<std::uint16_t*>(s.data));
    default: return f(static_cast<std::uint32_t*>(s.data));
  }
}

void put(void* data, int width, std::size_t i, char32_t c) {
  switch (width) {
    case 1: static_cast<std::uint8_t*>(data)[i] = static_cast<std::uint8_t>(c); break;
    case 2: static_cast<std::uint16_t*>(data)[i] = static_cast<std::uint16_t>(c); break;
    default: static_cast<std::uint32_t*>(data)[i] = c;
  }
}

void* at_character(void* data, int width, std::size_t i) {
  return static_cast<char*>(data) + i * static_cast<std::size_t>(width);
}

// Copies characters between blocks of any widths; to must be wide enough.  Overlap is fine
// when both are the same block.
void copy_chars(void* to, int to_width, std::size_t at, const String& from, std::size_t start,
                std::size_t end) {
  if (start == end) return;
  if (to_width == from.width()) {
    std::memmove(at_character(to, to_width, at), at_character(from.data, to_width, start),
                 (end - start) * static_cast<std::size_t>(to_width));
    return;
  }
  with_chars(from, [&](auto* chars) {
    for (std::size_t i = start; i < end; ++i) put(to, to_width, at + i - start, chars[i]);
  });
}

void widen(Heap& heap, String& s, int width) {
  void* data = heap.atomic(std::max<std::size_t>(1, s.length * static_cast<std::size_t>(width)));
  copy_chars(data, width, 0, s, 0, s.length);
  s.data = data;
  s.header = make_header(Kind::string, static_cast<std::uint64_t>(width), s.header & 0xf0);
}

int widest(const String& s, std::size_t start, std::size_t end) {
  if (s.width() == 1) return 1;
  return with_chars(s, [&](auto* chars) {
    char32_t all = 0;
    for (std::size_t i = start; i < end; ++i) all |= chars[i];
    return width_of(all);
  });
}

}  // namespace

int width_of(char32_t c) { return c < 0x100 ? 1 : c < 0x10000 ? 2 : 4; }

String& make_string_uninitialized(Heap& heap, std::size_t length, int width) {
  void* data = heap.atomic(std::max<std::size_t>(1, length * static_cast<std::size_t>(width)));
  return heap.make_with<String>(static_cast<std::uint64_t>(width), 0, length, data);
}

String& make_string(Heap& heap, std::size_t length, char32_t fill, int width) {
  String& s = make_string_uninitialized(heap, length, width ? width : width_of(fill));
  string_fill(heap, s, fill, 0, length);
  return s;
}

String& make_string(Heap& heap, std::string_view utf8) {
  const bool ascii = std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= 0; });
  if (ascii) {
    String& s = make_string_uninitialized(heap, utf8.size(), 1);
    if (!utf8.empty()) std::memcpy(s.data, utf8.data(), utf8.size());
    return s;
  }
  StringBuilder builder(heap);
  builder.push(utf8);
  return builder.finish();
}

String& substring(Heap& heap, const String& s, std::size_t start, std::size_t end) {
  String& r = make_string_uninitialized(heap, end - start, widest(s, start, end));
  copy_chars(r.data, r.width(), 0, s, start, end);
  return r;
}

String& string_append(Heap& heap, const Value* strings, std::size_t count) {
  std::size_t length = 0;
  int width = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const String& s = as<String>(strings[i]);
    length += s.length;
    width = std::max(width, s.width());
  }
  String& r = make_string_uninitialized(heap, length, width);
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const String& s = as<String>(strings[i]);
    copy_chars(r.data, width, at, s, 0, s.length);
    at += s.length;
  }
  return r;
}

void string_set(Heap& heap, String& s, std::size_t i, char32_t c) {
  if (width_of(c) > s.width()) widen(heap, s, width_of(c));
  put(s.data, s.width(), i, c);
}

void string_fill(Heap& heap, String& s, char32_t c, std::size_t start, std::size_t end) {
  if (start == end) return;
  if (width_of(c) > s.width()) widen(heap, s, width_of(c));
  with_chars(s, [&](auto* chars) {
    std::fill(chars + start, chars + end, static_cast<std::remove_reference_t<decltype(*chars)>>(c));
  });
}

void string_copy(Heap& heap, String& to, std::size_t at, const String& from, std::size_t start,
                 std::size_t end) {
  const int width = widest(from, start, end);
  if (width > to.width()) widen(heap, to, width);
  copy_chars(to.data, to.width(), at, from, start, end);
}

int string_compare(const String& a, const String& b) {
  const std::size_t n = std::min(a.length, b.length);
  if (a.width() == 1 && b.width() == 1) {
    if (const int c = n ? std::memcmp(a.data, b.data, n) : 0) return c;
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      const char32_t x = string_ref(a, i), y = string_ref(b, i);
      if (x != y) return x < y ? -1 : 1;
    }
  }
  return a.length < b.length ? -1 : a.length > b.length;
}

bool string_equal(const String& a, const String& b) {
  return a.length == b.length && string_compare(a, b) == 0;
}

std::uint64_t string_hash(const String& s) {
  std::uint64_t h = 0x9e3779b97f4a7c15u ^ s.length;
  with_chars(s, [&](auto* chars) {
    for (std::size_t i = 0; i < s.length; ++i) h = (h ^ chars[i]) * 0x100000001b3u;
  });
  h ^= h >> 32;
  return h * 0xd6e8feb86659fd93u >> 8;
}

std::string to_utf8(const String& s) { return to_utf8(s, 0, s.length); }

std::string to_utf8(const String& s, std::size_t start, std::size_t end) {
  std::string out;
  out.reserve(end - start);
  with_chars(s, [&](auto* chars) {
    std::size_t i = start;
    if constexpr (sizeof *chars == 1) {  // names, mostly
      while (i < end && chars[i] < 0x80) ++i;
      out.assign(reinterpret_cast<const char*>(chars) + start, i - start);
    }
    for (; i < end; ++i) append_utf8(out, chars[i]);
  });
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | (c >> shift & 0x3f))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    tail(12), tail(6), tail(0);
  }
}

char32_t decode_utf8(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2
                   : first >= 0xc2 && first < 0xe0 ? 1 : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size()) return 0xfffd;
  char32_t c = first & (0x3f >> more);
  for (int i = 0; i < more; ++i) {
    const std::uint8_t next = byte(at + static_cast<std::size_t>(i));
    if ((next & 0xc0) != 0x80) return 0xfffd;
    c = c << 6 | (next & 0x3f);
  }
  const bool valid = (more == 1 || c >= (more == 2 ? 0x800u : 0x10000u)) && c <= 0x10ffff &&
                     !(c >= 0xd800 && c < 0xe000);
  if (!valid) return 0xfffd;
  at += static_cast<std::size_t>(more);
  return c;
}

void StringBuilder::reserve(std::size_t more, int width) {
  if (width <= width_ && length_ + more <= capacity_) return;
  const int new_width = std::max(width, width_);
  const std::size_t capacity =
      length_ + more <= capacity_ ? capacity_ : std::max<std::size_t>(length_ + more, capacity_ * 2 + 16);
  void* data = heap_.atomic(capacity * static_cast<std::size_t>(new_width));
  if (length_) {
    String old{{make_header(Kind::string, static_cast<std::uint64_t>(width_))}, length_, data_};
    copy_chars(data, new_width, 0, old, 0, length_);
  }
  data_ = data;
  width_ = new_width;
  capacity_ = capacity;
}

void StringBuilder::push(char32_t c) {
  reserve(1, width_of(c));
  put(data_, width_, length_++, c);
}

void StringBuilder::push(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) push(decode_utf8(utf8, at));
}

void StringBuilder::push(const String& s, std::size_t start, std::size_t end) {
  reserve(end - start, widest(s, start, end));
  copy_chars(data_, width_, length_, s, start, end);
  length_ += end - start;
}

String& StringBuilder::finish() {
  String& s = make_string_uninitialized(heap_, length_, width_);
  if (length_) std::memcpy(s.data, data_, length_ * static_cast<std::size_t>(width_));
  return s;
}

}  // namespace fermata::vm
