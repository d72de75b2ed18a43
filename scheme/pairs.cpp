// Pairs and lists: what needs no procedure argument.
//
// Every walk along a list notices cycles and improper tails, and is paid for in gas.
// What takes procedures (map, fold, member with a predicate) is in lib/fermata/list.sld.
#include <algorithm>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/comparison.hpp"
#include "scheme/equality.hpp"
#include "scheme/lists.hpp"
#include "scheme/long_search.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome is_pair(Machine&, Value v) { return Value::boolean(v.is_pair()); }
Outcome is_null(Machine&, Value v) { return Value::boolean(v == kNull); }
Outcome is_list(Machine& m, Value v) {
  const std::int64_t n = list_length(v);
  m.charge(n > 0 ? static_cast<std::size_t>(n) / 16 : 0);
  return Value::boolean(n >= 0);
}

Outcome cons(Machine& m, Value a, Value b) { return m.heap.cons(a, b); }
Outcome car(Machine&, Pair& p) { return p.car; }
Outcome cdr(Machine&, Pair& p) { return p.cdr; }
Outcome set_car(Machine&, Pair& p, Value v) {
  p.car = v;
  return kUnspecified;
}
Outcome set_cdr(Machine&, Pair& p, Value v) {
  p.cdr = v;
  return kUnspecified;
}

// The letters between c and r: caddr is "add", applied from the right.
template <std::size_t n>
struct Path {
  char letters[n] = {};
  consteval Path(const char (&text)[n]) { std::copy_n(text, n, letters); }
};

template <Path path>
Outcome cxr(Machine& m, Value v) {
  Value at = v;
  for (std::size_t i = sizeof(path.letters) - 1; i-- > 0;) {
    if (!at.is_pair()) {
      const std::string wanted = "a structure that has a c" + std::string(path.letters) + "r";
      return m.wrong_type(1, wanted, v);
    }
    at = path.letters[i] == 'a' ? at.pair()->car : at.pair()->cdr;
  }
  return at;
}

Outcome make_list(Machine& m, Index k, std::optional<Value> fill) {
  if (auto problem = check_memory(m, k, sizeof(Pair))) return *problem;
  Value list = kNull;
  for (std::size_t i = 0; i < k; ++i) list = m.heap.cons(fill.value_or(kUnspecified), list);
  return list;
}

Outcome list(Machine& m, Args elements) {
  Value list = kNull;
  for (std::size_t i = elements.size(); i-- > 0;) list = m.heap.cons(elements[i], list);
  return list;
}

Outcome cons_star(Machine& m, Value first, Args rest) {
  if (rest.size() == 0) return first;
  Value list = rest[rest.size() - 1];
  for (std::size_t i = rest.size() - 1; i-- > 0;) list = m.heap.cons(rest[i], list);
  return m.heap.cons(first, list);
}

// Checks that argument number `argument` is a proper list, and charges for walking it.
Problem check_list(Machine& m, std::size_t argument, Value list, std::size_t& length) {
  const std::int64_t n = list_length(list);
  if (n == kCircularList) return m.wrong_type(argument, "a list that is not circular", list);
  if (n < 0) return m.wrong_type(argument, "a proper list", list);
  length = static_cast<std::size_t>(n);
  m.charge(length / 16);
  return std::nullopt;
}

Outcome length(Machine& m, Value list) {
  std::size_t n = 0;
  if (auto problem = check_list(m, 1, list, n)) return *problem;
  return Value::fixnum(static_cast<std::int64_t>(n));
}

Outcome append(Machine& m, Args lists) {
  if (lists.size() == 0) return kNull;
  ListBuilder result(m.heap);
  for (std::size_t i = 0; i + 1 < lists.size(); ++i) {
    std::size_t n = 0;
    if (auto problem = check_list(m, i + 1, lists[i], n)) return *problem;
    if (auto problem = check_memory(m, n, sizeof(Pair))) return *problem;
    for (Value at = lists[i]; at.is_pair(); at = at.pair()->cdr) result.push(at.pair()->car);
  }
  return result.finish(lists[lists.size() - 1]);
}

Outcome append_in_place(Machine& m, Args lists) {
  for (std::size_t i = 0, n = 0; i + 1 < lists.size(); ++i)
    if (auto problem = check_list(m, i + 1, lists[i], n)) return *problem;
  Value result = kNull, last = kNull;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (lists[i] == kNull) continue;
    if (last.is_pair()) last.pair()->cdr = lists[i];
    else result = lists[i];
    if (i + 1 == lists.size()) break;  // the last may be anything
    for (Value at = lists[i]; at.is_pair(); at = at.pair()->cdr) last = at;
  }
  return result;
}

