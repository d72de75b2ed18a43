// The tables of the SQLite store.  user_version counts their versions; a file of a later
// version is refused, one of an earlier is brought forward when it is opened.
#pragma once

namespace fermata::flow {

inline constexpr int kSchemaVersion = 2;
inline constexpr int kApplicationId = 0x46726d61;  // "Frma": what file(1) can tell it by

inline constexpr const char* kSchema = R"sql(
CREATE TABLE flow(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  program TEXT NOT NULL,            -- content hash, or '-'
  status INTEGER NOT NULL,          -- STATUS rows of events.def
  owner TEXT,                       -- null: nobody
  epoch INTEGER NOT NULL,           -- grows with each claim
  next_seq INTEGER NOT NULL,
  lease_until INTEGER,              -- milliseconds since 1970, by the store's clock
  attempts INTEGER NOT NULL,        -- claims so far
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  waiting TEXT NOT NULL,            -- to be shown: the tags it waits for
  note TEXT NOT NULL,               -- to be shown: why it is stuck
  wake_at INTEGER                   -- when its next timer is due; null: none
) STRICT;
CREATE INDEX flow_by_status ON flow(status, created_at);
CREATE INDEX flow_by_owner ON flow(owner) WHERE owner IS NOT NULL;
CREATE INDEX flow_by_wake ON flow(wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE journal(
  flow TEXT NOT NULL,
  seq INTEGER NOT NULL,             -- from 0 without a gap
  epoch INTEGER NOT NULL,
  op INTEGER NOT NULL,              -- the append of that epoch that wrote it
  event INTEGER NOT NULL,           -- EVENT rows of events.def
  strand TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  hash INTEGER NOT NULL,            -- of the arguments
  value TEXT NOT NULL,              -- as write prints it
  at INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(flow, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox(
  number INTEGER PRIMARY KEY,       -- order of arrival
  flow TEXT NOT NULL,
  message TEXT NOT NULL,            -- id; a second delivery of it changes nothing
  letter INTEGER NOT NULL,          -- 1 answer, 2 cancel, 3 signal
  strand TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  tag TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  consumed_seq INTEGER,             -- the first record of the append that took it in
  UNIQUE(flow, message)
) STRICT;
CREATE INDEX inbox_unread ON inbox(flow) WHERE consumed_seq IS NULL;

CREATE TABLE program(
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
)sql";

// What brings a file of version n (the index + 1) to version n + 1.
inline constexpr const char* kMigrations[] = {
    "ALTER TABLE flow ADD COLUMN wake_at INTEGER;"
    "CREATE INDEX flow_by_wake ON flow(wake_at) WHERE wake_at IS NOT NULL;"
    "CREATE INDEX inbox_unread ON inbox(flow) WHERE consumed_seq IS NULL;",
};

}  // namespace fermata::flow
