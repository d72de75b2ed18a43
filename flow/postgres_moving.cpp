// The PostgreSQL store: flows that come from other stores; see moving.hpp.
#include "flow/moving.hpp"

#include "flow/postgres_records.hpp"
#include "flow/postgres_store.hpp"

namespace fermata::flow {

static_assert(kClaimMask == 17592186044415, "statements have the number in them");

// What gives way to a flow that comes, as gives_way has it.  It is whole at the peer that sends
// it, and is sent again should the insertion not follow.
Answer PostgresStore::clear_away(const FlowRow& row) {
  PgParameters p;
  p.add(row.id).add(row.epoch);
  const PgRows rows = ask(
      "WITH old AS (DELETE FROM flow WHERE id = $1"
      "  AND (status = 8 AND epoch < $2 OR status = 9 AND epoch <= $2) RETURNING id),"
      " a AS (DELETE FROM journal USING old WHERE flow = old.id),"
      " b AS (DELETE FROM beat USING old WHERE flow = old.id)"
      " DELETE FROM attribute USING old WHERE flow = old.id",
      p);
  return rows.ok() ? Answer::ok : trouble(rows, "replacing a flow");
}

Answer PostgresStore::import(const FlowRow& row, std::span<const Record> records) {
  static const std::string sql =
      "WITH own AS (INSERT INTO flow(id, birth, name, program, status, epoch, next_seq, first_seq,"
      "  wake_at, attempts, created_at, updated_at, waiting, note, queue, queue_key, priority)"
      " VALUES($18, $19, $20, $21, $22, $23, $24, $25, nullif($26, 0), 0, $27, $28, $29, $30,"
      "  nullif($31, ''), CASE WHEN $31 <> '' THEN $32 END, $33)"
      " ON CONFLICT (id) DO NOTHING RETURNING birth AS i)" +
      std::string(kWriteRecords) + " SELECT i FROM own";
  if (const Answer a = clear_away(row); a != Answer::ok) return a;
  const std::int64_t birth = random_birth();
  RecordColumns columns;
  std::int64_t seq = row.first_seq;
  for (const Record& r : records) columns.add(birth, row.id, r.epoch, seq++, r.op, r, r.at);
  PgParameters p;
  columns.add_to(p);
  p.add(row.id).add(birth).add(row.name).add(row.program);
  p.add(static_cast<std::int64_t>(row.status)).add(row.epoch).add(seq).add(row.first_seq);
  p.add(row.wake_at).add(row.created_at).add(row.updated_at).add(row.waiting).add(row.note);
  p.add(row.queue).add(row.queue_key).add(row.priority);
  const PgRows rows = ask(sql.c_str(), p);
  if (!rows.ok()) return trouble(rows, "importing a flow");
  if (rows.count() > 0) return tell(), Answer::ok;
  PgParameters which;
  which.add(row.id).add(birth);
  const PgRows there = ask("SELECT 1::BIGINT FROM flow WHERE id = $1 AND birth = $2", which);
  if (!there.ok()) return trouble(there, "importing a flow");
  if (there.count() > 0) return Answer::ok;
  return say(Answer::refused, "there is a flow " + row.id + " already");
}

// An answer that was lost shows the copy as it is to be.
Answer PostgresStore::extend(const FlowRow& row, std::span<const Record> records) {
  static const std::string sql =
      "WITH own AS (UPDATE flow SET epoch = $18, next_seq = $19, updated_at = $20, waiting = $21,"
      "  note = $22, status = $26 WHERE id = $23 AND status = 9 AND epoch <= $18 AND next_seq = $24"
      "  AND first_seq = $25 RETURNING 0::BIGINT AS i)" +
      std::string(kWriteRecords) + " SELECT i FROM own";
  RecordColumns columns;
  const std::int64_t from = row.next_seq - std::ssize(records);
  std::int64_t seq = from;
  for (const Record& r : records) columns.add(0, row.id, r.epoch, seq++, r.op, r, r.at);
  PgParameters p;
  columns.add_to(p);
  p.add(row.epoch).add(row.next_seq).add(row.updated_at).add(row.waiting).add(row.note);
  p.add(row.id).add(from).add(row.first_seq).add(static_cast<std::int64_t>(row.status));
  const PgRows rows = ask(sql.c_str(), p);
  if (!rows.ok()) return trouble(rows, "extending a copy");
  if (rows.count() > 0) return Answer::ok;
  FlowRow copy;
  if (const Answer a = find(row.id, copy); a != Answer::ok) return a;
  const bool is_done = copy.status == row.status && copy.epoch == row.epoch &&
                       copy.next_seq == row.next_seq && copy.first_seq == row.first_seq;
  return is_done ? Answer::ok : say(Answer::refused, no_such_copy(row.id));
}

Answer PostgresStore::promote(std::string_view id, std::int64_t epoch, std::int64_t to) {
  PgParameters p;
  p.add(id).add(epoch).add(to);
  const PgRows rows = ask(
      "UPDATE flow SET status = 1, epoch = $3, waiting = '', note = '', attempts = 0"
      " WHERE id = $1 AND status IN (8, 9) AND epoch = $2 RETURNING 1::BIGINT",
      p);
  if (!rows.ok()) return trouble(rows, "promoting a copy");
  if (rows.count() > 0) return tell(), Answer::ok;
  FlowRow row;
  if (const Answer a = find(id, row); a != Answer::ok) return a;
  // The answer to the first may have been lost.
  return !is_elsewhere(row.status) && row.epoch >= to ? Answer::ok
                                                       : say(Answer::refused, no_such_copy(row.id));
}

}  // namespace fermata::flow
