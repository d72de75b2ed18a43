// The SQLite store: flows that come from other stores; see moving.hpp.
#include "flow/moving.hpp"

#include "flow/sqlite_store.hpp"

namespace fermata::flow {

// Requires: a write transaction.
Answer SqliteStore::insert_row(const FlowRow& row, std::int64_t next_seq) {
  Query q = db_.query(
      "INSERT INTO flow(id, name, program, status, owner, epoch, next_seq, lease_until,"
      " attempts, created_at, updated_at, waiting, note, wake_at, first_seq, queue, queue_key,"
      " priority) VALUES(?1,?2,?3,?4,NULL,?5,?6,NULL,0,?7,?8,?9,?10,?11,?12,?13,?14,?15)");
  q.bind(row.id).bind(row.name).bind(row.program).bind(static_cast<std::int64_t>(row.status));
  q.bind(row.epoch).bind(next_seq);
  q.bind(row.created_at).bind(row.updated_at).bind(row.waiting).bind(row.note);
  row.wake_at == 0 ? q.bind_null() : q.bind(row.wake_at);
  q.bind(row.first_seq);
  row.queue.empty() ? q.bind_null().bind_null() : q.bind(row.queue).bind(row.queue_key);
  q.bind(row.priority);
  return done(q, "importing a flow");
}

// Requires: a write transaction.  The records keep their epochs.
Answer SqliteStore::insert_as_they_are(std::string_view id, std::int64_t seq,
                                       std::span<const Record> records) {
  for (const Record& r : records) {
    const Answer a = insert_records(id, r.epoch, seq++, r.op, std::span(&r, 1), r.at);
    if (a != Answer::ok) return a;
  }
  return Answer::ok;
}

// Requires: a write transaction.  Its messages stay.
Answer SqliteStore::remove_history(std::string_view id) {
  for (const char* sql :
       {"DELETE FROM journal WHERE flow=?1", "DELETE FROM blob WHERE flow=?1",
        "DELETE FROM beat WHERE flow=?1", "DELETE FROM attribute WHERE flow=?1",
        "DELETE FROM flow WHERE id=?1"}) {
    Query q = db_.query(sql);
    q.bind(id);
    if (const Answer a = done(q, "replacing a flow"); a != Answer::ok) return a;
  }
  return Answer::ok;
}

Answer SqliteStore::import(const FlowRow& row, std::span<const Record> records) {
  return write([&]() -> Answer {
    FlowRow other;
    if (find(row.id, other) == Answer::ok) {
      if (!gives_way(other, row))
        return say(Answer::refused, "there is a flow " + row.id + " already");
      if (const Answer a = remove_history(row.id); a != Answer::ok) return a;
    }
    delivered_ = true;
    if (const Answer a = insert_row(row, row.first_seq + std::ssize(records)); a != Answer::ok)
      return a;
    return insert_as_they_are(row.id, row.first_seq, records);
  });
}

Answer SqliteStore::extend(const FlowRow& row, std::span<const Record> records) {
  return write([&]() -> Answer {
    FlowRow copy;
    if (const Answer a = find(row.id, copy); a != Answer::ok) return a;
    if (!is_extended_by(copy, row, std::ssize(records)))
      return say(Answer::refused, no_such_copy(row.id));
    Query q = db_.query(
        "UPDATE flow SET epoch=?2, next_seq=?3, updated_at=?4, waiting=?5, note=?6, status=?7"
        " WHERE id=?1");
    q.bind(row.id).bind(row.epoch).bind(row.next_seq).bind(row.updated_at);
    q.bind(row.waiting).bind(row.note).bind(static_cast<std::int64_t>(row.status));
    if (const Answer a = done(q, "extending a copy"); a != Answer::ok) return a;
    return insert_as_they_are(row.id, copy.next_seq, records);
  });
}

Answer SqliteStore::promote(std::string_view id, std::int64_t epoch, std::int64_t to) {
  return write([&]() -> Answer {
    FlowRow copy;
    if (const Answer a = find(id, copy); a != Answer::ok) return a;
    if (!is_elsewhere(copy.status) || copy.epoch != epoch)
      return say(Answer::refused, no_such_copy(copy.id));
    Query q = db_.query(
        "UPDATE flow SET status=?2, epoch=?3, waiting='', note='', attempts=0 WHERE id=?1");
    q.bind(id).bind(static_cast<std::int64_t>(Status::running)).bind(to);
    delivered_ = true;
    return done(q, "promoting a copy");
  });
}

}  // namespace fermata::flow
