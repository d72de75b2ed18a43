#include "scheme/equality.hpp"

#include "scheme/builtins.hpp"
#include "scheme/comparison.hpp"
#include "scheme/long_search.hpp"
#include "scheme/mix.hpp"
#include "scheme/numeric_vectors.hpp"
#include "vm/keyed_hash.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

bool is_eqv(Value a, Value b) {
  if (a == b) return true;
  return is_number(a) && is_number(b) && numbers_eqv(a, b);
}

bool is_equal(Heap& heap, Value a, Value b, std::size_t& work) {
  if (!is_compound(a) || !is_compound(b)) return ++work, leaves_equal(a, b, work);
  Comparison comparison(heap);
  return *comparison.run(a, b, work, kWithoutEnd);
}

std::uint64_t eq_hash(Value v) { return mix(v.bits() * 0x9e3779b97f4a7c15u); }

std::uint64_t eqv_hash(Value v) {
  if (v.is_fixnum() || !is_number(v)) return eq_hash(v);
  return mix(number_hash(v));
}

std::uint64_t keyed_eqv_hash(Value v) {
  static const std::uint64_t key = keyed_hash(std::uint64_t{0});
  const std::uint64_t word = v.is_fixnum() || !is_number(v) ? v.bits() : number_hash(v);
  return mix((word ^ key) * 0x9e3779b97f4a7c15u);
}

namespace {

// What differs between the hashes that programs see and those of tables.
struct Plain {
  static std::uint64_t text(const String& s) { return string_hash(s); }
  static std::uint64_t symbol(const Symbol& s) { return string_hash(as<String>(s.name)); }
  static std::uint64_t other(Value v) { return eqv_hash(v); }
};
struct Keyed {
  static std::uint64_t text(const String& s) { return keyed_hash(s); }
  static std::uint64_t symbol(const Symbol& s) { return s.hash; }
  static std::uint64_t other(Value v) { return keyed_eqv_hash(v); }
};

template <class Leaf>
std::uint64_t hash_of_structure(Value v) {
  constexpr int kParts = 96, kPending = 32;  // bounds, not limits of correctness
  Value pending[kPending];
  int waiting = 0;
  std::uint64_t h = 0x51ed270b;
  pending[waiting++] = v;
  for (int parts = 0; waiting > 0 && parts < kParts; ++parts) {
    const Value at = pending[--waiting];
    std::uint64_t leaf;
    if (at.is_pair()) {
      leaf = 0x70;
      if (waiting < kPending) pending[waiting++] = at.pair()->cdr;
      if (waiting < kPending) pending[waiting++] = at.pair()->car;
    } else if (auto* vector = cast<Vector>(at)) {
      leaf = 0x76 + vector->length();
      for (std::size_t i = 0; i < vector->length() && waiting < kPending; ++i)
        pending[waiting++] = vector->slots()[i];
    } else if (auto* string = cast<String>(at)) {
      leaf = Leaf::text(*string);
    } else if (const auto view = numeric_view(at)) {
      leaf = view->length;
      for (std::size_t i = 0; i < view->length * element_size(view->element); ++i)
        leaf = (leaf ^ view->bytes[i]) * 0x100000001b3u;
    } else if (auto* symbol = cast<Symbol>(at); symbol && symbol->is_interned()) {
      leaf = Leaf::symbol(*symbol);
    } else {
      leaf = Leaf::other(at);
    }
    h = mix(h * 31 + leaf);
  }
  return h;
}

}  // namespace

std::uint64_t equal_hash(Value v) { return hash_of_structure<Plain>(v); }

std::uint64_t keyed_equal_hash(Value v) { return hash_of_structure<Keyed>(v); }

namespace {

Outcome eq(Machine&, Value a, Value b) { return Value::boolean(a == b); }
Outcome eqv(Machine&, Value a, Value b) { return Value::boolean(is_eqv(a, b)); }

Outcome equal(Machine& m, Value a, Value b) {
  std::size_t work = 0;
  if (!is_compound(a) || !is_compound(b)) {
    const bool same = leaves_equal(a, b, work);
    m.charge(work / 16);
    return Value::boolean(same);
  }
  Comparison comparison(m.heap);
  const auto same = comparison.run(a, b, work, kPieceOfSearch);
  m.charge(work / 16);
  return same ? Value::boolean(*same) : compare_in_pieces(m, a, b);
}

Outcome negation(Machine&, Value v) { return Value::boolean(!v.is_true()); }
Outcome is_boolean(Machine&, Value v) { return Value::boolean(v.is_boolean()); }

Outcome booleans_same(Machine& m, bool first, Args rest) {
  bool same = true;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!rest[i].is_boolean()) return m.wrong_type(i + 2, "a boolean", rest[i]);
    same = same && rest[i].is_true() == first;
  }
  return Value::boolean(same);
}

// A hash as Scheme sees it: a fixnum, below the bound if one is given.
Outcome hash_result(Machine& m, std::uint64_t hash, std::optional<Index> bound) {
  if (!bound) return Value::fixnum(static_cast<std::int64_t>(hash >> 3));
  if (*bound == 0) return m.out_of_range(2, "a positive bound", Value::fixnum(0));
  return Value::fixnum(static_cast<std::int64_t>(hash % *bound));
}

Outcome hash_by_eq(Machine& m, Value v, std::optional<Index> bound) {
  return hash_result(m, eq_hash(v), bound);
}
Outcome hash_by_eqv(Machine& m, Value v, std::optional<Index> bound) {
  return hash_result(m, eqv_hash(v), bound);
}
Outcome hash_by_equal(Machine& m, Value v, std::optional<Index> bound) {
  return hash_result(m, equal_hash(v), bound);
}
Outcome hash_of_string(Machine& m, String& s, std::optional<Index> bound) {
  m.charge(s.length / 16);
  return hash_result(m, equal_hash(value_of(&s)), bound);
}

constexpr Builtin kEquality[] = {
    builtin<eq>("(eq? a b)", "Whether a and b are the very same object."),
    builtin<eqv>("(eqv? a b)",
                 "Whether a and b are the same object, or numbers of the same exactness and value."),
    builtin<equal>("(equal? a b)",
                   "Whether a and b are eqv?, or pairs, vectors, strings or bytevectors with equal "
                   "contents.  Ends on circular structure."),
    builtin<negation>("(not obj)", "#t if obj is #f, otherwise #f."),
    builtin<is_boolean>("(boolean? obj)", "Whether obj is #t or #f."),
    builtin<booleans_same>("(boolean=? boolean1 boolean2 ...)",
                           "Whether the booleans are all the same."),
    builtin<hash_by_eq>("(eq-hash obj [bound])", "A hash of obj that agrees with eq?."),
    builtin<hash_by_eqv>("(eqv-hash obj [bound])", "A hash of obj that agrees with eqv?."),
    builtin<hash_by_equal>("(equal-hash obj [bound])", "A hash of obj that agrees with equal?."),
    builtin<hash_of_string>("(string-hash string [bound])",
                            "A hash of the string that agrees with string=?."),
};

}  // namespace

std::span<const Builtin> equality_builtins() { return kEquality; }

}  // namespace fermata::scheme
