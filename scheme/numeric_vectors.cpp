// Numeric vectors: SRFI 4 for each type of element, and the base of SRFI 160.
//
// The rows of SRFI 4 are made once for each line of element_types.def.  The procedures with
// a percent sign take any numeric vector, bytevectors included; (fermata numeric-vector)
// is written with them.
#include "scheme/numeric_vectors.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/lists.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value index_value(std::size_t i) { return Value::fixnum(static_cast<std::int64_t>(i)); }

Outcome not_a_vector(Machine& m, std::size_t argument, Element element, Value got) {
  const std::string name = element_name(element);
  const bool vowel = name[0] == 's' || name[0] == 'f';  // as they are said: an f64vector
  return m.wrong_type(argument, ((vowel ? "an " : "a ") + name + "vector"), got);
}

Problem check_vector(Machine& m, std::size_t argument, Value v, NumericView& view) {
  const auto found = numeric_view(v);
  if (!found) return m.wrong_type(argument, "a numeric vector", v);
  view = *found;
  return std::nullopt;
}

Problem check_vector(Machine& m, Element element, Value v, NumericView& view) {
  const auto found = numeric_view(v);
  if (!found || found->element != element) return not_a_vector(m, 1, element, v);
  view = *found;
  return std::nullopt;
}

Problem check_element(Machine& m, std::size_t argument, Element element, Value v) {
  if (element_fits(element, v)) return std::nullopt;
  return m.wrong_type(argument, element_wanted(element), v);
}

void fill_with(const NumericView& view, Range r, Value v) {
  const std::size_t size = element_size(view.element);
  if (r.size() == 0) return;
  store_element(view, r.start, v);
  for (std::size_t i = r.start + 1; i < r.end; ++i)
    std::memcpy(view.bytes + i * size, view.bytes + r.start * size, size);
}

// ---- any type --------------------------------------------------------------------------

Outcome make(Machine& m, Element element, Index k, std::optional<Value> fill) {
  if (fill)
    if (auto problem = check_element(m, 2, element, *fill)) return *problem;
  if (auto problem = check_memory(m, k, element_size(element))) return *problem;
  const NumericView view = make_numeric_vector(m.heap, element, k);
  if (fill) fill_with(view, {0, k}, *fill);
  return value_of(view.object);
}

Outcome ref(Machine& m, const NumericView& view, Index k) {
  if (auto problem = check_index(m, view.length, 2, k)) return *problem;
  return load_element(m.heap, view, k);
}

Outcome set(Machine& m, const NumericView& view, Index k, Value element) {
  if (auto problem = check_mutable(m, *view.object)) return *problem;
  if (auto problem = check_index(m, view.length, 2, k)) return *problem;
  if (auto problem = check_element(m, 3, view.element, element)) return *problem;
  store_element(view, k, element);
  return kUnspecified;
}

Outcome to_list(Machine& m, const NumericView& view, std::optional<Index> start,
                std::optional<Index> end) {
  Range r;
  if (auto problem = check_range(m, view.length, 2, start, end, r)) return *problem;
  if (auto problem = check_memory(m, r.size(), 2 * sizeof(Pair))) return *problem;
  Value list = kNull;
  for (std::size_t i = r.end; i-- > r.start;)
    list = m.heap.cons(load_element(m.heap, view, i), list);
  return list;
}

Outcome from_list(Machine& m, Element element, Value list) {
  const std::int64_t n = list_length(list);
  if (n < 0) return m.wrong_type(1, "a proper list", list);
  const auto length = static_cast<std::size_t>(n);
  if (auto problem = check_memory(m, length, element_size(element))) return *problem;
  const NumericView view = make_numeric_vector(m.heap, element, length);
  std::size_t i = 0;
  for (Value at = list; at.is_pair(); at = at.pair()->cdr, ++i) {
    const Value v = at.pair()->car;
    if (!element_fits(element, v)) {
      const std::string wanted = std::string("a list, each element ") + element_wanted(element);
      return m.wrong_type(1, wanted, v);
    }
    store_element(view, i, v);
  }
  return value_of(view.object);
}

Outcome from_arguments(Machine& m, Element element, Args elements) {
  const NumericView view = make_numeric_vector(m.heap, element, elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (auto problem = check_element(m, i + 1, element, elements[i])) return *problem;
    store_element(view, i, elements[i]);
  }
  return value_of(view.object);
}

