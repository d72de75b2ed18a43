// The SQLite store: looking at flows.
#include <algorithm>
#include <limits>

#include "flow/sqlite_store.hpp"
#include "flow/store_checks.hpp"

namespace fermata::flow {

namespace {

constexpr auto kAll = std::numeric_limits<std::size_t>::max();

constexpr const char* kRecordColumns =
    "SELECT seq, epoch, op, event, strand, ordinal, name, hash, value, at, checksum FROM journal";
constexpr const char* kRowColumns =
    "SELECT id, name, program, status, owner, epoch, next_seq, lease_until, created_at,"
    " updated_at, waiting, note, wake_at, first_seq, attempts, queue, queue_key, priority FROM flow";

FlowRow read_row(const Query& q) {
  FlowRow row;
  row.id = q.text(0), row.name = q.text(1), row.program = q.text(2);
  row.status = status_numbered(q.number(3)).value_or(Status::stuck);
  row.owner = q.text(4), row.epoch = q.number(5), row.next_seq = q.number(6);
  row.lease_until = q.number(7), row.created_at = q.number(8), row.updated_at = q.number(9);
  row.waiting = q.text(10), row.note = q.text(11), row.wake_at = q.number(12);
  row.first_seq = q.number(13), row.attempts = q.number(14);
  row.queue = q.text(15), row.queue_key = q.text(16), row.priority = q.number(17);
  return row;
}

}  // namespace

Answer SqliteStore::find(std::string_view id, FlowRow& row) {
  static const std::string sql = std::string(kRowColumns) + " WHERE id=?1";
  Query q = db_.query(sql.c_str());
  const int code = q.bind(id).step();
  if (code == SQLITE_DONE) return say(Answer::missing, "there is no flow " + std::string(id));
  if (code != SQLITE_ROW) return trouble(code, "looking for a flow");
  row = read_row(q);
  return Answer::ok;
}

// ---- reading ----------------------------------------------------------------------
Answer SqliteStore::read_records(const FlowRow& row, std::int64_t from,
                                 std::vector<Record>& records) {
  static const std::string sql =
      std::string(kRecordColumns) + " WHERE flow=?1 AND seq>=?2 ORDER BY seq";
  Query q = db_.query(sql.c_str());
  q.bind(row.id).bind(from);
  int code = SQLITE_DONE;
  while ((code = q.step()) == SQLITE_ROW) {
    const std::int64_t expected = from + static_cast<std::int64_t>(records.size());
    if (const Answer a = read_record(q, row.id, records.emplace_back()); a != Answer::ok) return a;
    if (records.back().seq != expected) return say_damaged(row.id, expected);
  }
  return code == SQLITE_DONE ? Answer::ok : trouble(code, "reading a journal");
}

Answer SqliteStore::read_record(const Query& q, const std::string& flow, Record& r) {
  r.seq = q.number(0), r.epoch = q.number(1), r.op = q.number(2);
  const auto event = event_numbered(q.number(3));
  r.position = {q.text(4), q.number(5)};
  r.name = q.text(6), r.hash = q.number(7), r.value = q.text(8), r.at = q.number(9);
  if (const Answer a = read_value(flow, r.seq, r.value); a != Answer::ok) return a;
  if (event) r.event = *event;
  return event && is_intact(flow, r, q.number(10)) ? Answer::ok : say_damaged(flow, r.seq);
}

Answer SqliteStore::say_damaged(const std::string& id, std::int64_t seq) {
  return say(Answer::damaged, "record " + std::to_string(seq) + " of " + id + " is damaged");
}

History SqliteStore::load(std::string_view id, std::int64_t from) {
  History h;
  h.answer = read([&]() -> Answer {
    if (const Answer a = find(id, h.row); a != Answer::ok) return a;
    const std::int64_t first = std::clamp(from, h.row.first_seq, h.row.next_seq);
    if (const Answer a = read_records(h.row, first, h.records); a != Answer::ok) return a;
    if (h.row.next_seq != first + static_cast<std::int64_t>(h.records.size()))
      return say(Answer::damaged, "records of " + h.row.id + " are missing at the end");
    return from > 0 ? Answer::ok : read_inbox(id, kAll, h.inbox);
  });
  return h;
}

History SqliteStore::load_program(std::string_view id) {
  History h;
  h.answer = read([&]() -> Answer {
    if (const Answer a = find(id, h.row); a != Answer::ok) return a;
    static const std::string sql =
        std::string(kRecordColumns) + " WHERE flow=?1 AND " + says_program_sql() + " ORDER BY seq";
    Query q = db_.query(sql.c_str());
    q.bind(id);
    int code = SQLITE_DONE;
    while ((code = q.step()) == SQLITE_ROW)
      if (const Answer a = read_record(q, h.row.id, h.records.emplace_back()); a != Answer::ok)
        return a;
    return code == SQLITE_DONE ? Answer::ok : trouble(code, "reading a journal");
  });
  return h;
}

Answer SqliteStore::inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) {
  return read([&] { return read_inbox(id, limit, messages); });
}

