// The tables of the SQLite store.  user_version counts their versions; a file of a later
// version is refused, one of an earlier is brought forward when it is opened.
#pragma once

namespace fermata::flow {

inline constexpr int kSchemaVersion = 4;
inline constexpr int kApplicationId = 0x46726d61;  // "Frma": what file(1) can tell it by

inline constexpr const char* kFirstSchema = R"sql(
CREATE TABLE flow(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  program TEXT NOT NULL,            -- content hash, or '-'
  status INTEGER NOT NULL,          -- STATUS rows of events.def
  owner TEXT,                       -- null: nobody
  epoch INTEGER NOT NULL,           -- grows with each claim
  next_seq INTEGER NOT NULL,
  lease_until INTEGER,              -- milliseconds since 1970, by the store's clock
  attempts INTEGER NOT NULL,        -- claims since its last record
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  waiting TEXT NOT NULL,            -- to be shown: the tags it waits for
  note TEXT NOT NULL                -- to be shown: why it is stuck
) STRICT;
CREATE INDEX flow_by_status ON flow(status, created_at);
CREATE INDEX flow_by_owner ON flow(owner) WHERE owner IS NOT NULL;

CREATE TABLE journal(
  flow TEXT NOT NULL,
  seq INTEGER NOT NULL,             -- without a gap
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
  letter INTEGER NOT NULL,          -- 1 answer, 2 cancel, 3 signal, 4 update, 5 handoff
  strand TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  tag TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  consumed_seq INTEGER,             -- the first record of the append that took it in
  UNIQUE(flow, message)
) STRICT;

CREATE TABLE program(
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
)sql";

// What brings a file of version n (the index + 1) to version n + 1.
inline constexpr const char* kMigrations[] = {
    R"sql(
ALTER TABLE flow ADD COLUMN wake_at INTEGER;        -- when its next timer is due; null: none
CREATE INDEX flow_by_wake ON flow(wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX inbox_unread ON inbox(flow) WHERE consumed_seq IS NULL;
)sql",
    R"sql(
ALTER TABLE flow ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 0;  -- of its oldest record
ALTER TABLE flow ADD COLUMN queue TEXT;             -- null: none
ALTER TABLE flow ADD COLUMN queue_key TEXT;
ALTER TABLE flow ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flow ADD COLUMN admitted_at INTEGER;    -- when its queue let it begin
CREATE INDEX flow_by_age ON flow(created_at);
CREATE INDEX flow_by_queue ON flow(queue, status, priority, created_at) WHERE queue IS NOT NULL;
CREATE INDEX flow_by_admission ON flow(queue, admitted_at) WHERE admitted_at IS NOT NULL;

CREATE TABLE beat(                  -- progress of steps
  flow TEXT NOT NULL,
  step TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(flow, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute(             -- what flows are found by
  flow TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(flow, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX attribute_by_value ON attribute(name, value);

CREATE TABLE item(                  -- schedules, rules of queues
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,         -- grows with each change
  due INTEGER,                      -- when somebody is to look at it; null: never
  value TEXT NOT NULL,
  PRIMARY KEY(kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_by_due ON item(kind, due) WHERE due IS NOT NULL;

CREATE TABLE blob(                  -- values of records that are long: zstd
  flow TEXT NOT NULL,
  seq INTEGER NOT NULL,
  size INTEGER NOT NULL,            -- of the text
  bytes BLOB NOT NULL,
  PRIMARY KEY(flow, seq)
) STRICT;
)sql",
    R"sql(
CREATE INDEX flow_by_end ON flow(updated_at) WHERE status IN (4,5,6);  -- what can be removed
)sql",
};

}  // namespace fermata::flow
