// Paths that were checked lead to what was checked.
#include "scheme/held_path.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "scheme/world.hpp"

using namespace fermata;
using scheme::HeldPaths;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/fermata-held-XXXXXX";
    path = fs::canonical(mkdtemp(name));
    fs::create_directories(path / "in/deep");
    fs::create_directories(path / "out");
    std::ofstream(path / "in/deep/f") << "inside";
    std::ofstream(path / "out/f") << "outside";
    scheme::make_world(m);
  }
  ~Folder() {
    scheme::destroy_world(m);
    vm::Machine::destroy(m);
    fs::remove_all(path);
  }
  // The folder in/deep makes way for a link to out.
  void exchange() {
    fs::rename(path / "in/deep", path / "in/away");
    fs::create_directory_symlink(path / "out", path / "in/deep");
  }
  std::string text(const char* place) const {
    std::string line;
    std::ifstream file{std::string(place)};
    std::getline(file, line);
    return line;
  }
  vm::Machine& m = vm::Machine::create();
  fs::path path;
};

}  // namespace

TEST_CASE_METHOD(Folder, "a file that was held is the same after its folder was exchanged",
                 "[held]") {
  const std::string file = path / "in/deep/f";
  CHECK(scheme::system_name(m, file) == file);
  {
    HeldPaths held(m);
    held.hold(file, file, HeldPaths::Last::followed);
    exchange();
    CHECK(text(file.c_str()) == "outside");
    CHECK(text(scheme::system_name(m, file)) == "inside");
    CHECK(scheme::system_name(m, file + "2") == file + "2");
  }
  CHECK(scheme::system_name(m, file) == file);
}

TEST_CASE_METHOD(Folder, "a folder that was exchanged for a link before it was held is refused",
                 "[held]") {
  exchange();
  CHECK(scheme::open_in_place((path / "in/deep/f").string()) == -1);
  CHECK(errno == ELOOP);
  const std::string file = path / "in/deep/f";
  for (const auto last :
       {HeldPaths::Last::followed, HeldPaths::Last::made, HeldPaths::Last::kept}) {
    HeldPaths held(m);
    held.hold(file, file, last);
    CHECK(text(scheme::system_name(m, file)).empty());
    CHECK(::unlink(scheme::system_name(m, file)) == -1);
  }
  CHECK(text((path / "out/f").c_str()) == "outside");
}

TEST_CASE_METHOD(Folder, "a new file is made in the folder that was held, never through a link",
                 "[held]") {
  const std::string file = path / "in/deep/new";
  HeldPaths held(m);
  held.hold(file, file, HeldPaths::Last::made);
  fs::create_symlink(path / "out/made", file);
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC;
  const char* const place = scheme::system_name(m, file, flags);
  CHECK(::open(place, flags, 0666) == -1);
  CHECK(errno == ELOOP);
  fs::remove(file);
  exchange();
  const int fd = ::open(place, flags, 0666);
  REQUIRE(fd >= 0);
  ::close(fd);
  CHECK(fs::exists(path / "in/away/new"));
  CHECK_FALSE(fs::exists(path / "out/new"));
  CHECK_FALSE(fs::exists(path / "out/made"));
}
