// See faulty_files.hpp.
#include "tests/flow/faulty_files.hpp"

#include <csignal>
#include <cstring>
#include <new>

namespace fermata::flow {

namespace {

// A file of ours; the system's lies behind it.
struct File {
  sqlite3_file base;
  FaultyFiles* owner;
  std::string* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static File& of(sqlite3_file* f) { return *reinterpret_cast<File*>(f); }
};

// The methods that only pass on.
template <auto Method>
struct Pass;
template <class... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct Pass<Method> {
  static int call(sqlite3_file* f, Arguments... arguments) {
    sqlite3_file* const real = File::of(f).real();
    return (real->pMethods->*Method)(real, arguments...);
  }
};

int close_file(sqlite3_file* f) {
  File& file = File::of(f);
  const int code = file.real()->pMethods->xClose(file.real());
  delete file.name;
  return code;
}

int write_file(sqlite3_file* f, const void* bytes, int count, sqlite3_int64 at) {
  File& file = File::of(f);
  if (const int code = file.owner->before(FaultyFiles::Change::write); code != SQLITE_OK)
    return code;
  file.owner->note({FaultyFiles::Change::write, *file.name, at,
                    std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
  const auto write = [&](int n) {
    return file.real()->pMethods->xWrite(file.real(), bytes, n, at);
  };
  if (file.owner->dies(FaultyFiles::Death::within)) {
    write(count / 2);
    raise(SIGKILL);
  }
  const int code = write(count);
  if (file.owner->dies(FaultyFiles::Death::after)) raise(SIGKILL);
  return code;
}

int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
  File& file = File::of(f);
  if (const int code = file.owner->before(FaultyFiles::Change::truncate); code != SQLITE_OK)
    return code;
  file.owner->note({FaultyFiles::Change::truncate, *file.name, size, ""});
  return file.real()->pMethods->xTruncate(file.real(), size);
}

int sync_file(sqlite3_file* f, int flags) {
  File& file = File::of(f);
  if (const int code = file.owner->before(FaultyFiles::Change::sync); code != SQLITE_OK)
    return code;
  file.owner->note({FaultyFiles::Change::sync, *file.name, 0, ""});
  const int code = file.real()->pMethods->xSync(file.real(), flags);
  if (file.owner->dies(FaultyFiles::Death::after)) raise(SIGKILL);
  return code;
}

void barrier(sqlite3_file* f) { File::of(f).real()->pMethods->xShmBarrier(File::of(f).real()); }

#define PASS(method) Pass<&sqlite3_io_methods::method>::call
constexpr sqlite3_io_methods kMethods = {
    2,
    close_file,
    PASS(xRead),
    write_file,
    truncate_file,
    sync_file,
    PASS(xFileSize),
    PASS(xLock),
    PASS(xUnlock),
    PASS(xCheckReservedLock),
    PASS(xFileControl),
    PASS(xSectorSize),
    PASS(xDeviceCharacteristics),
    PASS(xShmMap),
    PASS(xShmLock),
    barrier,
    PASS(xShmUnmap),
    nullptr,
    nullptr,
};
#undef PASS

std::string last_part(const char* path) {
  const std::string text = path == nullptr ? "" : path;
  return text.substr(text.rfind('/') + 1);
}

int remove_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto& owner = *static_cast<FaultyFiles*>(vfs->pAppData);
  owner.note({FaultyFiles::Change::remove, last_part(path), 0, ""});
  return owner.real()->xDelete(owner.real(), path, sync_folder);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* f, int flags, int* out_flags) {
  auto& owner = *static_cast<FaultyFiles*>(vfs->pAppData);
  auto* const file = ::new (f) File{};
  const int code = owner.real()->xOpen(owner.real(), name, file->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  file->owner = &owner;
  file->name = new std::string(last_part(name));
  file->base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

FaultyFiles::FaultyFiles() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.xOpen = open_file;
  vfs_.xDelete = remove_file;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyFiles::~FaultyFiles() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyFiles::fail(Fault fault, int at) {
  fault_ = fault, fault_at_ = at;
  writes_ = syncs_ = 0;
  failed_ = false;
}

int FaultyFiles::changes(Fault fault) const {
  return fault == Fault::sync_error ? syncs_ : writes_;
}

int FaultyFiles::before(Change::Kind kind) {
  ++reached_;
  if (dies(Death::before)) raise(SIGKILL);
  const int number = kind == Change::sync ? ++syncs_ : ++writes_;
  const bool is_sync = kind == Change::sync;
  if (fault_ == Fault::none || is_sync != (fault_ == Fault::sync_error)) return SQLITE_OK;
  if (number < fault_at_ || (number > fault_at_ && fault_ != Fault::full)) return SQLITE_OK;
  failed_ = true;
  switch (fault_) {
    case Fault::full:
      return SQLITE_FULL;
    case Fault::write_error:
      return SQLITE_IOERR_WRITE;
    default:
      return SQLITE_IOERR_FSYNC;
  }
}

void FaultyFiles::note(Change change) {
  if (remembers_) changes_.push_back(std::move(change));
}

}  // namespace fermata::flow
