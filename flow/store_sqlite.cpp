// The SQLite store: one file, any number of processes.
//
// Write-ahead log, synchronous=FULL: a commit that returned survives a power cut.  Write
// transactions and checkpoints of all processes run under one flock on FILE.lock (why:
// file_lock.hpp); SQLite's own checkpoints, automatic and at the last close, are off.  An
// I/O error while writing stops this store for good: what the disk then holds is unknown
// until somebody opens it afresh.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "flow/file_lock.hpp"
#include "flow/owner.hpp"
#include "flow/schema.hpp"
#include "flow/sqlite.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

namespace {

constexpr int kLockTimeoutMs = 10000;
constexpr int kCheckpointPages = 1000;  // checkpoint when the log is longer, about 4 MB

constexpr const char* kRowColumns =
    "SELECT id, name, program, status, owner, epoch, next_seq, lease_until, created_at,"
    " updated_at, waiting, note, wake_at FROM flow";

FlowRow read_row(const Query& q) {
  FlowRow row;
  row.id = q.text(0), row.name = q.text(1), row.program = q.text(2);
  row.status = status_numbered(q.number(3)).value_or(Status::stuck);
  row.owner = q.text(4), row.epoch = q.number(5), row.next_seq = q.number(6);
  row.lease_until = q.number(7), row.created_at = q.number(8), row.updated_at = q.number(9);
  row.waiting = q.text(10), row.note = q.text(11), row.wake_at = q.number(12);
  return row;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, StoreOptions options)
      : path_(std::move(path)), lock_(path_ + ".lock"), options_(std::move(options)) {}

  Answer open();

  std::string url() const override { return "sqlite:" + path_; }
  std::string error() const override {
    const std::lock_guard guard(mutex_);
    return error_;
  }
  Claim create(const NewFlow& flow, std::span<const Record> records) override;
  Claim claim(std::string_view id, Manner manner) override;
  Appended append(const Append& append) override;
  std::vector<Appended> append_all(std::span<const Append> appends) override;
  Answer release(std::string_view id, std::int64_t epoch) override;
  Answer renew() override;
  Answer deliver(std::string_view id, const Message& message) override;
  Answer inbox(std::string_view id, std::vector<Message>& messages) override;
  History load(std::string_view id) override;
  Answer list(const ListFilter& filter, std::vector<FlowRow>& rows) override;
  Answer due(std::size_t limit, std::vector<FlowRow>& rows) override;
  Answer next_wake(std::int64_t& at) override;
  Answer import(const FlowRow& row, std::span<const Record> records) override;
  Answer purge(std::int64_t before, std::size_t limit, std::size_t& removed) override;
  Answer put_program(std::string_view hash, std::string_view text) override;
  Answer get_program(std::string_view hash, std::string& text) override;

 private:
  // Runs body in a write transaction; commits when it answers ok, else rolls back.
  template <class Body>
  Answer write(Body body);
  template <class Body>
  Answer read(Body body);
  Answer trouble(int code, const char* doing);
  Answer say(Answer answer, std::string error) {
    error_ = std::move(error);
    return answer;
  }
  Answer append_within(const Append& append, Appended& result);
  Answer find(std::string_view id, FlowRow& row);
  Answer insert_records(std::string_view id, std::int64_t epoch, std::int64_t seq, std::int64_t op,
                        std::span<const Record> records, std::int64_t now);
  Answer read_records(std::string_view id, std::vector<Record>& records);
  Answer read_inbox(std::string_view id, std::vector<Message>& messages);
  Answer done(Query& q, const char* doing) {
    const int code = q.step();
    return code == SQLITE_DONE || code == SQLITE_ROW ? Answer::ok : trouble(code, doing);
  }
  void checkpoint_if_long();
  Answer bring_forward(std::int64_t version);

  const std::string path_;
  LockFile lock_;
  const StoreOptions options_;
  mutable std::mutex mutex_;
  Connection db_;
  std::string error_;
  bool failed_ = false;
  int wal_pages_ = 0;
};

Answer SqliteStore::trouble(int code, const char* doing) {
  const std::string text = std::string(doing) + ": " + db_.message();
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(Answer::busy, text);
    case SQLITE_FULL:
      return say(Answer::full, text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return say(Answer::damaged, text);
    default:
      failed_ = true;
      return say(Answer::fail_stop, text);
  }
}

