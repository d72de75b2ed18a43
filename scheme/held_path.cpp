#include "scheme/held_path.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fermata::scheme {

int open_in_place(std::string_view real) {
  int at = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (at >= 0 && !real.empty()) {
    real.remove_prefix(real.front() == '/');
    const std::string part(real.substr(0, real.find('/')));
    real.remove_prefix(part.size());
    if (part.empty()) continue;
    const int next = ::openat(at, part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    const int error = errno;
    ::close(at);
    errno = error;
    at = next;
    struct stat info;
    if (at >= 0 && ::fstat(at, &info) == 0 && S_ISLNK(info.st_mode)) {
      ::close(at);
      errno = ELOOP;
      return -1;
    }
  }
  return at;
}

void HeldPaths::hold(std::string_view text, std::string_view real, Last last) {
  if (world_ == nullptr) return;
  const std::size_t cut = real.rfind('/') + 1;
  int file = last == Last::kept ? -1 : open_in_place(real);
  const bool in_folder = last == Last::kept || (last == Last::made && file < 0 && errno == ENOENT);
  if (in_folder) file = open_in_place(real.substr(0, cut));
  // -1: what cannot be reached is not there.
  std::string name = "/proc/self/fd/" + std::to_string(file);
  if (file >= 0 && in_folder) name += "/" + std::string(real.substr(cut));
  vm::HeldPath& p = paths_[count_];
  files_[count_++] = file;
  p = {std::string(text), std::move(name), in_folder, world_->held};
  world_->held = &p;
}

HeldPaths::~HeldPaths() {
  while (count_ > 0) {
    world_->held = paths_[--count_].next;
    if (files_[count_] >= 0) ::close(files_[count_]);
  }
}

namespace {

const vm::HeldPath* find(vm::Machine& m, const std::string& path) {
  const vm::World* w = vm::world_of(m);
  const vm::HeldPath* p = w != nullptr ? w->held : nullptr;
  while (p != nullptr && p->path != path) p = p->next;
  return p;
}

}  // namespace

const char* system_name(vm::Machine& m, const std::string& path) {
  const vm::HeldPath* p = find(m, path);
  return p != nullptr ? p->name.c_str() : path.c_str();
}

const char* system_name(vm::Machine& m, const std::string& path, int& flags) {
  const vm::HeldPath* p = find(m, path);
  if (p == nullptr) return path.c_str();
  // In its folder a link may be put where the file will be; a descriptor's name is a link itself.
  struct stat info;
  const bool is_link =
      flags & O_NOFOLLOW && ::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
  if (p->in_folder || is_link)
    flags |= O_NOFOLLOW;
  else
    flags &= ~O_NOFOLLOW;
  return p->name.c_str();
}

}  // namespace fermata::scheme