Outcome reverse(Machine& m, Value list) {
  std::size_t n = 0;
  if (auto problem = check_list(m, 1, list, n)) return *problem;
  if (auto problem = check_memory(m, n, sizeof(Pair))) return *problem;
  Value result = kNull;
  for (Value at = list; at.is_pair(); at = at.pair()->cdr)
    result = m.heap.cons(at.pair()->car, result);
  return result;
}

Outcome reverse_in_place(Machine& m, Value list) {
  std::size_t n = 0;
  if (auto problem = check_list(m, 1, list, n)) return *problem;
  Value result = kNull;
  while (list.is_pair()) {
    const Value next = list.pair()->cdr;
    list.pair()->cdr = result;
    result = list;
    list = next;
  }
  return result;
}

// The elements in front of the tail in opposite order: what a loop that accumulates needs.
Outcome append_reverse(Machine& m, Value list, Value tail) {
  std::size_t n = 0;
  if (auto problem = check_list(m, 1, list, n)) return *problem;
  if (auto problem = check_memory(m, n, sizeof(Pair))) return *problem;
  Value result = tail;
  for (Value at = list; at.is_pair(); at = at.pair()->cdr)
    result = m.heap.cons(at.pair()->car, result);
  return result;
}

// One step along several lists at once, for n-ary map and its kin; #f when one has ended.
template <Value Pair::*half>
Outcome halves(Machine& m, Value lists) {
  ListBuilder result(m.heap);
  for (Value at = lists; at.is_pair(); at = at.pair()->cdr) {
    if (!at.pair()->car.is_pair()) return kFalse;
    result.push(at.pair()->car.pair()->*half);
  }
  return result.finish();
}

// The rest of the list after k steps, or nothing when the list ends before.  A huge k on a
// circular list is taken modulo the cycle.
std::optional<Value> walk_to(Machine& m, Value list, std::size_t k) {
  ListWalk walk(list);
  for (std::size_t left = k; left > 0; --left) {
    if (!walk.at_pair()) return std::nullopt;
    if (walk.next()) continue;
    m.charge(walk.steps() / 16);
    Value rest = walk.at();
    for (left = (left - 1) % walk.cycle_length(); left > 0; --left) rest = rest.pair()->cdr;
    return rest;
  }
  m.charge(walk.steps() / 16);
  return walk.at();
}

Outcome no_list(Machine& m, Value list) {
  return m.wrong_type(1, list.is_pair() ? "a list with more elements" : "a list", list);
}

// The list has no element k: says so.
Outcome no_such_element(Machine& m, Value list, std::size_t k) {
  const std::int64_t n = list_length(list);
  if (n == kImproperList) return no_list(m, list);
  return *check_index(m, static_cast<std::size_t>(n), 2, {k});
}

Outcome list_tail(Machine& m, Value list, Index k) {
  if (const auto rest = walk_to(m, list, k)) return *rest;
  const std::int64_t n = list_length(list);
  if (n == kImproperList) return no_list(m, list);
  return m.out_of_range(2, "an index of at most " + std::to_string(n),
                        Value::fixnum(static_cast<std::int64_t>(k.value)));
}

Outcome list_ref(Machine& m, Value list, Index k) {
  const auto rest = walk_to(m, list, k);
  if (!rest || !rest->is_pair()) return no_such_element(m, list, k);
  return rest->pair()->car;
}

Outcome list_set(Machine& m, Value list, Index k, Value v) {
  const auto rest = walk_to(m, list, k);
  if (!rest || !rest->is_pair()) return no_such_element(m, list, k);
  rest->pair()->car = v;
  return kUnspecified;
}

Outcome list_copy(Machine& m, Value list) {
  const std::int64_t n = list_length(list);
  if (n == kCircularList) return m.wrong_type(1, "a list that is not circular", list);
  if (n > 0)
    if (auto problem = check_memory(m, static_cast<std::size_t>(n), sizeof(Pair))) return *problem;
  ListBuilder result(m.heap);
  Value at = list;
  for (; at.is_pair(); at = at.pair()->cdr) result.push(at.pair()->car);
  return result.finish(at);
}

Outcome last_pair(Machine& m, Pair& list) {
  ListWalk walk(value_of(&list));
  Value last = walk.at();
  while (walk.at_pair()) {
    last = walk.at();
    if (!walk.next()) return m.wrong_type(1, "a list that is not circular", value_of(&list));
  }
  m.charge(walk.steps() / 16);
  return last;
}