template <class Body>
Answer SqliteStore::write(Body body) {
  const std::lock_guard guard(mutex_);
  if (failed_) return Answer::fail_stop;
  const FileLock lock(lock_, kLockTimeoutMs);
  if (!lock.held())
    return say(Answer::busy, "another process has held " + path_ + ".lock for too long");
  if (const int code = db_.run("BEGIN IMMEDIATE"); code != SQLITE_OK)
    return trouble(code, "beginning");
  const Answer answer = body();
  if (answer != Answer::ok) {
    db_.run("ROLLBACK");
    return answer;
  }
  if (const int code = db_.run("COMMIT"); code != SQLITE_OK) {
    const Answer failed = trouble(code, "committing");
    db_.run("ROLLBACK");
    return failed;
  }
  checkpoint_if_long();
  return answer;
}

template <class Body>
Answer SqliteStore::read(Body body) {
  const std::lock_guard guard(mutex_);
  if (failed_) return Answer::fail_stop;
  if (const int code = db_.run("BEGIN"); code != SQLITE_OK) return trouble(code, "reading");
  const Answer answer = body();
  db_.run("COMMIT");
  return answer;
}

// Requires: the lock is held and no transaction is open.
void SqliteStore::checkpoint_if_long() {
  if (wal_pages_ < kCheckpointPages) return;
  // Passive: copies what no reader still needs and waits for nobody.
  sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  wal_pages_ = 0;
}

