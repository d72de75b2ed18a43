#include "scheme/comparison.hpp"

#include <algorithm>
#include <cstring>

#include "scheme/equality.hpp"
#include "scheme/mix.hpp"
#include "scheme/numeric_vectors.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kElements = 1024;  // of a vector at a time

}  // namespace

bool leaves_equal(Value a, Value b, std::size_t& work) {
  if (!a.is_object() || !b.is_object()) return is_eqv(a, b);
  const Kind kind = a.object()->kind();
  if (kind != b.object()->kind()) return false;
  if (kind == Kind::string) {
    work += as<String>(a).length / 64;
    return string_equal(as<String>(a), as<String>(b));
  }
  if (const auto x = numeric_view(a)) {
    const auto y = numeric_view(b);
    work += x->length / 64;
    return x->element == y->element && x->length == y->length &&
           std::memcmp(x->bytes, y->bytes, x->length * element_size(x->element)) == 0;
  }
  return is_eqv(a, b);
}

bool UnionFind::join(Value a, Value b) {
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

std::size_t UnionFind::root(std::size_t n) {
  while (parents_[n].parent != n) n = parents_[n].parent = parents_[parents_[n].parent].parent;
  return n;
}

std::size_t UnionFind::find(std::uint64_t key) {
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

void UnionFind::grow() {
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

bool Pace::consults_forest() {
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

std::optional<bool> Comparison::run(Value a, Value b, std::size_t& work, std::size_t limit) {
  if (!is_compound(a) || !is_compound(b)) return ++work, leaves_equal(a, b, work);
  // What was found out about two that are not equal says nothing of the next two.
  pending_.clear();
  forest_ = {};
  pace_ = {};
  pending_.push_back(a);
  pending_.push_back(b);
  return go_on(work, limit);
}

// True when they are leaves and equal, or have been put aside for later.
bool Comparison::compare_later(Value x, Value y, std::size_t& work) {
  ++work;
  if (x == y) return true;
  if (!is_compound(x) || !is_compound(y)) return leaves_equal(x, y, work);
  pending_.push_back(x);
  pending_.push_back(y);
  return true;
}

bool Comparison::compare_elements(Value x, Value y, std::size_t end, std::size_t& work) {
  const std::size_t start = end > kElements ? end - kElements : 0;
  if (start > 0) {
    const Value left = Value::fixnum(static_cast<std::int64_t>(start));
    for (const Value v : {x, y, left, left}) pending_.push_back(v);
  }
  for (std::size_t i = end; i-- > start;) {
    if (!compare_later(as<Vector>(x).slots()[i], as<Vector>(y).slots()[i], work)) return false;
  }
  return true;
}

std::optional<bool> Comparison::go_on(std::size_t& work, std::size_t limit) {
  while (!pending_.empty()) {
    if (work >= limit) return std::nullopt;
    Value y = pending_.pop_back(), x = pending_.pop_back();
    if (y.is_fixnum()) {
      const Value w = pending_.pop_back(), v = pending_.pop_back();
      if (!compare_elements(v, w, static_cast<std::size_t>(y.fixnum()), work)) return false;
      continue;
    }
    // Down the spine of a list; what hangs on it waits.
    while (x != y && is_compound(x) && is_compound(y)) {
      if (x.is_pair() != y.is_pair()) return false;
      if (pace_.consults_forest() && forest_.join(x, y)) {
        pace_.found_known();
        break;
      }
      if (!x.is_pair()) {
        if (as<Vector>(x).length() != as<Vector>(y).length()) return false;
        if (!compare_elements(x, y, as<Vector>(x).length(), work)) return false;
        break;
      }
      if (!compare_later(x.pair()->car, y.pair()->car, work)) return false;
      x = x.pair()->cdr;
      y = y.pair()->cdr;
      if (!is_compound(x) || !is_compound(y) || work >= limit) {
        if (!compare_later(x, y, work)) return false;
        break;
      }
    }
  }
  return true;
}

}  // namespace fermata::scheme
