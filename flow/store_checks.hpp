// The invariants of docs/durability.md as questions to a database, the same for SQLite and
// PostgreSQL; each gives the ids of flows that break one.
#pragma once

namespace fermata::flow {

struct StoreCheck {
  const char* rule;
  const char* text;
  const char* sql;
};

inline constexpr StoreCheck kStoreChecks[] = {
    {"I1", "its records are not numbered without a gap",
     "SELECT f.id FROM flow f LEFT JOIN (SELECT flow, count(*) AS n, min(seq) AS low,"
     " max(seq) AS high FROM journal GROUP BY flow) j ON j.flow = f.id"
     " WHERE coalesce(j.n, 0) <> f.next_seq - f.first_seq"
     " OR (j.n > 0 AND (j.low <> f.first_seq OR j.high <> f.next_seq - 1))"},
    {"I1", "there are records of a flow that is not there",
     "SELECT DISTINCT j.flow FROM journal j LEFT JOIN flow f ON f.id = j.flow WHERE f.id IS NULL"},
    {"I2", "a record has an epoch that the flow never had",
     "SELECT DISTINCT j.flow FROM journal j JOIN flow f ON f.id = j.flow WHERE j.epoch > f.epoch"},
    {"I3", "the epochs of its records fall",
     "SELECT DISTINCT e.flow FROM (SELECT flow, epoch, lag(epoch) OVER"
     " (PARTITION BY flow ORDER BY seq) AS before FROM journal) e WHERE e.epoch < e.before"},
    {"I4", "it has an owner without a lease, or a lease without an owner",
     "SELECT id FROM flow WHERE (owner IS NULL) <> (lease_until IS NULL)"},
    {"I4", "it is owned although it has ended, or has not begun",
     "SELECT id FROM flow WHERE owner IS NOT NULL AND status IN (4,5,6,7)"},
    {"I6", "a message was taken in by a record that is not there",
     "SELECT DISTINCT m.flow FROM inbox m JOIN flow f ON f.id = m.flow"
     " WHERE m.consumed_seq > f.next_seq"},
    {"I6", "there are messages to a flow that is not there",
     "SELECT DISTINCT m.flow FROM inbox m LEFT JOIN flow f ON f.id = m.flow WHERE f.id IS NULL"},
};

}  // namespace fermata::flow
