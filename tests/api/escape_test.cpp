// Attempts of untrusted programs to reach what they were not given: reliability 2.3, S1, S2, S6, S7.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
namespace fs = std::filesystem;

namespace {

// Whoever gets out writes this file, or reads the secret.
struct Prison {
  Prison() {
    char name[] = "/tmp/fermata-escape-XXXXXX";
    path = fs::canonical(mkdtemp(name));
    fs::create_directory(path / "cell");
    std::ofstream(path / "cell/bread") << "bread";
    std::ofstream(path / "secret") << "(define stolen 'secret) 'secret\n";
  }
  ~Prison() { fs::remove_all(path); }
  std::string file(const char* name) const { return "\"" + (path / name).string() + "\""; }
  // Text with SECRET, OUT and DIR replaced.
  std::string fill(std::string text) const {
    const std::pair<const char*, std::string> words[] = {
        {"SECRET", file("secret")}, {"OUT", file("out")}, {"DIR", file("")}};
    for (const auto& [word, by] : words) {
      for (std::size_t at; (at = text.find(word)) != text.npos;) text.replace(at, std::string(word).size(), by);
    }
    return text;
  }
  bool untouched() const {
    std::vector<std::string> names;
    for (const auto& e : fs::directory_iterator(path)) names.push_back(e.path().filename());
    std::sort(names.begin(), names.end());
    return names == std::vector<std::string>{"cell", "secret"};
  }
  fs::path path;
};

constexpr const char* kEscapes[] = {
    // Files, by every name that opens one.
    "(import (scheme file)) (open-input-file SECRET)",
    "(import (scheme file)) (open-binary-input-file SECRET)",
    "(import (scheme file)) (open-output-file OUT)",
    "(import (scheme file)) (open-binary-output-file OUT)",
    "(import (scheme file)) (call-with-input-file SECRET read-line)",
    "(import (scheme file)) (call-with-output-file OUT newline)",
    "(import (scheme file)) (with-input-from-file SECRET read-line)",
    "(import (scheme file)) (with-output-to-file OUT newline)",
    "(import (scheme file)) (file-exists? SECRET)",
    "(import (scheme file)) (delete-file SECRET)",
    "(import (scheme load)) (load SECRET)",
    "(import (scheme load)) (load SECRET (environment '(scheme base)))",
    "(import (scheme load) (scheme eval)) (load SECRET (environment '(scheme base)))",
    "(include SECRET)",
    "(include-ci SECRET)",
    "(let () (include SECRET))",
    "(define-library (spy) (export stolen) (import (scheme base)) (include SECRET)) (import (spy)) stolen",
    "(define-library (spy two) (export stolen) (import (scheme base)) (include-library-declarations SECRET))"
    " (import (spy two))",
    "(define-syntax spy (syntax-rules () ((_ f) (include f)))) (spy SECRET)",
    "(import (scheme r5rs)) (load SECRET)",
    "(import (scheme r5rs)) (open-input-file SECRET)",
    "(import (srfi 170)) (open-file SECRET binary-input 0)",
    "(import (srfi 170)) (directory-files DIR)",
    "(import (srfi 170)) (create-directory OUT)",
    "(import (srfi 170)) (create-fifo OUT)",
    "(import (srfi 170)) (create-symlink SECRET OUT)",
    "(import (srfi 170)) (create-hard-link SECRET OUT)",
    "(import (srfi 170)) (rename-file SECRET OUT)",
    "(import (srfi 170)) (delete-directory DIR)",
    "(import (srfi 170)) (set-file-mode SECRET 0)",
    "(import (srfi 170)) (truncate-file SECRET 0)",
    "(import (srfi 170)) (file-info SECRET #t)",
    "(import (srfi 170)) (real-path DIR)",
    "(import (srfi 170)) (create-temp-file)",
    "(import (srfi 170)) (call-with-temporary-filename (lambda (name) (open-output-file OUT)))",
    "(import (srfi 170)) (open-directory DIR)",
    "(import (srfi 170)) (fd->port 2 binary-output)",
    "(import (srfi 170)) (set-current-directory! \"/\")",
    // The process and its surroundings.
    "(import (scheme process-context)) (get-environment-variable \"HOME\")",
    "(import (scheme process-context)) (get-environment-variables)",
    "(import (scheme process-context)) (emergency-exit 0)",
    "(import (scheme process-context)) (exit 0)",
    "(import (srfi 170)) (set-environment-variable! \"X\" \"y\")",
    "(import (srfi 170)) (user-info 0)",
    "(import (srfi 170)) (pid)",
    "(import (srfi 98)) (get-environment-variable \"PATH\")",
    "(import (scheme time)) (current-second)",
    "(import (scheme time)) (current-jiffy)",
    "(import (srfi 19)) (current-time)",
    "(import (fermata net)) (tcp-connect \"localhost\" 22)",
    "(import (fermata net)) (tcp-listen 0)",
    "(import (fermata task)) (run-wait (runner-start! (make-task-runner) (process-task '(\"touch\" OUT))))",
    "(import (fermata flow)) (open-flow-store (string-append \"sqlite:\" OUT))",
    "(import (fermata flow)) (flow/start (lambda (x) x) 1)",
    // Around the libraries: evaluation, natives under them, names made up.
    "(import (scheme eval)) (eval '(open-input-file SECRET) (environment '(scheme file)))",
    "(import (scheme eval)) (eval '(begin (import (scheme file)) (open-input-file SECRET)) (environment '(scheme base)))",
    "(import (scheme repl) (scheme eval)) (eval '(begin (import (scheme file)) (delete-file SECRET))"
    " (interaction-environment))",
    "(import (fermata builtins)) (open-input-file SECRET)",
    "(import (only (fermata builtins) %file-loader)) (%file-loader SECRET (interaction-environment))",
    "(import (only (fermata sched processes) %process-start)) (%process-start '(\"true\") '() #f '() '())",
    "(import (only (fermata sched streams) %descriptor-device)) (%descriptor-device 0 #f)",
    "(import (only (fermata flow sources) %flow-open-script)) (%flow-open-script SECRET)",
    "(import (|../../../../../etc| passwd))",
    "(import (|..| secret))",
    // Through objects that trusted code made: an error's parts, ports, parameters.
    "(import (scheme file)) (guard (c ((procedure? c) (c)) ((error-object? c)"
    " ((car (error-object-irritants c)) SECRET))) (host-fail))",
    "(import (scheme file)) (with-exception-handler (lambda (c) (open-input-file SECRET)) (lambda () (host-fail)))",
    "(import (scheme file)) (dynamic-wind (lambda () #f) (lambda () (host-fail)) (lambda () (open-input-file SECRET)))",
    "(import (scheme file)) (host-calls (lambda () (open-input-file SECRET)))",
    "(import (scheme file) (fermata sched)) (task-join (task-spawn (lambda () (open-input-file SECRET))))",
    "(import (scheme file) (fermata go)) (let ((c (make-chan)))"
    " (go (chan-send! c (guard (e (#t e)) (open-input-file SECRET)))) (raise (chan-recv! c)))",
    "(import (scheme file) (fermata promise)) (force (delay (open-input-file SECRET)))",
    "(import (scheme file)) ((make-parameter SECRET open-input-file))",
    "(import (fermata capabilities) (scheme file)) (narrow-capabilities! 'all) (open-input-file SECRET)",
};

}  // namespace

