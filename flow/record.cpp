// Names and checksums of records; see record.hpp.
#include "flow/record.hpp"

#include "flow/sha256.hpp"

namespace fermata::flow {

std::string_view event_name(Event event) {
  switch (event) {
#define EVENT(number, enumerator, name, name_field, value_field) \
  case Event::enumerator:                                        \
    return name;
#include "flow/events.def"
#undef EVENT
  }
  return "unknown";
}

std::optional<Event> event_numbered(std::int64_t number) {
  switch (number) {
#define EVENT(number, enumerator, name, name_field, value_field) \
  case number:                                                   \
    return Event::enumerator;
#include "flow/events.def"
#undef EVENT
  }
  return std::nullopt;
}

std::string_view status_name(Status status) {
  switch (status) {
#define STATUS(number, enumerator, name) \
  case Status::enumerator:               \
    return name;
#include "flow/events.def"
#undef STATUS
  }
  return "unknown";
}

std::optional<Status> status_numbered(std::int64_t number) {
  switch (number) {
#define STATUS(number, enumerator, name) \
  case number:                           \
    return Status::enumerator;
#include "flow/events.def"
#undef STATUS
  }
  return std::nullopt;
}

std::optional<Status> status_named(std::string_view name) {
#define STATUS(number, enumerator, text) \
  if (name == text) return Status::enumerator;
#include "flow/events.def"
#undef STATUS
  return std::nullopt;
}

bool is_elsewhere(Status status) {
  return status == Status::delegated || status == Status::copy;
}

bool is_closed(Status status) {
  return status == Status::finished || status == Status::failed || status == Status::cancelled;
}

std::int64_t checksum(std::string_view flow, const Record& r) {
  Sha256 hash;
  hash.add_field(flow);
  for (const std::int64_t n :
       {r.seq, r.epoch, static_cast<std::int64_t>(r.event), r.op, r.position.ordinal, r.hash, r.at})
    hash.add_number(static_cast<std::uint64_t>(n));
  hash.add_field(r.position.strand);
  hash.add_field(r.name);
  hash.add_field(r.value);
  return sha256_60(hash);
}

std::string history_line(const Record& r) {
  std::string line = std::to_string(r.seq) + "  " + r.position.text() + "  ";
  line += event_name(r.event);
  line += " " + r.name;
  if (!r.value.empty()) line += " -> " + r.value;
  return line;
}

}  // namespace fermata::flow
