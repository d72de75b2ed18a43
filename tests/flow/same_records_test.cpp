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
#include "scheme/kept_locals.hpp"
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

// Defines (drive-all prefix gas from to): runs the flows PREFIXn in virtual time, in turns of so much
// gas, answering the oldest wait until they end.  One that is not in the store is started.
std::string driver() {
  const char* root = std::getenv("FERMATA_ROOT");
  return "(import (scheme base) (srfi 27) (fermata flow) (fermata sched)"
         " (only (fermata go) go make-chan chan-send! chan-recv! select))" +
         text_of_file(std::string(root ? root : ".") + "/tests/flow/data/random_flows.scm") +
         R"scheme(
(define (in-virtual-time gas thunk)
  (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep 'gas gas)) (task (task-spawn s thunk)))
    (scheduler-run s)
    (task-result task)))
(define (try thunk) (guard (e (#t #f)) (thunk)))
(define (waits id) (remove-sleep (flow/waiting id)))
(define (remove-sleep tags)
  (cond ((null? tags) '())
        ((eq? (car tags) 'sleep) (remove-sleep (cdr tags)))
        (else (cons (car tags) (remove-sleep (cdr tags))))))
(define (drive id left)
  (if (and (> left 0) (memq (flow/status id) '(running suspended)))
      (let ((tags (waits id)))
        (if (or (null? tags) (eq? (flow/status id) 'running))
            ;; At its beginning it is not waited for, as when it was started.
            (let ((patience (if (eq? (flow/status id) 'running) 0 1e9)))
              (try (lambda () (parameterize ((flow-patience patience)) (flow/recover id)))))
            (begin
              (try (lambda () (flow/resume id (car tags) 'given)))
              (if (and (eq? (flow/status id) 'suspended) (equal? tags (waits id)))
                  (try (lambda () (flow/signal id (car tags) 'sent))))))
        (drive id (- left 1)))))
(define (drive-one prefix gas seed)
  (random-source-pseudo-randomize! source seed 7)
  (set! tags 0)
  (let ((tree (make-tree 3))
        (id (string->symbol (string-append prefix (number->string seed)))))
    (in-virtual-time gas
      (lambda ()
        (parameterize ((flow-patience 0))
          (if (not (flow/status id)) (try (lambda () (flow/start random-flow tree 'id id))))
          (drive id 80))))))
(define (drive-all prefix gas from to)
  (if (< from to)
      (begin
        (drive-one prefix gas from)
        (drive-all prefix gas (+ from 1) to))))
)scheme";
}

struct World {
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> store = make_memory_store({}, tables);

  // In an interpreter of its own.
  void drive(const std::string& prefix, const scheme::CompilerOptions& compiler, const char* gas,
             int from, int to, scheme::Locals locals = scheme::Locals::none) {
    vm::Machine& m = vm::Machine::create();
    scheme::Runtime& r = scheme::Runtime::create(m, scheme::RuntimeOptions{{}, {}, compiler});
    install_flow(r);
    set_default_store(r, make_memory_store({}, tables));
    scheme::keep_locals(m, locals);
    const std::string form = "(drive-all \"" + prefix + "\" " + gas + " " + std::to_string(from) +
                             " " + std::to_string(to) + ")";
    const Ended ended = run_program(m, r.loader("random.scm", driver() + form, nullptr));
    uninstall_flow(r);
    scheme::Runtime::destroy(r);
    vm::Machine::destroy(m);
    INFO(ended.text);
    REQUIRE(ended.finished);
  }

  // A flow that has the first `count` records of another one.
  void copy(const std::string& from, const std::string& to, std::size_t count) {
    History h = store->load(from);
    REQUIRE(h.answer == Answer::ok);
    std::erase_if(h.records, [](const Record& r) {
      return r.event == Event::finished || r.event == Event::failed;
    });
    if (h.records.size() > count) h.records.resize(count);
    h.row.id = to, h.row.status = Status::running, h.row.wake_at = 0, h.row.waiting.clear();
    REQUIRE(store->import(h.row, h.records) == Answer::ok);
  }

  // All but when.
  std::string journal(const std::string& id) {
    const History h = store->load(id);
    std::string text = std::string(status_name(h.row.status)) + "\n" + h.row.note;
    for (const Record& r : h.records)
      text += std::string(event_name(r.event)) + " " + r.position.text() + " " + r.name + " " +
              (r.event == Event::sleeping ? "" : r.value) + "\n";
    return text;
  }
};

}  // namespace

TEST_CASE("gas and passes leave the records of random flows as they are", "[flow][records]") {
  const bool is_long = std::getenv("FERMATA_LONG_TESTS") != nullptr;
  const int flows = is_long ? 1000 : 30, batch = is_long ? 50 : 30;
  constexpr scheme::CompilerOptions kNoPass{false, false, false, false, false, false, false, false};
  struct Variant {
    const char* name;
    const char* gas;
    scheme::CompilerOptions compiler;
    std::size_t records;  // of the first run that it begins with: 2, or all
    scheme::Locals locals = scheme::Locals::none;
  };
  constexpr std::size_t kAll = ~std::size_t{0};
  const Variant variants[] = {{"gas-1-", "1", {}, kAll},
                              {"much-gas-", "1000000", {}, kAll},
                              {"no-pass-", "1000000", kNoPass, kAll},
                              {"no-pass-gas-1-", "1", kNoPass, kAll},
                              {"afresh-gas-1-", "1", {}, 2},
                              {"afresh-no-pass-", "1000000", kNoPass, 2},
                              {"with-locals-", "1", {}, kAll, scheme::Locals::all},
                              {"afresh-locals-", "1000000", {}, 2, scheme::Locals::all},
                              {"afresh-prompt-", "1000000", {}, 2, scheme::Locals::kept}};
  std::size_t steps = 0, closed = 0;
  for (int from = 1; from <= flows; from += batch) {
    World w;
    w.drive("first", {}, "1000000", from, from + batch);
    for (const Variant& v : variants) {
      for (int n = from; n < from + batch; ++n)
        w.copy("first" + std::to_string(n), v.name + std::to_string(n), v.records);
      w.drive(v.name, v.compiler, v.gas, from, from + batch, v.locals);
      for (int n = from; n < from + batch; ++n) {
        INFO(v.name << "seed " << n);
        CHECK(w.journal(v.name + std::to_string(n)) == w.journal("first" + std::to_string(n)));
      }
    }
    for (int n = from; n < from + batch; ++n) {
      const History h = w.store->load("first" + std::to_string(n));
      closed += is_closed(h.row.status);
      for (const Record& r : h.records) steps += r.event == Event::step_result;
    }
  }
  CHECK(steps > static_cast<std::size_t>(flows) / 2);
  CHECK(closed > static_cast<std::size_t>(flows) * 8 / 10);
}
