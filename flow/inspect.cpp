// See inspect.hpp.
#include "flow/inspect.hpp"

#include <charconv>
#include <optional>

#include "flow/data_types.hpp"
#include "flow/owner.hpp"
#include "flow/purging.hpp"
#include "flow/source_lines.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

// ---- why -------------------------------------------------------------------------------
namespace {

bool opens_wait(Event event) {
  return event == Event::suspended || event == Event::awaits || event == Event::sleeping ||
         event == Event::step_intent || event == Event::doubted;
}
bool closes_wait(Event event) {
  switch (event) {
    case Event::resumed:
    case Event::withdrawn:
    case Event::woke:
    case Event::received:
    case Event::step_result:
    case Event::step_failed:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<const Record*> open_records(const std::vector<Record>& records) {
  std::vector<const Record*> open;
  for (const Record& r : records) {
    if (closes_wait(r.event))
      std::erase_if(open, [&](const Record* w) { return w->position == r.position; });
    if (!opens_wait(r.event)) continue;
    std::erase_if(open, [&](const Record* w) { return w->position == r.position; });
    open.push_back(&r);
  }
  return open;
}

namespace {

// Names of a fork's branches: "(first count (name ...))".
std::vector<std::string> names_in(const std::string& value) {
  std::vector<std::string> names;
  const auto open = value.find('(', 1);
  if (open == std::string::npos) return names;
  std::string name;
  for (std::size_t i = open + 1; i < value.size() && value[i] != ')'; ++i) {
    if (value[i] != ' ') {
      name += value[i];
      continue;
    }
    names.push_back(name);
    name.clear();
  }
  if (!name.empty()) names.push_back(name);
  return names;
}

std::int64_t first_in(const std::string& value) {
  std::int64_t first = 0;
  std::from_chars(value.data() + 1, value.data() + value.size(), first);
  return first;
}

// Which branches lead to a strand, by name.
std::string branches_of(const std::vector<Record>& records, const std::string& strand) {
  std::string text;
  for (const Record& r : records) {
    if (r.event != Event::branches) continue;
    const std::vector<std::string> names = names_in(r.value);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string path = r.position.strand + "." +
                               std::to_string(first_in(r.value) + static_cast<std::int64_t>(i));
      if (strand == path || strand.starts_with(path + "."))
        text += (text.empty() ? "" : " > ") + names[i];
    }
  }
  return text;
}

}  // namespace

Shown why_text(Store& store, std::string_view id, std::int64_t now_ms) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = h.row.id + " (" + h.row.name + ") is " + state_text(h.row, now_ms) + "\n";
  if (!h.row.note.empty()) text += h.row.note + "\n";
  if (is_closed(h.row.status)) {
    if (!h.records.empty()) text += "it ended with " + presentable(h.records.back().value) + "\n";
    return {true, text};
  }
  const std::string command = command_for_shell() + " flow ";
  const SourceLines sources(store, h.row.program);
  for (const Record* r : open_records(h.records)) {
    const std::string since = " since " + span_text(now_ms - r->at);
    std::string line, remedy;
    switch (r->event) {
      case Event::suspended:
        line = "waits for the answer " + r->name + since;
        remedy = command + "resume " + h.row.id + " --tag " + r->name + " VALUE";
        break;
      case Event::awaits:
        line = "waits for the signal " + r->name + since;
        remedy = command + "signal " + h.row.id + " " + r->name + " VALUE";
        break;
      case Event::doubted:
        line = "is in doubt about the step " + r->name + since;
        remedy = command + "resume " + h.row.id + " --tag " + r->name +
                 " retry, or fail, or '(result VALUE)'";
        break;
      case Event::sleeping: {
        std::int64_t due = 0;
        std::from_chars(r->value.data(), r->value.data() + r->value.size(), due);
        line = "sleeps" + since +
               (due > now_ms ? ", for another " + span_text(due - now_ms) : ", its time is over");
        remedy = command + "work";
        break;
      }
      default:
        line = "is in the step " + r->name + since;
        remedy = state_text(h.row, now_ms) == "interrupted" ? command + "resume " + h.row.id : "";
        break;
    }
    const std::string where = branches_of(h.records, r->position.strand);
    const std::string source = sources.place_of(*r, h.row.name);
    text += line + ", at " + (source.empty() ? "" : source + ", ") + r->position.text() +
            (where.empty() ? "" : " (" + where + ")") + "\n";
    if (!remedy.empty()) text += "  " + remedy + "\n";
  }
  std::vector<std::pair<std::string, Beat>> beats;
  store.beats(id, beats);
  for (const auto& [step, beat] : beats)
    text += "the step " + step.substr(0, step.find(' ')) + " told " + span_text(now_ms - beat.at) +
            " ago: " + shortened(presentable(beat.value), 60) + "\n";
  if (h.row.wake_at != 0)
    text += h.row.wake_at > now_ms
                ? "its next timer is due in " + span_text(h.row.wake_at - now_ms) + "\n"
                : "a timer is due; `" + command + "work` lets it go on\n";
  for (const Message& m : h.inbox) text += "not yet taken in: " + m.tag + " " + presentable(m.body) + "\n";
  if (!h.row.owner.empty()) text += "owner: " + h.row.owner + "\n";
  return {true, text};
}

// ---- keeping house ---------------------------------------------------------------------
Shown stats_text(Store& store) {
  std::vector<FlowCount> counts;
  if (store.counts(counts) != Answer::ok) return {false, store.error() + "\n"};
  std::string text = padded("FLOW", 24) + padded("STATE", 12) + padded("FLOWS", 8) + "RECORDS\n";
  std::int64_t all = 0;
  for (const FlowCount& c : counts) {
    all += c.flows;
    text += padded(c.name, 24) + padded(status_name(c.status), 12) +
            padded(std::to_string(c.flows), 8) + std::to_string(c.records) + "\n";
  }
  return {true, text + std::to_string(all) + " flows in " + store.url() + "\n"};
}

Shown purge_text(Store& store, double days, std::int64_t now_ms) {
  std::size_t all = 0;
  if (purge_flows(store, now_ms - static_cast<std::int64_t>(days * 86400000.0), all) != Answer::ok)
    return {false, store.error() + "\n"};
  return {true, std::to_string(all) + (all == 1 ? " flow" : " flows") + " removed\n"};
}

}  // namespace fermata::flow
