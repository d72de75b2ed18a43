// Images: compiled code and the data it mentions, as bytes.
//
// What the build makes of Fermata's own libraries, so that a start needs no compiling.  An
// image is bound to one build (its id stands in front) and is never a format to keep or to
// exchange.  It holds a graph: objects are numbered, first the shapes are made, then the
// fields are filled, so cycles are no matter.  What belongs to a running interpreter -
// global variables, natives, environments - is kept by name and asked of a resolver.
#pragma once

#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::scheme {

// Finds, in the interpreter that reads, what an image mentions by name.
class ImageResolver {
 public:
  virtual ~ImageResolver() = default;
  virtual vm::Value native(std::string_view name) = 0;
  virtual vm::Value cell(std::string_view library, std::string_view name) = 0;
  virtual vm::Value environment(std::string_view library) = 0;
};

// "(scheme base)" of a library's name, as images mention it.
std::string library_text(vm::Value name);

// Throws std::runtime_error naming the kind when the graph holds something that cannot be kept.
std::string write_image(vm::Machine& m, vm::Value root);
// kUnbound when the bytes come from another build or are damaged.
vm::Value read_image(vm::Machine& m, std::string_view bytes, ImageResolver& resolver);

}  // namespace fermata::scheme