// ---- opening -------------------------------------------------------------------
bool make_parent_folders(const std::string& path) {
  for (std::size_t i = path.find('/', 1); i != std::string::npos; i = path.find('/', i + 1)) {
    const std::string folder = path.substr(0, i);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  return true;
}

Answer SqliteStore::open() {
  if (!lock_.is_open())
    return say(Answer::fail_stop, "cannot open " + path_ + ".lock: " + std::strerror(errno));
  const FileLock lock(lock_, kLockTimeoutMs);
  if (!lock.held())
    return say(Answer::busy, "another process has held " + path_ + ".lock for too long");
  const mode_t mask = umask(0077);
  const int opened = db_.open(path_);
  const bool is_wal = opened == SQLITE_OK && db_.run("PRAGMA journal_mode=WAL") == SQLITE_OK;
  umask(mask);
  if (!is_wal) return trouble(SQLITE_ERROR, ("opening " + path_).c_str());
  sqlite3* const handle = db_.handle();
  sqlite3_busy_timeout(handle, kLockTimeoutMs);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  db_.run("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cell_size_check=ON");
  sqlite3_wal_hook(
      handle,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &wal_pages_);

  const std::int64_t version = db_.number("PRAGMA user_version", -1);
  if (version < 0) return trouble(SQLITE_ERROR, ("opening " + path_).c_str());
  if (version > kSchemaVersion)
    return say(Answer::damaged, path_ +
                                    " was written by a later Fermata (its tables have version " +
                                    std::to_string(version) + ", known here is " +
                                    std::to_string(kSchemaVersion) + ")");
  if (version == 0) {
    if (db_.number("SELECT count(*) FROM sqlite_schema", 0) != 0)
      return say(Answer::damaged, path_ + " is a database, but not one of Fermata's flows");
    const std::string script = "BEGIN IMMEDIATE;" + std::string(kSchema) +
                               "PRAGMA application_id=" + std::to_string(kApplicationId) +
                               ";PRAGMA user_version=" + std::to_string(kSchemaVersion) +
                               ";COMMIT;";
    if (const int code = db_.run(script.c_str()); code != SQLITE_OK)
      return trouble(code, "creating the tables");
  } else if (db_.number("PRAGMA application_id", 0) != kApplicationId) {
    return say(Answer::damaged, path_ + " is a database, but not one of Fermata's flows");
  }
  return version == 0 ? Answer::ok : bring_forward(version);
}

// Each step is a transaction of its own: whatever stops it, the file has some whole version.
Answer SqliteStore::bring_forward(std::int64_t version) {
  for (; version < kSchemaVersion; ++version) {
    const std::string script = std::string("BEGIN IMMEDIATE;") + kMigrations[version - 1] +
                               "PRAGMA user_version=" + std::to_string(version + 1) + ";COMMIT;";
    if (const int code = db_.run(script.c_str()); code != SQLITE_OK) {
      const Answer failed = trouble(code, "bringing the tables forward");
      db_.run("ROLLBACK");
      return failed;
    }
  }
  return Answer::ok;
}

// ---- flows ----------------------------------------------------------------------
Answer SqliteStore::find(std::string_view id, FlowRow& row) {
  static const std::string sql = std::string(kRowColumns) + " WHERE id=?1";
  Query q = db_.query(sql.c_str());
  const int code = q.bind(id).step();
  if (code == SQLITE_DONE) return say(Answer::missing, "there is no flow " + std::string(id));
  if (code != SQLITE_ROW) return trouble(code, "looking for a flow");
  row = read_row(q);
  return Answer::ok;
}

Answer SqliteStore::insert_records(std::string_view id, std::int64_t epoch, std::int64_t seq,
                                   std::int64_t op, std::span<const Record> records,
                                   std::int64_t now) {
  for (Record r : records) {
    r.seq = seq++, r.epoch = epoch, r.op = op;
    if (r.at == 0) r.at = now;
    Query q = db_.query(
        "INSERT INTO journal(flow, seq, epoch, op, event, strand, ordinal, name, hash, value, at,"
        " checksum) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    q.bind(id).bind(r.seq).bind(epoch).bind(op).bind(static_cast<std::int64_t>(r.event));
    q.bind(r.position.strand).bind(r.position.ordinal).bind(r.name).bind(r.hash).bind(r.value);
    q.bind(r.at).bind(checksum(id, r));
    if (const Answer a = done(q, "writing a record"); a != Answer::ok) return a;
  }
  return Answer::ok;
}

Claim SqliteStore::create(const NewFlow& flow, std::span<const Record> records) {
  Claim made;
  made.epoch = 1;
  made.next_seq = static_cast<std::int64_t>(records.size());
  made.answer = write([&]() -> Answer {
    const std::int64_t now = options_.now();
    FlowRow other;
    made.id = flow.id.empty() ? make_flow_id(flow.name, random_number()) : flow.id;
    while (find(made.id, other) == Answer::ok) {
      if (!flow.id.empty()) return say(Answer::refused, "there is a flow " + flow.id + " already");
      made.id = make_flow_id(flow.name, random_number());
    }
    Query q = db_.query(
        "INSERT INTO flow(id, name, program, status, owner, epoch, next_seq, lease_until, attempts,"
        " created_at, updated_at, waiting, note) VALUES(?1,?2,?3,?4,?5,1,?6,?7,1,?8,?8,'','')");
    q.bind(made.id).bind(flow.name).bind(flow.program);
    q.bind(static_cast<std::int64_t>(Status::running)).bind(options_.owner).bind(made.next_seq);
    q.bind(now + options_.lease_ms).bind(now);
    if (const Answer a = done(q, "creating a flow"); a != Answer::ok) return a;
    return insert_records(made.id, 1, 0, 1, records, now);
  });
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
    const bool owned = !row.owner.empty() && row.lease_until >= now && !options_.is_gone(row.owner);
    if (owned && manner == Manner::polite)
      return say(Answer::busy, row.id + " is running in another process");
    Query q = db_.query(
        "UPDATE flow SET owner=?2, epoch=epoch+1, lease_until=?3, attempts=attempts+1, status=?4"
        " WHERE id=?1 RETURNING epoch, next_seq");
    q.bind(id).bind(options_.owner).bind(now + options_.lease_ms);
    q.bind(
        static_cast<std::int64_t>(row.status == Status::stuck ? Status::stuck : Status::running));
    if (const int code = q.step(); code != SQLITE_ROW) return trouble(code, "claiming a flow");
    taken.epoch = q.number(0), taken.next_seq = q.number(1);
    return Answer::ok;
  });
  return taken;
}

