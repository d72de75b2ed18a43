// Words for people: spans of time, columns, the state of a flow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flow/store.hpp"

namespace fermata::flow {

// "3 minutes", "2 hours": the largest unit alone.
std::string span_text(std::int64_t ms);
// Columns count characters, not bytes.
std::size_t width(std::string_view text);
std::string padded(std::string_view text, std::size_t columns);
std::string shortened(std::string_view text, std::size_t columns);
// A running flow whose owner has ended was interrupted.
std::string state_text(const FlowRow& row, std::int64_t now_ms);

}  // namespace fermata::flow
