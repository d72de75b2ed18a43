// The PostgreSQL store: making and taking flows, their messages, removing them.
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
