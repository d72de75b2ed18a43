// Looking at flows from the command line: why one waits, its picture, its history as text.
//
//   fermata flow why ID          why_text
//   fermata flow graph ID        graph_text
//   fermata flow export ID       export_text
//   fermata flow import FILE     import_text
//   fermata flow stats           stats_text
//   fermata flow purge DAYS      purge_text
#pragma once

#include "flow/commands.hpp"

namespace fermata::flow {

// Each open wait: for what, since when, what would end it, and the command that does.
Shown why_text(Store& store, std::string_view id, std::int64_t now_ms);
// A Mermaid flowchart of what the flow did and what it waits for.
Shown graph_text(Store& store, std::string_view id);
// One S-expression a line: the flow, its program, each record.
Shown export_text(Store& store, std::string_view id);
// What export_text() wrote becomes a flow of this store, under its own id.
Shown import_text(Store& store, std::string_view text);
// How many flows there are of each name and state.
Shown stats_text(Store& store);
// Removes closed flows that ended more than so many days ago.
Shown purge_text(Store& store, double days, std::int64_t now_ms);

}  // namespace fermata::flow
