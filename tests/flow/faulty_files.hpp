// SQLite's files, with faults: a VFS (sqlite.org/vfs.html) between SQLite and the system's own.
//
// While one exists, every database that this process opens goes through it.  It counts what
// changes a file, can let one of these changes fail, and can remember all of them, so that a
// test can make the files as a power cut at any moment might have left them.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fermata::flow {

class FaultyFiles {
 public:
  enum class Fault { none, full, write_error, sync_error };

  FaultyFiles();
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  // The change of that number (from 1, of the kind that can fail so) fails, and those after it
  // too when the disk is full; `none` ends that.
  void fail(Fault fault, int at);
  int changes(Fault fault) const;  // how many there were that can fail so
  bool failed() const { return failed_; }

  struct Change {
    enum Kind { write, truncate, sync, remove } kind;
    std::string file;
    std::int64_t at = 0;  // where; for truncate the new size
    std::string bytes;
  };
  // The process is killed at the change of that number, of whatever kind, from now on.
  enum class Death { before, within, after };  // within: half of a write has been done
  void die(Death death, int at) { death_ = death, dies_at_ = at, reached_ = 0; }
  int reached() const { return reached_; }
  void remember(bool on) { remembers_ = on; }
  const std::vector<Change>& remembered() const { return changes_; }

  // ---- for the methods of the files ----------------------------------------------------
  int before(Change::Kind kind);  // SQLITE_OK, or the fault
  bool dies(Death death) const { return reached_ == dies_at_ && death == death_; }
  void note(Change change);
  sqlite3_vfs* real() const { return real_; }

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  Fault fault_ = Fault::none;
  int fault_at_ = 0;
  int writes_ = 0, syncs_ = 0;
  bool failed_ = false, remembers_ = false;
  Death death_ = Death::before;
  int dies_at_ = 0, reached_ = 0;
  std::vector<Change> changes_;
};

// What the files may hold after a power cut behind the first `count` changes: everything up to
// the last sync of each file, and of what came later any part, in pieces of 512 bytes.
// random: gives numbers.
template <class Random>
std::map<std::string, std::string> image_after(const std::vector<FaultyFiles::Change>& changes,
                                               std::size_t count, Random random) {
  std::map<std::string, std::size_t> synced;  // changes before it are safe
  for (std::size_t i = 0; i < count; ++i)
    if (changes[i].kind == FaultyFiles::Change::sync) synced[changes[i].file] = i;
  std::map<std::string, std::string> files;
  for (std::size_t i = 0; i < count; ++i) {
    const FaultyFiles::Change& c = changes[i];
    if (c.kind == FaultyFiles::Change::sync) continue;
    if (c.kind == FaultyFiles::Change::remove) {  // SQLite syncs the folder with it
      files.erase(c.file);
      continue;
    }
    std::string& file = files[c.file];
    const bool safe = synced.count(c.file) != 0 && i < synced[c.file];
    if (c.kind == FaultyFiles::Change::truncate) {
      if (safe || random() % 2 == 0) file.resize(static_cast<std::size_t>(c.at));
      continue;
    }
    const auto fate = random() % 3;  // none of it, all of it, pieces
    if (!safe && fate == 0) continue;
    const auto at = static_cast<std::size_t>(c.at);
    for (std::size_t done = 0; done < c.bytes.size();) {
      const std::size_t piece = std::min(512 - (at + done) % 512, c.bytes.size() - done);
      if (safe || fate == 1 || random() % 2 == 0) {
        if (file.size() < at + done + piece) file.resize(at + done + piece);
        file.replace(at + done, piece, c.bytes, done, piece);
      }
      done += piece;
    }
  }
  return files;
}

}  // namespace fermata::flow
