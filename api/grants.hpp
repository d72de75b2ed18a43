// What may be done to the world: a set of grants, each without limit or narrowed to names.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/fermata.h"

namespace fermata::api {

class Grants {
 public:
  Grants() = default;
  explicit Grants(std::span<const fermata_grant> grants);
  // `what` empty: without limit.
  void add(fermata_capability c, std::string_view what = {});

  bool has(fermata_capability c) const { return granted_[c].any || !granted_[c].narrow.empty(); }
  bool unlimited(fermata_capability c) const { return granted_[c].any; }
  bool everything() const;
  // Whether the file, or its folder, is granted; symbolic links are followed first.
  bool may_touch(fermata_capability c, std::string_view path) const;
  // The same of a path that real_path() gave.
  bool may_touch_real(fermata_capability c, const std::string& real) const;
  // Whether a grant says exactly that.
  bool names(fermata_capability c, std::string_view what) const;
  bool may_connect(std::string_view host, std::string_view port) const;

 private:
  struct Granted {
    bool any = false;
    std::vector<std::string> narrow;
  };
  std::array<Granted, FERMATA_MAY_ALL> granted_;
};

// Without links, dots, and whatever of it is not there yet; nothing when that cannot be known.
std::optional<std::string> real_path(std::string_view path);

// "read": FERMATA_MAY_READ ...
std::optional<fermata_capability> capability_named(std::string_view name);
const char* what_for(fermata_capability c);  // "read files"

}  // namespace fermata::api
