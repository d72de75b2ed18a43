// See commands.hpp.
#include "flow/commands.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "flow/envelope.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

namespace {

// As R7RS writes a symbol or string literal.
std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

// A call that reads what the user typed, which is data and no part of the program.
std::string datum(std::string_view what, std::string_view text) {
  return " (datum-of " + quoted(what, '"') + " " + quoted(text, '"') + ")";
}

constexpr std::string_view kImport = "(import (scheme base) (fermata flow command))\n";

}  // namespace

Shown key_text(const std::string& file) {
  const std::string seed = new_seed() + "\n";
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && write(fd, seed.data(), seed.size()) ==
                                      static_cast<ssize_t>(seed.size()) && fsync(fd) == 0;
  const int trouble = errno;
  if (fd >= 0) close(fd);
  if (!written) return {false, "cannot write " + file + ": " + std::strerror(trouble) + "\n"};
  return {true, hex_of(Identity::from_seed("key", seed)->public_key()) + "\n"};
}

Shown list_text(Store& store, std::int64_t now_ms, const ListFilter& wanted) {
  // There may be millions of them.
  constexpr std::size_t kAtOnce = 100;
  ListFilter filter = wanted;
  if (wanted.limit == 0) filter.limit = kAtOnce + 1;
  std::vector<FlowRow> rows;
  if (const Answer a = store.list(filter, rows); a != Answer::ok)
    return {false, store.error() + "\n"};
  const bool more = wanted.limit == 0 && rows.size() > kAtOnce;
  if (more) rows.resize(kAtOnce);
  if (rows.empty()) return {true, "No flows in " + store.url() + ".\n"};
  std::vector<std::array<std::string, 5>> lines = {{"ID", "FLOW", "STATE", "WAITS FOR", "STARTED"}};
  for (const FlowRow& row : rows)
    lines.push_back({row.id, row.name, state_text(row, now_ms), shortened(row.waiting, 40),
                     span_text(now_ms - row.created_at) + " ago"});
  std::array<std::size_t, 5> columns{};
  for (const auto& line : lines)
    for (std::size_t i = 0; i < 5; ++i) columns[i] = std::max(columns[i], width(line[i]));
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < 4; ++i)
      if (columns[i] > 0) text += padded(line[i], columns[i]) + "  ";
    text += line[4] + "\n";
  }
  if (more)
    text += "These are the newest " + std::to_string(kAtOnce) + " flows in " + store.url() +
            "; --limit N shows more, `stats` counts them.\n";
  else
    text += std::to_string(rows.size()) + (rows.size() == 1 ? " flow in " : " flows in ") +
            store.url() + "\n";
  return {true, text};
}

// ---- acting ----------------------------------------------------------------------------
std::string start_program(std::string_view file, std::string_view name, std::string_view input) {
  return std::string(kImport) + "(perform-start " + quoted(file, '"') + " '" + quoted(name, '|') +
         datum("INPUT", input) + ")\n";
}
std::string resume_program(std::string_view id, std::string_view tag, std::string_view value) {
  return std::string(kImport) + "(perform-resume '" + quoted(id, '|') +
         (tag.empty() ? "" : " '" + quoted(tag, '|')) + datum("VALUE", value) + ")\n";
}
std::string recover_program(std::string_view id) {
  return std::string(kImport) + "(perform-recover '" + quoted(id, '|') + ")\n";
}
std::string cancel_program(std::string_view id, std::string_view reason) {
  return std::string(kImport) + "(perform-cancel '" + quoted(id, '|') + " " +
         quoted(reason.empty() ? "cancelled from the command line" : reason, '"') + ")\n";
}

