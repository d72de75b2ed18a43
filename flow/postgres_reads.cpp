// The PostgreSQL store: looking at flows.
#include <algorithm>
#include <limits>

#include "flow/postgres_store.hpp"
#include "flow/store_checks.hpp"

namespace fermata::flow {

namespace {

constexpr std::string_view kRowColumns =
    "SELECT id, name, program, status, owner, epoch, next_seq, lease_until, created_at,"
    " updated_at, waiting, note, wake_at, first_seq, attempts, queue, queue_key, priority FROM flow";

FlowRow read_row(const PgRows& rows, int i) {
  FlowRow row;
  row.id = rows.text(i, 0), row.name = rows.text(i, 1), row.program = rows.text(i, 2);
  row.status = status_numbered(rows.number(i, 3)).value_or(Status::stuck);
  row.owner = rows.text(i, 4), row.epoch = rows.number(i, 5), row.next_seq = rows.number(i, 6);
  row.lease_until = rows.number(i, 7), row.created_at = rows.number(i, 8);
  row.updated_at = rows.number(i, 9), row.waiting = rows.text(i, 10), row.note = rows.text(i, 11);
  row.wake_at = rows.number(i, 12), row.first_seq = rows.number(i, 13);
  row.attempts = rows.number(i, 14), row.queue = rows.text(i, 15);
  row.queue_key = rows.text(i, 16), row.priority = rows.number(i, 17);
  return row;
}

std::string row_sql(std::string_view rest) { return std::string(kRowColumns) + std::string(rest); }

// A cancellation first, then the oldest.
constexpr const char* kUnread =
    "SELECT message, letter, strand, ordinal, tag, body FROM inbox"
    " WHERE flow = $1 AND consumed_seq IS NULL ORDER BY message <> 'cancel', number LIMIT $2";

}  // namespace

Answer PostgresStore::find(std::string_view id, FlowRow& row) {
  static const std::string sql = row_sql(" WHERE id = $1");
  PgParameters p;
  p.add(id);
  const PgRows rows = ask(sql.c_str(), p);
  if (!rows.ok()) return trouble(rows, "looking for a flow");
  if (rows.count() == 0) return say(Answer::missing, "there is no flow " + std::string(id));
  row = read_row(rows, 0);
  return Answer::ok;
}

Answer PostgresStore::row(std::string_view id, FlowRow& row) { return find(id, row); }

// ---- histories ---------------------------------------------------------------------
namespace {

constexpr std::string_view kRecordColumns =
    "SELECT seq, epoch, op, event, strand, ordinal, name, hash, value, at, checksum FROM journal";

// Whether it is intact.
bool read_record(const PgRows& rows, int i, std::string_view flow, Record& r) {
  r.seq = rows.number(i, 0), r.epoch = rows.number(i, 1), r.op = rows.number(i, 2);
  const auto event = event_numbered(rows.number(i, 3));
  r.position = {rows.text(i, 4), rows.number(i, 5)};
  r.name = rows.text(i, 6), r.hash = rows.number(i, 7), r.value = rows.text(i, 8);
  r.at = rows.number(i, 9);
  if (event) r.event = *event;
  return event && is_intact(flow, r, rows.number(i, 10));
}

}  // namespace

Answer PostgresStore::say_damaged(const std::string& id, std::int64_t seq) {
  return say(Answer::damaged, "record " + std::to_string(seq) + " of " + id + " is damaged");
}

Answer PostgresStore::read_records(const PgRows& rows, const FlowRow& row, std::int64_t from,
                                   std::vector<Record>& records) {
  for (int i = 0; i < rows.count(); ++i) {
    const std::int64_t expected = from + static_cast<std::int64_t>(records.size());
    if (!read_record(rows, i, row.id, records.emplace_back()) || records.back().seq != expected)
      return say_damaged(row.id, expected);
  }
  if (row.next_seq != from + static_cast<std::int64_t>(records.size()))
    return say(Answer::damaged, "records of " + row.id + " are missing at the end");
  return Answer::ok;
}

// The flow, its records and its messages are read one after the other; one that changed meanwhile is
// read again.
History PostgresStore::load(std::string_view id, std::int64_t from) {
  for (int attempt = 0;; ++attempt) {
    History h;
    if (h.answer = find(id, h.row); h.answer != Answer::ok) return h;
    const std::int64_t first = std::clamp(from, h.row.first_seq, h.row.next_seq);
    PgParameters p;
    p.add(id).add(first).add(h.row.next_seq);
    static const std::string sql =
        std::string(kRecordColumns) + " WHERE flow = $1 AND seq >= $2 AND seq < $3 ORDER BY seq";
    const PgRows rows = ask(sql.c_str(), p);
    if (!rows.ok()) return h.answer = trouble(rows, "reading a journal"), h;
    h.answer = read_records(rows, h.row, first, h.records);
    if (h.answer == Answer::ok && from == 0)
      h.answer = inbox(id, std::numeric_limits<std::size_t>::max(), h.inbox);
    if (attempt + 1 == kAttempts) return h;
    FlowRow now;
    if (const Answer a = find(id, now); a != Answer::ok) return h.answer = a, h;
    if (now.next_seq == h.row.next_seq && now.first_seq == h.row.first_seq) return h;
  }
}

History PostgresStore::load_program(std::string_view id) {
  History h;
  if (h.answer = find(id, h.row); h.answer != Answer::ok) return h;
  PgParameters p;
  p.add(id);
  static const std::string sql =
      std::string(kRecordColumns) + " WHERE flow = $1 AND " + says_program_sql() + " ORDER BY seq";
  const PgRows rows = ask(sql.c_str(), p);
  if (!rows.ok()) return h.answer = trouble(rows, "reading a journal"), h;
  for (int i = 0; i < rows.count(); ++i)
    if (!read_record(rows, i, h.row.id, h.records.emplace_back()))
      return h.answer = say_damaged(h.row.id, h.records.back().seq), h;
  return h;
}

Answer PostgresStore::inbox(std::string_view id, std::size_t limit,
                            std::vector<Message>& messages) {
  PgParameters p;
  p.add(id).add(static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max())));
  const PgRows rows = ask(kUnread, p);
  return each_row(rows, "reading an inbox", [&](int i) {
    messages.push_back({rows.text(i, 0), static_cast<Letter>(rows.number(i, 1)),
                        {rows.text(i, 2), rows.number(i, 3)}, rows.text(i, 4), rows.text(i, 5)});
  });
}

