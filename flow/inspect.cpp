// See inspect.hpp.
#include "flow/inspect.hpp"

#include <charconv>
#include <map>
#include <optional>

#include "flow/journal.hpp"
#include "flow/owner.hpp"
#include "flow/sha256.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

// ---- why -------------------------------------------------------------------------------
namespace {

struct OpenWait {
  const Record* record;
  std::vector<std::string> branches;  // the names on the way to it, the outermost first
};

bool opens_wait(Event event) {
  return event == Event::suspended || event == Event::awaits || event == Event::sleeping ||
         event == Event::step_intent;
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

std::vector<const Record*> open_records(const std::vector<Record>& records) {
  std::vector<const Record*> open;
  for (const Record& r : records) {
    if (closes_wait(r.event))
      std::erase_if(open, [&](const Record* w) { return w->position == r.position; });
    if (opens_wait(r.event)) open.push_back(&r);
  }
  return open;
}

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
    if (!h.records.empty()) text += "it ended with " + h.records.back().value + "\n";
    return {true, text};
  }
  const std::string command = command_for_shell() + " flow ";
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
    text += line + ", at " + r->position.text() + (where.empty() ? "" : " (" + where + ")") + "\n";
    if (!remedy.empty()) text += "  " + remedy + "\n";
  }
  if (h.row.wake_at != 0)
    text += h.row.wake_at > now_ms
                ? "its next timer is due in " + span_text(h.row.wake_at - now_ms) + "\n"
                : "a timer is due; `" + command + "work` lets it go on\n";
  for (const Message& m : h.inbox) text += "not yet taken in: " + m.tag + " " + m.body + "\n";
  if (!h.row.owner.empty()) text += "owner: " + h.row.owner + "\n";
  return {true, text};
}

// ---- graph -----------------------------------------------------------------------------
namespace {

std::string label(std::string_view text) {
  std::string out;
  for (const char c : shortened(text, 40)) {
    if (c == '"')
      out += "#quot;";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  return out;
}

}  // namespace

Shown graph_text(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = "flowchart TD\n";
  std::map<std::string, std::string> last;  // node where each strand stands
  std::map<Position, std::string> node_at;
  std::map<Position, Event> ends;
  for (const Record& r : h.records) ends[r.position] = r.event;
  int count = 0;
  const auto add = [&](const Record& r, const std::string& shown, const char* look) {
    std::string& before = last[r.position.strand];
    if (before.empty()) {  // the first of a branch: it hangs below the fork
      const auto dot = r.position.strand.rfind('.');
      if (dot != std::string::npos) before = last[r.position.strand.substr(0, dot)];
    }
    const std::string name = "n" + std::to_string(++count);
    text += "  " + name + "[\"" + label(shown) + "\"]:::" + look + "\n";
    if (!before.empty()) text += "  " + before + " --> " + name + "\n";
    before = name;
  };
  for (const Record& r : h.records) {
    switch (r.event) {
      case Event::started:
        add(r, h.row.name + " " + r.value, "done");
        break;
      case Event::step_intent:
        if (ends[r.position] == Event::step_intent) add(r, r.name + " (running)", "open");
        break;
      case Event::step_result:
        add(r, r.name + ": " + r.value, "done");
        break;
      case Event::step_failed:
        add(r, r.name + " raised", "bad");
        break;
      case Event::suspended:
      case Event::awaits:
      case Event::sleeping:
        if (ends[r.position] == r.event)
          add(r, "waits: " + r.name, "open");
        else
          add(r, r.name, "done");
        break;
      case Event::branches:
        add(r, r.name, "done");
        break;
      case Event::finished:
        add(r, "finished: " + r.value, "done");
        break;
      case Event::failed:
      case Event::cancelled:
        add(r, std::string(event_name(r.event)) + ": " + r.value, "bad");
        break;
      default:
        break;
    }
  }
  text +=
      "  classDef done fill:#d8f0d8,stroke:#3a7d3a\n"
      "  classDef open fill:#fff3c4,stroke:#a67c00\n"
      "  classDef bad fill:#f8d0d0,stroke:#a33030\n";
  return {true, text};
}

// ---- export and import -----------------------------------------------------------------
namespace {

std::string string_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

// One line's fields: numbers and strings between parentheses, after a name.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {
    ok_ = take('(');
    name_ = word();
  }
  const std::string& name() const { return name_; }
  bool ok() const { return ok_; }
  std::int64_t number() {
    skip();
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
    if (error != std::errc())
      ok_ = false;
    else
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return n;
  }
  std::string string() {
    skip();
    std::string out;
    if (!take('"')) return out;
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      if (c == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(1);
        c = rest_[0] == 'n' ? '\n' : rest_[0] == 't' ? '\t' : rest_[0] == 'r' ? '\r' : rest_[0];
      }
      out += c;
      rest_.remove_prefix(1);
    }
    take('"');
    return out;
  }

 private:
  void skip() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return ok_ = false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string word() {
    std::string out;
    while (!rest_.empty() && rest_[0] != ' ' && rest_[0] != ')') {
      out += rest_[0];
      rest_.remove_prefix(1);
    }
    return out;
  }
  std::string_view rest_;
  std::string name_;
  bool ok_ = true;
};

}  // namespace

