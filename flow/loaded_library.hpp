// A shared library that is loaded when it is wanted, so that nobody else needs it.
#pragma once

#include <dlfcn.h>

#include <string>

namespace fermata::flow {

class LoadedLibrary {
 public:
  LoadedLibrary(const char* file, const char* package)
      : handle_(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr)
      error_ = std::string("cannot load ") + file + "; it is in the Debian package " + package;
  }
  LoadedLibrary(const LoadedLibrary&) = delete;
  LoadedLibrary& operator=(const LoadedLibrary&) = delete;

  // What is missing; empty: nothing.
  const std::string& error() const { return error_; }
  template <class Function>
  void find(const char* name, Function*& function) {
    if (handle_ == nullptr) return;
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
    if (function == nullptr && error_.empty()) error_ = std::string("the library lacks ") + name;
  }

 private:
  void* const handle_;  // never closed: what it started may still be there
  std::string error_;
};

}  // namespace fermata::flow
