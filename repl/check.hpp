// `fermata check FILE` and -W: what can be said of a program without running it.
#pragma once

#include <string>

#include "repl/options.hpp"

namespace fermata::repl {

struct Findings {
  bool errors = false;
  std::string all;       // reports of errors and warnings, in the order of their places
  std::string warnings;  // those of the warnings alone
};

// In an interpreter of its own, so that nothing it does is seen by what runs later.
Findings check_text(const Options& options, const std::string& name, const std::string& text);

}  // namespace fermata::repl
