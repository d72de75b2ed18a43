// Programs that would take all time or memory: reliability 2.3, S3, S4, S5, S8.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <fermata/fermata.hpp>

#include "tests/api/processor_time.hpp"
#include "vm/allocation.hpp"
#include "vm/heap.hpp"
#include "vm/machine.hpp"
#include "vm/string.hpp"

using namespace fermata;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kCap = std::size_t{32} << 20;

std::size_t resident() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm").ignore(100, ' ') >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Bomb {
  const char* name;
  const char* text;
};

constexpr Bomb kBombs[] = {
    {"a loop", "(let loop () (loop))"},
    {"a loop that catches", "(let again () (guard (c (#t (again))) (let loop () (loop))))"},
    {"a loop that unwinds", "(let again () (dynamic-wind (lambda () #f) (lambda () (again)) (lambda () (again))))"},
    {"a power", "(expt 7 (expt 7 9))"},
    {"a tower of products", "(let loop ((n 7)) (loop (* n n)))"},
    {"a long string", "(make-string (expt 10 12) #\\a)"},
    {"a string that doubles", "(let loop ((s \"abc\")) (loop (string-append s s)))"},
    {"a vector", "(make-vector (expt 10 11) 0)"},
    {"a list", "(let loop ((l '())) (loop (cons l l)))"},
    {"a deep recursion", "(define (deep n) (+ 1 (deep n))) (deep 0)"},
    {"an order that lies", "(import (srfi 132)) (list-sort (lambda (a b) #t) (iota 1000000))"},
    {"a predicate without end", "(import (srfi 132)) (list-sort (lambda (a b) (let loop () (loop))) '(3 1 2))"},
    {"a number's digits", "(string-length (number->string (expt 3 3000000)))"},
    {"a number's text", "(string->number (make-string 3000000 #\\7))"},
    {"a regular expression", "(import (srfi 115)) (regexp-matches '(: (* (* (* #\\a))) #\\b) (make-string 20000 #\\a))"},
    {"a macro that doubles", "(define-syntax bomb (syntax-rules () ((_ () x ...) '(x ...))"
                             " ((_ (a . b) x ...) (bomb b x ... x ...)))) (bomb (1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"
                             " 18 19 20 21 22 23 24 25 26 27 28 29 30) 1)"},
    {"a macro without end", "(define-syntax forever (syntax-rules () ((_ x) (forever (x))))) (forever 1)"},
    {"many symbols", "(let loop ((n 0)) (string->symbol (number->string n)) (loop (+ n 1)))"},
    {"many tasks", "(import (fermata sched)) (let loop () (task-spawn (lambda () (task-sleep 1000))) (loop))"},
    {"tasks that make tasks", "(import (fermata sched)) (define (fork) (task-spawn fork) (task-spawn fork)) (fork) (task-sleep 10)"},
    {"many timers", "(import (fermata sched)) (let loop () (task-spawn (lambda () (task-sleep 1000))) (task-yield) (loop))"},
    {"a mailbox", "(import (fermata erlang)) (let ((p (spawn (lambda () (receive ('never #t))))))"
                  " (let loop ((n 0)) (! p n) (loop (+ n 1))))"},
    {"continuations", "(let loop ((l '())) (loop (cons (call/cc (lambda (k) k)) l)))"},
    {"a parameter's depth", "(define p (make-parameter 0)) (let loop () (+ 1 (parameterize ((p 1)) (loop))))"},
    {"an equal? of much", "(define a (make-vector 30000 '(1 2 3))) (define b (make-vector 30000 (list 1 2 3)))"
                          " (let loop () (equal? a b) (loop))"},
    {"a string port", "(let ((p (open-output-string))) (let loop () (write-string \"0123456789abcdef\" p) (loop)))"},
    {"output", "(let loop () (write-string \"0123456789abcdef\") (loop))"},
    {"a circular list", "(let ((l (list 1))) (set-cdr! l l) (length l) (apply + l))"},
    {"a search", "(import (srfi 13)) (let ((s (make-string 100000 #\\a)))"
                 " (let loop () (string-contains s (string-append (make-string 5000 #\\a) \"b\")) (loop)))"},
    {"turns held", "(import (fermata sched)) (scheduler-gas! (current-scheduler) 4000000000000) (let loop () (loop))"},
};

// An interpreter that may keep so much, beside what others of the process keep.
Interpreter capped() {
  vm::collect_now();
  Interpreter in = Interpreter::create({.heap = kCap, .out = [](std::string_view) {}}).value();
  in.eval("(import (scheme base) (fermata sched))").value();
  return in;
}

}  // namespace

