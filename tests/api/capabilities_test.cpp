// What a program may do to the world: nothing that was not granted.
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fermata/fermata.hpp>

using namespace fermata;
namespace fs = std::filesystem;

namespace {

constexpr const char* kImports =
    "(import (scheme base) (scheme file) (scheme load) (scheme time) (scheme process-context) (srfi 170) (fermata net)"
    "        (fermata task) (fermata sched))";

struct Folder {
  Folder() {
    char name[] = "/tmp/fermata-caps-XXXXXX";
    path = fs::canonical(mkdtemp(name));
    fs::create_directories(path / "in/deep");
    fs::create_directories(path / "out");
    std::ofstream(path / "in/a.txt") << "inside";
    std::ofstream(path / "in/deep/b.txt") << "deep";
    std::ofstream(path / "secret.txt") << "secret";
    fs::create_symlink(path / "secret.txt", path / "in/link");
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
  std::string read(const char* name) const {
    return "(call-with-input-file \"" + file(name) + "\" read-line)";
  }
  fs::path path;
};

Errc code(Interpreter& in, const std::string& text) {
  const Result<Value> r = in.eval(text);
  return r ? Errc::ok : r.error().code();
}

}  // namespace

TEST_CASE("embedding 1.1: an interpreter without grants reaches nothing, and says so", "[api]") {
  const Folder folder;
  Interpreter in = Interpreter::create().value();
  in.eval(kImports).value();
  const std::string f = folder.file("secret.txt"), quoted = "\"" + f + "\"";
  for (const std::string& text : std::vector<std::string>{
           "(open-input-file " + quoted + ")", "(open-output-file " + quoted + ")", "(file-exists? " + quoted + ")",
           "(delete-file " + quoted + ")", "(load " + quoted + ")", "(include " + quoted + ")",
           "(open-file " + quoted + " binary-input/output 0)", "(directory-files \"/\")", "(create-directory \"/tmp/x\")",
           "(rename-file " + quoted + " \"/tmp/y\")", "(create-symlink \"/etc\" \"/tmp/z\")", "(real-path \"/\")",
           std::string("(get-environment-variable \"HOME\")"), std::string("(get-environment-variables)"),
           std::string("(current-second)"), std::string("(current-jiffy)"), std::string("(emergency-exit 1)"),
           std::string("(pid)"), std::string("(set-current-directory! \"/\")"), std::string("(user-uid)"),
           std::string("(tcp-connect \"localhost\" 80)"), std::string("(tcp-listen 0)"),
           std::string("(runner-start! (make-task-runner) (process-task '(\"true\")))"),
           std::string("(import (fermata flow)) (open-flow-store \"sqlite:/tmp/x.db\")"),
           std::string("(fd->port 1 binary-output)"),
       }) {
    INFO(text);
    const Result<Value> r = in.eval(text);
    REQUIRE_FALSE(r);
    CHECK(r.error().code() == Errc::denied);
  }
  CHECK(std::string(in.eval("(open-input-file \"/etc/passwd\")").error().message()) ==
        "open-input-file: the host does not let this interpreter read files: /etc/passwd");
  CHECK(in.eval("(guard (c ((eq? (condition-kind c) 'denied) 'refused)) (current-second))").value().write() == "refused");
  CHECK(fs::exists(f));
  // Nor can the natives under the libraries be had.
  CHECK(code(in, "(import (only (fermata sched processes) %process-start))") == Errc::library);
  // Computing, tasks and waiting need no grant.
  CHECK(in.eval("(task-sleep 0.001) (eval '(map + '(1) '(2)) (environment '(scheme base)))").value().write() == "(3)");
}

TEST_CASE("complaint 2: files are granted by folder, links and dots do not lead out", "[api]") {
  const Folder folder;
  Interpreter in = Interpreter::create({.caps = Capabilities::none().read(folder.file("in")).write(folder.file("out"))})
                       .value();
  in.eval(kImports).value();
  CHECK(in.eval(folder.read("in/a.txt")).value().as<std::string>().value() == "inside");
  CHECK(in.eval(folder.read("in/deep/../deep/b.txt")).value().as<std::string>().value() == "deep");
  CHECK(code(in, folder.read("secret.txt")) == Errc::denied);
  CHECK(code(in, folder.read("in/../secret.txt")) == Errc::denied);
  CHECK(code(in, folder.read("in/link")) == Errc::denied);
  CHECK(code(in, folder.read("inside")) == Errc::denied);
  CHECK(code(in, "(call-with-output-file \"" + folder.file("out/new.txt") + "\" (lambda (p) (write 1 p)))") == Errc::ok);
  CHECK(code(in, "(call-with-output-file \"" + folder.file("in/new.txt") + "\" (lambda (p) (write 1 p)))") == Errc::denied);
  CHECK(code(in, "(create-symlink \"" + folder.file("secret.txt") + "\" \"" + folder.file("out/l") + "\")") == Errc::denied);
  CHECK(code(in, "(rename-file \"" + folder.file("out/new.txt") + "\" \"" + folder.file("in/n\")")) == Errc::denied);
  std::ofstream(folder.path / "in/part.scm") << "(define from-part 5)";
  CHECK(in.eval("(include \"" + folder.file("in/part.scm") + "\") from-part").value().as<int>().value() == 5);
}

TEST_CASE("grants of variables, programs, clocks and everything", "[api]") {
  setenv("FERMATA_TEST_VARIABLE", "seen", 1);
  Interpreter some = Interpreter::create({.caps = Capabilities().environment("FERMATA_TEST_VARIABLE").clock().network("localhost:9")})
                         .value();
  some.eval(kImports).value();
  CHECK(some.eval("(get-environment-variable \"FERMATA_TEST_VARIABLE\")").value().as<std::string>().value() == "seen");
  CHECK(code(some, "(get-environment-variable \"HOME\")") == Errc::denied);
  CHECK(some.eval("(> (current-second) 0)").value().view().is_true());
  CHECK(code(some, "(tcp-connect \"localhost\" 10)") == Errc::denied);
  CHECK(code(some, "(tcp-connect \"127.0.0.1\" 9)") == Errc::denied);
  CHECK(code(some, "(tcp-connect \"localhost\" 9)") == Errc::io);  // granted; nobody listens
  Interpreter all = Interpreter::create({.caps = Capabilities::all()}).value();
  all.eval(kImports).value();
  CHECK(code(all, "(file-exists? \"/\")") == Errc::ok);
  CHECK(code(all, "(pid)") == Errc::ok);
}

TEST_CASE("output goes to the host's function, or is refused", "[api]") {
  std::string out, err;
  Interpreter in = Interpreter::create({.out = [&](std::string_view s) { out += s; }, .err = [&](std::string_view s) { err += s; }})
                       .value();
  in.eval("(display \"hello\") (newline) (write 'oops (current-error-port))").value();
  CHECK(out == "hello\n");
  CHECK(err == "oops");
  CHECK(in.eval("(eof-object? (read-char))").value().view().is_true());
  Interpreter mute = Interpreter::create().value();
  const Result<Value> r = mute.eval("(display \"hello\")");
  REQUIRE_FALSE(r);
  CHECK(std::string(r.error().message()).find("which the host did not grant") != std::string::npos);
}

TEST_CASE("libraries of the host's path are found, others are not read", "[api]") {
  const Folder folder;
  fs::create_directories(folder.path / "lib/app");
  std::ofstream(folder.path / "lib/app/tool.sld") << "(define-library (app tool) (export tool) (import (scheme base))"
                                                     "(begin (define (tool) 'tool)))";
  Interpreter in = Interpreter::create({.library_path = {folder.file("lib")}}).value();
  CHECK(in.eval("(import (app tool)) (tool)").value().write() == "tool");
  CHECK(in.eval("(import (app other))").error().code() == Errc::library);
}
