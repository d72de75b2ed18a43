// How records come into the journal of the PostgreSQL store: as columns, in the statement that
// makes or writes their flows.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "flow/owner.hpp"
#include "flow/postgres.hpp"
#include "flow/record.hpp"

namespace fermata::flow {

inline std::int64_t random_birth() { return static_cast<std::int64_t>(random_number() >> 1); }

// The records of several flows, a row each.  `with` is what joins them to the flow that is
// written: its number in the statement.
class RecordColumns {
 public:
  void add(std::int64_t with, std::string_view flow, std::int64_t epoch, std::int64_t seq,
           std::int64_t op, Record r, std::int64_t now) {
    r.seq = seq, r.epoch = epoch, r.op = op;
    if (r.at == 0) r.at = now;
    with_.add(with), flow_.add(flow), seq_.add(seq), op_.add(op);
    event_.add(static_cast<std::int64_t>(r.event));
    strand_.add(r.position.strand), ordinal_.add(r.position.ordinal), name_.add(r.name);
    hash_.add(r.hash), value_.add(r.value), at_.add(r.at), epoch_.add(epoch);
    checksum_.add(checksum(flow, r));
    if (r.event == Event::attribute) attributes_[{with, r.name}] = {std::string(flow), r.value};
  }
  // The first seventeen parameters of a statement that holds kWriteRecords.
  void add_to(PgParameters& p) const {
    p.add(with_).add(flow_).add(seq_).add(epoch_).add(op_).add(event_).add(strand_).add(ordinal_);
    p.add(name_).add(hash_).add(value_).add(at_).add(checksum_);
    PgColumn with(Type::number), flow(Type::text), name(Type::text), value(Type::text);
    for (const auto& [key, text] : attributes_)
      with.add(key.first), name.add(key.second), flow.add(text.first), value.add(text.second);
    p.add(with).add(flow).add(name).add(value);
  }

 private:
  using Type = PgColumn::Type;
  PgColumn with_{Type::number}, flow_{Type::text}, seq_{Type::number}, epoch_{Type::number},
      op_{Type::number}, event_{Type::number}, strand_{Type::text}, ordinal_{Type::number},
      name_{Type::text}, hash_{Type::number}, value_{Type::bytes}, at_{Type::number},
      checksum_{Type::number};
  std::map<std::pair<std::int64_t, std::string>, std::pair<std::string, std::string>> attributes_;
};

// Writes what RecordColumns::add_to added, of the flows in `own`.
inline constexpr std::string_view kWriteRecords =
    ", record AS (INSERT INTO journal(flow, seq, epoch, op, event, strand, ordinal, name, hash,"
    "  value, at, checksum)"
    " SELECT r.flow, r.seq, r.epoch, r.op, r.event, r.strand, r.ordinal, r.name, r.hash, r.value,"
    "  r.at, r.checksum"
    " FROM unnest($1::BIGINT[], $2::TEXT[], $3::BIGINT[], $4::BIGINT[], $5::BIGINT[], $6::BIGINT[],"
    "  $7::TEXT[], $8::BIGINT[], $9::TEXT[], $10::BIGINT[], $11::BYTEA[], $12::BIGINT[],"
    "  $13::BIGINT[]) r(i, flow, seq, epoch, op, event, strand, ordinal, name, hash, value, at,"
    "  checksum) JOIN own ON own.i = r.i)"
    ", named AS (INSERT INTO attribute(flow, name, value)"
    " SELECT a.flow, a.name, a.value"
    " FROM unnest($14::BIGINT[], $15::TEXT[], $16::TEXT[], $17::TEXT[]) a(i, flow, name, value)"
    " JOIN own ON own.i = a.i ON CONFLICT (flow, name) DO UPDATE SET value = excluded.value)";

}  // namespace fermata::flow
