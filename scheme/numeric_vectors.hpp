// Numeric vectors (SRFI 4, SRFI 160): numbers of one type, side by side in atomic memory.
//
// One kind of object holds them all; its header says of which type the elements are.  A
// vector of u8 is a bytevector.  NumericView looks at either.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vm/heap.hpp"

namespace fermata::scheme {

enum class Element : std::uint8_t {
#define ELEMENT(name, type, wanted) name,
#include "scheme/element_types.def"
#undef ELEMENT
};

struct NumericVector : vm::Object {  // atomic; aux: the type in the low four bits, the length
  static constexpr vm::Kind kKind = vm::Kind::numeric_vector;
  Element element() const { return static_cast<Element>(aux() & 15); }
  std::size_t length() const { return aux() >> 4; }
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

// Valid as long as the vector itself is kept.
struct NumericView {
  vm::Object* object;
  Element element;
  std::size_t length;
  std::uint8_t* bytes;
};
std::optional<NumericView> numeric_view(vm::Value v);

// Requires: can_allocate() said yes, or the length is small.  All elements are zero.
NumericView make_numeric_vector(vm::Heap& heap, Element element, std::size_t length);

std::size_t element_size(Element element);  // in bytes
const char* element_name(Element element);  // "f64"
const char* element_wanted(Element element);
std::optional<Element> element_named(std::string_view name);  // case does not matter

bool element_fits(Element element, vm::Value v);
vm::Value load_element(vm::Heap& heap, const NumericView& view, std::size_t i);
// Requires: element_fits.
void store_element(const NumericView& view, std::size_t i, vm::Value v);

}  // namespace fermata::scheme