TEST_CASE("reliability S1: more than 60 ways out, none open", "[api]") {
  CHECK(std::size(kEscapes) >= 60);
  const Prison prison;
  for (const char* attempt : kEscapes) {
    INFO(attempt);
    Interpreter in = Interpreter::create().value();
    in.define("host-fail", []() -> int { throw std::runtime_error("no"); }).value();
    in.define("host-calls", [](const Value& f) { return f(); }).value();
    const Result<Value> r = in.eval(prison.fill(attempt), {.timeout = std::chrono::seconds(5)});
    REQUIRE_FALSE(r);
    CHECK(std::string(r.error().message()).find("secret'") == std::string::npos);
    CHECK(r.error().code() != Errc::internal);
    CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
    REQUIRE(prison.untouched());
  }
}

TEST_CASE("reliability S2: what untrusted code redefines, it redefines for itself", "[api]") {
  Interpreter other = Interpreter::create().value();
  Interpreter in = Interpreter::create().value();
  in.eval("(define-record-type point (make-point x) point? (x point-x))"
          "(define (trusted-sum l) (apply + (map car l))) (define trusted-point (make-point 1))").value();
  // At the top level a name is made anew; what trusted code was made of stays.
  in.eval("(define (car x) 'mine) (define + list) (define (map . all) '())"
          "(define-syntax if (syntax-rules () ((_ a b c) c))) (define-syntax let (syntax-rules () ((_ . x) 'let)))"
          "(define (point-x p) 'mine) (define call/cc #f)").value();
  CHECK(in.eval("(trusted-sum '((1) (2) (3)))").value().as<int>().value() == 6);
  CHECK(in.eval("(import (srfi 1)) (fold (lambda (x y) x) 0 '(5))").value().as<int>().value() == 5);
  CHECK(other.eval("(if #t (let ((x (car '(1)))) (+ x 1)) 'no)").value().as<int>().value() == 2);
  // What a library exports cannot be assigned, nor can its constants.
  for (const char* text : {"(set! vector-ref car)", "(import (only (fermata go) make-chan)) (set! make-chan 1)",
                           "(string-set! (symbol->string 'abc) 0 #\\x)", "(set-car! '(1 2) 3)",
                           "(vector-set! #(1 2) 0 3)"}) {
    INFO(text);
    Interpreter fresh = Interpreter::create().value();
    const Result<Value> r = fresh.eval(std::string("(define-library (spy) (export go) (import (scheme base) (fermata go))"
                                                   "(begin (define (go) ") + text + "))) (import (spy)) (go)");
    CHECK_FALSE(r);
  }
  // Nor can a library be made again under another's name.
  CHECK_FALSE(other.eval("(define-library (scheme base) (export car) (import (rename (scheme base) (cdr car))))"
                         "(import (scheme base)) (car 5)"));
  CHECK(other.eval("(car '(1 2))").value().as<int>().value() == 1);
}

