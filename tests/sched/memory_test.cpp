// What tasks leave behind: nothing to speak of.
#include <catch2/catch.hpp>

#include "tests/sched/engine_fixture.hpp"
#include "vm/allocation.hpp"

using namespace fermata;
using namespace fermata::sched;

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected

namespace {

struct MemoryFixture : EngineFixture {
  // What the program leaves, in megabytes.  Old words on the stack may keep some; other work
  // overwrites them.
  double left_by(std::string_view text, const char* result) {
    const auto kept = [&] {
      CHECK(finish(start(program("(let f ((n 2000)) (if (= n 0) 0 (+ 1 (f (- n 1)))))"))) == "2000");
      return static_cast<double>(vm::bytes_kept());
    };
    CHECK(finish(start(program(text))) == result);  // once before, for what is made once
    const double before = kept();
    CHECK(finish(start(program(text))) == result);
    double after = kept();
    for (int round = 0; round < 5 && after - before > 1e6; ++round) after = kept();
    return (after - before) / 1e6;
  }
};

}  // namespace

TEST_CASE_METHOD(MemoryFixture, "a million timeouts that lost leave nothing", "[sched][long]") {
  CHECK(left_by(R"(
    (define q (make-waitq))
    (define never (make-op (lambda () op-not-ready) (lambda (ticket tag) (waitq-add! q ticket tag)) #f 'never))
    (let loop ((i 0))
      (if (< i 1000000)
          (begin (sync (choice-op (always-op i) (sleep-op 3600))) (loop (+ i 1)))
          i)))", "1000000") < 1);
  CHECK(left_by(R"(
    (define c (make-place 1 #f 'put 'take))
    (define (wait-for-one)
      (let ((t (task-current)))
        (task-spawn (lambda () (task-wake t)))
        (with-deadline 3600 (lambda () (let ((n 0)) (task-block (lambda () (set! n (+ n 1)) (> n 1))))))))
    (let loop ((i 0))
      (if (< i 100000) (begin (wait-for-one) (loop (+ i 1))) i)))", "100000") < 1);
}

TEST_CASE_METHOD(MemoryFixture, "a million generators that nobody asks again leave nothing", "[sched][long]") {
  CHECK(left_by(R"(
    (import (srfi 158))
    (let loop ((i 0))
      (if (< i 1000000)
          (let ((g (make-coroutine-generator (lambda (yield) (yield 1) (yield 2)))))
            (g)
            (loop (+ i 1)))
          i)))", "1000000") < 1);
  CHECK(left_by(R"(
    (define (generator)
      (let ((values (make-place 0 #f 'yield 'next)))
        (task-spawn (lambda () (place-put! values 1) (place-put! values 2)))
        (lambda () (place-take! values #f))))
    (let loop ((i 0))
      (if (< i 1000000)
          (begin ((generator)) (loop (+ i 1)))
          i)))", "1000000") < 1);
}

TEST_CASE_METHOD(MemoryFixture, "who waits at a pipe that nobody else has is collected with it", "[sched][long]") {
  CHECK(left_by(R"(
    (define (lose)
      (let-values (((in out) (make-pipe)))
        (task-spawn (lambda () (read-char in) (write-char #\a out)))))
    (let loop ((i 0))
      (if (< i 20000)
          (begin (lose) (if (= (remainder i 100) 0) (task-yield)) (loop (+ i 1)))
          (begin (settle) i))))", "20000") < 1);
}

TEST_CASE_METHOD(MemoryFixture, "a collection beside 100,000 parked tasks takes some 30 ms", "[sched][long]") {
  CHECK(finish(start(program(R"(
    (define q (make-waitq))
    (let loop ((i 0))
      (if (< i 100000) (begin (task-spawn (lambda () (waitq-park! q) 1)) (loop (+ i 1)))))
    (settle)
    (waitq-length q))"))) == "100000");
  std::int64_t best = INT64_MAX;
  for (int i = 0; i < 7; ++i) {
    const auto begin = vm::system_clock().monotonic_ns();
    vm::collect_now();
    best = std::min(best, vm::system_clock().monotonic_ns() - begin);
  }
  WARN("a full collection took " << static_cast<double>(best) / 1e6 << " ms");
  CHECK(best < 120'000'000);  // a wide limit: the machine may be busy
}

#endif