Appended SqliteStore::append(const Append& a) {
  Appended result;
  result.answer = write([&] { return append_within(a, result); });
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
        case Answer::fenced:
        case Answer::missing:
        case Answer::closed:
          break;
        default:
          return results[i].answer;
      }
    }
    return Answer::ok;
  });
  if (all != Answer::ok)
    for (Appended& r : results) r = {all, false};
  return results;
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
  const auto n = static_cast<std::int64_t>(a.records.size());
  {
    const bool release = a.release || is_closed(a.status);
    Query q = db_.query(
        "UPDATE flow SET next_seq=?2, status=?3, waiting=?4, note=?5, updated_at=?6, owner=?7,"
        " lease_until=?8, wake_at=?9 WHERE id=?1");
    q.bind(a.flow).bind(a.seq + n).bind(static_cast<std::int64_t>(a.status));
    q.bind(a.waiting).bind(a.note).bind(now);
    if (release)
      q.bind_null().bind_null();
    else
      q.bind(options_.owner).bind(now + options_.lease_ms);
    if (a.wake_at == 0 || is_closed(a.status))
      q.bind_null();
    else
      q.bind(a.wake_at);
    if (const Answer wrote = done(q, "updating a flow"); wrote != Answer::ok) return wrote;
  }
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
  });
}

Answer SqliteStore::renew() {
  return write([&] {
    Query q = db_.query("UPDATE flow SET lease_until=?2 WHERE owner=?1");
    q.bind(options_.owner).bind(options_.now() + options_.lease_ms);
    return done(q, "renewing leases");
  });
}

Answer SqliteStore::deliver(std::string_view id, const Message& m) {
  return write([&]() -> Answer {
    FlowRow row;
    if (const Answer a = find(id, row); a != Answer::ok) return a;
    if (is_closed(row.status))
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
    return done(q, "delivering a message");
  });
}

// ---- reading ----------------------------------------------------------------------
Answer SqliteStore::read_records(std::string_view id, std::vector<Record>& records) {
  Query q = db_.query(
      "SELECT seq, epoch, op, event, strand, ordinal, name, hash, value, at, checksum FROM journal"
      " WHERE flow=?1 ORDER BY seq");
  q.bind(id);
  int code = SQLITE_DONE;
  while ((code = q.step()) == SQLITE_ROW) {
    Record r;
    r.seq = q.number(0), r.epoch = q.number(1), r.op = q.number(2);
    const auto event = event_numbered(q.number(3));
    r.position = {q.text(4), q.number(5)};
    r.name = q.text(6), r.hash = q.number(7), r.value = q.text(8), r.at = q.number(9);
    if (event) r.event = *event;
    const bool in_order = r.seq == static_cast<std::int64_t>(records.size());
    if (!event || !in_order || checksum(id, r) != q.number(10))
      return say(Answer::damaged, "record " + std::to_string(records.size()) + " of " +
                                      std::string(id) + " is damaged");
    records.push_back(std::move(r));
  }
  return code == SQLITE_DONE ? Answer::ok : trouble(code, "reading a journal");
}

History SqliteStore::load(std::string_view id) {
  History h;
  h.answer = read([&]() -> Answer {
    if (const Answer a = find(id, h.row); a != Answer::ok) return a;
    if (const Answer a = read_records(id, h.records); a != Answer::ok) return a;
    if (h.row.next_seq != static_cast<std::int64_t>(h.records.size()))
      return say(Answer::damaged, "records of " + h.row.id + " are missing at the end");
    return read_inbox(id, h.inbox);
  });
  return h;
}

Answer SqliteStore::inbox(std::string_view id, std::vector<Message>& messages) {
  return read([&] { return read_inbox(id, messages); });
}

Answer SqliteStore::read_inbox(std::string_view id, std::vector<Message>& messages) {
  Query q = db_.query(
      "SELECT message, letter, strand, ordinal, tag, body FROM inbox"
      " WHERE flow=?1 AND consumed_seq IS NULL ORDER BY number");
  q.bind(id);
  int code = SQLITE_DONE;
  while ((code = q.step()) == SQLITE_ROW)
    messages.push_back({q.text(0),
                        static_cast<Letter>(q.number(1)),
                        {q.text(2), q.number(3)},
                        q.text(4),
                        q.text(5)});
  return code == SQLITE_DONE ? Answer::ok : trouble(code, "reading an inbox");
}