TEST_CASE("reliability S6: who is given a closure or a continuation has what that closes over, no more", "[api]") {
  const Prison prison;
  Interpreter in = Interpreter::create({.caps = Capabilities().read(prison.path.string())}).value();
  in.eval(prison.fill("(import (scheme file) (scheme load) (fermata sched) (fermata capabilities))"
                      "(define (read-secret) (call-with-input-file SECRET read-line))"
                      "(define (in-prison thunk) (task-join (task-spawn (lambda () (narrow-capabilities!) (thunk)))))"
                      "(define (caught thunk) (guard (c (#t (condition-kind c))) (thunk)))"
                      "(define secret-line (read-secret))")).value();
  // Narrowed, the same closure is refused; the value it had before is only a value.
  CHECK(in.eval("(caught (lambda () (in-prison read-secret)))").value().write() == "denied");
  CHECK(in.eval("(in-prison (lambda () (string? secret-line)))").value().write() == "#t");
  CHECK(in.eval("(string? (read-secret))").value().write() == "#t");
  // A continuation from outside is of another task, and is not entered.
  CHECK(in.eval("(caught (lambda () (call/cc (lambda (k) (in-prison (lambda () (k 1)))))))").value().write() ==
        "continuation-error");
  // Nothing that is called later has more: tasks, timers, handlers, tasks of those.
  for (const char* attempt :
       {"(task-join (task-spawn read-secret))",
        "(task-join (task-spawn (lambda () (task-join (task-spawn read-secret)))))",
        "(let ((r #f)) (task-join (task-spawn (lambda () (task-sleep 0.001) (set! r (caught read-secret))))) (raise r))",
        "(narrow-capabilities! 'all) (read-secret)",
        "(narrow-capabilities! '(read \"/\")) (read-secret)",
        "(load SECRET)",
        "(let ((s (make-scheduler))) (task-spawn s read-secret) (scheduler-run s) (read-secret))"}) {
    INFO(attempt);
    const Result<Value> r = in.eval(prison.fill("(in-prison (lambda () " + std::string(attempt) + "))"));
    CHECK_FALSE(r);
  }
  // An error handler of the scheduler that prisoners leave behind has their rights.
  in.eval("(define got 'nothing)"
          "(in-prison (lambda () (scheduler-on-error! (current-scheduler)"
          "  (lambda (task raised) (set! got (caught read-secret))))))"
          "(task-spawn (lambda () (car 5))) (task-sleep 0.01)").value();
  CHECK(in.get("got").value().write() == "denied");
}