Outcome iota(Machine& m, Index count, std::optional<Value> start, std::optional<Value> step) {
  const Value first = start.value_or(Value::fixnum(0)), by = step.value_or(Value::fixnum(1));
  if (!is_number(first)) return m.wrong_type(2, "a number", first);
  if (!is_number(by)) return m.wrong_type(3, "a number", by);
  if (auto problem = check_memory(m, count, sizeof(Pair))) return *problem;
  ListBuilder result(m.heap);
  if (count > 0) result.push(first);
  for (std::size_t i = 1; i < count; ++i) {
    // By multiplication, so that rounding errors do not add up.
    FERMATA_TRY(offset, number_multiply(m, by, Value::fixnum(static_cast<std::int64_t>(i))));
    FERMATA_TRY(element, number_add(m, first, offset));
    result.push(element);
  }
  return result.finish();
}

// ---- searching ---------------------------------------------------------------

// Nothing: this comparison, or all together, take too long for one turn.
using Same = std::optional<bool>;
Same same_eq(Machine&, Value a, Value b, std::size_t&) { return a == b; }
Same same_eqv(Machine&, Value a, Value b, std::size_t&) { return is_eqv(a, b); }
Same same_equal(Machine& m, Value a, Value b, std::size_t& work) {
  if (work >= kPieceOfSearch) return std::nullopt;
  if (!is_compound(a) || !is_compound(b)) return ++work, leaves_equal(a, b, work);
  return Comparison(m.heap).run(a, b, work, kPieceOfSearch);
}

// Pays for the steps and comparisons of a search, however it ends.
class Charged {
 public:
  Charged(Machine& m, const ListWalk& walk, const std::size_t& work) : machine_(m), walk_(walk), work_(work) {}
  ~Charged() { machine_.charge((walk_.steps() + work_) / 16); }
  Charged(const Charged&) = delete;
  Charged& operator=(const Charged&) = delete;

 private:
  Machine& machine_;
  const ListWalk& walk_;
  const std::size_t& work_;
};

template <auto same>
Outcome search_list(Machine& m, Value obj, Value list) {
  ListWalk walk(list);
  std::size_t work = 0;
  const Charged charged(m, walk, work);
  while (walk.at_pair()) {
    const Same found = same(m, obj, walk.pair().car, work);
    if (!found) return search_in_pieces(m, Search::member, obj, walk);
    if (*found) return walk.at();
    if (!walk.next()) return m.wrong_type(2, "a list that is not circular", list);
  }
  if (walk.at() != kNull) return m.wrong_type(2, "a proper list", list);
  return kFalse;
}

template <auto same>
Outcome search_alist(Machine& m, Value obj, Value alist) {
  ListWalk walk(alist);
  std::size_t work = 0;
  const Charged charged(m, walk, work);
  while (walk.at_pair()) {
    const Value entry = walk.pair().car;
    if (!entry.is_pair()) return m.wrong_type(2, "a list of pairs", alist);
    const Same found = same(m, obj, entry.pair()->car, work);
    if (!found) return search_in_pieces(m, Search::assoc, obj, walk);
    if (*found) return entry;
    if (!walk.next()) return m.wrong_type(2, "a list that is not circular", alist);
  }
  if (walk.at() != kNull) return m.wrong_type(2, "a proper list", alist);
  return kFalse;
}