// ---- many --------------------------------------------------------------------------
Answer PostgresStore::list(const ListFilter& filter, std::vector<FlowRow>& rows) {
  PgParameters p;
  std::string where = " WHERE true";
  int number = 0;
  const auto parameter = [&] { return "$" + std::to_string(++number); };
  if (!filter.statuses.empty()) {
    PgColumn statuses(PgColumn::Type::number);
    for (const Status s : filter.statuses) statuses.add(static_cast<std::int64_t>(s));
    p.add(statuses), where += " AND status = ANY(" + parameter() + ")";
  }
  if (!filter.name.empty()) p.add(filter.name), where += " AND name = " + parameter();
  if (filter.since != 0) p.add(filter.since), where += " AND created_at >= " + parameter();
  if (filter.until != 0) p.add(filter.until), where += " AND created_at < " + parameter();
  if (filter.changed != 0) p.add(filter.changed), where += " AND updated_at >= " + parameter();
  for (const auto& [name, value] : filter.attributes) {
    p.add(name).add(value);
    const std::string n = parameter(), v = parameter();
    where += " AND id IN (SELECT flow FROM attribute WHERE name = " + n + " AND value = " + v +
             " AND left(value, 200) = left(" + v + ", 200))";
  }
  where += " ORDER BY created_at DESC, number DESC";
  if (filter.limit != 0)
    p.add(static_cast<std::int64_t>(filter.limit)), where += " LIMIT " + parameter();
  const std::string sql = row_sql(where);
  const PgRows found = ask(sql.c_str(), p, Repeat::freely, Plan::anew);
  return each_row(found, "listing flows", [&](int i) { rows.push_back(read_row(found, i)); });
}

Answer PostgresStore::counts(std::vector<FlowCount>& counts) {
  const PgRows rows = ask(
      "SELECT name, status, count(*), sum(next_seq - first_seq)::BIGINT FROM flow GROUP BY 1, 2"
      " ORDER BY 1, 2",
      {});
  return each_row(rows, "counting flows", [&](int i) {
    counts.push_back({rows.text(i, 0), status_numbered(rows.number(i, 1)).value_or(Status::stuck),
                      rows.number(i, 2), rows.number(i, 3)});
  });
}

Answer PostgresStore::attributes(std::string_view id,
                                 std::vector<std::pair<std::string, std::string>>& found) {
  PgParameters p;
  p.add(id);
  const PgRows rows = ask("SELECT name, value FROM attribute WHERE flow = $1 ORDER BY name", p);
  return each_row(rows, "reading attributes",
                  [&](int i) { found.emplace_back(rows.text(i, 0), rows.text(i, 1)); });
}