std::string signal_program(std::string_view id, std::string_view name, std::string_view value) {
  return std::string(kImport) + "(perform-signal '" + quoted(id, '|') + " '" + quoted(name, '|') +
         datum("VALUE", value) + ")\n";
}
std::string work_program(const Work& work) {
  std::string text = std::string(kImport) + "(perform-work " + (work.json ? "#t" : "#f");
  if (work.once) text += " 'once #t";
  if (work.limit > 0) text += " 'limit " + std::to_string(work.limit);
  if (!work.queues.empty()) {
    text += " 'queues '(";
    for (const std::string& queue : work.queues) text += quoted(queue, '|') + " ";
    text += ")";
  }
  if (!work.name.empty()) text += " 'name '" + quoted(work.name, '|');
  return text + ")\n";
}
std::string workers_program(bool json) {
  return std::string(kImport) + "(perform-workers " + (json ? "#t" : "#f") + ")\n";
}
std::string handoff_program(std::string_view id, std::string_view worker) {
  return std::string(kImport) + "(perform-handoff '" + quoted(id, '|') + " '" +
         quoted(worker, '|') + ")\n";
}
std::string delegate_program(std::string_view id, std::string_view peer) {
  return std::string(kImport) + "(perform-delegate '" + quoted(id, '|') + " '" +
         quoted(peer, '|') + ")\n";
}
std::string replicate_program(std::string_view peer, std::string_view name, std::string_view queue,
                              bool stop) {
  return std::string(kImport) + "(perform-replicate '" + quoted(peer, '|') +
         (name.empty() ? "" : " 'name '" + quoted(name, '|')) +
         (queue.empty() ? "" : " 'queue '" + quoted(queue, '|')) + (stop ? " 'stop #t" : "") +
         ")\n";
}
std::string replicas_program() { return std::string(kImport) + "(perform-replicate #f)\n"; }
std::string recall_program(std::string_view id) {
  return std::string(kImport) + "(perform-recall '" + quoted(id, '|') + ")\n";
}
std::string promote_program(std::string_view id) {
  return std::string(kImport) + "(perform-promote '" + quoted(id, '|') + ")\n";
}
std::string promote_all_program(std::string_view peer) {
  return std::string(kImport) + "(perform-promote-all '" + quoted(peer, '|') + ")\n";
}
std::string serve_program(std::string_view file, std::string_view peers, std::string_view host,
                          std::string_view port) {
  return std::string(kImport) + "(perform-serve " + quoted(file, '"') + " " + quoted(peers, '"') +
         " " + quoted(host, '"') + " " + std::string(port) + ")\n";
}
std::string schedule_program(std::string_view action, std::string_view id) {
  return std::string(kImport) + "(perform-schedule '" + std::string(action) + " '" +
         quoted(id, '|') + ")\n";
}
std::string update_program(std::string_view id, std::string_view name, std::string_view value) {
  return std::string(kImport) + "(perform-update '" + quoted(id, '|') + " '" + quoted(name, '|') +
         datum("VALUE", value) + ")\n";
}
std::string query_program(std::string_view id, std::string_view name) {
  return std::string(kImport) + "(perform-query '" + quoted(id, '|') + " '" + quoted(name, '|') +
         ")\n";
}
std::string compat_program(std::string_view file) {
  return std::string(kImport) + "(perform-compat " + quoted(file, '"') + ")\n";
}
std::string migrate_program(std::string_view id, std::string_view file, bool dry_run) {
  return std::string(kImport) + "(perform-migrate '" + quoted(id, '|') + " " + quoted(file, '"') +
         (dry_run ? " #t)\n" : " #f)\n");
}
std::string fork_program(std::string_view id, std::string_view length, const std::string* value,
                         std::string_view file) {
  return std::string(kImport) + "(perform-fork '" + quoted(id, '|') + " " + std::string(length) +
         (value != nullptr ? " (list" + datum("VALUE", *value) + ") " : " #f ") +
         quoted(file, '"') + ")\n";
}
std::string check_program(std::string_view file, std::string_view name, std::string_view input,
                          std::string_view seed) {
  return std::string(kImport) + "(perform-check " + quoted(file, '"') + " '" + quoted(name, '|') +
         datum("INPUT", input) + " " + std::string(seed) + ")\n";
}
std::string import_program(std::string_view file) {
  return std::string(kImport) + "(perform-import " + quoted(file, '"') + ")\n";
}
std::string retry_program(std::string_view id) {
  return std::string(kImport) + "(perform-retry '" + quoted(id, '|') + ")\n";
}
std::string skip_program(std::string_view id, std::string_view value) {
  return std::string(kImport) + "(perform-skip '" + quoted(id, '|') + datum("VALUE", value) +
         ")\n";
}

}  // namespace fermata::flow