TEST_CASE("a run may be given less than its interpreter, and never more", "[api]") {
  const Prison prison;
  Interpreter in = Interpreter::create({.caps = Capabilities().read(prison.path.string())}).value();
  const std::string text = prison.fill("(import (scheme file)) (call-with-input-file SECRET read-line)");
  const std::string bread = "(import (scheme file)) (call-with-input-file " + prison.file("cell/bread") + " read-line)";
  CHECK(in.eval(text));
  CHECK(in.eval(text, {.caps = Capabilities::none()}).error().code() == Errc::denied);
  CHECK(in.eval(text, {.caps = Capabilities().read((prison.path / "cell").string())}).error().code() == Errc::denied);
  CHECK(in.eval(bread, {.caps = Capabilities().read((prison.path / "cell").string())}).value().write() == "\"bread\"");
  CHECK(in.eval("(import (scheme time)) (current-second)", {.caps = Capabilities::all()}).error().code() == Errc::denied);
  CHECK(in.eval(text));
  const Task t = in.spawn({.body = prison.fill("(call-with-input-file SECRET read-line)"), .run = {.caps = Capabilities::none()}}).value();
  CHECK(t.wait().error().code() == Errc::denied);
  // Also of what a host function calls back.
  const Value read = in.eval(prison.fill("(lambda () (call-with-input-file SECRET read-line))")).value();
  in.define("with-less", [&] { return in.call(RunOptions{.caps = Capabilities::none()}, read); }).value();
  CHECK(in.eval("(with-less)").error().code() == Errc::denied);
  CHECK(in.eval(prison.fill("(guard (c (#t #f)) (with-less)) (call-with-input-file SECRET read-line)")));
  in.eval(prison.fill("(define (steal) (call-with-input-file SECRET read-line))")).value();
  in.start_background().value();
  const auto denied = in.submit("steal", {}, {.caps = Capabilities::none()}).value();
  const auto granted = in.submit("steal").value();
  for (int i = 0; i < 2; ++i) {
    const auto e = in.next_event(std::chrono::seconds(10));
    REQUIRE(e);
    if (e->id == denied) CHECK(e->error->code() == Errc::denied);
    if (e->id == granted) CHECK_FALSE(e->error);
  }
}

