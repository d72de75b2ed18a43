// Looking at flows from the command line: why one waits, its picture, its history as text.
//
//   fermata flow why ID          why_text
//   fermata flow graph ID        graph_text, graph_svg (--svg)
//   fermata flow export ID       export_text
//   fermata flow stats           stats_text
//   fermata flow purge DAYS      purge_text
//   list, show, why, stats with --json    list_json, show_json, stats_json
#pragma once

#include <optional>

#include "flow/commands.hpp"

namespace fermata::flow {

// The records of waits, steps and doubts that have no end yet.
std::vector<const Record*> open_records(const std::vector<Record>& records);
// Each open wait: for what, since when, what would end it, and the command that does.
Shown why_text(Store& store, std::string_view id, std::int64_t now_ms);
// A Mermaid flowchart of what the flow did and what it waits for.
Shown graph_text(Store& store, std::string_view id);
// The same as a picture.
Shown graph_svg(Store& store, std::string_view id);
// One S-expression a line: the flow, its program, each record.
Shown export_text(Store& store, std::string_view id);
// The same from record `from` on, and of the records only the first so many bytes.
Shown export_part(Store& store, std::string_view id, std::int64_t from, std::size_t most);
// What export_text() wrote becomes a flow of this store, under its own id; see flow/import.
// With a peer, as a copy of its flow; what export_part() wrote extends a copy.
Shown import_text(Store& store, std::string_view text, std::string& id,
                  std::string_view peer = {});
// The content hash of the program in such a text, or "-".
std::optional<std::string> exported_program(std::string_view text);
// Whether the records of such a text have a secret that cannot be read here.
bool has_foreign_secrets(std::string_view text);
// How many flows there are of each name and state.
Shown stats_text(Store& store);
// The same, queues and workers in the text form of Prometheus.
Shown metrics_text(Store& store, std::int64_t now_ms);
// For machines: a line of JSON.  Times are milliseconds since 1970; values are texts as `write`
// prints them.  show_json has the whole history, and what the flow waits for.
Shown list_json(Store& store, std::int64_t now_ms, const ListFilter& filter);
Shown show_json(Store& store, std::string_view id, std::int64_t now_ms);
Shown stats_json(Store& store);
// Removes closed flows that ended more than so many days ago.
Shown purge_text(Store& store, double days, std::int64_t now_ms);

}  // namespace fermata::flow
