// The timeline of a flow: a line for each thing that happened, with the place in its program.
#include <algorithm>
#include <map>

#include "flow/commands.hpp"
#include "flow/data_types.hpp"
#include "flow/journal.hpp"
#include "flow/owner.hpp"
#include "flow/source_lines.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

namespace {

// How a record looks in the timeline: what happened, to what, and what came of it.
struct Line {
  std::string_view what;
  std::string name, rest;
};

Line line_of(const Record& r, bool answered) {
  switch (r.event) {
    case Event::program:
    case Event::clock:
    case Event::definitions:
      return {};
    case Event::started:
      return {"started", "", r.value};
    case Event::step_intent:
      return {"began", r.name, "how it ended is not recorded"};
    case Event::step_result:
      return {"did", r.name, r.value};
    case Event::step_failed:
      return {"raised", r.name, r.value};
    case Event::suspended:
      return {answered ? "waited" : "WAITS", r.name, ""};
    case Event::resumed:
      return {"answer", r.name, r.value};
    case Event::branches:
      return {"forked", r.name, ""};
    case Event::finished:
      return {"finished", "", r.value};
    case Event::failed:
      return {"failed", "", r.value};
    case Event::cancelled:
      return {"cancelled", "", r.value};
    case Event::withdrawn:
      return {"withdrew", r.name, "its branch was ended"};
    case Event::sleeping:
      return {answered ? "slept" : "SLEEPS", "", ""};
    case Event::woke:
      return {"woke", "", ""};
    case Event::parent:
      return {"child of", r.name, ""};
    case Event::migrated:
      return {"migrated", "", shortened(r.name, 15)};
    case Event::signalled:
      return {"signal", r.name, r.value};
    case Event::awaits:
      return {answered ? "awaited" : "AWAITS", r.name, ""};
    case Event::received:
      return {"received", r.name, ""};
    case Event::cancelling:
      return {"cancel", "", r.value};
    case Event::version:
      return {"version", r.name, r.value};
    case Event::doubted:
      return {"IN DOUBT", r.name, "its process ended in the middle of it"};
    case Event::continued:
      return {"anew", "", r.value};
    case Event::requested:
      return {"request", r.name, r.value};
    case Event::replied:
      return {"reply", r.name, r.value};
    case Event::attribute:
      return {"attribute", r.name, r.value};
  }
  return {};
}

// A flow begins by its process's clock, and is created once that process has the store's lock.
std::string seconds_text(std::int64_t since) {
  const std::int64_t ms = std::max<std::int64_t>(since, 0);
  std::string digits = std::to_string(ms % 1000);
  return std::to_string(ms / 1000) + "." + std::string(3 - digits.size(), '0') + digits + " s";
}

}  // namespace

Shown show_text(Store& store, std::string_view id, std::int64_t now_ms) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = h.row.id + ": flow " + h.row.name + ", " + state_text(h.row, now_ms);
  if (!h.row.waiting.empty()) text += ", waits for " + h.row.waiting;
  text += "\nstarted " + span_text(now_ms - h.row.created_at) + " ago, program " +
          shortened(h.row.program, 15) + "\n";
  if (!h.row.note.empty()) text += h.row.note + "\n";
  text += "\n";

  const SourceLines sources(store, h.row.program);
  std::size_t widest = 0;
  for (const Record& r : h.records)
    widest = std::max(widest, width(sources.place_of(r, h.row.name)));
  // A step's intent is shown only while nothing came of it; a wait is open until answered.
  std::map<Position, Event> last;
  for (const Record& r : h.records) last[r.position] = r.event;
  std::string before;  // the strand of the line before
  for (const Record& r : h.records) {
    if (r.event == Event::program || r.event == Event::clock || r.event == Event::definitions)
      continue;
    if (r.event == Event::step_intent && last[r.position] != Event::step_intent) continue;
    if (r.event == Event::doubted && last[r.position] != Event::doubted) continue;
    const Line line = line_of(r, last[r.position] != r.event);
    const auto depth = static_cast<std::size_t>(
        std::count(r.position.strand.begin(), r.position.strand.end(), '.'));
    std::string place;
    if (depth > 0) place = (r.position.strand == before ? "" : r.position.strand.substr(2));
    before = r.position.strand;
    std::string rest = line.rest;
    if (r.event == Event::branches) {  // (first count (name ...))
      const auto names = r.value.find('(', 1);
      if (names != std::string::npos) rest = r.value.substr(names + 1, r.value.size() - names - 3);
    }
    std::string name = line.name;
    const std::string source = sources.place_of(r, h.row.name);
    if (!name.empty() || widest > 0) name = padded(name, 16) + " ";
    if (widest > 0) name += padded(source, widest + 2);
    text += padded(seconds_text(r.at - h.row.created_at), 11) + " " +
            padded(std::string(depth * 2, ' ') + place, 6) + " " + padded(line.what, 9) + " " +
            name + shortened(presentable(rest), 60);
    while (text.back() == ' ') text.pop_back();
    text += "\n";
  }
  const std::string command = command_for_shell();
  const std::vector<Record> waits = Journal::open_waits(h.records);
  for (const Record& wait : waits) {
    const bool alone = waits.size() == 1;
    text += "\nTo answer " + wait.name + ":  " + command + " flow resume " + h.row.id +
            (alone ? "" : " --tag " + wait.name) +
            (wait.event == Event::doubted ? " retry, or fail, or '(result VALUE)'\n" : " VALUE\n");
  }
  if (state_text(h.row, now_ms) == "interrupted")
    text += "\nTo go on:  " + command + " flow resume " + h.row.id + "\n";
  return {true, text};
}

}  // namespace fermata::flow