Answer SqliteStore::list(const ListFilter& filter, std::vector<FlowRow>& rows) {
  return read([&]() -> Answer {
    std::int64_t wanted = 0;  // a bit for each status
    for (const Status s : filter.statuses) wanted |= std::int64_t{1} << static_cast<int>(s);
    static const std::string sql = "SELECT * FROM (" + std::string(kRowColumns) +
                                   " WHERE (?1=0 OR (?1>>status)&1) AND (?2='' OR name=?2)"
                                   " ORDER BY created_at DESC, rowid DESC LIMIT ?3)";
    Query q = db_.query(sql.c_str());
    q.bind(wanted).bind(filter.name);
    q.bind(filter.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(filter.limit));
    int code = SQLITE_DONE;
    while ((code = q.step()) == SQLITE_ROW) rows.push_back(read_row(q));
    return code == SQLITE_DONE ? Answer::ok : trouble(code, "listing flows");
  });
}

Answer SqliteStore::due(std::size_t limit, std::vector<FlowRow>& rows) {
  return read([&]() -> Answer {
    const std::int64_t now = options_.now();
    static const std::string sql =
        std::string(kRowColumns) +
        " WHERE status IN (1,2) AND (wake_at<=?1 OR status=1 OR id IN"
        "  (SELECT flow FROM inbox WHERE consumed_seq IS NULL)) ORDER BY wake_at";
    Query q = db_.query(sql.c_str());
    q.bind(now);
    int code = SQLITE_DONE;
    while (rows.size() < limit && (code = q.step()) == SQLITE_ROW) {
      FlowRow row = read_row(q);
      const bool owned =
          !row.owner.empty() && row.lease_until >= now && !options_.is_gone(row.owner);
      if (!owned) rows.push_back(std::move(row));
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ? Answer::ok
                                                     : trouble(code, "looking for work");
  });
}

Answer SqliteStore::next_wake(std::int64_t& at) {
  return read([&] {
    at = db_.number("SELECT min(wake_at) FROM flow WHERE wake_at IS NOT NULL AND status=2", 0);
    return Answer::ok;
  });
}

Answer SqliteStore::import(const FlowRow& row, std::span<const Record> records) {
  return write([&]() -> Answer {
    FlowRow other;
    if (find(row.id, other) == Answer::ok)
      return say(Answer::refused, "there is a flow " + row.id + " already");
    {
      Query q = db_.query(
          "INSERT INTO flow(id, name, program, status, owner, epoch, next_seq, lease_until,"
          " attempts, created_at, updated_at, waiting, note, wake_at)"
          " VALUES(?1,?2,?3,?4,NULL,?5,?6,NULL,0,?7,?8,?9,?10,?11)");
      q.bind(row.id).bind(row.name).bind(row.program).bind(static_cast<std::int64_t>(row.status));
      q.bind(row.epoch).bind(static_cast<std::int64_t>(records.size()));
      q.bind(row.created_at).bind(row.updated_at).bind(row.waiting).bind(row.note);
      row.wake_at == 0 ? q.bind_null() : q.bind(row.wake_at);
      if (const Answer a = done(q, "importing a flow"); a != Answer::ok) return a;
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Record& r = records[i];
      const Answer a = insert_records(row.id, r.epoch, static_cast<std::int64_t>(i), r.op,
                                      std::span(&r, 1), r.at);
      if (a != Answer::ok) return a;
    }
    return Answer::ok;
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
      for (const char* sql : {"DELETE FROM journal WHERE flow=?1",
                              "DELETE FROM inbox WHERE flow=?1", "DELETE FROM flow WHERE id=?1"}) {
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

Answer SqliteStore::put_program(std::string_view hash, std::string_view text) {
  std::string there;
  if (get_program(hash, there) == Answer::ok) return Answer::ok;
  return write([&] {
    Query q = db_.query("INSERT OR IGNORE INTO program(hash, text, at) VALUES(?1,?2,?3)");
    q.bind(hash).bind(text).bind(options_.now());
    return done(q, "storing a program");
  });
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

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path, StoreOptions options,
                                         std::string& error) {
  if (options.owner.empty()) options.owner = make_owner_name();
  if (!options.now) options.now = wall_clock_ms;
  if (!options.is_gone) options.is_gone = owner_is_gone;
  if (!make_parent_folders(path)) {
    error = "cannot make the folder of " + path + ": " + std::strerror(errno);
    return nullptr;
  }
  auto store = std::make_unique<SqliteStore>(path, std::move(options));
  if (store->open() != Answer::ok) {
    error = store->error();
    return nullptr;
  }
  return store;
}

}  // namespace fermata::flow
