// `fermata store VERB URL`: making, bringing forward and checking what flows are kept in.
#pragma once

#include <string>
#include <vector>

namespace fermata::repl {

// The exit status; what there is to say is written.
int run_store_command(const std::vector<std::string>& arguments);

}  // namespace fermata::repl
