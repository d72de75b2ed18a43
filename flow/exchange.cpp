// Flows as text, to be taken to another store; see inspect.hpp.
#include <algorithm>
#include <charconv>

#include "flow/data_types.hpp"
#include "flow/inspect.hpp"
#include "flow/sha256.hpp"

namespace fermata::flow {

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
  bool at_end() const { return rest_ == ")"; }
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

namespace {

std::string head_text(const FlowRow& row, Status status) {
  std::string text = "(flow " + string_text(row.id) + " " + string_text(row.name) + " " +
                     string_text(row.program) + " " + std::to_string(static_cast<int>(status)) +
                     " " + std::to_string(row.epoch) + " " + std::to_string(row.created_at) + " " +
                     std::to_string(row.updated_at) + " " + std::to_string(row.wake_at) + " " +
                     string_text(row.waiting) + " " + string_text(row.note) +
                     (row.first_seq == 0 ? "" : " " + std::to_string(row.first_seq)) + ")\n";
  if (!row.queue.empty())
    text += "(queue " + string_text(row.queue) + " " + string_text(row.queue_key) + " " +
            std::to_string(row.priority) + ")\n";
  return text;
}

std::string program_text(Store& store, const FlowRow& row) {
  std::string program;
  if (row.program == "-" || store.get_program(row.program, program) != Answer::ok) return "";
  return "(program " + string_text(program) + ")\n";
}

std::string record_text(const std::string& id, const Record& r) {
  return "(record " + std::to_string(r.seq) + " " + std::to_string(r.epoch) + " " +
         std::to_string(r.op) + " " + std::to_string(static_cast<int>(r.event)) + " " +
         string_text(r.position.strand) + " " + std::to_string(r.position.ordinal) + " " +
         string_text(r.name) + " " + std::to_string(r.hash) + " " + string_text(r.value) + " " +
         std::to_string(r.at) + " " + std::to_string(checksum(id, r)) + ")\n";
}

}  // namespace

Shown export_text(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = head_text(h.row, h.row.status) + program_text(store, h.row);
  for (const Record& r : h.records) text += record_text(h.row.id, r);
  return {true, text};
}

Shown export_part(Store& store, std::string_view id, std::int64_t from, std::size_t most) {
  FlowRow row;
  if (store.row(id, row) != Answer::ok) return {false, store.error() + "\n"};
  const History h = store.load(id, std::max(from, row.first_seq));
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string records;
  std::size_t count = 0;
  while (count < h.records.size() && (count < 2 || records.size() < most))
    records += record_text(h.row.id, h.records[count++]);
  // What is not told to its end has not ended.
  const Status status = count == h.records.size() ? h.row.status : Status::running;
  const bool is_beginning = from <= h.row.first_seq;
  return {true, head_text(h.row, status) + (is_beginning ? program_text(store, h.row) : "") + records};
}

std::optional<std::string> exported_program(std::string_view text) {
  Line line(text.substr(0, text.find('\n')));
  line.string(), line.string();
  const std::string program = line.string();
  return line.ok() && line.name() == "flow" ? std::optional(program) : std::nullopt;
}

bool has_foreign_secrets(std::string_view text) {
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    Line line(whole);
    if (line.name() != "record") continue;
    for (int i = 0; i < 4; ++i) line.number();
    line.string(), line.number(), line.string(), line.number();
    if (holds_foreign_secret(line.string())) return true;
  }
  return false;
}

namespace {
// A copy of a flow that has ended is one that has ended, too.
void become_copy(FlowRow& row, std::string_view peer) {
  row.note.clear(), row.wake_at = 0;
  if (is_closed(row.status)) return row.waiting.clear();
  row.status = Status::copy, row.waiting = peer;
}
}  // namespace

Shown import_text(Store& store, std::string_view text, std::string& id, std::string_view peer) {
  FlowRow row;
  std::string program;
  std::vector<Record> records;
  std::int64_t from = 0;  // the number of the first of them
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
      if (!line.at_end()) row.first_seq = line.number();
      from = row.first_seq;
    } else if (line.name() == "queue") {
      row.queue = line.string(), row.queue_key = line.string(), row.priority = line.number();
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
      if (records.empty() && !peer.empty()) from = r.seq;
      if (r.seq != from + std::ssize(records)) return bad("a record is missing before");
      if (!is_intact(row.id, r, line.number())) return bad("the record was changed");
      records.push_back(std::move(r));
    } else {
      return bad("this is no line of an export");
    }
    if (!line.ok()) return bad("the line is damaged");
  }
  id = row.id;
  if (!peer.empty()) become_copy(row, peer);
  if (from > row.first_seq) {
    row.next_seq = from + std::ssize(records);
    const bool extended = !records.empty() && store.extend(row, records) == Answer::ok;
    return {extended, extended ? "" : store.error() + "\n"};
  }
  if (row.id.empty() || records.size() < 2) return {false, "there is no flow in it\n"};
  if (row.program != "-") {
    if (sha256_hex(program) != row.program)
      return {false, "its program is missing or was changed\n"};
    if (store.put_program(row.program, program) != Answer::ok) return {false, store.error() + "\n"};
  }
  if (store.import(row, records) != Answer::ok) return {false, store.error() + "\n"};
  return {true, ""};
}

}  // namespace fermata::flow
