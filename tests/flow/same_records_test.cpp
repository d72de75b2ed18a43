// The same flow under another gas and another compiler leaves the same records.
//
// Random flows (data/random_flows.scm: branches, tasks, channels, select, time, chance, and a
// variable that all of them change) run once with every pass and much gas.  Then they are run
// again from their beginning, with the program's tasks switched after every instruction, and
// with no pass of the compiler: the journals must be equal, record by record.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "flow/builtins.hpp"
#include "flow/store.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/run_program.hpp"
#include "vm/machine.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

std::string text_of_file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Runs each flow of some seeds in virtual time, answering the oldest wait, and returns the
// journals.  With the beginnings of flows (their inputs and seeds) those are run again.
std::string driver() {
  const char* root = std::getenv("FERMATA_ROOT");
  return "(import (scheme base) (srfi 27) (fermata flow) (fermata sched)"
         " (only (fermata go) go make-chan chan-send! chan-recv! select)"
         " (fermata flow looks))" +
         text_of_file(std::string(root ? root : ".") + "/tests/flow/data/random_flows.scm") +
         R"scheme(
(define (in-virtual-time gas thunk)
  (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep 'gas gas)) (task (task-spawn s thunk)))
    (scheduler-run s)
    (task-result task)))
;; Until it ends: whatever waits longest is answered.
(define (drive id outcome left)
  (if (and (flow-suspended? outcome) (> left 0))
      (let* ((records (cdr (%flow-history (current-flow-store) id)))
             (wait (oldest-wait records '())))
        (drive id
               (guard (e (#t 'raised))
                 (cond ((not wait) (parameterize ((flow-patience 1e9)) (flow/recover id)))
                       ((eq? (vector-ref wait 0) 'awaits)
                        (flow/signal id (vector-ref wait 3) 'sent)
                        (if (memq (flow/status id) '(finished failed cancelled))
                            'over
                            (flow/result id)))
                       (else (flow/resume id (vector-ref wait 3) 'given))))
               (- left 1)))))
(define (oldest-wait records open)
  (cond ((null? records) (and (pair? open) (car open)))
        ((memq (vector-ref (car records) 0) '(suspended awaits))
         (oldest-wait (cdr records) (append open (list (car records)))))
        ((memq (vector-ref (car records) 0) '(resumed received withdrawn))
         (oldest-wait (cdr records) (without (car records) open)))
        (else (oldest-wait (cdr records) open))))
(define (without r open)
  (cond ((null? open) '())
        ((and (equal? (vector-ref (car open) 1) (vector-ref r 1))
              (= (vector-ref (car open) 2) (vector-ref r 2)))
         (cdr open))
        (else (cons (car open) (without r (cdr open))))))
;; All but when: times are those of the driver's clock.
(define (journal id)
  (map (lambda (r) (if (memq (vector-ref r 0) '(sleeping))
                       (list (vector-ref r 0) (vector-ref r 1) (vector-ref r 2))
                       (list (vector-ref r 0) (vector-ref r 1) (vector-ref r 2) (vector-ref r 3)
                             (vector-ref r 5))))
       (cdr (%flow-history (current-flow-store) id))))
(define (named text n) (string->symbol (string-append text (number->string n))))
;; The first time: seeds from one to another.
(define (run-first store gas seed)
  (random-source-pseudo-randomize! source seed 7)
  (set! tags 0)
  (let ((tree (make-tree 3)) (id (named "first" seed)))
    (in-virtual-time gas
      (lambda ()
        (parameterize ((current-flow-store store) (flow-patience 0))
          (drive id (guard (e (#t 'raised)) (flow/start random-flow tree 'id id)) 60)
          (journal id))))))
;; Again, from its first two records.
(define (run-again store gas seed label)
  (let ((id (named label seed)))
    (in-virtual-time gas
      (lambda ()
        (parameterize ((current-flow-store store) (flow-patience 0))
          (%flow-copy store (named "first" seed) store id 2 #f)
          (drive id (guard (e (#t 'raised)) (flow/recover id)) 60)
          (journal id))))))
(define (each from to run) (map (lambda (n) (run (+ from n))) (iota-list (- to from))))
(define (iota-list n) (let loop ((i (- n 1)) (l '())) (if (< i 0) l (loop (- i 1) (cons i l)))))
)scheme";
}

// The value of a form after the driver, in an interpreter of its own.
std::string run(std::shared_ptr<MemoryTables> tables, const scheme::CompilerOptions& compiler,
                const std::string& form, std::int64_t turn) {
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& r = scheme::Runtime::create(m, scheme::RuntimeOptions{{}, {}, compiler});
  install_flow(r);
  set_default_store(r, make_memory_store({}, std::move(tables)));
  const Ended ended = run_program(m, r.loader("random.scm", driver() + form, nullptr), turn);
  uninstall_flow(r);
  scheme::Runtime::destroy(r);
  vm::Machine::destroy(m);
  return ended.finished ? ended.text : "raised " + ended.text;
}

}  // namespace

TEST_CASE("gas and passes leave the records of random flows as they are", "[flow][records]") {
  const bool is_long = std::getenv("FERMATA_LONG_TESTS") != nullptr;
  const int flows = is_long ? 1000 : 30, batch = is_long ? 50 : 30;
  constexpr scheme::CompilerOptions kNoPass{false, false, false, false, false, false, false, false};
  std::size_t records = 0;
  for (int from = 1; from <= flows; from += batch) {
    const std::string range = std::to_string(from) + " " + std::to_string(from + batch);
    const auto tables = make_memory_tables();
    const auto again = [&](const char* label, const std::string& gas) {
      return "(let ((s (open-flow-store #f))) (each " + range + " (lambda (n) (run-again s " + gas +
             " n \"" + label + "\"))))";
    };
    const std::string first = run(
        tables, {},
        "(let ((s (open-flow-store #f))) (each " + range + " (lambda (n) (run-first s 1000000 n))))",
        1000000);
    REQUIRE_FALSE(first.starts_with("raised"));
    for (std::size_t at = 0; (at = first.find("(step-result", at)) != std::string::npos; ++at)
      ++records;
    INFO("seeds " << range);
    CHECK(run(tables, {}, again("much", "1000000"), 1000000) == first);
    CHECK(run(tables, {}, again("little", "1"), 1000000) == first);
    CHECK(run(tables, kNoPass, again("plain", "1000000"), 1000000) == first);
    CHECK(run(tables, kNoPass, again("plain-little", "1"), 1000000) == first);
  }
  CHECK(records > static_cast<std::size_t>(flows));
}
