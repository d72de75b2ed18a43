// Names and checksums of records; see record.hpp.
#include "flow/record.hpp"

#include <sodium/crypto_shorthash.h>

#include <array>
#include <bit>
#include <cstdint>

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

bool says_program(Event event) {
  return event == Event::program || event == Event::started || event == Event::definitions ||
         event == Event::migrated;
}

std::string says_program_sql() {
  std::string numbers;
  for (std::int64_t n = 1; n < 256; ++n)
    if (const auto event = event_numbered(n); event && says_program(*event))
      numbers += (numbers.empty() ? "" : ",") + std::to_string(n);
  return "event IN (" + numbers + ")";
}

bool is_elsewhere(Status status) {
  return status == Status::delegated || status == Status::copy;
}

bool is_closed(Status status) {
  return status == Status::finished || status == Status::failed || status == Status::cancelled;
}

namespace {

// Most significant byte first.
void add_number(std::string& bytes, std::uint64_t n) {
  if constexpr (std::endian::native == std::endian::little) n = __builtin_bswap64(n);
  bytes.append(reinterpret_cast<const char*>(&n), sizeof n);
}

void add_field(std::string& bytes, std::string_view text) {
  add_number(bytes, text.size());
  bytes += text;
}

// What a checksum covers, in the order that docs/journal-format.md tells.
std::string checked_bytes(std::string_view flow, const Record& r) {
  constexpr std::size_t kNumbers = 11 * sizeof(std::uint64_t);
  std::string bytes;
  bytes.reserve(kNumbers + flow.size() + r.position.strand.size() + r.name.size() + r.value.size());
  add_field(bytes, flow);
  for (const std::int64_t n :
       {r.seq, r.epoch, static_cast<std::int64_t>(r.event), r.op, r.position.ordinal, r.hash, r.at})
    add_number(bytes, static_cast<std::uint64_t>(n));
  add_field(bytes, r.position.strand);
  add_field(bytes, r.name);
  add_field(bytes, r.value);
  return bytes;
}

std::int64_t sip_checksum(std::string_view bytes) {
  constexpr unsigned char kKey[crypto_shorthash_KEYBYTES] = {};
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   kKey);
  std::uint64_t n = 0;
  for (std::size_t i = hash.size(); i-- > 0;) n = n << 8 | hash[i];
  return ~static_cast<std::int64_t>(n >> 4);  // fits a fixnum
}

}  // namespace

std::int64_t checksum(std::string_view flow, const Record& record) {
  return sip_checksum(checked_bytes(flow, record));
}

bool is_intact(std::string_view flow, const Record& record, std::int64_t sum) {
  const std::string bytes = checked_bytes(flow, record);
  return sum == (sum < 0 ? sip_checksum(bytes) : sha256_60(bytes));
}

std::string history_line(const Record& r) {
  std::string line = std::to_string(r.seq) + "  " + r.position.text() + "  ";
  line += event_name(r.event);
  line += " " + r.name;
  if (!r.value.empty()) line += " -> " + r.value;
  return line;
}

}  // namespace fermata::flow