TEST_CASE("reliability S3: bombs end soon after their limit, and the process is well", "[api][bombs][long]") {
  for (const Bomb& bomb : kBombs) {
    INFO(bomb.name);
    Interpreter in = capped();
    const std::size_t before = resident();
    const double start = cpu_milliseconds();
    const Result<Value> r = in.eval(bomb.text, {.timeout = 200ms});
    const double took = cpu_milliseconds() - start;
    if (r) continue;  // it came to an end in that time
    INFO(r.error().message());
    CHECK(r.error().code() != Errc::internal);
    CHECK(took < 200 + 100 + 100);  // a tenth of a second to clean up, and one to stop
    CHECK(resident() < before + kCap + kCap / 5);
    CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
  }
}

TEST_CASE("reliability S3: the reader takes ten megabytes of parentheses", "[api][bombs][long]") {
  Interpreter in = capped();
  in.set("text", std::string(10'000'000, '(')).value();
  const double start = cpu_milliseconds();
  const Result<Value> r = in.eval("(read (open-input-string text))", {.timeout = 200ms});
  REQUIRE_FALSE(r);
  CHECK(cpu_milliseconds() - start < 500);
  CHECK_FALSE(in.eval(std::string(1'000'000, '('), {.timeout = 200ms}));
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}

TEST_CASE("reliability S3: other tasks go on beside a bomb", "[api][bombs][long]") {
  for (const Bomb& bomb : kBombs) {
    INFO(bomb.name);
    Interpreter in = capped();
    double longest = 0, last = 0;
    in.define("beat", [&] {
      longest = std::max(longest, cpu_milliseconds() - last);
      last = cpu_milliseconds();
    }).value();
    const Task beside = in.spawn({.body = std::string("(let loop ((n 0)) (beat) (task-sleep 0.001) (loop (+ n 1)))")}).value();
    const Result<Task> bad = in.spawn({.body = std::string("(let ((run (lambda () (eval '(begin ") + bomb.text +
                                               ") (interaction-environment))))) (run))",
                                       .run = {.timeout = 100ms}});
    last = cpu_milliseconds();
    const auto until = Clock::now() + 150ms;
    while (bad && !bad->is_over() && Clock::now() < until) in.tick({.gas = 100'000, .wall = 10ms});
    INFO("longest " << longest << " ms");
    CHECK(longest < 50 + 100);  // and a collection's pause
    CHECK_FALSE(beside.is_over());
  }
}

#ifndef FERMATA_MALLOC_HEAP  // where memory has no bound
TEST_CASE("reliability S4: a hundred memory bombs leave nothing", "[api][bombs][plain]") {
  const auto bomb = [](int i) {
    Interpreter in = capped();
    const char* const texts[] = {"(let loop ((l '())) (loop (cons l l)))", "(define (deep n) (+ 1 (deep n))) (deep 0)",
                                 "(let loop ((s \"abc\")) (loop (string-append s s)))",
                                 "(let loop ((l '())) (loop (cons (make-bytevector 100000) l)))"};
    const Result<Value> r = in.eval(texts[i % 4]);
    REQUIRE_FALSE(r);
    REQUIRE(r.error().code() == Errc::memory);
  };
  for (int i = 0; i < 8; ++i) bomb(i);
  vm::collect_now();
  const std::size_t first = vm::heap_bytes();
  for (int i = 0; i < 92; ++i) bomb(i);
  vm::collect_now();
  CHECK(vm::heap_bytes() <= first + first / 10);
}

TEST_CASE("memory runs out in one task, which may clean up, and the rest goes on", "[api][bombs][plain]") {
  Interpreter in = capped();
  in.eval("(define cleaned #f) (define ticks 0)").value();
  const Task beside = in.spawn({.body = std::string("(let loop () (set! ticks (+ ticks 1)) (task-sleep 0.001) (loop))")}).value();
  // The condition is caught while the list is still held, and there is room for a handler to work.
  CHECK(in.eval("(let ((kept '())) (guard (c ((eq? (condition-kind c) 'out-of-memory)"
                "   (set! cleaned (string-length (apply string-append (map number->string (iota 100))))) 'caught))"
                "  (let loop () (set! kept (cons (make-vector 10 0) kept)) (loop))))").value().write() == "caught");
  CHECK(in.get<int>("cleaned").value() == 190);
  // Who catches it for ever is ended.
  const Result<Value> stubborn =
      in.eval("(define all '()) (let again () (guard (c (#t (again))) (let loop () (set! all (cons all all)) (loop))))",
              {.timeout = 3s});
  REQUIRE_FALSE(stubborn);
  in.eval("(set! all '()) (task-sleep 0.01)").value();
  CHECK_FALSE(beside.is_over());
  CHECK(in.get<int>("ticks").value() > 0);
}
#endif

TEST_CASE("reliability S5: keys made to collide cost no more than others", "[api][bombs][long]") {
  constexpr int kKeys = 20'000;
  Interpreter in = Interpreter::create().value();
  std::mt19937_64 random(5);
  vm::Machine& m = vm::Machine::create();
  const auto text = [&] {
    std::string s(10, 'a');
    for (char& c : s) c = static_cast<char>('a' + random() % 26);
    return s;
  };
  std::vector<std::string> chosen, plain;
  for (int i = 0; i < kKeys; ++i) plain.push_back(text());
  vm::String& s = vm::make_string(m.heap, "aaaaaaaaaa");
  while (chosen.size() < kKeys) {
    const std::string t = text();
    for (std::size_t i = 0; i < t.size(); ++i) vm::string_set(m.heap, s, i, static_cast<char32_t>(t[i]));
    if ((vm::string_hash(s) & 0xff) == 0x55) chosen.push_back(t);  // as a table without a key would place them
  }
  vm::Machine::destroy(m);
  in.eval("(import (srfi 69)) (define (fill keys)"
          "  (let ((t (make-hash-table equal?))) (for-each (lambda (k) (hash-table-set! t k 1)) keys) (hash-table-size t)))"
          "(define (symbols keys) (length (map string->symbol keys)))").value();
  const auto time = [&](const char* name, const std::vector<std::string>& keys) {
    const Value list = in.make(keys);
    double best = 1e9;
    for (int pass = 0; pass < 5; ++pass) {
      const auto start = Clock::now();
      in.call(name, list).value();
      best = std::min(best, milliseconds_since(start));
    }
    return best;
  };
  for (const char* name : {"fill", "symbols"}) {
    INFO(name);
    const double of_plain = time(name, plain), of_chosen = time(name, chosen);
    CHECK(of_chosen < 2 * of_plain + 2);
  }
}

TEST_CASE("symbols that nobody refers to are collected", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(define kept (string->symbol \"kept symbol\"))"
          "(define (many from) (let loop ((n from)) (if (< n (+ from 100000))"
          "  (begin (string->symbol (string-append \"symbol number \" (number->string n))) (loop (+ n 1))))))").value();
  in.call("many", 0).value();
  vm::collect_now();
  const std::size_t before = vm::heap_bytes();
  for (int i = 1; i < 20; ++i) in.call("many", i * 100000).value();
  vm::collect_now();
  CHECK(vm::heap_bytes() < before + (std::size_t{16} << 20));
  CHECK(in.eval("(eq? kept (string->symbol \"kept symbol\"))").value().view().is_true());
  CHECK(in.eval("(eq? 'car (string->symbol \"car\"))").value().view().is_true());
}

TEST_CASE("reliability S8: any text is stored and comes back as it was", "[api]") {
  char name[] = "/tmp/fermata-texts-XXXXXX";
  const std::string folder = mkdtemp(name);
  Interpreter in = Interpreter::create({.caps = Capabilities().flows()}).value();
  Flows flows = in.flows().value();
  in.eval("(use-flow-store! (open-flow-store \"sqlite:" + folder + "/flows.db\"))"
          "(defflow echo (sequence (lambda (x) (list x (suspend 'more)))))").value();
  const std::string texts[] = {"'; drop table flow; --", "\"; select 1; --", std::string("a\0b\0", 4), "%_\\\\", "\n\r\t\x7f",
                               "\xf0\x9f\x98\x80 \xe2\x80\xae \xc2\xad", std::string(100'000, '\''), "", "\xef\xbf\xbd", "?1 :a @b $c"};
  int number = 0;
  for (const std::string& text : texts) {
    INFO(text.substr(0, 100));
    const std::string id = "flow-" + std::to_string(++number);
    flows.start("echo", text, id).value();
    const auto back = flows.resume(id, text).value().as<std::vector<std::string>>().value();
    CHECK(back == std::vector<std::string>{text, text});
    CHECK(flows.result(id).value().as<std::vector<std::string>>().value() == back);
  }
  // What is no id is refused, not stored.
  for (const char* id : {"../x", "a b", "'; --"}) {
    INFO(id);
    const Result<Value> r = in.call("flow/start", Symbol{"echo"}, 1, Symbol{"id"}, Symbol{id});
    if (r) CHECK(flows.status(id).has_value());
  }
  std::filesystem::remove_all(folder);
}
