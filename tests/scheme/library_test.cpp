#include "scheme/library.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// A folder of files that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "fermata-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("libraries are found on the path, the first folder first", "[library]") {
  const Folder a, b;
  a.write("x/one.sld",
          "(define-library (x one) (export v) (import (scheme base)) (begin (define v 'a)))");
  b.write("x/one.sld",
          "(define-library (x one) (export v) (import (scheme base)) (begin (define v 'b)))");
  b.write("x/2/two.sld",
          "(define-library (x 2 two) (export w) (import (scheme base)) (begin (define w 'w)))");
  RuntimeFixture f({{a.path(), b.path()}, {}, {}});
  CHECK(f.run("(import (scheme base) (x one) (x 2 two)) (list v w)") == "(a w)");
}

TEST_CASE("a missing library's error says where it was searched", "[library]") {
  RuntimeFixture f({{"/no/such/folder", "."}, {}, {}});
  const auto e = f.error("(import (no such))");
  CHECK(e.message == "import: there is no library (no such)");
  CHECK(e.hint ==
        "it is not part of Fermata, and there is no file /no/such/folder/no/such.sld, no/such.sld");
}

TEST_CASE("a library's file may not leave its folder", "[library]") {
  const Folder a;
  a.write("secret.sld",
          "(define-library (|..| secret) (export v) (import (scheme base)) (begin (define v 1)))");
  a.write("lib/x.sld", "(define-library (x) (export))");
  RuntimeFixture f({{a.path() + "/lib"}, {}, {}});
  CHECK(f.error("(import (|..| secret))").message == "import: there is no library (.. secret)");
  CHECK(f.error("(import (|../secret|))").message == "import: there is no library (../secret)");
  CHECK(f.run("(import (x)) (import (scheme base)) 1") == "1");
}

TEST_CASE("include looks beside the file that includes", "[library]") {
  const Folder a;
  a.write("p/q.sld",
          "(define-library (p q) (export x) (import (scheme base)) (include \"r/body.scm\"))");
  a.write("p/r/body.scm", "(include \"more.scm\")");
  a.write("p/r/more.scm", "(define x 'more)");
  RuntimeFixture f({{a.path()}, {}, {}});
  CHECK(f.run("(import (p q)) x") == "more");
  CHECK(f.run("(import (scheme base)) (include \"" + a.path() + "/p/r/more.scm\") x") == "more");
}

TEST_CASE("errors in a library point into its file", "[library]") {
  const Folder a;
  a.write("bad.sld",
          "(define-library (bad)\n  (export f)\n  (import (scheme base))\n"
          "  (begin\n    (define (f) (if))))\n");
  a.write("late.sld",
          "(define-library (late) (export f) (import (scheme base))\n"
          "  (begin (define (f) (strng-length 1))))\n");
  RuntimeFixture f({{a.path()}, {}, {}});
  const auto place = [&](std::string_view text) {
    Task& task = f.m.make_task(f.r.loader("test", text, nullptr));
    REQUIRE(f.m.run(task, 10'000'000) == RunStatus::raised);
    const auto& s = as<SpanObject>(as<Condition>(task.result).span);
    const auto& source = as<SourceText>(s.text);
    const auto start = static_cast<std::size_t>(s.start.fixnum());
    return to_utf8(as<String>(source.name)).substr(a.path().size()) + ": " +
           std::string(
               source.view().substr(start, static_cast<std::size_t>(s.end.fixnum()) - start));
  };
  CHECK(place("(import (bad))") == "/bad.sld: (if)");
  CHECK(place("(import (late))") == "/late.sld: strng-length");
  CHECK(f.run("(import (late))") == "raised: strng-length: unbound variable in the library (late)");
}

TEST_CASE("a library that failed may be mended and imported again", "[library]") {
  const Folder a;
  RuntimeFixture f({{a.path()}, {}, {}});
  CHECK(f.at_prompt("(define-library (mend) (export x) (import (scheme base)) (begin (define y 1)))"
                    "(import (mend))") == "raised: export: x is not defined in (mend)");
  CHECK(f.at_prompt("(define-library (mend) (export x) (import (scheme base)) (begin (define x 1)))"
                    "(import (mend)) x") == "1");
  CHECK(f.at_prompt("(define-library (mend) (export x) (import (scheme base)) (begin (define x 2)))"
                    "(import (mend)) x") == "2");
}

TEST_CASE_METHOD(RuntimeFixture, "a finished library's variables are constant unless assigned",
                 "[library]") {
  run("(define-library (c) (export a b c get set-b)"
      "  (import (scheme base))"
      "  (begin (define a 1) (define b 2) (define c 3)"
      "    (define (set) (set! b 3))"
      "    (define-syntax set-b (syntax-rules () ((_) (set! c 4))))"
      "    (define (get) c)))"
      "(import (c))");
  const Value name = m.heap.cons(m.symbols.intern("c"), kNull);
  const Library& library = *find_library(r, name);
  REQUIRE(library.is_ready());
  const auto is_constant = [&](const char* n) {
    return as<Cell>(lookup(*library.exports, m.symbols.intern(n))).is_constant();
  };
  CHECK(is_constant("a"));
  CHECK(is_constant("get"));
  CHECK_FALSE(is_constant("b"));
  CHECK_FALSE(is_constant("c"));
}

TEST_CASE_METHOD(RuntimeFixture, "a library's body may be preempted anywhere", "[library]") {
  const char* text =
      "(define-library (slow) (export total)"
      "  (import (scheme base) (only (fermata builtins) er-macro-transformer))"
      "  (begin (define (sum n) (if (= n 0) 0 (+ n (sum (- n 1)))))"
      "    (define-syntax computed (er-macro-transformer (lambda (f r c) (sum 100))))"
      "    (define total (computed))))"
      "(import (slow)) total";
  CHECK(run(text, nullptr, 10) == "5050");
}

TEST_CASE_METHOD(RuntimeFixture, "every name of the libraries of R7RS is there", "[library]") {
  for (const char* name :
       {"base", "case-lambda", "char", "complex", "cxr", "eval", "file", "inexact", "lazy", "load",
        "process-context", "r5rs", "read", "repl", "time", "write"}) {
    INFO(name);
    CHECK(run("(import (scheme " + std::string(name) + ") (only (scheme base) quote)) 'fine") ==
          "fine");
  }
}

TEST_CASE_METHOD(RuntimeFixture, "what derived forms refer to exists", "[library]") {
  struct Missing {
    std::string names;
  } missing;
  for_each_binding(
      *r.builtins,
      [](void* p, Binding& b) {
        const auto* cell = cast<Cell>(b.denotation);
        if (cell && cell->value == kUnbound)
          static_cast<Missing*>(p)->names +=
              to_utf8(as<String>(as<Symbol>(b.identifier).name)) + " ";
      },
      &missing);
  CHECK(missing.names.empty());
}

}  // namespace fermata::scheme
