// The PostgreSQL store: writing what flows do.
#include <algorithm>
#include <array>

#include "flow/postgres_records.hpp"
#include "flow/postgres_store.hpp"

namespace fermata::flow {

namespace {

using Type = PgColumn::Type;

// ---- one flow that goes on ---------------------------------------------------------
constexpr std::size_t kMostAlone = 4;  // records; a step's end and the next one's begin are two

// The commonest append has a statement of its own, without arrays and with nothing for what it
// does not do: less than half the work for the server.
bool goes_on(const Append& a) {
  const bool is_plain = a.status == Status::running && a.waiting.empty() && a.note.empty() &&
                        a.wake_at == 0 && !a.release && !a.restart && a.consumed.empty();
  return is_plain && !a.records.empty() && a.records.size() <= kMostAlone &&
         std::none_of(a.records.begin(), a.records.end(),
                      [](const Record& r) { return r.event == Event::attribute; });
}

// is_as_before: only if the row already says that the flow runs here and waits for nothing, so that
// next to nothing of it is set.
std::string going_on_sql(std::size_t count, bool is_as_before) {
  constexpr const char* kTypes[] = {"BIGINT", "TEXT", "BIGINT", "TEXT",
                                    "BIGINT", "BYTEA", "BIGINT", "BIGINT"};
  const std::string runs = "status = 1 AND wake_at IS NULL AND waiting = '' AND note = ''";
  std::string values;
  int parameter = 7;
  for (std::size_t k = 0; k < count; ++k) {
    values += (k == 0 ? "(" : ", (") + std::to_string(k) + "::BIGINT";
    for (const char* type : kTypes) values += ", $" + std::to_string(++parameter) + "::" + type;
    values += ")";
  }
  return
      "WITH own AS (UPDATE flow SET next_seq = $3 + " + std::to_string(count) + ", attempts = 0,"
      "  lease_until = fermata_now($6) + $7" +
      (is_as_before ? "" : ", status = 1, waiting = '', note = '', wake_at = NULL, owner = $5,"
                           "  updated_at = CASE WHEN " + runs + " THEN updated_at"
                           "   ELSE fermata_now($6) END") +
      "  WHERE id = $1 AND epoch = $2 AND next_seq = $3"
      "  AND (epoch & 17592186044415) > current_setting('fermata.base')::BIGINT"
      "  AND " + (is_as_before ? runs + " AND owner = $5" : "status NOT IN (4,5,6)") +
      "  RETURNING id)"
      " INSERT INTO journal(flow, seq, epoch, op, event, strand, ordinal, name, hash, value, at,"
      "  checksum)"
      " SELECT own.id, $3 + r.place, $2, $4, r.event, r.strand, r.ordinal, r.name, r.hash, r.value,"
      "  r.at, r.checksum FROM own, (VALUES " + values + ")"
      "  r(place, event, strand, ordinal, name, hash, value, at, checksum)"
      " RETURNING 0::BIGINT, EXISTS (SELECT FROM inbox WHERE flow = $1 AND consumed_seq IS NULL)";
}

// ---- many flows, whatever they do --------------------------------------------------
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

PgParameters PostgresStore::going_on_parameters(const Append& a) const {
  PgParameters p;
  p.add(a.flow).add(a.epoch).add(a.seq).add(a.op).add(options_.owner);
  add_now(p);
  p.add(options_.lease_ms);
  std::int64_t place = a.seq;
  for (Record r : a.records) {
    r.seq = place++, r.epoch = a.epoch, r.op = a.op;
    if (r.at == 0) r.at = now();
    p.add(static_cast<std::int64_t>(r.event)).add(r.position.strand).add(r.position.ordinal);
    p.add(r.name).add(r.hash).add_bytes(r.value).add(r.at).add(checksum(a.flow, r));
  }
  return p;
}

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

PgRows PostgresStore::send(std::span<const Append* const> appends, int attempt) {
  static const std::array<std::string, kMostAlone> as_before = {
      going_on_sql(1, true), going_on_sql(2, true), going_on_sql(3, true), going_on_sql(4, true)};
  static const std::array<std::string, kMostAlone> going_on = {
      going_on_sql(1, false), going_on_sql(2, false), going_on_sql(3, false),
      going_on_sql(4, false)};
  static const std::string plain = append_sql(false), restarting = append_sql(true);
  if (appends.size() == 1 && goes_on(*appends[0])) {
    // After the first append of an epoch, or the creation, the row says that the flow goes on;
    // should it not, the second attempt says so.
    const bool is_as_before = appends[0]->op > 1 && attempt == 0;
    return ask((is_as_before ? as_before : going_on)[appends[0]->records.size() - 1].c_str(),
               going_on_parameters(*appends[0]), Repeat::never);
  }
  const bool restarts = std::any_of(appends.begin(), appends.end(),
                                    [](const Append* a) { return a->restart; });
  return ask((restarts ? restarting : plain).c_str(), append_parameters(appends), Repeat::never);
}

// Those of `left` that are to be sent again are what remains of it.
void PostgresStore::append_some(std::span<const Append> appends, int attempt,
                                std::vector<std::size_t>& left, std::vector<Appended>& results) {
  std::vector<const Append*> some;
  for (const std::size_t i : left) some.push_back(&appends[i]);
  const PgRows rows = send(some, attempt);
  if (rows.state() == PgRows::State::refused) {
    const Answer failed = trouble(rows, "appending");
    for (const std::size_t i : left) results[i] = {failed, false, error()};
    return left.clear();
  }
  std::vector<bool> is_written(some.size());
  for (int i = 0; i < rows.count(); ++i) {
    const auto which = static_cast<std::size_t>(rows.number(i, 0));
    results[left[which]] = {Answer::ok, rows.boolean(i, 1)};
    is_written[which] = true;
    const Append& written = *some[which];
    const bool is_end = is_closed(written.status);
    if (written.release && !is_end && !written.heir.empty()) news_.tell(written.heir);
    else if (written.release || is_end) tell();
  }
  std::vector<std::size_t> again;
  for (std::size_t k = 0; k < some.size(); ++k) {
    if (is_written[k]) continue;
    const Answer why = explain(*some[k]);
    // Whether a duplicate found mail, nobody heard.
    const bool is_written_before = why == Answer::duplicate;
    results[left[k]] = {why, is_written_before, is_written_before ? "" : error()};
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
    append_some(appends, attempt, left, results);
  for (const std::size_t i : left)
    results[i] = {say(Answer::fail_stop, "appending: the connection is lost again and again"), false,
                  error()};
  return results;
}

}  // namespace fermata::flow