// ---- one type: the procedures of SRFI 4 ---------------------------------------------------

template <Element element>
struct Of {
  static Outcome is_element(Machine&, Value v) {
    if (element == Element::f32 || element == Element::f64)
      return Value::boolean(v.is_immediate_flonum() || is<Flonum>(v));
    if (element == Element::c64 || element == Element::c128) {
      const auto* z = cast<Compnum>(v);
      return Value::boolean(z && (z->real.is_immediate_flonum() || is<Flonum>(z->real)));
    }
    return Value::boolean(element_fits(element, v));
  }
  static Outcome is_vector(Machine&, Value v) {
    const auto view = numeric_view(v);
    return Value::boolean(view && view->element == element);
  }
  static Outcome make(Machine& m, Index k, std::optional<Value> fill) {
    return scheme::make(m, element, k, fill);
  }
  static Outcome vector(Machine& m, Args elements) { return from_arguments(m, element, elements); }
  static Outcome length(Machine& m, Value v) {
    NumericView view;
    if (auto problem = check_vector(m, element, v, view)) return *problem;
    return index_value(view.length);
  }
  static Outcome ref(Machine& m, Value v, Index k) {
    NumericView view;
    if (auto problem = check_vector(m, element, v, view)) return *problem;
    return scheme::ref(m, view, k);
  }
  static Outcome set(Machine& m, Value v, Index k, Value to) {
    NumericView view;
    if (auto problem = check_vector(m, element, v, view)) return *problem;
    return scheme::set(m, view, k, to);
  }
  static Outcome to_list(Machine& m, Value v, std::optional<Index> start,
                         std::optional<Index> end) {
    NumericView view;
    if (auto problem = check_vector(m, element, v, view)) return *problem;
    return scheme::to_list(m, view, start, end);
  }
  static Outcome from_list(Machine& m, Value list) { return scheme::from_list(m, element, list); }
};

// ---- all types alike ------------------------------------------------------------------------

Outcome any_is(Machine&, Value v) { return Value::boolean(numeric_view(v).has_value()); }

Outcome any_length(Machine& m, Value v) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  return index_value(view.length);
}

Outcome any_ref(Machine& m, Value v, Index k) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  return ref(m, view, k);
}

Outcome any_set(Machine& m, Value v, Index k, Value to) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  return set(m, view, k, to);
}

Outcome any_make_like(Machine& m, Value v, Index k) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  return make(m, view.element, k, std::nullopt);
}

Outcome any_to_list(Machine& m, Value v, std::optional<Index> start, std::optional<Index> end) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  return to_list(m, view, start, end);
}

Outcome any_copy(Machine& m, Value v, std::optional<Index> start, std::optional<Index> end) {
  NumericView from;
  Range r;
  if (auto problem = check_vector(m, 1, v, from)) return *problem;
  if (auto problem = check_range(m, from.length, 2, start, end, r)) return *problem;
  const std::size_t size = element_size(from.element);
  if (auto problem = check_memory(m, r.size(), size)) return *problem;
  const NumericView to = make_numeric_vector(m.heap, from.element, r.size());
  std::memcpy(to.bytes, from.bytes + r.start * size, r.size() * size);
  return value_of(to.object);
}

Outcome any_copy_into(Machine& m, Value target, Index at, Value source, std::optional<Index> start,
                      std::optional<Index> end) {
  NumericView to, from;
  if (auto problem = check_vector(m, 1, target, to)) return *problem;
  if (auto problem = check_vector(m, 3, source, from)) return *problem;
  if (auto problem = check_mutable(m, *to.object)) return *problem;
  if (from.element != to.element) return not_a_vector(m, 3, to.element, source);
  Range r;
  if (auto problem = check_range(m, from.length, 4, start, end, r)) return *problem;
  if (at > to.length || r.size() > to.length - at) {
    return m.out_of_range(2,
                          "an index that leaves room for " + std::to_string(r.size()) + " elements",
                          index_value(at));
  }
  const std::size_t size = element_size(to.element);
  m.charge(r.size() / 16);
  std::memmove(to.bytes + at * size, from.bytes + r.start * size, r.size() * size);
  return kUnspecified;
}

