// The SQLite store: one file, any number of processes.
//
// Write-ahead log, synchronous=FULL: a commit that returned survives a power cut.  Where losing it
// alone would lose nothing (taking a flow: whoever took it is gone too), NORMAL is enough: the log
// is forced to the disk as a whole, so the next commit takes such a one along.  Write
// transactions and checkpoints of all processes run under one flock on FILE.lock (why:
// file_lock.hpp); SQLite's own checkpoints, automatic and at the last close, are off.  An
// I/O error while writing stops this store for good: what the disk then holds is unknown
// until somebody opens it afresh.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "flow/owner.hpp"
#include "flow/schema.hpp"
#include "flow/sqlite_store.hpp"

namespace fermata::flow {

namespace {
constexpr int kCheckpointPages = 1000;  // checkpoint when the log is longer, about 4 MB
}

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

// ---- transactions ----------------------------------------------------------------
Answer SqliteStore::begin_write(const FileLock& lock, Force force) {
  if (failed_) return Answer::fail_stop;
  if (!lock.held())
    return say(Answer::busy, "another process has held " + path_ + ".lock for too long");
  if (force != force_) {
    const int set = db_.run(force == Force::now ? "PRAGMA synchronous=FULL"
                                                : "PRAGMA synchronous=NORMAL");
    if (set != SQLITE_OK) return trouble(set, "beginning");
    force_ = force;
  }
  const int code = db_.run("BEGIN IMMEDIATE");
  return code == SQLITE_OK ? Answer::ok : trouble(code, "beginning");
}

Answer SqliteStore::end_write(Answer answer) {
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

// Requires: the lock is held and no transaction is open.
void SqliteStore::checkpoint_if_long() {
  if (wal_pages_ < kCheckpointPages) return;
  // Passive: copies what no reader still needs and waits for nobody.
  const int code =
      sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // The commit before it is safe in the log; nothing is to be added to what may not be copied.
  if ((code & 0xff) == SQLITE_IOERR) trouble(code, "moving the log into the file");
  wal_pages_ = 0;
}

// ---- opening -------------------------------------------------------------------
namespace {
bool make_parent_folders(const std::string& path) {
  for (std::size_t i = path.find('/', 1); i != std::string::npos; i = path.find('/', i + 1)) {
    const std::string folder = path.substr(0, i);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  return true;
}
}  // namespace

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
  db_.run("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cell_size_check=ON;"
          "PRAGMA cache_size=-8000");
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
    std::string script = std::string("BEGIN IMMEDIATE;") + kFirstSchema;
    for (const char* migration : kMigrations) script += migration;
    script += "PRAGMA application_id=" + std::to_string(kApplicationId) +
              ";PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";COMMIT;";
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

std::unique_ptr<Store> open_sqlite_store(const std::string& path, StoreOptions options,
                                         std::string& error) {
  if (options.owner.empty()) options.owner = make_owner_name();
  if (options.lease_ms == 0) options.lease_ms = kLocalLeaseMs;
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
