// The SQLite store: taking flows, writing what they do, and removing them.
#include "flow/compressed.hpp"
#include "flow/moving.hpp"
#include "flow/owner.hpp"
#include "flow/sqlite_store.hpp"

namespace fermata::flow {

namespace {
// A value that is longer lies compressed in a table of its own; its record has this text, which
// is none that `write` prints.
constexpr std::size_t kLongValue = 4096;
constexpr std::string_view kElsewhere = "#zstd";
}  // namespace

// ---- flows ----------------------------------------------------------------------
Answer SqliteStore::insert_records(std::string_view id, std::int64_t epoch, std::int64_t seq,
                                   std::int64_t op, std::span<const Record> records,
                                   std::int64_t now) {
  for (Record r : records) {
    r.seq = seq++, r.epoch = epoch, r.op = op;
    if (r.at == 0) r.at = now;
    const bool is_long = r.value.size() > kLongValue;
    if (is_long)
      if (const Answer a = insert_value(id, r.seq, r.value); a != Answer::ok) return a;
    if (r.event == Event::attribute) {
      Query q = db_.query("INSERT OR REPLACE INTO attribute(flow, name, value) VALUES(?1,?2,?3)");
      q.bind(id).bind(r.name).bind(r.value);
      if (const Answer a = done(q, "writing an attribute"); a != Answer::ok) return a;
    }
    Query q = db_.query(
        "INSERT INTO journal(flow, seq, epoch, op, event, strand, ordinal, name, hash, value, at,"
        " checksum) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    q.bind(id).bind(r.seq).bind(epoch).bind(op).bind(static_cast<std::int64_t>(r.event));
    q.bind(r.position.strand).bind(r.position.ordinal).bind(r.name).bind(r.hash);
    q.bind(is_long ? kElsewhere : r.value);
    q.bind(r.at).bind(checksum(id, r));
    if (const Answer a = done(q, "writing a record"); a != Answer::ok) return a;
  }
  return Answer::ok;
}

Answer SqliteStore::insert_value(std::string_view id, std::int64_t seq, std::string_view value) {
  const std::string bytes = compressed(value);
  Query q = db_.query("INSERT INTO blob(flow, seq, size, bytes) VALUES(?1,?2,?3,?4)");
  q.bind(id).bind(seq).bind(static_cast<std::int64_t>(value.size())).bind_bytes(bytes);
  return done(q, "writing a long value");
}

// Replaces the text that stands for a long value.
Answer SqliteStore::read_value(std::string_view id, std::int64_t seq, std::string& value) {
  if (value != kElsewhere) return Answer::ok;
  Query q = db_.query("SELECT size, bytes FROM blob WHERE flow=?1 AND seq=?2");
  const int code = q.bind(id).bind(seq).step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return trouble(code, "reading a long value");
  auto text = code == SQLITE_ROW
                  ? decompressed(q.bytes(1), static_cast<std::size_t>(q.number(0)))
                  : std::nullopt;
  if (!text)
    return say(Answer::damaged, "the value of record " + std::to_string(seq) + " of " +
                                    std::string(id) + " is damaged");
  value = std::move(*text);
  return Answer::ok;
}

// Requires: a write transaction.
Answer SqliteStore::forget_before(std::string_view id, std::int64_t seq) {
  for (const char* sql : {"DELETE FROM journal WHERE flow=?1 AND seq<?2",
                          "DELETE FROM blob WHERE flow=?1 AND seq<?2"}) {
    Query q = db_.query(sql);
    q.bind(id).bind(seq);
    if (const Answer a = done(q, "folding a history"); a != Answer::ok) return a;
  }
  Query q = db_.query("DELETE FROM beat WHERE flow=?1");
  q.bind(id);
  return done(q, "folding a history");
}

// Requires: a write transaction.
Answer SqliteStore::create_within(const NewFlow& flow, std::span<const Record> records,
                                  Claim& made) {
  made.epoch = 1;
  made.next_seq = static_cast<std::int64_t>(records.size());
  const std::int64_t now = options_.now();
  FlowRow other;
  made.id = flow.id.empty() ? make_flow_id(flow.name, random_number()) : flow.id;
  while (find(made.id, other) == Answer::ok) {
    if (!flow.id.empty()) return say(Answer::refused, "there is a flow " + flow.id + " already");
    made.id = make_flow_id(flow.name, random_number());
  }
  Query q = db_.query(
      "INSERT INTO flow(id, name, program, status, owner, epoch, next_seq, lease_until, attempts,"
      " created_at, updated_at, waiting, note, queue, queue_key, priority)"
      " VALUES(?1,?2,?3,?4,?5,1,?6,?7,1,?8,?8,'','',?9,?10,?11)");
  const bool queued = !flow.queue.empty();
  delivered_ = delivered_ || queued;
  q.bind(made.id).bind(flow.name).bind(flow.program);
  q.bind(static_cast<std::int64_t>(queued ? Status::queued : Status::running));
  queued ? q.bind_null() : q.bind(options_.owner);
  q.bind(made.next_seq);
  queued ? q.bind_null() : q.bind(now + options_.lease_ms);
  q.bind(now);
  queued ? q.bind(flow.queue).bind(flow.queue_key) : q.bind_null().bind_null();
  q.bind(flow.priority);
  if (const Answer a = done(q, "creating a flow"); a != Answer::ok) return a;
  return insert_records(made.id, 1, 0, 1, records, now);
}

Claim SqliteStore::create(const NewFlow& flow, std::span<const Record> records) {
  Claim made;
  made.answer = write([&] { return create_within(flow, records, made); },
                      flow.soon ? Force::later : Force::now);
  return made;
}

// One whose id is taken has changed nothing, so the others are made.
std::vector<Claim> SqliteStore::create_all(std::span<const Creation> creations) {
  std::vector<Claim> made(creations.size());
  Force force = Force::later;
  for (const Creation& c : creations)
    if (!c.flow.soon) force = Force::now;
  const Answer all = write(
      [&] {
        for (std::size_t i = 0; i < creations.size(); ++i) {
          made[i].answer = create_within(creations[i].flow, creations[i].records, made[i]);
          if (made[i].answer != Answer::ok && made[i].answer != Answer::refused)
            return made[i].answer;
        }
        return Answer::ok;
      },
      force);
  if (all != Answer::ok)
    for (Claim& c : made) c.answer = all;
  return made;
}

Claim SqliteStore::claim(std::string_view id, Manner manner) {
  Claim taken;
  taken.id = id;
  taken.answer = write([&]() -> Answer {
    FlowRow row;
    if (const Answer a = find(id, row); a != Answer::ok) return a;
    if (is_closed(row.status))
      return say(Answer::closed, row.id + " is " + std::string(status_name(row.status)));
    const std::int64_t now = options_.now();
    if (manner == Manner::polite && is_held(row, options_))
      return say(Answer::busy, row.id + " is running in another process");
    if (manner == Manner::polite && !lets_claim(row)) return say(Answer::busy, why_not_claimed(row));
    Query q = db_.query(
        "UPDATE flow SET owner=?2, epoch=epoch+1, lease_until=?3, attempts=attempts+1, status=?4"
        " WHERE id=?1 RETURNING epoch, next_seq");
    q.bind(id).bind(options_.owner).bind(now + options_.lease_ms);
    q.bind(static_cast<std::int64_t>(status_when_claimed(row.status)));
    if (const int code = q.step(); code != SQLITE_ROW) return trouble(code, "claiming a flow");
    taken.epoch = q.number(0), taken.next_seq = q.number(1);
    return Answer::ok;
  }, Force::later);
  return taken;
}

Appended SqliteStore::append(const Append& a) {
  Appended result;
  result.answer = write([&] { return append_within(a, result); });
  if (result.answer != Answer::ok && result.answer != Answer::duplicate) result.problem = error();
  return result;
}

// A refused append has changed nothing, so the others of the transaction go on.
std::vector<Appended> SqliteStore::append_all(std::span<const Append> appends) {
  std::vector<Appended> results(appends.size());
  const Answer all = write([&] {
    for (std::size_t i = 0; i < appends.size(); ++i) {
      results[i].answer = append_within(appends[i], results[i]);
      switch (results[i].answer) {
        case Answer::ok:
        case Answer::duplicate:
          break;
        case Answer::fenced:
        case Answer::missing:
        case Answer::closed:
          results[i].problem = error_;
          break;
        default:
          return results[i].answer;
      }
    }
    return Answer::ok;
  });
  if (all != Answer::ok)
    for (Appended& r : results) r = {all, false, error()};
  return results;
}

// Requires: a write transaction; row is how the flow stands.
Answer SqliteStore::update_row(const FlowRow& row, const Append& a, std::int64_t now) {
  const auto n = static_cast<std::int64_t>(a.records.size());
  const bool release = a.release || is_closed(a.status);
  // Mostly it just goes on.  No column of an index is named then, which saves writing them all.
  if (!release && !a.restart && n > 0 && a.status == row.status && a.wake_at == row.wake_at &&
      a.waiting == row.waiting && a.note == row.note && row.owner == options_.owner) {
    Query q = db_.query(
        "UPDATE flow SET next_seq=?2, lease_until=?3, attempts=0 WHERE id=?1");
    q.bind(a.flow).bind(a.seq + n).bind(now + options_.lease_ms);
    return done(q, "updating a flow");
  }
  Query q = db_.query(
      "UPDATE flow SET next_seq=?2, status=?3, waiting=?4, note=?5, updated_at=?6, owner=?7,"
      " lease_until=?8, wake_at=?9, attempts=CASE WHEN ?10 THEN 0 ELSE attempts END,"
      " first_seq=CASE WHEN ?11 THEN ?12 ELSE first_seq END, epoch=epoch+?13 WHERE id=?1");
  const bool handed = a.release && !a.heir.empty() && !is_closed(a.status);
  const std::string owner = handed ? kHandedTo + a.heir : options_.owner;  // texts are not copied
  q.bind(a.flow).bind(a.seq + n).bind(static_cast<std::int64_t>(a.status));
  q.bind(a.waiting).bind(a.note).bind(now);
  if (release && !handed)
    q.bind_null().bind_null();
  else
    q.bind(owner).bind(now + options_.lease_ms);
  if (a.wake_at == 0 || is_closed(a.status))
    q.bind_null();
  else
    q.bind(a.wake_at);
  q.bind(n > 0 || release).bind(a.restart).bind(a.seq).bind(handed);
  return done(q, "updating a flow");
}

// Requires: a write transaction.
Answer SqliteStore::append_within(const Append& a, Appended& result) {
  FlowRow row;
  if (const Answer found = find(a.flow, row); found != Answer::ok) return found;
  if (row.epoch != a.epoch || row.next_seq != a.seq || is_closed(row.status)) {
    // Either my own append, whose answer was lost, or somebody else's flow by now.
    Query q = db_.query("SELECT epoch, op FROM journal WHERE flow=?1 AND seq=?2");
    const bool mine = !a.records.empty() && q.bind(a.flow).bind(a.seq).step() == SQLITE_ROW &&
                      q.number(0) == a.epoch && q.number(1) == a.op;
    if (mine) return Answer::duplicate;
    if (row.epoch == a.epoch && is_closed(row.status))
      return say(Answer::closed, row.id + " is " + std::string(status_name(row.status)));
    return say(Answer::fenced, row.id + " was taken over by another process");
  }
  const std::int64_t now = options_.now();
  if (const Answer wrote = update_row(row, a, now); wrote != Answer::ok) return wrote;
  if (a.restart)
    if (const Answer forgot = forget_before(a.flow, a.seq); forgot != Answer::ok) return forgot;
  if (const Answer wrote = insert_records(a.flow, a.epoch, a.seq, a.op, a.records, now);
      wrote != Answer::ok)
    return wrote;
  for (const std::string& message : a.consumed) {
    Query q = db_.query("UPDATE inbox SET consumed_seq=?3 WHERE flow=?1 AND message=?2");
    q.bind(a.flow).bind(message).bind(a.seq);
    if (const Answer wrote = done(q, "consuming a message"); wrote != Answer::ok) return wrote;
  }
  Query mail = db_.query("SELECT 1 FROM inbox WHERE flow=?1 AND consumed_seq IS NULL LIMIT 1");
  result.mail = mail.bind(a.flow).step() == SQLITE_ROW;
  return Answer::ok;
}

Answer SqliteStore::release(std::string_view id, std::int64_t epoch) {
  return write([&] {
    Query q = db_.query("UPDATE flow SET owner=NULL, lease_until=NULL WHERE id=?1 AND epoch=?2");
    q.bind(id).bind(epoch);
    return done(q, "releasing a flow");
  }, Force::later);
}

Answer SqliteStore::renew(std::span<const Holding> held) {
  return write([&] {
    for (const Holding& h : held) {
      Query q = db_.query("UPDATE flow SET lease_until=?4 WHERE id=?1 AND epoch=?2 AND owner=?3");
      q.bind(h.id).bind(h.epoch).bind(options_.owner).bind(options_.now() + options_.lease_ms);
      if (const Answer a = done(q, "renewing leases"); a != Answer::ok) return a;
    }
    return Answer::ok;
  }, Force::later);
}

Answer SqliteStore::deliver(std::string_view id, const Message& m) {
  return write([&]() -> Answer {
    FlowRow row;
    if (const Answer a = find(id, row); a != Answer::ok) return a;
    if (is_closed(row.status) || row.status == Status::copy)
      return say(Answer::closed, row.id + " is " + std::string(status_name(row.status)));
    {
      Query q = db_.query("SELECT body FROM inbox WHERE flow=?1 AND message=?2");
      const int code = q.bind(id).bind(m.id).step();
      if (code == SQLITE_ROW) {
        if (q.text(0) == m.body) return Answer::duplicate;
        return say(Answer::refused, "another answer was given before");
      }
      if (code != SQLITE_DONE) return trouble(code, "looking into the inbox");
    }
    Query q = db_.query(
        "INSERT INTO inbox(flow, message, letter, strand, ordinal, tag, body, at)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
    q.bind(id).bind(m.id).bind(static_cast<std::int64_t>(m.letter)).bind(m.to.strand);
    q.bind(m.to.ordinal).bind(m.tag).bind(m.body).bind(options_.now());
    delivered_ = true;
    return done(q, "delivering a message");
  });
}

Answer SqliteStore::purge(std::int64_t before, std::size_t limit, std::size_t& removed) {
  removed = 0;
  std::vector<std::string> ids;
  const Answer found = read([&]() -> Answer {
    Query q = db_.query(
        "SELECT id FROM flow WHERE status IN (4,5,6) AND updated_at<?1 ORDER BY updated_at LIMIT "
        "?2");
    q.bind(before).bind(static_cast<std::int64_t>(limit));
    int code = SQLITE_DONE;
    while ((code = q.step()) == SQLITE_ROW) ids.push_back(q.text(0));
    return code == SQLITE_DONE ? Answer::ok : trouble(code, "looking for old flows");
  });
  if (found != Answer::ok || ids.empty()) return found;
  const Answer done_all = write([&]() -> Answer {
    for (const std::string& id : ids) {
      for (const char* sql :
           {"DELETE FROM journal WHERE flow=?1", "DELETE FROM blob WHERE flow=?1",
            "DELETE FROM inbox WHERE flow=?1", "DELETE FROM beat WHERE flow=?1",
            "DELETE FROM attribute WHERE flow=?1", "DELETE FROM flow WHERE id=?1"}) {
        Query q = db_.query(sql);
        q.bind(id);
        if (const Answer a = done(q, "removing a flow"); a != Answer::ok) return a;
      }
    }
    return Answer::ok;
  });
  if (done_all == Answer::ok) removed = ids.size();
  return done_all;
}

}  // namespace fermata::flow
