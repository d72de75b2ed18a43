// The bytes of a compiled program: what writer and reader agree on.
//
//   kCompiledMagic, eight bytes of checksum (lowest first) of all that follows, then
//   texts    count, then name and text of each; the first one is the program
//   objects  count, the shape of each, then the contents of those that have some: so data may
//            be shared and circular
//   uses     count of macro uses that trees are part of, each: name, place of the definition,
//            place of the use
//   forms    count, each: where it begins in the program's text, whether case is folded there,
//            and 0 for source, or 1, the names it defines, and its tree
//
// Numbers are of seven bits a byte, lowest first, the high bit saying that more follow; texts
// are a length and bytes.  A reference to an object is its number + 1, or 0 and a Plain.  A place
// is a PlaceTag and what it says.  A tree is its nodes from the root on, each a TreeTag, its
// place, and its parts in the order in which they are evaluated; variables are numbered in the
// order in which they are bound.
//
// The checksum tells damage, not intent: the reader believes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scheme/image.hpp"

namespace fermata::scheme {

// A change of what follows, or of what it means, is another number.
inline constexpr std::string_view kCompiledName = "fermata compiled program ";
inline constexpr std::string_view kCompiledMagic = "fermata compiled program 1\n";

enum class ObjectShape : std::uint8_t {
  pair,         // contents: car, cdr
  string,       // immutable?, text
  symbol,       // text
  vector,       // immutable?, length; contents: the elements
  bytevector,   // immutable?, text
  number,       // text, as it is written in programs; what is no fixnum and no flonum
  record_type,  // field count; contents: name, for each field its name and whether it changes
};

enum class Plain : std::uint8_t { fixnum, flonum, character, constant };

enum class PlaceTag : std::uint8_t {
  none,
  near,  // of the text and macro use of the place before; start from there (zigzag), length
  far    // text, macro use + 1 or 0, start, length
};

enum class TreeTag : std::uint8_t {
  constant,       // reference
  no_value_yet,   // as a variable's init in letrec
  local_ref,      // variable
  local_set,      // variable; value
  global_ref,     // symbol
  global_set,     // symbol; value
  global_define,  // value; of the next of the names that the form defines
  conditional,    // test, then, otherwise
  lambda,         // name, required, rest?, names of parameters; body
  case_lambda,    // name, count; lambdas
  call,           // arguments; procedure, arguments
  sequence,       // count; nodes
  let,            // count, names; inits, body
  letrec,         // the same
  receive,        // count, rest?, names; producer, body
  common_ref,     // number in kCommon
  core_call       // number in kCoreProcedures, its place, arguments; arguments
};

// Procedures that core forms expand to calls of, and that libraries export to everybody.
inline constexpr std::string_view kCommon[] = {"memv",   "eq?",         "eqv?", "error",
                                               "vector", "vector-ref",  "list", "append",
                                               "cons",   "list->vector"};
// Those that only core forms may call, and only the way they do: see compiled_calls.hpp.
enum class CoreProcedure : std::uint8_t {
  guard,
  guard_else,
  parameterize,
  parameterize_one,
  make_promise,
  make_record,
  is_record,
  record_ref,
  record_set
};
inline constexpr std::string_view kCoreProcedures[] = {
    "%guard",       "%guard-else", "%parameterize", "%parameterize-one", "%make-promise",
    "%make-record", "%record?",    "%record-ref",   "%record-set!"};

// What the writer puts in front of the rest; tests of damage do it again.
inline std::string with_compiled_header(std::string_view body) {
  std::string all(kCompiledMagic);
  const std::uint64_t sum = checksum(body);
  for (int shift = 0; shift < 64; shift += 8) all += static_cast<char>(sum >> shift & 0xff);
  return all.append(body);
}

}  // namespace fermata::scheme
