#include "scheme/long_search.hpp"

#include <utility>

#include "scheme/comparison.hpp"
#include "vm/native.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr char kSearchType = 0;

// In traced memory, kept by a Foreign value that only the native below is given.
struct State {
  Comparison comparison;
  Value a;
  Value b;  // of compare_in_pieces
  bool has_list = false;
  Search what = Search::member;
  ListWalk walk{kNull};
  bool begun = false;  // the comparison with b, or with where the walk stands
  explicit State(Heap& heap) : comparison(heap) {}
};

void finalize(Object& object) {
  if (auto* s = static_cast<State*>(std::exchange(static_cast<Foreign&>(object).pointer, nullptr))) s->~State();
}

Foreign& make_state(Machine& m, Value a, Value b) {
  auto& f = m.heap.make<Foreign>(static_cast<const void*>(&kSearchType), static_cast<void*>(nullptr), kFalse);
  auto* s = ::new (m.heap.traced(sizeof(State))) State(m.heap);
  s->a = a, s->b = b;
  f.pointer = s;
  set_finalizer(f, finalize);
  return f;
}

std::optional<bool> compare(State& s, Value b, std::size_t& work) {
  const auto same = std::exchange(s.begun, true) ? s.comparison.go_on(work, kPieceOfSearch)
                                                 : s.comparison.run(s.a, b, work, kPieceOfSearch);
  if (same) s.begun = false;
  return same;
}

// What the search comes to, or nothing when the piece is over.
std::optional<Outcome> search(Machine& m, State& s, std::size_t& work) {
  while (s.walk.at_pair()) {
    const Value entry = s.walk.pair().car;
    const bool pairs = s.what == Search::assoc;
    if (pairs && !entry.is_pair()) return m.wrong_type(2, "a list of pairs", s.b);
    const auto same = compare(s, pairs ? entry.pair()->car : entry, work);
    if (!same) return std::nullopt;
    if (*same) return pairs ? entry : s.walk.at();
    if (!s.walk.next()) return m.wrong_type(2, "a list that is not circular", s.b);
    if (work >= kPieceOfSearch) return std::nullopt;
  }
  return s.walk.at() == kNull ? Outcome(kFalse) : m.wrong_type(2, "a proper list", s.b);
}

Outcome search_on(Machine& m, Value state);
constexpr Builtin kSearchOn = builtin<search_on>("(%search-on state)", "Goes on with a long search.");

Outcome go_on(Machine& m, Value state) {
  return m.tail_call(value_of(&m.heap.make<Native>(&kSearchOn)), {state});
}

Outcome search_on(Machine& m, Value state) {
  auto& f = as<Foreign>(state);
  auto& s = *static_cast<State*>(f.pointer);
  std::size_t work = 0;
  std::optional<Outcome> over;
  if (s.has_list) {
    over = search(m, s, work);
  } else if (const auto same = compare(s, s.b, work)) {
    over = Value::boolean(*same);
  }
  m.charge(work / 16);
  if (!over) return go_on(m, state);
  clear_finalizer(f);
  finalize(f);
  return *over;
}

}  // namespace

Outcome compare_in_pieces(Machine& m, Value a, Value b) { return go_on(m, value_of(&make_state(m, a, b))); }

Outcome search_in_pieces(Machine& m, Search what, Value obj, const ListWalk& walk) {
  Foreign& f = make_state(m, obj, walk.at());
  auto& s = *static_cast<State*>(f.pointer);
  s.has_list = true;
  s.what = what;
  s.walk = walk;
  return go_on(m, value_of(&f));
}

}  // namespace fermata::scheme
