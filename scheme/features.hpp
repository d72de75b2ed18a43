// What (features) answers and cond-expand tests: one list for both.
#pragma once

#include <string>
#include <vector>

namespace fermata::scheme {

inline constexpr const char* kVersion = FERMATA_VERSION;

const std::vector<std::string>& feature_names();

}  // namespace fermata::scheme
