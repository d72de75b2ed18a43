// The elements of numeric vectors: sizes, ranges, and the way in and out of memory.
#include <algorithm>
#include <complex>
#include <cstring>
#include <iterator>
#include <limits>
#include <type_traits>

#include "scheme/numeric_vectors.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

struct ElementRow {
  const char* name;
  std::size_t size;
  const char* wanted;
};
constexpr ElementRow kElements[] = {
#define ELEMENT(name, type, wanted) {#name, sizeof(type), wanted},
#include "scheme/element_types.def"
#undef ELEMENT
};

const ElementRow& row(Element element) { return kElements[static_cast<std::size_t>(element)]; }

std::optional<std::uint64_t> to_uint64(Value v) {
  if (v.is_fixnum() && v.fixnum() >= 0) return static_cast<std::uint64_t>(v.fixnum());
  auto* big = cast<Bignum>(v);
  if (big == nullptr || big->is_negative() || big->count() != 1) return std::nullopt;
  return big->limbs()[0];
}

template <class T>
std::optional<T> to_element(Value v) {
  if constexpr (std::is_same_v<T, std::uint64_t>) {
    return to_uint64(v);
  } else if constexpr (std::is_integral_v<T>) {
    const auto n = to_int64(v);
    if (!n || *n < std::int64_t{std::numeric_limits<T>::min()} ||
        *n > std::int64_t{std::numeric_limits<T>::max()}) {
      return std::nullopt;
    }
    return static_cast<T>(*n);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!is_real(v)) return std::nullopt;
    return static_cast<T>(to_double(v));
  } else {
    if (!is_number(v)) return std::nullopt;
    return T(to_complex(v));
  }
}

template <class T>
Value from_element(Heap& heap, T element) {
  if constexpr (std::is_same_v<T, std::uint64_t>)
    return integer_from_unsigned(heap, element);
  else if constexpr (std::is_integral_v<T>)
    return integer_from(heap, element);
  else if constexpr (std::is_floating_point_v<T>)
    return heap.make_flonum(static_cast<double>(element));
  else
    return make_complex(heap, std::complex<double>(element));
}

// Calls f with a null pointer to the element's C++ type.
template <class F>
auto with_type(Element element, F f) {
  switch (element) {
#define ELEMENT(name, type, wanted) \
  case Element::name:               \
    return f(static_cast<const type*>(nullptr));
#include "scheme/element_types.def"
#undef ELEMENT
  }
  return f(static_cast<const std::uint8_t*>(nullptr));
}

}  // namespace

std::size_t element_size(Element element) { return row(element).size; }
const char* element_name(Element element) { return row(element).name; }
const char* element_wanted(Element element) { return row(element).wanted; }

std::optional<Element> element_named(std::string_view name) {
  const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b); };
  for (std::size_t i = 0; i < std::size(kElements); ++i) {
    const std::string_view known = kElements[i].name;
    if (std::equal(name.begin(), name.end(), known.begin(), known.end(), same))
      return static_cast<Element>(i);
  }
  return std::nullopt;
}

std::optional<NumericView> numeric_view(Value v) {
  if (auto* b = cast<Bytevector>(v)) return NumericView{b, Element::u8, b->length(), b->bytes()};
  if (auto* n = cast<NumericVector>(v))
    return NumericView{n, n->element(), n->length(), n->bytes()};
  return std::nullopt;
}

NumericView make_numeric_vector(Heap& heap, Element element, std::size_t length) {
  const std::size_t bytes = length * element_size(element);
  NumericView view{nullptr, element, length, nullptr};
  if (element == Element::u8) {
    Bytevector& b = heap.make_bytevector(length);
    view.object = &b;
    view.bytes = b.bytes();
  } else {
    auto& n = *static_cast<NumericVector*>(heap.atomic(sizeof(NumericVector) + bytes));
    n.header = make_header(Kind::numeric_vector, length << 4 | static_cast<std::uint64_t>(element));
    view.object = &n;
    view.bytes = n.bytes();
  }
  std::fill_n(view.bytes, bytes, std::uint8_t{0});
  return view;
}

bool element_fits(Element element, Value v) {
  return with_type(element, [&]<class T>(const T*) { return to_element<T>(v).has_value(); });
}

Value load_element(Heap& heap, const NumericView& view, std::size_t i) {
  return with_type(view.element, [&]<class T>(const T*) {
    T element;
    std::memcpy(&element, view.bytes + i * sizeof(T), sizeof(T));
    return from_element(heap, element);
  });
}

void store_element(const NumericView& view, std::size_t i, Value v) {
  with_type(view.element, [&]<class T>(const T*) {
    const T element = *to_element<T>(v);
    std::memcpy(view.bytes + i * sizeof(T), &element, sizeof(T));
  });
}

}  // namespace fermata::scheme
