// Random numbers: a generator whose state is 32 bytes in a bytevector, and entropy.
//
// The generator is xoshiro256++ (Blackman, Vigna), seeded through splitmix64, so equal seeds
// give equal numbers everywhere.  Chance itself comes from %random-entropy alone; whoever
// records what that gave can run a program again (scheme/lib/fermata/random.sld).
#include <bit>
#include <cerrno>
#include <cstring>

#include <sys/random.h>

#include "scheme/builtins.hpp"
#include "scheme/world.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kStateBytes = 32;

struct State {
  std::uint64_t words[4];
};

State load(Bytevector& b) {
  State s;
  std::memcpy(s.words, b.bytes(), kStateBytes);
  return s;
}
void store(Bytevector& b, const State& s) { std::memcpy(b.bytes(), s.words, kStateBytes); }

Outcome bad_state(Machine& m, Bytevector& b) {
  return m.wrong_type(1, "the state of a random generator", value_of(&b));
}
bool is_state(Bytevector& b) { return b.length() == kStateBytes && !b.is_immutable(); }

std::uint64_t next(State& s) {
  auto& w = s.words;
  const std::uint64_t result = std::rotl(w[0] + w[3], 23) + w[0];
  const std::uint64_t t = w[1] << 17;
  w[2] ^= w[0];
  w[3] ^= w[1];
  w[1] ^= w[2];
  w[0] ^= w[3];
  w[2] ^= t;
  w[3] = std::rotl(w[3], 45);
  return result;
}

std::uint64_t split_mix(std::uint64_t& seed) {
  std::uint64_t z = seed += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

Outcome entropy(Machine& m) {
  note_question(m);
  Bytevector& b = m.heap.make_bytevector(kStateBytes);
  for (;;) {
    if (::getrandom(b.bytes(), kStateBytes, 0) == static_cast<ssize_t>(kStateBytes)) break;
    if (errno != EINTR) return m.error(ConditionKind::io, "the system has no random numbers");
  }
  b.bytes()[0] |= 1;  // all zeros would stay zeros
  return value_of(&b);
}

// Seeds of any size are folded by the caller.
Outcome seeded(Machine& m, Fixnum first, Fixnum second) {
  Bytevector& b = m.heap.make_bytevector(kStateBytes);
  std::uint64_t seed = static_cast<std::uint64_t>(first.value);
  State s;
  for (auto& word : s.words) word = split_mix(seed);
  seed ^= std::rotl(static_cast<std::uint64_t>(second.value), 32);
  for (auto& word : s.words) word ^= split_mix(seed);
  if ((s.words[0] | s.words[1] | s.words[2] | s.words[3]) == 0) s.words[0] = 1;
  store(b, s);
  return value_of(&b);
}

Outcome bits(Machine& m, Bytevector& b, Index count) {
  if (!is_state(b)) return bad_state(m, b);
  if (count > 62) return m.out_of_range(2, "at most 62", Value::fixnum(static_cast<std::int64_t>(count.value)));
  if (count == 0) return Value::fixnum(0);
  State s = load(b);
  const std::uint64_t word = next(s);
  store(b, s);
  return Value::fixnum(static_cast<std::int64_t>(word >> (64 - count)));
}

// Draws as many bits as n needs until they are below n, so that all numbers are alike.
Outcome below(Machine& m, Bytevector& b, Fixnum n) {
  if (!is_state(b)) return bad_state(m, b);
  if (n <= 0) return m.out_of_range(2, "a positive integer", Value::fixnum(n));
  const int width = std::bit_width(static_cast<std::uint64_t>(n - 1));
  State s = load(b);
  std::uint64_t drawn = 0;
  if (width > 0) do drawn = next(s) >> (64 - width); while (drawn >= static_cast<std::uint64_t>(n.value));
  store(b, s);
  return Value::fixnum(static_cast<std::int64_t>(drawn));
}

// Above 0 and below 1: the middles of 2^52 steps.
Outcome real(Machine& m, Bytevector& b) {
  if (!is_state(b)) return bad_state(m, b);
  State s = load(b);
  const double step = static_cast<double>(next(s) >> 12);
  store(b, s);
  return m.heap.make_flonum((step + 0.5) * 0x1p-52);
}

constexpr Builtin kRandom[] = {
    builtin<entropy>("(%random-entropy)", "32 random bytes of the system's."),
    builtin<seeded>("(%random-seeded i j)", "The state of a generator, made from two integers."),
    builtin<bits>("(%random-bits state count)", "An integer of so many random bits."),
    builtin<below>("(%random-below state n)", "A random fixnum from 0 below n."),
    builtin<real>("(%random-real state)", "A random flonum above 0 and below 1."),
};

}  // namespace

std::span<const Builtin> random_builtins() { return kRandom; }

}  // namespace fermata::scheme
