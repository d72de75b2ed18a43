// What a program in an interpreter may do to the world, and how that is held to.
//
// Nothing in Scheme reaches the world but through natives.  Where a grant is missing, or is a
// narrow one, the native's row is replaced when the interpreter is made by one that asks
// here first; so no library, image or reflection leads past it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/fermata.h"
#include "vm/native.hpp"

namespace fermata::scheme {
class Runtime;
}

namespace fermata::api {

class Capabilities {
 public:
  explicit Capabilities(std::span<const fermata_grant> grants);
  ~Capabilities();
  Capabilities(const Capabilities&) = delete;
  Capabilities& operator=(const Capabilities&) = delete;

  // Puts the guards in place.  Requires: the natives of all layers are defined.
  void install(scheme::Runtime& runtime);

  bool has(fermata_capability c) const { return grants_[c].any || !grants_[c].narrow.empty(); }
  bool unlimited(fermata_capability c) const { return grants_[c].any; }
  // Whether the file, or its folder, is granted; symbolic links are followed first.
  bool may_touch(fermata_capability c, std::string_view path) const;
  // Whether a grant says exactly that.
  bool names(fermata_capability c, std::string_view what) const;
  bool may_connect(std::string_view host, std::string_view port) const;

  // Addresses that were looked up under a grant.
  std::unordered_set<std::string> addresses;

  struct Guard;

 private:
  struct Granted {
    bool any = false;
    std::vector<std::string> narrow;
  };
  Granted grants_[FERMATA_MAY_ALL];
  std::vector<std::unique_ptr<Guard>> guards_;
};

}  // namespace fermata::api
