// Removing what ended long ago, and what was kept beside it.
#pragma once

#include <cstddef>

#include "flow/store.hpp"

namespace fermata::flow {

// Removes the closed flows that have not changed since then, in batches, and what is kept of moves
// between peers about flows that are not there any more.
Answer purge_flows(Store& store, std::int64_t before, std::size_t& removed);

}  // namespace fermata::flow
