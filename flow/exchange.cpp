// Flows as text, to be taken to another store; see inspect.hpp.
#include <charconv>

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

Shown export_text(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = "(flow " + string_text(h.row.id) + " " + string_text(h.row.name) + " " +
                     string_text(h.row.program) + " " +
                     std::to_string(static_cast<int>(h.row.status)) + " " +
                     std::to_string(h.row.epoch) + " " + std::to_string(h.row.created_at) + " " +
                     std::to_string(h.row.updated_at) + " " + std::to_string(h.row.wake_at) + " " +
                     string_text(h.row.waiting) + " " + string_text(h.row.note) +
                     (h.row.first_seq == 0 ? "" : " " + std::to_string(h.row.first_seq)) + ")\n";
  if (!h.row.queue.empty())
    text += "(queue " + string_text(h.row.queue) + " " + string_text(h.row.queue_key) + " " +
            std::to_string(h.row.priority) + ")\n";
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

std::optional<std::string> exported_program(std::string_view text) {
  Line line(text.substr(0, text.find('\n')));
  line.string(), line.string();
  const std::string program = line.string();
  return line.ok() && line.name() == "flow" ? std::optional(program) : std::nullopt;
}

Shown import_text(Store& store, std::string_view text, std::string& id, std::string_view peer) {
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
      if (!line.at_end()) row.first_seq = line.number();
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
      if (r.seq != row.first_seq + static_cast<std::int64_t>(records.size()))
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
  if (!peer.empty()) row.status = Status::copy, row.waiting = peer, row.note.clear();
  if (store.import(row, records) != Answer::ok) return {false, store.error() + "\n"};
  id = row.id;
  return {true, ""};
}

}  // namespace fermata::flow