constexpr Builtin kPairs[] = {
    builtin<is_pair>("(pair? obj)", "Whether obj is a pair."),
    builtin<cons>("(cons a b)", "A new pair of a and b."),
    builtin<car>("(car pair)", "The first half of the pair."),
    builtin<cdr>("(cdr pair)", "The second half of the pair."),
    builtin<set_car>("(set-car! pair obj)", "Makes obj the first half of the pair."),
    builtin<set_cdr>("(set-cdr! pair obj)", "Makes obj the second half of the pair."),
    builtin<cxr<"aa">>("(caar obj)", "(car (car obj))"),
    builtin<cxr<"ad">>("(cadr obj)", "(car (cdr obj))"),
    builtin<cxr<"da">>("(cdar obj)", "(cdr (car obj))"),
    builtin<cxr<"dd">>("(cddr obj)", "(cdr (cdr obj))"),
    builtin<cxr<"aaa">>("(caaar obj)", "(car (caar obj))"),
    builtin<cxr<"aad">>("(caadr obj)", "(car (cadr obj))"),
    builtin<cxr<"ada">>("(cadar obj)", "(car (cdar obj))"),
    builtin<cxr<"add">>("(caddr obj)", "(car (cddr obj))"),
    builtin<cxr<"daa">>("(cdaar obj)", "(cdr (caar obj))"),
    builtin<cxr<"dad">>("(cdadr obj)", "(cdr (cadr obj))"),
    builtin<cxr<"dda">>("(cddar obj)", "(cdr (cdar obj))"),
    builtin<cxr<"ddd">>("(cdddr obj)", "(cdr (cddr obj))"),
    builtin<cxr<"aaaa">>("(caaaar obj)", "(car (caaar obj))"),
    builtin<cxr<"aaad">>("(caaadr obj)", "(car (caadr obj))"),
    builtin<cxr<"aada">>("(caadar obj)", "(car (cadar obj))"),
    builtin<cxr<"aadd">>("(caaddr obj)", "(car (caddr obj))"),
    builtin<cxr<"adaa">>("(cadaar obj)", "(car (cdaar obj))"),
    builtin<cxr<"adad">>("(cadadr obj)", "(car (cdadr obj))"),
    builtin<cxr<"adda">>("(caddar obj)", "(car (cddar obj))"),
    builtin<cxr<"addd">>("(cadddr obj)", "(car (cdddr obj))"),
    builtin<cxr<"daaa">>("(cdaaar obj)", "(cdr (caaar obj))"),
    builtin<cxr<"daad">>("(cdaadr obj)", "(cdr (caadr obj))"),
    builtin<cxr<"dada">>("(cdadar obj)", "(cdr (cadar obj))"),
    builtin<cxr<"dadd">>("(cdaddr obj)", "(cdr (caddr obj))"),
    builtin<cxr<"ddaa">>("(cddaar obj)", "(cdr (cdaar obj))"),
    builtin<cxr<"ddad">>("(cddadr obj)", "(cdr (cdadr obj))"),
    builtin<cxr<"ddda">>("(cdddar obj)", "(cdr (cddar obj))"),
    builtin<cxr<"dddd">>("(cddddr obj)", "(cdr (cdddr obj))"),
    builtin<is_null>("(null? obj)", "Whether obj is the empty list."),
    builtin<is_list>("(list? obj)", "Whether obj is a proper list: finite, ending in ()."),
    builtin<make_list>("(make-list k [fill])", "A new list of k elements, each of them fill."),
    builtin<list>("(list obj ...)", "A new list of the objects."),
    builtin<cons_star>("(cons* obj1 obj2 ...)",
                       "A new list of the objects, the last of which is its tail."),
    builtin<length>("(length list)", "The number of elements of a proper list."),
    builtin<append>("(append list ...)",
                    "Joins the lists into a new one; the last is shared and may be any object."),
    builtin<append_in_place>("(append! list ...)", "Joins the lists, changing all but the last."),
    builtin<reverse>("(reverse list)", "A new list of the elements, last first."),
    builtin<reverse_in_place>("(reverse! list)", "Turns the list around, reusing its pairs."),
    builtin<append_reverse>("(append-reverse list tail)",
                            "The elements of list, last first, in front of tail."),
    builtin<halves<&Pair::car>>("(%cars lists)", "The cars of the lists, or #f if one is empty."),
    builtin<halves<&Pair::cdr>>("(%cdrs lists)", "The cdrs of the lists, or #f if one is empty."),
    builtin<list_tail>("(list-tail list k)", "What remains of list without its first k elements."),
    builtin<list_ref>("(list-ref list k)", "Element k of the list, counted from 0."),
    builtin<list_set>("(list-set! list k obj)", "Makes obj element k of the list."),
    builtin<list_copy>("(list-copy obj)",
                       "A new list of the same elements; the tail of an improper list is shared."),
    builtin<last_pair>("(last-pair list)", "The last pair of the list."),
    builtin<iota>("(iota count [start [step]])",
                  "A list of count numbers: start (0), start + step (1), and so on."),
    builtin<search_list<same_eq>>("(memq obj list)",
                                  "The first part of list whose car is eq? to obj, or #f."),
    builtin<search_list<same_eqv>>("(memv obj list)",
                                   "The first part of list whose car is eqv? to obj, or #f."),
    builtin<search_list<same_equal>>("(%member obj list)",
                                     "The first part of list whose car is equal? to obj, or #f."),
    builtin<search_alist<same_eq>>("(assq obj alist)",
                                   "The first pair of alist whose car is eq? to obj, or #f."),
    builtin<search_alist<same_eqv>>("(assv obj alist)",
                                    "The first pair of alist whose car is eqv? to obj, or #f."),
    builtin<search_alist<same_equal>>("(%assoc obj alist)",
                                      "The first pair of alist whose car is equal? to obj, or #f."),
};

}  // namespace

std::span<const Builtin> pair_builtins() { return kPairs; }

}  // namespace fermata::scheme
