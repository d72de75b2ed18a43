#include "vm/keyed_hash.hpp"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <string>

#include "vm/string.hpp"

namespace fermata::vm {

namespace {

struct Key {
  std::uint64_t word[2];
};

const Key& key() {
  static const Key drawn = [] {
    Key k;
    if (::getrandom(&k, sizeof k, 0) == sizeof k) return k;
    // Without it: what a stranger knows least of.
    k.word[0] = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    k.word[1] = reinterpret_cast<std::uint64_t>(&k) * 0x9e3779b97f4a7c15u;
    return k;
  }();
  return drawn;
}

struct State {
  std::uint64_t a, b, c, d;
  void round() {
    a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
    c += d, d = std::rotl(d, 16) ^ c;
    a += d, d = std::rotl(d, 21) ^ a;
    c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
  }
};

std::string_view bytes_of(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

}  // namespace

std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view bytes) {
  State s{key0 ^ 0x736f6d6570736575u, key1 ^ 0x646f72616e646f6du, key0 ^ 0x6c7967656e657261u,
          key1 ^ 0x7465646279746573u};
  const auto take = [&](std::uint64_t word) {
    s.d ^= word;
    s.round();
    s.a ^= word;
  };
  std::size_t at = 0;
  std::uint64_t word = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::memcpy(&word, bytes.data() + at, 8);
    take(word);
  }
  word = 0;
  std::memcpy(&word, bytes.data() + at, bytes.size() - at);
  take(word | static_cast<std::uint64_t>(bytes.size()) << 56);
  s.c ^= 0xff;
  for (int i = 0; i < 3; ++i) s.round();
  return s.a ^ s.b ^ s.c ^ s.d;
}

std::uint64_t keyed_hash(std::string_view bytes) { return sip_hash(key().word[0], key().word[1], bytes); }

std::uint64_t keyed_hash(std::uint64_t word) { return keyed_hash(bytes_of(&word, sizeof word)); }

std::uint64_t keyed_hash(const String& s) {
  if (s.width() == 1) return keyed_hash(bytes_of(s.data, s.length));
  // As narrow as its characters are.
  std::u32string wide(s.length, U'\0');
  char32_t all = 0;
  for (std::size_t i = 0; i < s.length; ++i) all |= wide[i] = string_ref(s, i);
  if (all >= 0x100) return keyed_hash(bytes_of(wide.data(), wide.size() * sizeof(char32_t)));
  std::string narrow(s.length, '\0');
  std::copy(wide.begin(), wide.end(), narrow.begin());
  return keyed_hash(narrow);
}

}  // namespace fermata::vm
