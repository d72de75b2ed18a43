// See postgres_library.hpp.
#include "flow/postgres_library.hpp"

#include <dlfcn.h>

#include <memory>

namespace fermata::flow {

namespace {

std::unique_ptr<const Libpq> load_library(std::string& error) {
  void* const library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = "PostgreSQL's client library libpq.so.5 is not installed (Debian: libpq5)";
    return nullptr;
  }
  auto functions = std::make_unique<Libpq>();
  bool complete = true;
#define FUNCTION(name, result, parameters)                                          \
  functions->name = reinterpret_cast<decltype(functions->name)>(dlsym(library, #name)); \
  complete = complete && functions->name != nullptr;
  FERMATA_LIBPQ_FUNCTIONS(FUNCTION)
#undef FUNCTION
  if (complete) return functions;
  error = "PostgreSQL's client library libpq.so.5 is too old; that of PostgreSQL 12 will do";
  dlclose(library);
  return nullptr;
}

}  // namespace

const Libpq* Libpq::load(std::string& error) {
  static std::string problem;
  static const std::unique_ptr<const Libpq> library = load_library(problem);
  error = problem;
  return library.get();
}

}  // namespace fermata::flow
