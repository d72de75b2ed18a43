// A text being loaded, form by form: its reader, its environment.
#pragma once

#include "scheme/environment.hpp"
#include "scheme/reader.hpp"
#include "scheme/syntax.hpp"

namespace fermata::scheme {

struct Loader : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  Environment* env;
  SpanTable* spans;
  Reader* reader;
};

}  // namespace fermata::scheme
