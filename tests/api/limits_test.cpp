// What a host limits, of an interpreter and of a run: memory, depth, ports, messages, timers.
#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fermata/fermata.hpp>
#include "vm/allocation.hpp"

using namespace fermata;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t operator""_MiB(unsigned long long n) { return static_cast<std::size_t>(n) << 20; }

// (fill n): a list of n MiB.
constexpr const char* kFill = "(define (fill n) (let loop ((i (* n 16)) (l '()))"
                              "  (if (= i 0) l (loop (- i 1) (cons (make-vector 8190 i) l)))))";

}  // namespace

#ifndef FERMATA_MALLOC_HEAP  // where memory is not counted
TEST_CASE("embedding 1.1: memory is counted by interpreter, whatever others keep", "[api][limits]") {
  Interpreter big = Interpreter::create().value(), small = Interpreter::create({.heap = 16_MiB}).value();
  for (Interpreter* in : {&big, &small}) in->eval(kFill).value();
  big.eval("(define kept (fill 80))").value();
  // Five times what the small one may have is there, and none of it is its.
  for (int i = 0; i < 20; ++i) REQUIRE(small.eval("(length (fill 8))").value().as<int>().value() == 128);
  CHECK(small.stats().kept < 16_MiB);
  CHECK(big.stats().kept > 80_MiB);
  const Result<Value> much = small.eval("(define kept (fill 40))");
  REQUIRE_FALSE(much);
  CHECK(much.error().code() == Errc::memory);
  const Result<Value> at_once = small.eval("(define kept (make-vector 4000000 0))");
  REQUIRE_FALSE(at_once);
  CHECK(at_once.error().code() == Errc::memory);
  CHECK(big.eval("(length kept)").value().as<int>().value() == 1280);
  CHECK(small.eval("(define kept (fill 8))"));
  // What the host holds of it counts too.
  const Value held = small.eval("(fill 6)").value();
  CHECK_FALSE(small.eval("(fill 6)"));
}

TEST_CASE("many small interpreters keep to their limits beside each other", "[api][limits]") {
  std::vector<Interpreter> all;
  for (int i = 0; i < 12; ++i) {
    all.push_back(Interpreter::create({.heap = 8_MiB}).value());
    all.back().eval(kFill).value();
    all.back().eval("(define kept (fill 5))").value();
  }
  for (Interpreter& in : all) {
    CHECK_FALSE(in.eval("(define more (fill 5))"));
    CHECK(in.eval("(begin (fill 1) (length kept))").value().as<int>().value() == 80);
  }
}

TEST_CASE("garbage does not count, nor do weak tables", "[api][limits]") {
  Interpreter other = Interpreter::create().value();
  other.eval(kFill).value();
  other.eval("(define kept (fill 40))").value();
  Interpreter in = Interpreter::create({.heap = 16_MiB}).value();
  in.eval(kFill).value();
  in.eval("(let loop ((i 0)) (if (< i 100) (begin (fill 4) (loop (+ i 1)))))").value();
  in.eval("(let loop ((i 0)) (if (< i 3000000) (begin (vector i i) (loop (+ i 1)))))").value();
  CHECK(in.eval("(let loop ((i 0)) (if (< i 300000) (begin (string->symbol (number->string i)) (loop (+ i 1))) i))"));
}

TEST_CASE("a run may keep no more than it was given, and may clean up", "[api][limits]") {
  Interpreter in = Interpreter::create().value();
  in.eval(kFill).value();
  const Result<Value> r = in.eval("(length (fill 30))", {.heap = 8_MiB});
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::memory);
  CHECK(r.error().message() == "the memory given to this run is used up");
  CHECK(in.eval("(length (fill 30))").value().as<int>().value() == 480);
  CHECK(in.eval("(length (fill 4))", {.heap = 8_MiB}));
  CHECK(in.eval("(guard (c ((eq? (condition-kind c) 'out-of-memory) 'cleaned)) (length (fill 30)))", {.heap = 8_MiB})
            .value().write() == "cleaned");
  const Result<Value> stubborn =
      in.eval("(let ((all '())) (let again () (guard (c (#t (again)))"
              "  (let loop () (set! all (cons (make-vector 100 0) all)) (loop)))))", {.timeout = 20s, .heap = 4_MiB});
  REQUIRE_FALSE(stubborn);
  CHECK(stubborn.error().code() == Errc::memory);
  // A task of the host's, beside another that goes on.
  in.eval("(import (fermata sched))").value();
  const Task beside = in.spawn({.body = std::string("(let loop () (task-sleep 0.0001) (loop))")}).value();
  const Task bad = in.spawn({.body = std::string("(length (fill 60))"), .run = {.heap = 4_MiB}}).value();
  const Result<Datum> ended = bad.wait();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code() == Errc::memory);
  CHECK_FALSE(beside.is_over());
}
#endif

