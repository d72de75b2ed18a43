#include "scheme/equality.hpp"

#include <cstring>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/numeric_vectors.hpp"
#include "vm/keyed_hash.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 29;
  return h;
}

bool is_compound(Value v) { return v.is_pair() || is<Vector>(v); }

// Neither pair nor vector on both sides.
bool leaves_equal(Value a, Value b) {
  if (!a.is_object() || !b.is_object()) return is_eqv(a, b);
  const Kind kind = a.object()->kind();
  if (kind != b.object()->kind()) return false;
  if (kind == Kind::string) return string_equal(as<String>(a), as<String>(b));
  if (const auto x = numeric_view(a)) {
    const auto y = numeric_view(b);
    return x->element == y->element && x->length == y->length &&
           std::memcmp(x->bytes, y->bytes, x->length * element_size(x->element)) == 0;
  }
  return is_eqv(a, b);
}

// Classes of objects taken for equal, keyed by address.  The objects stay alive because
// the two values being compared hold them all.
class UnionFind {
 public:
  // True when a and b were in one class already; otherwise joins their classes.
  bool join(Value a, Value b) {
    if ((count_ + 2) * 2 > slots_.size()) grow();
    const std::size_t x = root(find(a.bits())), y = root(find(b.bits()));
    if (x == y) return true;
    if (parents_[x].size < parents_[y].size) {
      parents_[x].parent = y;
      parents_[y].size += parents_[x].size;
    } else {
      parents_[y].parent = x;
      parents_[x].size += parents_[y].size;
    }
    return false;
  }

 private:
  struct Node { std::size_t parent, size; };
  struct Slot { std::uint64_t key = 0; std::size_t node = 0; };

  std::size_t root(std::size_t n) {
    while (parents_[n].parent != n) n = parents_[n].parent = parents_[parents_[n].parent].parent;
    return n;
  }
  std::size_t find(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = mix(key) & mask;
    while (slots_[i].key != 0 && slots_[i].key != key) i = (i + 1) & mask;
    if (slots_[i].key == 0) {
      slots_[i] = {key, parents_.size()};
      parents_.push_back({parents_.size(), 1});
      ++count_;
    }
    return slots_[i].node;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 256 : slots_.size() * 2);
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& s : old) {
      if (s.key == 0) continue;
      std::size_t i = mix(s.key) & mask;
      while (slots_[i].key != 0) i = (i + 1) & mask;
      slots_[i] = s;
    }
  }
  std::vector<Slot> slots_;
  std::vector<Node> parents_;
  std::size_t count_ = 0;
};

// When to consult the forest.  Mostly comparisons run without it; every few hundred of them
// some are entered.  The lengths vary, lest a cycle always slip past the entered ones.
class Pace {
 public:
  bool consults_forest() {
    if (fast_ > 0) {
      --fast_;
      return false;
    }
    if (slow_ == 0) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      fast_ = state_ >> 33 & 511;
      slow_ = kSlow;
    } else {
      --slow_;
    }
    return true;
  }
  // The forest knew the two: likely it knows what follows, and pending pairs must get fewer.
  void found_known() {
    fast_ = 0;
    slow_ = kSlow;
  }

 private:
  static constexpr int kSlow = 40;
  std::uint64_t state_ = 1, fast_ = 400;
  int slow_ = kSlow;
};

}  // namespace

bool is_eqv(Value a, Value b) {
  if (a == b) return true;
  return is_number(a) && is_number(b) && numbers_eqv(a, b);
}

bool is_equal(Heap& heap, Value a, Value b, std::size_t& work) {
  if (!is_compound(a) || !is_compound(b)) {
    ++work;
    return leaves_equal(a, b);
  }
  GcVector<Value> pending(heap);  // two by two
  UnionFind forest;
  Pace pace;
  // True when x and y are leaves and equal, or have been put aside for later.
  const auto later = [&](Value x, Value y) {
    ++work;
    if (x == y) return true;
    if (!is_compound(x) || !is_compound(y)) return leaves_equal(x, y);
    pending.push_back(x);
    pending.push_back(y);
    return true;
  };
  pending.push_back(a);
  pending.push_back(b);
  while (!pending.empty()) {
    Value y = pending.pop_back(), x = pending.pop_back();
    // Down the spine of a list; what hangs on it waits.
    while (x != y && is_compound(x) && is_compound(y)) {
      if (x.is_pair() != y.is_pair()) return false;
      if (pace.consults_forest() && forest.join(x, y)) {
        pace.found_known();
        break;
      }
      if (x.is_pair()) {
        if (!later(x.pair()->car, y.pair()->car)) return false;
        x = x.pair()->cdr;
        y = y.pair()->cdr;
        if (!is_compound(x) || !is_compound(y)) {
          if (!later(x, y)) return false;
          break;
        }
      } else {
        Vector &v = as<Vector>(x), &w = as<Vector>(y);
        if (v.length() != w.length()) return false;
        for (std::size_t i = v.length(); i-- > 0;)
          if (!later(v.slots()[i], w.slots()[i])) return false;
        break;
      }
    }
  }
  return true;
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
  const bool same = is_equal(m.heap, a, b, work);
  m.charge(work / 16);
  return Value::boolean(same);
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
