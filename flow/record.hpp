// Journal records: what is written down about a flow, in order, and never changed.
//
// A record says where in the flow it belongs (its position: strand, ordinal, name), a hash
// of the arguments found there, and a value as `write` printed it.  A strand is a line of
// control: "0" is the flow itself, "0.1" and "0.2" its first two branches.  The ordinal
// counts the durable operations of a strand from 1; ordinal 0 of strand "0" is the flow.
// The format is described in docs/journal-format.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::flow {

enum class Event : std::uint8_t {
#define EVENT(number, enumerator, name, name_field, value_field) enumerator = number,
#include "flow/events.def"
#undef EVENT
};
std::string_view event_name(Event event);
std::optional<Event> event_numbered(std::int64_t number);

enum class Status : std::uint8_t {
#define STATUS(number, enumerator, name) enumerator = number,
#include "flow/events.def"
#undef STATUS
};
std::string_view status_name(Status status);
std::optional<Status> status_numbered(std::int64_t number);
std::optional<Status> status_named(std::string_view name);
// Finished, failed or cancelled: nothing is ever appended again.
bool is_closed(Status status);
// Delegated, or a copy: whoever goes on with it is another store.  Its row says at which peer.
bool is_elsewhere(Status status);

// Whether it tells which program a flow goes on with, or what that began with.
bool says_program(Event event);
// The same in SQL.
std::string says_program_sql();

struct Position {
  std::string strand = "0";
  std::int64_t ordinal = 0;
  auto operator<=>(const Position&) const = default;
  std::string text() const { return strand + "#" + std::to_string(ordinal); }
};

struct Record {
  Event event{};
  Position position;
  std::string name;
  std::int64_t hash = 0;  // of the arguments; 0: there were none, or they have no text
  std::string value;      // as `write` prints it; empty: none
  // Filled by the store.
  std::int64_t seq = 0, epoch = 0, op = 0, at = 0;
};

// What the store keeps beside each record to notice that it was damaged: SipHash-2-4 (Aumasson and
// Bernstein, 2012) without a secret, as a negative number.  One that is not negative is by SHA-256.
std::int64_t checksum(std::string_view flow, const Record& record);
// Whether the record is the one for which that sum was kept.
bool is_intact(std::string_view flow, const Record& record, std::int64_t sum);

// One line of the history: "7  0.2#1  step-result charge -> 42".
std::string history_line(const Record& record);

}  // namespace fermata::flow
