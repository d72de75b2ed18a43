// Process identity by /proc; see owner.hpp.
#include "flow/owner.hpp"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fermata::flow {

namespace {

std::string boot() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  in >> id;
  return id.substr(0, 13);
}

std::string process_namespace() {
  char link[64];
  const ssize_t n = readlink("/proc/self/ns/pid", link, sizeof link);
  std::string digits;
  for (ssize_t i = 0; i < n; ++i)
    if (std::isdigit(static_cast<unsigned char>(link[i]))) digits += link[i];
  return digits;
}

// When the process started, in clock ticks since the boot; empty when it is not there.
std::string start_time(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(in, line)) return "";
  // The name, in parentheses, may hold anything; fields are counted from behind it.
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::string field;
  for (int i = 0; i < 20; ++i) rest >> field;
  return field;
}

std::string machine() { return boot() + "/" + process_namespace(); }

}  // namespace

std::uint64_t random_number() {
  std::uint64_t n = 0;
  while (getrandom(&n, sizeof n, 0) != sizeof n) {
  }
  return n;
}

std::string make_owner_name() {
  const std::string pid = std::to_string(getpid());
  return machine() + "/" + pid + "/" + start_time(pid) + "/" +
         std::to_string(random_number() % 1000000);
}

std::string make_worker_name() {
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') std::strcpy(name, "worker");
  return std::string(name) + "-" + std::to_string(getpid());
}

bool owner_is_gone(std::string_view owner) {
  const std::string here = machine() + "/";
  if (!owner.starts_with(here)) return false;
  std::istringstream rest{std::string(owner.substr(here.size()))};
  std::string pid, started;
  if (!std::getline(rest, pid, '/') || !std::getline(rest, started, '/')) return false;
  if (started.empty() || start_time(std::to_string(getpid())).empty()) return false;
  return start_time(pid) != started;
}

std::string command_for_shell() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const std::string name = self.filename();
  if (error || name != "fermata") return "fermata";  // a host of its own
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::equivalent(fs::path(folder) / name, self, error)) return name;
  const fs::path near = fs::relative(self, error);
  return !error && *near.begin() != ".." ? near.string() : self.string();
}

namespace {

std::int64_t clock_ms(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1000000;
}

}  // namespace

std::int64_t boot_clock_ms() { return clock_ms(CLOCK_BOOTTIME); }
std::int64_t wall_clock_ms() { return clock_ms(CLOCK_REALTIME); }

std::string make_flow_id(std::string_view name, std::uint64_t random) {
  std::string id;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_') id += c;
  if (id.empty() || std::isdigit(static_cast<unsigned char>(id[0])) || id[0] == '-')
    id = "flow-" + id;
  if (id.back() != '-') id += '-';
  // The first letter of the tail is no digit and nothing here is easily misread.
  static constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";
  id += kLetters[random % 23], random /= 23;
  for (int i = 0; i < 5; ++i) id += kLetters[random % 31], random /= 31;
  return id;
}

}  // namespace fermata::flow
