// A chain of tests that compare one variable with constants, as `case` makes them: a table of
// labels, when the constants are fixnums or characters that lie close together.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "scheme/codegen.hpp"

namespace fermata::scheme {

using vm::Op;

namespace {

constexpr std::size_t kFewKeys = 5;      // as many tests are as fast one after the other
constexpr std::size_t kMostWords = 512;
constexpr std::size_t kSpread = 4;      // words of the table for each key

bool is_key(Value v) { return v.is_fixnum() || v.is_char(); }
std::int64_t number_of(Value v) {
  return v.is_fixnum() ? v.fixnum() : static_cast<std::int64_t>(v.bits() >> 8);
}

// The test (eqv? variable constant), either way round; false when it is another.
bool read_test(Node* n, Variable*& variable, Value& key) {
  auto* call = node_if<Call>(n, NodeKind::call);
  const Primitive* p = call != nullptr ? primitive_of(*call) : nullptr;
  if (p == nullptr || (p->shape != Shape::eq && p->shape != Shape::eqv)) return false;
  for (std::size_t i = 0; i < 2; ++i) {
    auto* ref = node_if<LocalRef>((*call->arguments)[i], NodeKind::local_ref);
    auto* constant = node_if<Constant>((*call->arguments)[1 - i], NodeKind::constant);
    if (ref == nullptr || constant == nullptr || !is_key(constant->value)) continue;
    variable = ref->variable;
    key = constant->value;
    return true;
  }
  return false;
}

// What a test needs to be one of a table: its keys are of one kind, all for one variable.
struct Keys {
  Variable* variable = nullptr;
  bool chars = false;
  std::vector<Value> all = {};  // fixnums and characters: nothing for the collector

  // (or test test ...) is (if test #t (if test #t ...)).
  bool add(Node* n) {
    const std::size_t before = all.size();
    while (n != nullptr) {
      Node* test = n;
      auto* either = node_if<Conditional>(n, NodeKind::conditional);
      if (either != nullptr) {
        auto* then = node_if<Constant>(either->then, NodeKind::constant);
        if (then == nullptr || then->value != vm::kTrue) break;
        test = either->test;
      }
      Variable* v = nullptr;
      Value key;
      if (!read_test(test, v, key)) break;
      if (variable != nullptr && (v != variable || key.is_char() != chars)) break;
      variable = v;
      chars = key.is_char();
      all.push_back(key);
      if (either == nullptr) return true;
      n = either->otherwise;
    }
    all.resize(before);
    return false;
  }
};

}  // namespace

// The node to go on with, or null when the chain is not worth a table.
Node* FrameGenerator::switch_on(Conditional& n, Target target, Label& end) {
  Keys keys;
  std::vector<std::pair<Node*, std::size_t>> arms;  // with how many keys there are up to it
  Node* otherwise = &n;
  while (auto* c = node_if<Conditional>(otherwise, NodeKind::conditional)) {
    if (keys.all.size() >= kMostWords || !keys.add(c->test)) break;
    arms.emplace_back(c->then, keys.all.size());
    otherwise = c->otherwise;
  }
  if (keys.all.size() < kFewKeys || arms.size() < 2) return nullptr;
  std::int64_t lowest = number_of(keys.all[0]), highest = lowest;
  for (const Value key : keys.all) {
    lowest = std::min(lowest, number_of(key));
    highest = std::max(highest, number_of(key));
  }
  if (lowest < INT32_MIN || highest > INT32_MAX) return nullptr;
  const auto words = static_cast<std::size_t>(highest - lowest + 1);
  if (words > kMostWords || words > kSpread * keys.all.size()) return nullptr;
  int reg = 0;
  auto* ref = make_local_ref(heap_, n.span(), keys.variable);
  if (!in_register(ref, &reg)) return nullptr;

  const Label none = emit_.make_label();
  std::vector<Label> table(words, none), labels;
  std::size_t done = 0;
  for (const auto& [then, until] : arms) {
    labels.push_back(emit_.make_label());
    for (; done < until; ++done) {
      Label& entry = table[static_cast<std::size_t>(number_of(keys.all[done]) - lowest)];
      if (entry == none) entry = labels.back();  // else an earlier test has it
    }
  }
  emit_.at(n.span());
  emit_.emit_switch(keys.chars ? Op::switch_char : Op::switch_fixnum, static_cast<unsigned>(reg),
                    static_cast<std::int32_t>(lowest), table);
  emit_.jump(none);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    emit_.bind(labels[i]);
    generate(arms[i].first, rest(target));
    leave(target, end);
  }
  emit_.bind(none);
  return otherwise;  // last, so that long chains need no C++ stack
}

}  // namespace fermata::scheme