Answer SqliteStore::row(std::string_view id, FlowRow& row) {
  return read([&] { return find(id, row); });
}

// Both queries go by an index, however much is unread.
Answer SqliteStore::read_inbox(std::string_view id, std::size_t limit,
                               std::vector<Message>& messages) {
  const auto take = [&](const Query& row) {
    if (messages.size() < limit)
      messages.push_back({row.text(0),
                          static_cast<Letter>(row.number(1)),
                          {row.text(2), row.number(3)},
                          row.text(4),
                          row.text(5)});
  };
  {
    Query q = db_.query(
        "SELECT message, letter, strand, ordinal, tag, body FROM inbox"
        " WHERE flow=?1 AND message=?2 AND consumed_seq IS NULL");
    q.bind(id).bind(kCancelMessage);
    if (const Answer a = each_row(q, "reading an inbox", take); a != Answer::ok) return a;
  }
  Query q = db_.query(
      "SELECT message, letter, strand, ordinal, tag, body FROM inbox"
      " WHERE flow=?1 AND message<>?2 AND consumed_seq IS NULL ORDER BY number LIMIT ?3");
  q.bind(id).bind(kCancelMessage);
  q.bind(limit == kAll ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
  return each_row(q, "reading an inbox", take);
}

bool SqliteStore::has_attributes(const FlowRow& row, const ListFilter& filter) {
  for (const auto& [name, value] : filter.attributes) {
    Query q = db_.query("SELECT 1 FROM attribute WHERE flow=?1 AND name=?2 AND value=?3");
    if (q.bind(row.id).bind(name).bind(value).step() != SQLITE_ROW) return false;
  }
  return true;
}

Answer SqliteStore::list(const ListFilter& filter, std::vector<FlowRow>& rows) {
  return read([&]() -> Answer {
    std::int64_t wanted = 0;  // a bit for each status
    for (const Status s : filter.statuses) wanted |= std::int64_t{1} << static_cast<int>(s);
    // One for each shape, so that an index leads to what is looked for.
    static const auto with = [](const char* where) {
      return std::string(kRowColumns) + where +
             " (?1=0 OR (?1>>status)&1) AND (?2='' OR name=?2) AND created_at>=?3"
             " AND (?4=0 OR created_at<?4) AND updated_at>=?8 ORDER BY created_at DESC, rowid DESC";
    };
    static const std::string all = with(" WHERE"), of_status = with(" WHERE status=?7 AND"),
                             of_attribute = with(
                                 " WHERE id IN (SELECT flow FROM attribute WHERE name=?5 AND"
                                 " value=?6) AND");
    const std::string& sql = !filter.attributes.empty()      ? of_attribute
                             : filter.statuses.size() == 1 ? of_status
                                                             : all;
    Query q = db_.query(sql.c_str());
    q.bind(wanted).bind(filter.name).bind(filter.since).bind(filter.until);
    const bool by_attribute = !filter.attributes.empty();
    q.bind(by_attribute ? std::string_view(filter.attributes[0].first) : "");
    q.bind(by_attribute ? std::string_view(filter.attributes[0].second) : "");
    q.bind(filter.statuses.empty() ? 0 : static_cast<std::int64_t>(filter.statuses[0]));
    q.bind(filter.changed);
    int code = SQLITE_DONE;
    while ((filter.limit == 0 || rows.size() < filter.limit) && (code = q.step()) == SQLITE_ROW) {
      FlowRow row = read_row(q);
      if (has_attributes(row, filter)) rows.push_back(std::move(row));
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ? Answer::ok : trouble(code, "listing flows");
  });
}

Answer SqliteStore::counts(std::vector<FlowCount>& counts) {
  return read([&] {
    Query q = db_.query(
        "SELECT name, status, count(*), sum(next_seq-first_seq) FROM flow GROUP BY 1,2");
    return each_row(q, "counting flows", [&](const Query& row) {
      counts.push_back({row.text(0), status_numbered(row.number(1)).value_or(Status::stuck),
                        row.number(2), row.number(3)});
    });
  });
}

Answer SqliteStore::attributes(std::string_view id,
                               std::vector<std::pair<std::string, std::string>>& found) {
  return read([&] {
    Query q = db_.query("SELECT name, value FROM attribute WHERE flow=?1 ORDER BY name");
    q.bind(id);
    return each_row(q, "reading attributes", [&](const Query& row) {
      found.emplace_back(row.text(0), row.text(1));
    });
  });
}

Answer SqliteStore::due(std::size_t limit, std::vector<FlowRow>& rows) {
  return read([&]() -> Answer {
    const std::int64_t now = options_.now();
    // The plus signs keep SQLite from walking over all that are suspended, or have a timer.
    static const std::string sql =
        std::string(kRowColumns) +
        " WHERE +status IN (1,2) AND id IN (SELECT id FROM flow WHERE status=1"
        "  UNION SELECT id FROM flow WHERE wake_at<=?1"
        "  UNION SELECT flow FROM inbox WHERE consumed_seq IS NULL) ORDER BY +wake_at";
    Query q = db_.query(sql.c_str());
    q.bind(now);
    int code = SQLITE_DONE;
    while (rows.size() < limit && (code = q.step()) == SQLITE_ROW) {
      FlowRow row = read_row(q);
      if (!is_held(row, options_)) rows.push_back(std::move(row));
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ? Answer::ok
                                                     : trouble(code, "looking for work");
  });
}

Answer SqliteStore::next_wake(std::int64_t& at) {
  return read([&] {
    at = db_.number("SELECT min(wake_at) FROM flow WHERE wake_at IS NOT NULL AND +status=2", 0);
    return Answer::ok;
  });
}

Answer SqliteStore::check(std::vector<Flaw>& flaws) {
  return read([&]() -> Answer {
    for (const StoreCheck& c : kStoreChecks) {
      Query q = db_.query(c.sql);
      const Answer a = each_row(q, "checking", [&](const Query& row) {
        flaws.push_back({c.rule, row.text(0), c.text});
      });
      if (a != Answer::ok) return a;
    }
    return Answer::ok;
  });
}

Answer SqliteStore::put_program(std::string_view hash, std::string_view text) {
  std::string key(hash), there;
  {
    const std::lock_guard guard(mutex_);
    if (programs_.count(key) != 0) return Answer::ok;
  }
  if (get_program(hash, there) != Answer::ok) {
    const Answer written = write([&] {
      Query q = db_.query("INSERT OR IGNORE INTO program(hash, text, at) VALUES(?1,?2,?3)");
      q.bind(hash).bind(text).bind(options_.now());
      return done(q, "storing a program");
    });
    if (written != Answer::ok) return written;
  }
  const std::lock_guard guard(mutex_);
  programs_.insert(std::move(key));
  return Answer::ok;
}

Answer SqliteStore::get_program(std::string_view hash, std::string& text) {
  return read([&]() -> Answer {
    Query q = db_.query("SELECT text FROM program WHERE hash=?1");
    const int code = q.bind(hash).step();
    if (code == SQLITE_DONE) return say(Answer::missing, "the store holds no such program");
    if (code != SQLITE_ROW) return trouble(code, "reading a program");
    text = q.text(0);
    return Answer::ok;
  });
}

}  // namespace fermata::flow
