// Images: compiled code and the data it mentions, as bytes.
//
// What the build makes of Fermata's own libraries, so that a start needs no compiling.  An
// image is bound to one build and is never a format to keep or to exchange: the build's id and
// a checksum stand in front, what differs is refused, and nothing else is checked.  It holds a
// graph: objects are numbered, first the shapes are made, then the fields are filled, so
// cycles are no matter.  What belongs to somebody else - other libraries' environments,
// variables, keywords and values - is kept by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::scheme {

// How an image refers to what it does not hold.
struct ImageName {
  enum Kind : std::uint8_t {
    environment,  // of the library
    denotation,   // what the name means in the library's environment: a cell or a macro
    value         // what the cell of that name holds
  } kind;
  std::string library, name;
};

// Which objects are kept by name, and what they are in the interpreter that reads.
class ImageNames {
 public:
  virtual ~ImageNames() = default;
  virtual std::optional<ImageName> name_of(vm::Value object) = 0;
  virtual vm::Value find(const ImageName& name) = 0;
  // The source text of that name, for the places in errors.
  virtual std::string_view source_text(std::string_view name) = 0;
};

// Throws std::runtime_error naming the kind when the graph holds something that cannot be kept.
std::string write_image(vm::Machine& m, vm::Value root, ImageNames& names);
// kUnbound when the bytes come from another build or were changed.
vm::Value read_image(vm::Machine& m, std::string_view bytes, ImageNames& names);

// Tells damage, not intent.
std::uint64_t checksum(std::string_view bytes);

// "(scheme base)" of a library's name, as images mention it.
std::string library_text(vm::Value name);

}  // namespace fermata::scheme