Shown export_text(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = "(flow " + string_text(h.row.id) + " " + string_text(h.row.name) + " " +
                     string_text(h.row.program) + " " +
                     std::to_string(static_cast<int>(h.row.status)) + " " +
                     std::to_string(h.row.epoch) + " " + std::to_string(h.row.created_at) + " " +
                     std::to_string(h.row.updated_at) + " " + std::to_string(h.row.wake_at) + " " +
                     string_text(h.row.waiting) + " " + string_text(h.row.note) + ")\n";
  std::string program;
  if (h.row.program != "-" && store.get_program(h.row.program, program) == Answer::ok)
    text += "(program " + string_text(program) + ")\n";
  for (const Record& r : h.records)
    text += "(record " + std::to_string(r.seq) + " " + std::to_string(r.epoch) + " " +
            std::to_string(r.op) + " " + std::to_string(static_cast<int>(r.event)) + " " +
            string_text(r.position.strand) + " " + std::to_string(r.position.ordinal) + " " +
            string_text(r.name) + " " + std::to_string(r.hash) + " " + string_text(r.value) + " " +
            std::to_string(r.at) + " " + std::to_string(checksum(h.row.id, r)) + ")\n";
  return {true, text};
}

Shown import_text(Store& store, std::string_view text) {
  FlowRow row;
  std::string program;
  std::vector<Record> records;
  std::size_t number = 0;
  const auto bad = [&](const std::string& what) {
    return Shown{false, "line " + std::to_string(number) + ": " + what + "\n"};
  };
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (whole.empty()) continue;
    Line line(whole);
    if (line.name() == "flow") {
      row.id = line.string(), row.name = line.string(), row.program = line.string();
      const auto status = status_numbered(line.number());
      if (!status) return bad("no such state");
      // Whoever ran it there does not run it here.
      row.status = *status;
      row.epoch = line.number(), row.created_at = line.number(), row.updated_at = line.number();
      row.wake_at = line.number(), row.waiting = line.string(), row.note = line.string();
    } else if (line.name() == "program") {
      program = line.string();
    } else if (line.name() == "record") {
      Record r;
      r.seq = line.number(), r.epoch = line.number(), r.op = line.number();
      const auto event = event_numbered(line.number());
      if (!event) return bad("no such record");
      r.event = *event;
      r.position.strand = line.string(), r.position.ordinal = line.number();
      r.name = line.string(), r.hash = line.number(), r.value = line.string();
      r.at = line.number();
      if (r.seq != static_cast<std::int64_t>(records.size()))
        return bad("a record is missing before");
      if (line.number() != checksum(row.id, r)) return bad("the record was changed");
      records.push_back(std::move(r));
    } else {
      return bad("this is no line of an export");
    }
    if (!line.ok()) return bad("the line is damaged");
  }
  if (row.id.empty() || records.size() < 2) return {false, "there is no flow in it\n"};
  if (row.program != "-") {
    if (sha256_hex(program) != row.program)
      return {false, "its program is missing or was changed\n"};
    if (store.put_program(row.program, program) != Answer::ok) return {false, store.error() + "\n"};
  }
  if (store.import(row, records) != Answer::ok) return {false, store.error() + "\n"};
  return {true, row.id + " is imported, " + std::to_string(records.size()) + " records\n"};
}

// ---- keeping house ---------------------------------------------------------------------
Shown stats_text(Store& store) {
  std::vector<FlowRow> rows;
  if (store.list({}, rows) != Answer::ok) return {false, store.error() + "\n"};
  std::map<std::pair<std::string, std::string>, std::pair<int, std::int64_t>> counts;
  for (const FlowRow& row : rows) {
    auto& [flows, records] = counts[{row.name, std::string(status_name(row.status))}];
    ++flows, records += row.next_seq;
  }
  std::string text = padded("FLOW", 24) + padded("STATE", 12) + padded("FLOWS", 8) + "RECORDS\n";
  for (const auto& [key, count] : counts)
    text += padded(key.first, 24) + padded(key.second, 12) +
            padded(std::to_string(count.first), 8) + std::to_string(count.second) + "\n";
  return {true, text + std::to_string(rows.size()) + " flows in " + store.url() + "\n"};
}

Shown purge_text(Store& store, double days, std::int64_t now_ms) {
  constexpr std::size_t kBatch = 100;  // so that others get the lock in between
  const auto before = now_ms - static_cast<std::int64_t>(days * 86400000.0);
  std::size_t all = 0;
  for (std::size_t removed = kBatch; removed == kBatch; all += removed)
    if (store.purge(before, kBatch, removed) != Answer::ok) return {false, store.error() + "\n"};
  return {true, std::to_string(all) + (all == 1 ? " flow" : " flows") + " removed\n"};
}

}  // namespace fermata::flow