// Owners that hold flows by a lease that runs, and are known to have ended all the same.
Answer PostgresStore::find_gone(PgColumn& gone) {
  const PgRows rows = ask(  // one step of the index for each owner, however many flows it has
      "WITH RECURSIVE one AS ((SELECT owner FROM flow WHERE owner IS NOT NULL ORDER BY owner"
      "  LIMIT 1) UNION ALL SELECT (SELECT f.owner FROM flow f WHERE f.owner > one.owner"
      "  ORDER BY f.owner LIMIT 1) FROM one WHERE one.owner IS NOT NULL)"
      " SELECT owner FROM one WHERE owner IS NOT NULL",
      {});
  return each_row(rows, "looking for work", [&](int i) {
    FlowRow row;
    row.owner = rows.text(i, 0);
    if (options_.is_gone(holder(row))) gone.add(row.owner);
  });
}

Answer PostgresStore::due(std::size_t limit, std::vector<FlowRow>& rows) {
  PgColumn gone(PgColumn::Type::text);
  if (const Answer a = find_gone(gone); a != Answer::ok) return a;
  PgParameters p;
  add_now(p);
  p.add(gone).add(static_cast<std::int64_t>(limit)).add(kHandedTo + options_.owner);
  static const std::string sql = row_sql(
      " WHERE status IN (1,2) AND (owner IS NULL OR lease_until < fermata_now($1)"
      "  OR owner = ANY($2) OR owner = $4)"
      " AND id IN (SELECT id FROM flow WHERE status = 1"
      "  UNION SELECT id FROM flow WHERE status = 2 AND wake_at <= fermata_now($1)"
      "  UNION SELECT flow FROM inbox WHERE consumed_seq IS NULL)"
      " ORDER BY wake_at NULLS FIRST LIMIT $3");
  const PgRows found = ask(sql.c_str(), p, Repeat::freely, Plan::anew);
  return each_row(found, "looking for work", [&](int i) { rows.push_back(read_row(found, i)); });
}

Answer PostgresStore::handed(std::vector<FlowRow>& rows) {
  if (!news_.was_handed()) return Answer::ok;
  PgParameters p;
  p.add(kHandedTo + options_.owner);
  static const std::string sql = row_sql(" WHERE owner = $1 AND status = 1");
  const PgRows found = ask(sql.c_str(), p);
  return each_row(found, "looking for work", [&](int i) { rows.push_back(read_row(found, i)); });
}

Answer PostgresStore::next_wake(std::int64_t& at) {
  at = 0;
  const PgRows rows = ask(
      "SELECT wake_at FROM flow WHERE status = 2 AND wake_at IS NOT NULL ORDER BY wake_at LIMIT 1",
      {});
  return each_row(rows, "looking for timers", [&](int i) { at = rows.number(i, 0); });
}

// ---- checks ------------------------------------------------------------------------
Answer PostgresStore::check(std::vector<Flaw>& flaws) {
  for (const StoreCheck& c : kStoreChecks) {
    const PgRows rows = ask(c.sql, {}, Repeat::freely, Plan::anew);
    const Answer a = each_row(rows, "checking", [&](int i) {
      flaws.push_back({c.rule, rows.text(i, 0), c.text});
    });
    if (a != Answer::ok) return a;
  }
  return Answer::ok;
}

// ---- programs ----------------------------------------------------------------------
Answer PostgresStore::put_program(std::string_view hash, std::string_view text) {
  std::string key(hash);
  {
    const std::lock_guard guard(mutex_);
    if (programs_.count(key) != 0) return Answer::ok;
  }
  PgParameters p;
  p.add(hash).add_bytes(text);
  add_now(p);
  const PgRows rows = ask(
      "INSERT INTO program(hash, text, at) VALUES($1, $2, fermata_now($3)) ON CONFLICT DO NOTHING",
      p);
  if (!rows.ok()) return trouble(rows, "storing a program");
  const std::lock_guard guard(mutex_);
  programs_.insert(std::move(key));
  return Answer::ok;
}

Answer PostgresStore::get_program(std::string_view hash, std::string& text) {
  PgParameters p;
  p.add(hash);
  const PgRows rows = ask("SELECT text FROM program WHERE hash = $1", p);
  if (!rows.ok()) return trouble(rows, "reading a program");
  if (rows.count() == 0) return say(Answer::missing, "the store holds no such program");
  text = rows.text(0, 0);
  return Answer::ok;
}

}  // namespace fermata::flow