TEST_CASE("reliability S7: names of files that lead out of a grant", "[api]") {
  const Prison prison;
  const std::string cell = (prison.path / "cell").string();
  fs::create_symlink(prison.path / "secret", prison.path / "cell/link");
  fs::create_directory_symlink(prison.path, prison.path / "cell/up");
  Interpreter in = Interpreter::create({.caps = Capabilities().read(cell).write(cell)}).value();
  in.eval("(import (scheme file) (srfi 170) (fermata flow))").value();
  const std::string paths[] = {
      cell + "/../secret", cell + "/./../secret", cell + "//..//secret", cell + "/up/secret", cell + "/link",
      cell + "/up/cell/../secret", cell + "x", cell + "/bread/../../secret", prison.path.string() + "/secret",
      "/proc/self/root" + prison.path.string() + "/secret", "/proc/self/environ", "/etc/passwd",
      "/proc/self/cwd/../../../../../../../../etc/passwd", cell + "/%2e%2e/secret", cell + "/..%2fsecret",
      cell + "/..\\\\secret", cell + "/.. /secret", cell + "/" + std::string(300, 'a'), cell + "/../cell/../secret",
      "", ".", "..", cell + "/..", "~/secret", "file://" + prison.path.string() + "/secret"};
  for (const std::string& path : paths) {
    INFO(path);
    CHECK_FALSE(in.eval("(call-with-input-file \"" + path + "\" read-line)"));
    CHECK_FALSE(in.eval("(delete-file \"" + path + "/secret\")"));
  }
  CHECK_FALSE(in.eval("(open-input-file (string-append \"" + cell + "/bread\" (string #\\null) \"/../../secret\"))"));
  CHECK_FALSE(in.eval("(open-input-file (string-append \"" + prison.path.string() + "/secret\" (string #\\null)))"));
  CHECK(in.eval("(call-with-input-file \"" + cell + "/bread\" read-line)"));
  // A link that is made inside leads nowhere.
  CHECK_FALSE(in.eval("(create-symlink \"" + prison.path.string() + "/secret\" \"" + cell + "/mine\")"));
  CHECK_FALSE(in.eval("(create-symlink \"../secret\" \"" + cell + "/mine\")"));
  CHECK(prison.untouched());
}

// A folder and a link that leads out of the grant change places all the time.
TEST_CASE("reliability S7: a link exchanged between the check and the opening leads nowhere", "[api]") {
  const Prison prison;
  const fs::path cell = prison.path / "cell", out = prison.path / "outside";
  fs::create_directory(out);
  fs::create_directory(cell / "room");
  std::ofstream(out / "f") << "secret";
  std::ofstream(cell / "room/f") << "allowed";
  std::ofstream(out / "part.scm") << "'secret";
  std::ofstream(cell / "room/part.scm") << "'allowed";
  fs::create_directory_symlink(out, cell / "link");
  Interpreter in = Interpreter::create({.caps = Capabilities().read(cell.string()).write(cell.string())}).value();
  in.set("room", (cell / "room/").string()).value();
  in.eval("(import (scheme file) (scheme load) (srfi 170))"
          "(define (in-room name) (string-append room name))"
          "(define (try thunk) (guard (c (#t 'refused)) (thunk)))"
          "(define seen '()) (define (note! x) (if (not (member x seen)) (set! seen (cons x seen))))"
          "(define (one-round) (note! (try (lambda () (call-with-input-file (in-room \"f\") read-line))))"
          "  (note! (try (lambda () (load (in-room \"part.scm\")))))"
          "  (try (lambda () (call-with-output-file (in-room \"new\") (lambda (p) (write 1 p)))))"
          "  (try (lambda () (set-file-mode (in-room \"f\") #o600)))"
          "  (try (lambda () (delete-file (in-room \"new\")))))").value();
  fs::permissions(out / "f", fs::perms(0644));
  std::atomic<bool> done = false;
  std::thread exchanger([&] {
    while (!done) ::renameat2(AT_FDCWD, (cell / "room").c_str(), AT_FDCWD, (cell / "link").c_str(), RENAME_EXCHANGE);
  });
  in.eval("(do ((i 0 (+ i 1))) ((= i 2000)) (one-round))").value();
  done = true;
  exchanger.join();
  CHECK(in.eval("(pair? (member \"secret\" seen))").value().write() == "#f");
  CHECK(in.eval("(pair? (memq 'secret seen))").value().write() == "#f");
  CHECK_FALSE(fs::exists(out / "new"));
  CHECK(fs::status(out / "f").permissions() == fs::perms(0644));
}
