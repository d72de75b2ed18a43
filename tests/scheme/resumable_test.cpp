// What a host sees of resumability: a reader that waits for a pipe, Ctrl-C in what would
// never end, threads with little C++ stack, several interpreters, memory that ends.
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <thread>

#include "scheme/environment.hpp"
#include "scheme/file_device.hpp"
#include "scheme/ports.hpp"
#include "tests/scheme/runtime_fixture.hpp"
#include "vm/allocation.hpp"
#include "vm/device.hpp"

using namespace fermata;
using namespace fermata::vm;
using scheme::RuntimeFixture;

namespace {

// A pipe; Scheme reads what the test writes.
struct FedPipe {
  int ends[2];
  explicit FedPipe(RuntimeFixture& f) {
    REQUIRE(::pipe(ends) == 0);
    scheme::define_value(f.m, *f.r.interaction, "feed",
                         value_of(&scheme::open_device(
                             f.m, scheme::make_file_device(ends[0], scheme::Ownership::owned),
                             Direction::read, scheme::Content::text, "pipe")));
  }
  ~FedPipe() { finish(); }
  void feed(char c) { REQUIRE(::write(ends[1], &c, 1) == 1); }
  void finish() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
};

// Runs until it ends or waits.
RunStatus run_task(Machine& m, Task& task, std::int64_t gas = 100) {
  RunStatus status;
  do status = m.run(task, gas);
  while (status == RunStatus::out_of_gas);
  return status;
}

// Runs so many slices of a program that never ends, then interrupts it.
void interrupt_endless(RuntimeFixture& f, std::string_view program) {
  Task& task = f.m.make_task(f.r.loader("endless", program, f.r.interaction));
  for (int slice = 0; slice < 50; ++slice) REQUIRE(f.m.run(task, 200) == RunStatus::out_of_gas);
  f.m.interrupt();
  REQUIRE(f.m.run(task, 1'000'000'000) == RunStatus::interrupted);
  f.m.clear_interrupt();
  f.m.raise_in(task, f.m.make_condition(ConditionKind::interrupted, "interrupted"));
  REQUIRE(run_task(f.m, task) == RunStatus::raised);
  CHECK(as<Condition>(task.result).condition_kind() == ConditionKind::interrupted);
  CHECK(f.at_prompt("(+ 1 2)") == "3");
}

// In a thread of its own, known to the collector, with so much C++ stack.
void in_thread(std::size_t stack_bytes, const std::function<void()>& body) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread;
  const auto call = [](void* p) -> void* {
    const RegisteredThread here;
    (*static_cast<const std::function<void()>*>(p))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, call, const_cast<std::function<void()>*>(&body)) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kSmallStack = 1024 * 1024;  // its frames are some four times as large
#else
constexpr std::size_t kSmallStack = 256 * 1024;
#endif

}  // namespace

TEST_CASE_METHOD(RuntimeFixture, "read waits for a pipe at every byte, and goes on", "[resumable]") {
  FedPipe pipe(*this);
  const std::string_view text = "(a #(1 2.5 \"x\\ny\") #\\x . (b |c d|)) ";
  Task& task = m.make_task(r.loader("test", "(read feed)", r.interaction));
  int waits = 0;
  for (const char c : text) {
    const RunStatus status = run_task(m, task);
    if (status == RunStatus::finished) break;
    REQUIRE(status == RunStatus::waiting);
    REQUIRE(wait_request_of(task.result));
    ++waits;
    CHECK(at_prompt("(* 6 7)") == "42");  // nothing stands still meanwhile
    pipe.feed(c);
    m.retry(task);
  }
  REQUIRE(run_task(m, task) == RunStatus::finished);
  CHECK(scheme::to_text(m, task.result) == "(a #(1 2.5 \"x\\ny\") #\\x b |c d|)");
  CHECK(waits >= 30);
}

TEST_CASE_METHOD(RuntimeFixture, "a continuation captured between reads of a slow pipe is entered again",
                 "[resumable]") {
  FedPipe pipe(*this);
  Task& task = m.make_task(r.loader("test", R"(
      (let* ((count 0) (again #f)
             (first (read feed))
             (mark (call/cc (lambda (k) (set! again k) 'once)))
             (next (read feed)))
        (set! count (+ count 1))
        (if (< count 3) (again 'more) (list first mark next count))))", r.interaction));
  for (const char c : std::string_view("one (two) three 4 ")) {
    if (run_task(m, task) != RunStatus::waiting) break;
    pipe.feed(c);
    m.retry(task);
  }
  REQUIRE(run_task(m, task) == RunStatus::finished);
  CHECK(scheme::to_text(m, task.result) == "(one more 4 3)");
}

TEST_CASE_METHOD(RuntimeFixture, "a read that waits can be interrupted; the bytes are not lost", "[resumable]") {
  FedPipe pipe(*this);
  pipe.feed('(');
  pipe.feed('a');
  Task& task = m.make_task(r.loader("test", "(guard (c (#t 'gone)) (read feed))", r.interaction));
  REQUIRE(run_task(m, task) == RunStatus::waiting);
  m.raise_in(task, m.make_condition(ConditionKind::interrupted, "interrupted"));
  REQUIRE(run_task(m, task) == RunStatus::finished);
  CHECK(scheme::to_text(m, task.result) == "gone");
  CHECK(at_prompt("(string-length \"usable\")") == "6");
}

TEST_CASE_METHOD(RuntimeFixture, "an endless loop is interrupted", "[resumable]") {
  interrupt_endless(*this, "(let loop () (loop))");
  interrupt_endless(*this, "(define (ping) (pong)) (define (pong) (ping)) (ping)");
  interrupt_endless(*this, "(let loop ((l '())) (loop (map car (map list '(1 2 3)))))");
  interrupt_endless(*this, "(with-exception-handler (lambda (c) 1) (lambda () (let loop () (raise-continuable 1) (loop))))");
}

TEST_CASE_METHOD(RuntimeFixture, "an endless macro is interrupted", "[resumable]") {
  interrupt_endless(*this, "(define-syntax forever (syntax-rules () ((_ x) (forever x)))) (forever 1)");
  interrupt_endless(*this, "(import (only (fermata builtins) er-macro-transformer))"
                           "(define-syntax busy (er-macro-transformer (lambda (f r c) (let loop () (loop)))))"
                           "(busy)");
}

TEST_CASE("the tests of R7RS pass in a thread with 256 KB of C++ stack", "[resumable]") {
  const char* root = std::getenv("FERMATA_ROOT");
  const std::string folder = std::string(root ? root : ".") + "/tests/r7rs/";
  for (const char* name : {"lexical", "exceptions", "macros", "eval", "call-cc", "dynamic-wind", "pairs", "strings"}) {
    std::string result;
    in_thread(kSmallStack, [&] {
      RuntimeFixture f;
      result = f.at_prompt("(let ((out (open-output-string)))"
                           "  (parameterize ((current-output-port out)) (load \"" + folder + name + ".scm\"))"
                           "  (let* ((s (get-output-string out)) (n (string-length s)))"
                           "    (substring s (max 0 (- n 10)) n)))");
    });
    INFO(name);
    CHECK(result == "\" 0 failed\\n\"");
  }
}

TEST_CASE("how deep an expression may nest depends on the C++ stack, and too deep is an error",
          "[resumable]") {
  const std::string program = R"(
    (eval (let loop ((i 0) (form 0)) (if (= i 3000) form (loop (+ i 1) (list '+ 1 form))))
          (environment '(scheme base))))";
  std::string small, large;
  in_thread(kSmallStack, [&] { small = RuntimeFixture().at_prompt(program); });
  in_thread(32 * kSmallStack, [&] { large = RuntimeFixture().at_prompt(program); });
  CHECK(small == "raised: expression nested too deeply");
  CHECK(large == "3000");
}

TEST_CASE("deep data and deep recursion need no C++ stack", "[resumable]") {
  std::string lengths, depth;
  in_thread(kSmallStack, [&] {
    RuntimeFixture f;
    lengths = f.at_prompt(R"(
      (let* ((deep (let loop ((n 0) (l '())) (if (= n 200000) l (loop (+ n 1) (list l)))))
             (out (open-output-string)))
        (write deep out)
        (list (string-length (get-output-string out))
              (equal? deep (read (open-input-string (get-output-string out))))
              (eval `(car ',deep))
              'end)))");
    depth = f.at_prompt("(let f ((n 1000000)) (if (= n 0) 0 (+ 1 (f (- n 1)))))");
  });
  CHECK(lengths.starts_with("(400002 #t "));
  CHECK(lengths.ends_with(" end)"));
  CHECK(depth == "1000000");
}

TEST_CASE("two interpreters on two threads run while a third thread collects", "[resumable][threads]") {
  std::atomic<bool> done{false};
  std::thread collecting([&] {
    const RegisteredThread here;
    while (!done) collect_now();
  });
  std::string results[2];
  const auto program = [](std::string& result) {
    return [&result] {
      const RegisteredThread here;
      RuntimeFixture f;
      result = f.at_prompt(R"(
        (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
        (define-syntax swap (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
        (define (numbers n) (if (= n 0) '() (cons n (numbers (- n 1)))))
        (let loop ((i 0) (k #f) (l '()))
          (if (< i 20)
              (loop (+ i 1) (call/cc (lambda (k) k)) (map (lambda (x) (* x (expt 7 30))) (numbers 2000)))
              (list (fib 15) (apply + l) (let ((a 1) (b 2)) (swap a b) (list a b))))))");
    };
  };
  std::thread first(program(results[0])), second(program(results[1]));
  first.join();
  second.join();
  done = true;
  collecting.join();
  CHECK(results[0] == results[1]);
  CHECK(results[0] == "(610 45101219921675208433814361249000 (2 1))");
}

#ifndef FERMATA_MALLOC_HEAP
TEST_CASE_METHOD(RuntimeFixture, "recursion without end is an error that a guard catches", "[resumable]") {
  m.heap.set_limit(std::size_t{32} << 20);
  const std::string program = R"(
    (guard (c ((error-object? c) (error-object-message c)))
      (let f ((n 0)) (+ 1 (f (+ n 1))))))";
  for (int i = 0; i < 3; ++i) {
    CHECK(at_prompt(program) == "\"out of memory\"");
    CHECK(at_prompt("(length (vector->list (make-vector 10000 1)))") == "10000");
  }
  CHECK(at_prompt("(let f ((n 0)) (+ 1 (f (+ n 1))))") == "raised: out of memory");
  CHECK(at_prompt("(let f ((l '())) (f (cons 1 l)))") == "raised: out of memory");
  CHECK(at_prompt("(+ 1 2)") == "3");
}

TEST_CASE_METHOD(RuntimeFixture, "a macro whose uses grow without end is an error", "[resumable]") {
  m.heap.set_limit(std::size_t{16} << 20);
  CHECK(at_prompt("(define-syntax grow (syntax-rules () ((_ x ...) (grow x ... x ...)))) (grow 1)") ==
        "raised: grow: out of memory; this use becomes too large");
  CHECK(at_prompt("(+ 1 2)") == "3");
}

TEST_CASE_METHOD(RuntimeFixture, "a macro without end does not fill the memory", "[resumable]") {
  m.heap.set_limit(std::size_t{24} << 20);
  Task& task = m.make_task(r.loader(
      "endless", "(define-syntax forever (syntax-rules () ((_ x) (forever x)))) (forever 1)",
      r.interaction));
  for (int slice = 0; slice < 100; ++slice) REQUIRE(m.run(task, 500) == RunStatus::out_of_gas);
}

TEST_CASE_METHOD(RuntimeFixture, "garbage is no reason to run out of memory", "[resumable]") {
  m.heap.set_limit(std::size_t{16} << 20);
  CHECK(at_prompt("(let loop ((i 0)) (if (< i 3000000) (begin (vector i i) (list i i i) (loop (+ i 1))) i))") ==
        "3000000");
  CHECK(at_prompt("(let loop ((i 0)) (if (< i 100) (begin (make-vector 200000 i) (loop (+ i 1))) i))") == "100");
}

// A record kept the segment its frames stood in, and what other records had sealed there.
TEST_CASE_METHOD(RuntimeFixture, "continuations that nobody holds any more keep nothing", "[resumable]") {
  m.heap.set_limit(std::size_t{8} << 20);
  CHECK(at_prompt(R"(
    (define failures '())
    (define (fail) (let ((k (car failures))) (set! failures (cdr failures)) (k k)))
    (define (choose choices)
      (if (null? choices)
          (fail)
          (call/cc
           (lambda (done)
             (call/cc (lambda (again) (set! failures (cons again failures)) (done (car choices))))
             (choose (cdr choices))))))
    (define (search choices)
      (call/cc
       (lambda (out)
         (set! failures (list (lambda (x) (out 'none))))
         (let* ((a (choose choices)) (b (choose choices)) (c (choose choices)))
           (if (< (+ a b c) 1000) (fail) (list a b c))))))
    (search (vector->list (make-vector 60 1))))") == "none");
  // Captured below other frames each time, and left by an escape.
  CHECK(at_prompt(R"(
    (define kept #f)
    (define (deep n) (if (= n 0) (call/cc (lambda (k) (let ((before kept)) (set! kept k) before))) (car (list (deep (- n 1))))))
    (let loop ((i 0))
      (if (< i 20000)
          (begin (call/cc (lambda (out) (deep 20) (out #f))) (loop (+ i 1)))
          i)))") == "20000");
}
#endif
