// What the look commands print with --json; see inspect.hpp.
#include "flow/inspect.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

namespace {

// RFC 8259; bytes above 127 are UTF-8 already.
std::string string_of(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += "\\u00";
      out += kDigits[static_cast<std::size_t>(c) / 16];
      out += kDigits[static_cast<std::size_t>(c) % 16];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The fields of an object, as they are added.
class Fields {
 public:
  Fields& add(std::string_view name, std::string_view text) { return raw(name, string_of(text)); }
  Fields& add(std::string_view name, std::int64_t n) { return raw(name, std::to_string(n)); }
  Fields& raw(std::string_view name, const std::string& json) {
    text_ += (text_.empty() ? "" : ",") + string_of(name) + ":" + json;
    return *this;
  }
  // Left out when there is none.
  Fields& maybe(std::string_view name, std::int64_t n) { return n == 0 ? *this : add(name, n); }
  Fields& maybe(std::string_view name, std::string_view text) {
    return text.empty() ? *this : add(name, text);
  }
  std::string object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

class Items {
 public:
  void add(const std::string& json) { text_ += (text_.empty() ? "" : ",") + json; }
  std::string array() const { return "[" + text_ + "]"; }

 private:
  std::string text_;
};

Fields row_fields(const FlowRow& row, std::int64_t now_ms) {
  Fields f;
  f.add("id", row.id).add("flow", row.name).add("state", state_text(row, now_ms));
  f.add("started", row.created_at).add("changed", row.updated_at);
  f.maybe("waits", row.waiting).maybe("note", row.note).maybe("due", row.wake_at);
  f.maybe("queue", row.queue).maybe("key", row.queue_key).maybe("priority", row.priority);
  f.add("program", row.program).add("records", row.next_seq - row.first_seq);
  f.maybe("left_behind", row.first_seq);
  return f;
}

std::string record_json(const Record& r) {
  Fields f;
  f.add("seq", r.seq).add("at", r.at).add("event", event_name(r.event));
  f.add("place", r.position.text()).add("name", r.name).maybe("value", r.value);
  return f.object();
}

}  // namespace

Shown list_json(Store& store, std::int64_t now_ms, const ListFilter& filter) {
  std::vector<FlowRow> rows;
  if (store.list(filter, rows) != Answer::ok) return {false, store.error() + "\n"};
  Items items;
  for (const FlowRow& row : rows) items.add(row_fields(row, now_ms).object());
  return {true, items.array() + "\n"};
}

Shown show_json(Store& store, std::string_view id, std::int64_t now_ms) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  Items open, records, beats;
  for (const Record* r : open_records(h.records)) open.add(record_json(*r));
  for (const Record& r : h.records) records.add(record_json(r));
  std::vector<std::pair<std::string, Beat>> progress;
  store.beats(id, progress);
  for (const auto& [step, beat] : progress)
    beats.add(Fields().add("step", step).add("at", beat.at).add("value", beat.value).object());
  Fields attributes;
  std::vector<std::pair<std::string, std::string>> found;
  store.attributes(id, found);
  for (const auto& [name, value] : found) attributes.add(name, value);
  Fields f = row_fields(h.row, now_ms);
  f.raw("attributes", attributes.object()).raw("open", open.array());
  f.raw("progress", beats.array()).raw("history", records.array());
  return {true, f.object() + "\n"};
}

Shown stats_json(Store& store) {
  std::vector<FlowCount> counts;
  if (store.counts(counts) != Answer::ok) return {false, store.error() + "\n"};
  Items items;
  for (const FlowCount& c : counts)
    items.add(Fields()
                  .add("flow", c.name)
                  .add("state", status_name(c.status))
                  .add("flows", c.flows)
                  .add("records", c.records)
                  .object());
  return {true, items.array() + "\n"};
}

}  // namespace fermata::flow