Outcome any_append(Machine& m, Value like, Args vectors) {
  NumericView first, view;
  if (auto problem = check_vector(m, 1, like, first)) return *problem;
  std::size_t total = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (auto problem = check_vector(m, i + 2, vectors[i], view)) return *problem;
    if (view.element != first.element) return not_a_vector(m, i + 2, first.element, vectors[i]);
    total += view.length;
  }
  const std::size_t size = element_size(first.element);
  if (auto problem = check_memory(m, total, size)) return *problem;
  const NumericView result = make_numeric_vector(m.heap, first.element, total);
  std::uint8_t* to = result.bytes;
  for (const Value v : vectors) {
    const NumericView from = *numeric_view(v);
    to = std::copy_n(from.bytes, from.length * size, to);
  }
  return value_of(result.object);
}

Outcome any_fill(Machine& m, Value v, Value fill, std::optional<Index> start,
                 std::optional<Index> end) {
  NumericView view;
  if (auto problem = check_vector(m, 1, v, view)) return *problem;
  if (auto problem = check_mutable(m, *view.object)) return *problem;
  if (auto problem = check_element(m, 2, view.element, fill)) return *problem;
  Range r;
  if (auto problem = check_range(m, view.length, 3, start, end, r)) return *problem;
  m.charge(r.size() / 16);
  fill_with(view, r, fill);
  return kUnspecified;
}

constexpr Builtin kNumericVectors[] = {
#define ELEMENT(T, type, wanted)                                                                \
  builtin<Of<Element::T>::is_element>("(" #T "? obj)",                                          \
                                      "Whether obj is what a " #T " vector gives."),            \
      builtin<Of<Element::T>::is_vector>("(" #T "vector? obj)",                                 \
                                         "Whether obj is a vector of " #T "."),                 \
      builtin<Of<Element::T>::make>("(make-" #T "vector k [fill])",                             \
                                    "A new vector of k " #T " elements, each fill or zero."),   \
      builtin<Of<Element::T>::vector>("(" #T "vector number ...)",                              \
                                      "A new vector of the numbers; each is " wanted "."),      \
      builtin<Of<Element::T>::length>("(" #T "vector-length " #T "vector)",                     \
                                      "The number of elements."),                               \
      builtin<Of<Element::T>::ref>("(" #T "vector-ref " #T "vector k)",                         \
                                   "Element k, counted from 0."),                               \
      builtin<Of<Element::T>::set>("(" #T "vector-set! " #T "vector k number)",                 \
                                   "Makes number, " wanted ", element k."),                     \
      builtin<Of<Element::T>::to_list>("(" #T "vector->list " #T "vector [start [end]])",       \
                                       "A list of the elements from start up to end."),         \
      builtin<Of<Element::T>::from_list>("(list->" #T "vector list)",                           \
                                         "A new vector of the numbers in list; each is " wanted \
                                         "."),
#include "scheme/element_types.def"
#undef ELEMENT
    builtin<any_is>("(numeric-vector? obj)",
                    "Whether obj is a vector of numbers of one type, such as an f64vector or a "
                    "bytevector."),
    builtin<any_length>("(%numeric-length vector)", "The number of elements."),
    builtin<any_ref>("(%numeric-ref vector k)", "Element k, counted from 0."),
    builtin<any_set>("(%numeric-set! vector k number)", "Makes number element k."),
    builtin<any_make_like>("(%make-numeric-like vector k)",
                           "A new vector of k zeros of the type of vector."),
    builtin<any_to_list>("(%numeric->list vector [start [end]])", "A list of the elements."),
    builtin<any_copy>("(%numeric-copy vector [start [end]])",
                      "A new vector of the elements from start up to end."),
    builtin<any_copy_into>("(%numeric-copy! to at from [start [end]])",
                           "Copies elements of from into to, of the same type; overlap is fine."),
    builtin<any_append>("(%numeric-append like vector ...)",
                        "Joins vectors, all of the type of like, into a new one."),
    builtin<any_fill>("(%numeric-fill! vector number [start [end]])",
                      "Makes number every element from start up to end."),
};

}  // namespace

std::span<const Builtin> numeric_vector_builtins() { return kNumericVectors; }

}  // namespace fermata::scheme
