// A lock between processes: flock(2) on a small file beside the database.
//
// SQLite up to 3.51.2 can corrupt a database when two connections write or checkpoint its
// write-ahead log at the same moment.  So all our write transactions and checkpoints, of
// all processes, happen under this one lock.  Readers do not take it.
#pragma once

#include <string>

namespace fermata::flow {

class LockFile {
 public:
  // Creates the file when it is missing; is_open() says whether that worked.
  explicit LockFile(const std::string& path);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  bool is_open() const { return descriptor_ >= 0; }

 private:
  friend class FileLock;
  int descriptor_;
};

// Holds the lock while it lives, if it got it within the time.
class FileLock {
 public:
  FileLock(LockFile& file, int timeout_ms);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

}  // namespace fermata::flow