TEST_CASE("the stack of a task is as deep as the host says", "[api][limits]") {
  Interpreter in = Interpreter::create({.depth = 1_MiB}).value();
  in.eval("(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))").value();
  CHECK(in.call<int>("deep", 10'000).value() == 10'000);
  const Result<Value> r = in.call("deep", 10'000'000);
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::depth);
  CHECK(r.error().message() == "the stack is larger than the host lets it be");
  // It may be handled where it is deep, and again, and the stack may then grow as before.
  for (int i = 0; i < 3; ++i) {
    CHECK(in.eval("(guard (c ((eq? (condition-kind c) 'too-deep) 'caught)) (deep 10000000))").value().write() == "caught");
    CHECK(in.eval("(call/cc (lambda (k) (with-exception-handler (lambda (c) (k (deep 1000)))"
                  "  (lambda () (deep 10000000)))))").value().as<int>().value() == 1000);
    CHECK(in.call<int>("deep", 10'000).value() == 10'000);
  }
  // Who catches it on the way down gets no deeper.
  const Result<Value> stubborn =
      in.eval("(define deepest 0) (define (down n) (set! deepest (max n deepest))"
              "  (guard (c (#t (down (+ n 1)))) (+ 1 (down (+ n 1))))) (down 0)", {.gas = 20'000'000});
  REQUIRE_FALSE(stubborn);
  CHECK(in.get<int>("deepest").value() < 60'000);
  // Wherever in a portion of gas the limit is met, it can be caught.
  in.eval("(define (busy n) (if (> n 0) (busy (- n 1))))"
          "(define (caught-after n)"
          "  (busy n) (guard (c ((eq? (condition-kind c) 'too-deep) 'caught)) (deep 10000000)))").value();
  for (int i = 0; i < 20; ++i) CHECK(in.call("caught-after", i * 500).value().write() == "caught");
  // Other tasks have stacks of their own.
  CHECK(in.eval("(import (fermata sched)) (task-join (task-spawn (lambda () (deep 10000))))").value().as<int>().value() == 10'000);
}

TEST_CASE("ports are limited where the host says so", "[api][limits]") {
  char name[] = "/tmp/fermata-ports-XXXXXX";
  const std::string folder = mkdtemp(name);
  std::ofstream(folder + "/f") << "text";
  Interpreter in = Interpreter::create({.caps = Capabilities().read(folder).write(folder), .ports = 12}).value();
  in.set("file", folder + "/f").value();
  in.eval("(import (scheme file) (scheme base)) (define open '())"
          "(define (open-one) (set! open (cons (open-input-file file) open)))").value();
  int opened = 0;
  Result<Value> last = in.call("open-one");
  for (; last && opened < 100; ++opened) last = in.call("open-one");
  REQUIRE_FALSE(last);
  CHECK(opened < 12);
  CHECK(last.error().message() == "open-input-file: there are as many open ports as the host lets this interpreter have");
  CHECK(last.error().code() == Errc::io);
  CHECK_FALSE(in.eval("(open-binary-output-file (string-append file \"2\"))"));
  // Ports without a file are not counted, closed ones make room, and lost ones do.
  CHECK(in.eval("(read-line (open-input-string \"a\"))"));
  CHECK(in.eval("(for-each close-port open) (set! open '()) (open-one)"));
#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever lost
  CHECK(in.eval("(let loop ((i 0)) (if (< i 200) (begin (read-char (open-input-file file)) (loop (+ i 1))) i))"));
#endif
  // A limit counts where everything is granted.
  Interpreter free = Interpreter::create({.caps = Capabilities::all(), .ports = 3}).value();
  free.set("file", folder + "/f").value();
  CHECK_FALSE(free.eval("(define kept (map (lambda (i) (open-input-file file)) (iota 10)))"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("messages that wait in a mailbox are limited where the host says so", "[api][limits]") {
  Interpreter in = Interpreter::create({.messages = 100}).value();
  in.eval("(import (fermata erlang)) (define p (spawn (lambda () (receive ('never 'gone)))))").value();
  const Result<Value> r = in.eval("(let loop ((n 0)) (! p n) (loop (+ n 1)))", {.gas = 10'000'000});
  REQUIRE_FALSE(r);
  CHECK(r.error().message() == "!: the mailbox holds as many messages as the host lets it hold 100");
  // A receiver makes room.
  CHECK(in.eval("(define q (spawn (lambda () (let loop () (receive ((from n) (! from n) (loop)))))))"
                "(let loop ((n 0)) (if (< n 1000) (begin (! q (list (self) n)) (receive (m m)) (loop (+ n 1))) n))")
            .value().as<int>().value() == 1000);
}

TEST_CASE("timers without a task are limited with the tasks", "[api][limits]") {
  Interpreter in = Interpreter::create({.tasks = 50}).value();
  in.eval("(import (fermata sched))").value();
  const Result<Value> r = in.eval("(let loop () (call-at! (+ (clock-now-ns) 1000000000000) (lambda () #f)) (loop))", {.gas = 10'000'000});
  REQUIRE_FALSE(r);
  CHECK(r.error().message() == "there are as many timers as the host lets this interpreter have");
  CHECK(in.eval("(+ 1 2)"));
}
