// Carried libraries, compiled at build time.
//
// A library's image holds its keywords, its exports and the code of its body; what it imports
// is named in front, and made ready before the image is read.  The images of all carried
// libraries are one file: a line for each, `name TAB offset TAB length TAB need TAB ...`, an
// empty line, then the images.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scheme/library.hpp"

namespace fermata::scheme {

class Runtime;

// What the build carries; empty in the program that makes it.
std::string_view carried_images();

struct LibraryImage {
  std::string_view bytes;
  std::vector<std::string_view> needs;  // names as library_text gives them
};
// Whether there is one for the library of that name, as library_text gives it.
bool find_library_image(std::string_view name, LibraryImage& image);
// "(fermata list)" -> the list
vm::Value parse_library_text(vm::Machine& m, std::string_view text);

// Requires: what the library needs is ready.  Fills its environment and gives the thunk of its
// body; kUnbound when the image is from another build.
vm::Value open_library_image(Runtime& r, LibraryWork& work, std::string_view bytes);
void finish_image_library(LibraryWork& work);

// The file with all carried libraries that can be kept.
std::string make_images(Runtime& r);

}  // namespace fermata::scheme
