// Which calls of natives are instructions, and which need an ordinary call.
#pragma once

#include <string_view>

#include "scheme/passes.hpp"
#include "vm/code.hpp"

namespace fermata::scheme {

// How a primitive's operands meet its instruction.  An instruction's A B C are written
// d (result), then the arguments 0, 1, 2.
enum class Shape : std::uint8_t {
  value1,         // d 0
  value2,         // d 0 1
  effect2,        // 0 1
  effect3,        // 0 1 2
  test1,          // 0, label
  test2,          // 0 1, label
  test2_swapped,  // 1 0, label
  compare,        // test2, or a comparison with a small constant
  sign,           // comparison of 0 with the constant 0
  kind,           // unless_kind with `extra`
  literal,        // unless_eq_literal with the constant of payload `extra`
  negation,       // (not x)
  sum,
  difference,
  eq,
  eqv,       // with a constant on one side: unless_eq_literal
  identity,  // (values x)
  vector,
  list,  // any number of arguments
  make_record,
  record_test,
  record_ref,
  record_set
};
bool is_test(Shape s);  // its value is a boolean, by a conditional jump

struct Primitive {
  std::string_view name;
  int arguments;  // -1: any number
  Shape shape;
  vm::Op op;
  bool pure;       // neither effect nor error, so it may be dropped
  unsigned extra;  // kind or payload
};

// The primitive that computes the call, if the machine has one for it.
const Primitive* primitive_of(const Call& call);
const Primitive* find_primitive(std::string_view name, std::size_t arguments);

// A native that ends in a call of something else (apply, raise, force ...): called the
// ordinary way, so that a tail call stays one.
bool is_control(const vm::Native& native);

// A native that neither calls anything nor waits: while it runs nobody can take a continuation
// that goes on after it.  Only names that are asked for often are known here.
bool is_simple(const vm::Native& native);

bool is_immediate_number(Node* n, int& value);  // a constant that fits a signed byte
bool compares_by_word(Value v);                 // eqv? on it is eq?

}  // namespace fermata::scheme
