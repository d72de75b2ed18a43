// The PostgreSQL store: making and taking flows, writing what they do, removing them.
#include <algorithm>
#include <map>

#include "flow/moving.hpp"
#include "flow/postgres_records.hpp"
#include "flow/postgres_store.hpp"

namespace fermata::flow {

namespace {

using Type = PgColumn::Type;

}  // namespace

// ---- making ------------------------------------------------------------------------
// Flows whose id is taken are refused, unless it is this very creation that took it.  The epoch
// stands in the checksum, so the statement makes nothing when the session's base is another.
Answer PostgresStore::create_some(std::span<const Creation* const> creations,
                                  std::span<Claim> made) {
  static const std::string sql =
      "WITH own AS (INSERT INTO flow(id, birth, name, program, status, owner, epoch, next_seq,"
      "  first_seq, lease_until, attempts, created_at, updated_at, waiting, note, queue, queue_key,"
      "  priority)"
      " SELECT w.id, w.birth, w.name, w.program, CASE WHEN w.queue IS NULL THEN 1 ELSE 7 END,"
      "  CASE WHEN w.queue IS NULL THEN $27 END, $26, w.n, 0,"
      "  CASE WHEN w.queue IS NULL THEN fermata_now($28) + $29 END, 1, fermata_now($28),"
      "  fermata_now($28), '', '', w.queue, w.queue_key, w.priority"
      " FROM unnest($18::TEXT[], $19::BIGINT[], $20::TEXT[], $21::TEXT[], $22::BIGINT[],"
      "  $23::TEXT[], $24::TEXT[], $25::BIGINT[])"
      "  w(id, birth, name, program, n, queue, queue_key, priority)"
      " WHERE $26 = current_setting('fermata.base')::BIGINT + 1"
      " ON CONFLICT (id) DO NOTHING RETURNING birth AS i)" +
      std::string(kWriteRecords) + " SELECT i FROM own";
  PgColumn id(Type::text), birth(Type::number), name(Type::text), program(Type::text),
      count(Type::number), queue(Type::text), key(Type::text), priority(Type::number);
  RecordColumns records;
  std::map<std::int64_t, std::size_t> by_birth;
  const std::int64_t epoch = first_epoch();
  for (std::size_t i = 0; i < creations.size(); ++i) {
    const NewFlow& f = creations[i]->flow;
    made[i].id = f.id.empty() ? make_flow_id(f.name, random_number()) : f.id;
    made[i].epoch = epoch;
    made[i].next_seq = std::ssize(creations[i]->records);
    const std::int64_t b = random_birth();
    by_birth[b] = i;
    id.add(made[i].id), birth.add(b), name.add(f.name), program.add(f.program);
    count.add(made[i].next_seq), priority.add(f.priority);
    f.queue.empty() ? queue.add_null() : queue.add(f.queue);
    f.queue.empty() ? key.add_null() : key.add(f.queue_key);
    std::int64_t seq = 0;
    for (const Record& r : creations[i]->records)
      records.add(b, made[i].id, epoch, seq++, 1, r, now());
  }
  PgParameters p;
  records.add_to(p);
  p.add(id).add(birth).add(name).add(program).add(count).add(queue).add(key).add(priority);
  p.add(epoch).add(options_.owner);
  add_now(p);
  p.add(options_.lease_ms);
  for (Claim& c : made) c.answer = Answer::refused;
  const auto is_there = [&](const PgRows& rows) {
    return each_row(rows, "creating a flow", [&](int i) {
      made[by_birth.at(rows.number(i, 0))].answer = Answer::ok;
    });
  };
  const PgRows rows = ask(sql.c_str(), p);
  const bool queued = std::any_of(creations.begin(), creations.end(),
                                  [](const Creation* c) { return !c->flow.queue.empty(); });
  if (queued && rows.ok()) tell();
  if (const Answer a = is_there(rows); a != Answer::ok || rows.count() == std::ssize(made)) return a;
  // It may have been sent twice, and made them the first time.
  PgParameters births;
  births.add(id).add(birth);
  return is_there(ask("SELECT birth FROM flow WHERE id = ANY($1) AND birth = ANY($2)", births));
}

std::vector<Claim> PostgresStore::create_all(std::span<const Creation> creations) {
  std::vector<Claim> made(creations.size());
  std::vector<std::size_t> left(creations.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  while (!left.empty()) {
    std::vector<const Creation*> some;
    for (const std::size_t i : left) some.push_back(&creations[i]);
    std::vector<Claim> now_made(some.size());
    const Answer all = create_some(some, now_made);
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < left.size(); ++i) {
      Claim& c = made[left[i]] = std::move(now_made[i]);
      if (all != Answer::ok) c.answer = all;
      if (c.answer != Answer::refused) continue;
      // A random id may be taken, and a failover may have come between.
      if (creations[left[i]].flow.id.empty() || c.epoch != first_epoch())
        again.push_back(left[i]);
      else
        say(Answer::refused, "there is a flow " + c.id + " already");
    }
    left = std::move(again);
  }
  return made;
}

Claim PostgresStore::create(const NewFlow& flow, std::span<const Record> records) {
  const Creation one{flow, {records.begin(), records.end()}};
  return create_all({&one, 1})[0];
}

// ---- taking ------------------------------------------------------------------------
Claim PostgresStore::claim(std::string_view id, Manner manner) {
  Claim taken;
  taken.id = id;
  std::string gone;  // an owner that has ended
  // Whoever lets go of it between the two statements makes another attempt worthwhile.
  for (int attempt = 0; attempt < 3; ++attempt) {
    PgParameters p;
    p.add(id).add(options_.owner).add_boolean(manner == Manner::steal).add(gone);
    add_now(p);
    p.add(options_.lease_ms);
    const PgRows rows = ask(
        "UPDATE flow SET owner = $2, lease_until = fermata_now($5) + $6, attempts = attempts + 1,"
        " epoch = epoch - (epoch & 17592186044415)"
        "  + greatest(epoch & 17592186044415, current_setting('fermata.base')::BIGINT) + 1,"
        " status = CASE WHEN status IN (3,8,9) THEN status ELSE 1 END"
        " WHERE id = $1 AND status NOT IN (4,5,6) AND ($3 OR (status NOT IN (7,8,9)"
        "  AND (owner IS NULL OR lease_until < fermata_now($5) OR owner IN ($4, '>' || $2))))"
        " RETURNING epoch, next_seq",
        p, Repeat::never);
    if (!rows.ok()) return taken.answer = trouble(rows, "claiming a flow"), taken;
    if (rows.count() > 0) {
      taken.epoch = rows.number(0, 0), taken.next_seq = rows.number(0, 1);
      return taken.answer = Answer::ok, taken;
    }
    FlowRow row;
    if (taken.answer = find(id, row); taken.answer != Answer::ok) return taken;
    if (is_closed(row.status)) return taken.answer = say_closed(row), taken;
    if (!lets_claim(row)) return taken.answer = say(Answer::busy, why_not_claimed(row)), taken;
    taken.answer = say(Answer::busy, row.id + " is running in another process");
    if (!row.owner.empty() && row.owner != gone && !options_.is_gone(holder(row))) return taken;
    gone = row.owner;
  }
  return taken;
}

Answer PostgresStore::release(std::string_view id, std::int64_t epoch) {
  PgParameters p;
  p.add(id).add(epoch);
  const PgRows rows =
      ask("UPDATE flow SET owner = NULL, lease_until = NULL WHERE id = $1 AND epoch = $2", p);
  return rows.ok() ? Answer::ok : trouble(rows, "releasing a flow");
}

// What is being changed at the moment is passed over: an append prolongs the lease itself, and a
// claim takes the flow away.  So a renewal waits for nobody.
Answer PostgresStore::renew(std::span<const Holding> held) {
  PgColumn id(Type::text), epoch(Type::number);
  for (const Holding& h : held) id.add(h.id), epoch.add(h.epoch);
  PgParameters p;
  p.add(id).add(epoch).add(options_.owner);
  add_now(p);
  p.add(options_.lease_ms);
  static const auto sql = [](const std::string& lock) {
    return "WITH mine AS (SELECT f.id FROM unnest($1::TEXT[], $2::BIGINT[]) h(id, epoch)"
           " JOIN flow f ON f.id = h.id AND f.epoch = h.epoch WHERE f.owner = $3"
           " AND (f.epoch & 17592186044415) > current_setting('fermata.base')::BIGINT ORDER BY f.id"
           " FOR NO KEY UPDATE OF f" + lock + ")"
           " UPDATE flow f SET lease_until = fermata_now($4) + $5 FROM mine WHERE f.id = mine.id";
  };
  static const std::string passing = sql(" SKIP LOCKED"), waiting = sql("");
  const PgRows rows = ask((skip_locked_ ? passing : waiting).c_str(), p);
  return rows.ok() ? Answer::ok : trouble(rows, "renewing leases");
}

// ---- appending ---------------------------------------------------------------------
namespace {

// Every append of `want` whose flow is as it expects, with all that belongs to it.  When a flow
// just goes on, no column of an index changes.  Gives the numbers of those that were written, and
// whether there is mail.
std::string append_sql(bool restarts) {
  const std::string going_on =
      "(NOT w.release AND NOT w.restart AND w.n > 0 AND f.status = w.status"
      " AND f.wake_at IS NOT DISTINCT FROM w.wake_at AND f.waiting = w.waiting"
      " AND f.note = w.note)";
  return
      "WITH want AS (SELECT * FROM unnest($18::BIGINT[], $19::TEXT[], $20::BIGINT[], $21::BIGINT[],"
      "  $22::BIGINT[], $23::BIGINT[], $24::TEXT[], $25::TEXT[], $26::BIGINT[], $27::BOOLEAN[],"
      "  $28::BOOLEAN[], $29::TEXT[])"
      "  w(i, id, epoch, seq, n, status, waiting, note, wake_at, release, restart, heir)),"
      " taken_in AS (SELECT * FROM unnest($30::BIGINT[], $31::TEXT[]) m(i, message)),"
      " own AS (UPDATE flow f SET next_seq = w.seq + w.n, status = w.status,"
      "  waiting = w.waiting, note = w.note, wake_at = w.wake_at,"
      "  updated_at = CASE WHEN " + going_on + " THEN f.updated_at ELSE fermata_now($33) END,"
      "  owner = CASE WHEN NOT w.release THEN $32 ELSE '>' || w.heir END,"
      "  lease_until = CASE WHEN NOT w.release OR w.heir IS NOT NULL"
      "   THEN fermata_now($33) + $34 END,"
      "  epoch = CASE WHEN w.heir IS NULL THEN f.epoch ELSE f.epoch + 1 END,"
      "  attempts = CASE WHEN w.n > 0 OR w.release THEN 0 ELSE f.attempts END,"
      "  first_seq = CASE WHEN w.restart THEN w.seq ELSE f.first_seq END"
      "  FROM want w WHERE f.id = w.id AND f.epoch = w.epoch AND f.next_seq = w.seq"
      "  AND (f.epoch & 17592186044415) > current_setting('fermata.base')::BIGINT"
      "  AND f.status NOT IN (4,5,6)"
      "  RETURNING w.i, f.id, w.seq, w.restart)" +
      std::string(kWriteRecords) +
      ", consumed AS (UPDATE inbox m SET consumed_seq = own.seq FROM taken_in t"
      "  JOIN own ON own.i = t.i WHERE m.flow = own.id AND m.message = t.message"
      "  AND m.consumed_seq IS NULL)" +
      (restarts ? ", folded AS (DELETE FROM journal j USING own WHERE own.restart"
                  "  AND j.flow = own.id AND j.seq < own.seq)"
                  ", forgotten AS (DELETE FROM beat b USING own WHERE own.restart"
                  "  AND b.flow = own.id)"
                : "") +
      " SELECT own.i, EXISTS (SELECT FROM inbox m WHERE m.flow = own.id AND m.consumed_seq IS NULL"
      "  AND NOT EXISTS (SELECT FROM taken_in t WHERE t.i = own.i AND t.message = m.message))"
      " FROM own";
}

}  // namespace

PgParameters PostgresStore::append_parameters(std::span<const Append* const> appends) const {
  PgColumn i(Type::number), id(Type::text), epoch(Type::number), seq(Type::number),
      count(Type::number), status(Type::number), waiting(Type::text), note(Type::text),
      wake_at(Type::number), release(Type::boolean), restart(Type::boolean), heir(Type::text),
      by(Type::number), message(Type::text);
  RecordColumns records;
  for (std::int64_t k = 0; k < std::ssize(appends); ++k) {
    const Append& a = *appends[static_cast<std::size_t>(k)];
    const bool is_end = is_closed(a.status);
    i.add(k), id.add(a.flow), epoch.add(a.epoch), seq.add(a.seq), count.add(std::ssize(a.records));
    status.add(static_cast<std::int64_t>(a.status)), waiting.add(a.waiting), note.add(a.note);
    a.wake_at == 0 || is_end ? wake_at.add_null() : wake_at.add(a.wake_at);
    release.add_boolean(a.release || is_end), restart.add_boolean(a.restart);
    a.release && !is_end && !a.heir.empty() ? heir.add(a.heir) : heir.add_null();
    for (const std::string& m : a.consumed) by.add(k), message.add(m);
    std::int64_t place = a.seq;
    for (const Record& r : a.records) records.add(k, a.flow, a.epoch, place++, a.op, r, now());
  }
  PgParameters p;
  records.add_to(p);
  p.add(i).add(id).add(epoch).add(seq).add(count).add(status).add(waiting).add(note).add(wake_at);
  p.add(release).add(restart).add(heir).add(by).add(message).add(options_.owner);
  add_now(p);
  p.add(options_.lease_ms);
  return p;
}

// Either my own append, whose answer was lost, or somebody else's flow by now.
Answer PostgresStore::explain(const Append& a) {
  PgParameters p;
  p.add(a.flow).add(a.seq);
  const PgRows rows = ask(
      "SELECT f.epoch, f.next_seq, f.status, j.epoch, j.op,"
      " (f.epoch & 17592186044415) > current_setting('fermata.base')::BIGINT"
      " FROM flow f LEFT JOIN journal j ON j.flow = f.id AND j.seq = $2 WHERE f.id = $1",
      p);
  if (!rows.ok()) return trouble(rows, "appending");
  if (rows.count() == 0) return say(Answer::missing, "there is no flow " + a.flow);
  const bool is_mine = !a.records.empty() && !rows.is_null(0, 3) && rows.number(0, 3) == a.epoch &&
                       rows.number(0, 4) == a.op;
  if (is_mine) return Answer::duplicate;
  const auto status = status_numbered(rows.number(0, 2)).value_or(Status::stuck);
  const bool has_epoch = rows.number(0, 0) == a.epoch && rows.boolean(0, 5);
  if (has_epoch && is_closed(status))
    return say(Answer::closed, a.flow + " is " + std::string(status_name(status)));
  if (has_epoch && rows.number(0, 1) == a.seq) return Answer::ok;
  return say_fenced(a.flow);
}

// Those of `left` that are to be sent again are what remains of it.
void PostgresStore::append_some(std::span<const Append> appends, std::vector<std::size_t>& left,
                                std::vector<Appended>& results) {
  static const std::string plain = append_sql(false), restarting = append_sql(true);
  std::vector<const Append*> some;
  bool restarts = false;
  for (const std::size_t i : left)
    some.push_back(&appends[i]), restarts = restarts || appends[i].restart;
  const PgRows rows =
      ask((restarts ? restarting : plain).c_str(), append_parameters(some), Repeat::never);
  if (rows.state() == PgRows::State::refused) {
    const Answer failed = trouble(rows, "appending");
    for (const std::size_t i : left) results[i] = {failed};
    return left.clear();
  }
  std::vector<bool> is_written(some.size());
  for (int i = 0; i < rows.count(); ++i) {
    const auto which = static_cast<std::size_t>(rows.number(i, 0));
    results[left[which]] = {Answer::ok, rows.boolean(i, 1)};
    is_written[which] = true;
    if (some[which]->release || is_closed(some[which]->status)) tell();
  }
  std::vector<std::size_t> again;
  for (std::size_t k = 0; k < some.size(); ++k) {
    if (is_written[k]) continue;
    const Answer why = explain(*some[k]);
    // Whether a duplicate found mail, nobody heard.
    results[left[k]] = {why, why == Answer::duplicate};
    if (why == Answer::ok) again.push_back(left[k]);
  }
  left = std::move(again);
}

Appended PostgresStore::append(const Append& a) { return append_all({&a, 1})[0]; }

// When the answer is lost, what stands in the journal tells whether the append took place; only
// what is not there is sent again, and the end of the journal that it names keeps it from being
// written twice, should the first be on its way still.
std::vector<Appended> PostgresStore::append_all(std::span<const Append> appends) {
  std::vector<Appended> results(appends.size());
  std::vector<std::size_t> left(appends.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  // In one order, so that two who write the same flows do not wait for each other.
  std::sort(left.begin(), left.end(), [&](std::size_t x, std::size_t y) {
    return appends[x].flow < appends[y].flow;
  });
  for (int attempt = 0; !left.empty() && attempt < kAttempts; ++attempt)
    append_some(appends, left, results);
  for (const std::size_t i : left)
    results[i] = {say(Answer::fail_stop, "appending: the connection is lost again and again")};
  return results;
}

// ---- messages ----------------------------------------------------------------------
Answer PostgresStore::deliver(std::string_view id, const Message& m) {
  PgParameters p;
  p.add(id).add(m.id).add(static_cast<std::int64_t>(m.letter)).add(m.to.strand).add(m.to.ordinal);
  p.add(m.tag).add_bytes(m.body);
  add_now(p);
  const PgRows rows = ask(
      "INSERT INTO inbox(flow, message, letter, strand, ordinal, tag, body, at)"
      " SELECT id, $2, $3, $4, $5, $6, $7, fermata_now($8) FROM flow"
      " WHERE id = $1 AND status NOT IN (4,5,6,9) ON CONFLICT DO NOTHING RETURNING 1::BIGINT",
      p);
  if (!rows.ok()) return trouble(rows, "delivering a message");
  if (rows.count() > 0) return tell(), Answer::ok;
  FlowRow row;
  if (const Answer a = find(id, row); a != Answer::ok) return a;
  if (is_closed(row.status) || row.status == Status::copy) return say_closed(row);
  PgParameters which;
  which.add(id).add(m.id);
  const PgRows there = ask("SELECT body FROM inbox WHERE flow = $1 AND message = $2", which);
  if (!there.ok()) return trouble(there, "looking into the inbox");
  if (there.count() > 0 && there.text(0, 0) == m.body) return Answer::duplicate;
  return say(Answer::refused, "another answer was given before");
}

Answer PostgresStore::purge(std::int64_t before, std::size_t limit, std::size_t& removed) {
  removed = 0;
  PgParameters p;
  p.add(before).add(static_cast<std::int64_t>(limit));
  const PgRows rows = ask(
      "WITH old AS MATERIALIZED (SELECT id FROM flow WHERE status IN (4,5,6) AND updated_at < $1"
      "  ORDER BY updated_at LIMIT $2 FOR UPDATE),"
      " a AS (DELETE FROM journal USING old WHERE flow = old.id),"
      " b AS (DELETE FROM inbox USING old WHERE flow = old.id),"
      " c AS (DELETE FROM beat USING old WHERE flow = old.id),"
      " d AS (DELETE FROM attribute USING old WHERE flow = old.id),"
      " e AS (DELETE FROM flow USING old WHERE flow.id = old.id)"
      " SELECT count(*) FROM old",
      p);
  if (!rows.ok()) return trouble(rows, "removing old flows");
  removed = static_cast<std::size_t>(rows.number(0, 0));
  return Answer::ok;
}

}  // namespace fermata::flow
