#include "api/grants.hpp"

#include <algorithm>
#include <filesystem>

namespace fermata::api {

namespace fs = std::filesystem;

namespace {

struct Capability {
  std::string_view name;
  const char* what_for;
};

// In the order of fermata_capability.
constexpr Capability kCapabilities[] = {
    {"read", "read files"},
    {"write", "write files"},
    {"environment", "see the environment"},
    {"network", "use the network"},
    {"run", "touch processes and descriptors"},
    {"clock", "ask for the time"},
    {"stdio", "use the standard ports"},
    {"flows", "use flows"},
    {"exit", "end the process"},
};
static_assert(std::size(kCapabilities) == FERMATA_MAY_ALL);

bool is_below(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

std::optional<std::string> real_path(std::string_view path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  if (failed || path.empty() || path.find('\0') != path.npos) return std::nullopt;
  std::string real = fs::weakly_canonical(whole, failed).string();
  return failed ? std::nullopt : std::optional(std::move(real));
}

std::optional<fermata_capability> capability_named(std::string_view name) {
  if (name == "all") return FERMATA_MAY_ALL;
  const auto* found = std::find_if(std::begin(kCapabilities), std::end(kCapabilities),
                                   [&](const Capability& c) { return c.name == name; });
  if (found == std::end(kCapabilities)) return std::nullopt;
  return static_cast<fermata_capability>(found - kCapabilities);
}

const char* what_for(fermata_capability c) { return kCapabilities[c].what_for; }

Grants::Grants(std::span<const fermata_grant> grants) {
  for (const fermata_grant& g : grants) add(g.may, g.what != nullptr ? g.what : "");
}

void Grants::add(fermata_capability c, std::string_view what) {
  if (c == FERMATA_MAY_ALL) {
    for (Granted& each : granted_) each.any = true;
  } else if (what.empty()) {
    granted_[c].any = true;
  } else if (c == FERMATA_MAY_READ || c == FERMATA_MAY_WRITE) {
    std::string folder = real_path(what).value_or(std::string(what));
    if (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    granted_[c].narrow.push_back(std::move(folder));
  } else {
    granted_[c].narrow.emplace_back(what);
  }
}

bool Grants::everything() const {
  return std::all_of(granted_.begin(), granted_.end(), [](const Granted& g) { return g.any; });
}

bool Grants::may_touch(fermata_capability c, std::string_view path) const {
  if (granted_[c].any) return true;
  if (granted_[c].narrow.empty()) return false;
  const std::optional<std::string> real = real_path(path);
  return real && may_touch_real(c, *real);
}

bool Grants::may_touch_real(fermata_capability c, const std::string& real) const {
  return granted_[c].any || std::any_of(granted_[c].narrow.begin(), granted_[c].narrow.end(),
                                        [&](const std::string& folder) { return is_below(real, folder); });
}

bool Grants::names(fermata_capability c, std::string_view what) const {
  const auto& narrow = granted_[c].narrow;
  return granted_[c].any || std::find(narrow.begin(), narrow.end(), what) != narrow.end();
}

bool Grants::may_connect(std::string_view host, std::string_view port) const {
  return names(FERMATA_MAY_NETWORK, std::string(host) + ":" + std::string(port)) ||
         names(FERMATA_MAY_NETWORK, std::string(host) + ":*");
}

}  // namespace fermata::api
