// See postgres_library.hpp.
#include "flow/postgres_library.hpp"

#include "flow/loaded_library.hpp"

namespace fermata::flow {

namespace {

struct Loaded {
  LoadedLibrary library{"libpq.so.5", "libpq5"};
  Libpq functions;
  Loaded() {
#define FUNCTION(name, result, parameters) library.find(#name, functions.name);
    FERMATA_LIBPQ_FUNCTIONS(FUNCTION)
#undef FUNCTION
  }
};

}  // namespace

const Libpq* Libpq::load(std::string& error) {
  static const Loaded loaded;
  error = loaded.library.error();
  return error.empty() ? &loaded.functions : nullptr;
}

}  // namespace fermata::flow
