// The tables of the PostgreSQL store.  They lie in the first schema of the search path, are made
// by `fermata store init` and brought forward by `fermata store migrate`; the table
// `fermata_store` counts their versions.
//
// An append that just goes on changes no column of an index, so that its new row version stays on
// its page (fillfactor leaves room for it) and no index grows.  The journal is partitioned by
// hash: docs/why/0019-postgresql.md says why not by time.
#pragma once

#include <iterator>

namespace fermata::flow {

inline constexpr const char* kFirstPostgresSchema = R"sql(
CREATE TABLE fermata_store(version BIGINT NOT NULL);
INSERT INTO fermata_store VALUES(1);

-- Milliseconds since 1970 by the server's clock; or those given, for tests.
CREATE FUNCTION fermata_now(given BIGINT) RETURNS BIGINT LANGUAGE sql STABLE AS
  $$ SELECT coalesce(given, floor(extract(epoch FROM statement_timestamp()) * 1000)::BIGINT) $$;

CREATE TABLE flow(
  id TEXT COLLATE "C" PRIMARY KEY,
  number BIGINT GENERATED ALWAYS AS IDENTITY,  -- order of creation
  birth BIGINT NOT NULL,            -- random: tells a creation from another of the same id
  name TEXT COLLATE "C" NOT NULL,
  program TEXT NOT NULL,            -- content hash, or '-'
  status BIGINT NOT NULL,           -- STATUS rows of events.def
  owner TEXT COLLATE "C",           -- null: nobody
  epoch BIGINT NOT NULL,            -- grows with each claim
  next_seq BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,        -- of its oldest record
  lease_until BIGINT,               -- milliseconds since 1970, by the server's clock
  wake_at BIGINT,                   -- when its next timer is due; null: none
  attempts BIGINT NOT NULL,         -- claims since its last record
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  waiting TEXT NOT NULL,            -- to be shown: the tags it waits for
  note TEXT NOT NULL,               -- to be shown: why it is stuck
  queue TEXT COLLATE "C",           -- null: none
  queue_key TEXT COLLATE "C",
  priority BIGINT NOT NULL,
  admitted_at BIGINT                -- when its queue let it begin
) WITH (fillfactor = 70);
CREATE INDEX flow_running ON flow(id) WHERE status = 1;
CREATE INDEX flow_by_wake ON flow(wake_at) WHERE status = 2 AND wake_at IS NOT NULL;
CREATE INDEX flow_by_status ON flow(status, created_at, number);
CREATE INDEX flow_by_age ON flow(created_at, number);
CREATE INDEX flow_by_owner ON flow(owner) WHERE owner IS NOT NULL;
CREATE INDEX flow_by_queue ON flow(queue, status, priority DESC, created_at, number)
  WHERE queue IS NOT NULL;
CREATE INDEX flow_by_admission ON flow(queue, admitted_at) WHERE admitted_at IS NOT NULL;
CREATE INDEX flow_by_end ON flow(updated_at) WHERE status IN (4,5,6);  -- what can be removed

CREATE TABLE journal(
  flow TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,              -- without a gap
  epoch BIGINT NOT NULL,
  op BIGINT NOT NULL,               -- the append of that epoch that wrote it
  event BIGINT NOT NULL,            -- EVENT rows of events.def
  strand TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash BIGINT NOT NULL,             -- of the arguments
  value BYTEA NOT NULL,             -- UTF-8, as write prints it
  at BIGINT NOT NULL,
  checksum BIGINT NOT NULL,
  PRIMARY KEY(flow, seq)
) PARTITION BY HASH(flow);
CREATE TABLE journal_0 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE journal_1 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE journal_2 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE journal_3 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE journal_4 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE journal_5 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE journal_6 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE journal_7 PARTITION OF journal FOR VALUES WITH (MODULUS 8, REMAINDER 7);

CREATE TABLE inbox(
  flow TEXT COLLATE "C" NOT NULL,
  message TEXT COLLATE "C" NOT NULL,  -- id; a second delivery of it changes nothing
  number BIGINT GENERATED ALWAYS AS IDENTITY,  -- order of arrival
  letter BIGINT NOT NULL,           -- 1 answer, 2 cancel, 3 signal, 4 update, 5 handoff
  strand TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  tag TEXT NOT NULL,
  body BYTEA NOT NULL,
  at BIGINT NOT NULL,
  consumed_seq BIGINT,              -- the first record of the append that took it in
  PRIMARY KEY(flow, message)
) WITH (fillfactor = 80);
CREATE INDEX inbox_unread ON inbox(flow, number) WHERE consumed_seq IS NULL;

CREATE TABLE program(
  hash TEXT COLLATE "C" PRIMARY KEY,
  text BYTEA NOT NULL,
  at BIGINT NOT NULL
);
CREATE TABLE beat(                  -- progress of steps
  flow TEXT COLLATE "C" NOT NULL,
  step TEXT COLLATE "C" NOT NULL,
  value BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY(flow, step)
) WITH (fillfactor = 70);
CREATE TABLE attribute(             -- what flows are found by
  flow TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY(flow, name)
);
-- An index row has an end; what is compared by it is the beginning of the value.
CREATE INDEX attribute_by_value ON attribute(name, left(value, 200));
CREATE TABLE item(                  -- schedules, rules of queues
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,          -- grows with each change
  due BIGINT,                       -- when somebody is to look at it; null: never
  value BYTEA NOT NULL,
  PRIMARY KEY(kind, id)
);
CREATE INDEX item_by_due ON item(kind, due) WHERE due IS NOT NULL;
)sql";

// What brings a store of version n (the index + 1) to version n + 1.
inline constexpr const char* kPostgresMigrations[] = {
    R"sql(
-- Who lets flows of a queue begin names the version that it saw, so two do not do it at once.
CREATE TABLE admission(queue TEXT COLLATE "C" PRIMARY KEY, version BIGINT NOT NULL);
)sql",
};
inline constexpr int kPostgresSchemaVersion = 1 + static_cast<int>(std::size(kPostgresMigrations));

}  // namespace fermata::flow
