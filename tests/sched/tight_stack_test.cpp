// Stacks of tasks that wait are given just the room they need, after every turn, and go on as
// before.
#include "vm/tight_stack.hpp"

#include <catch2/catch.hpp>

#include "flow/builtins.hpp"
#include "sched/engine.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"

using namespace fermata;

namespace {

constexpr const char* kWaits = R"((import (scheme base) (fermata sched))
  ; depth frames, half of them prompts when told so, above them two waits; then two more, lower.
  (define (waits depth prompts?)
    (define resume-it #f)
    (define (wait) (task-suspend (lambda (resume) (set! resume-it resume))))
    (define (deep n)
      (cond ((= n 0) (let* ((a (wait)) (b (wait))) (+ a b)))
            ((and prompts? (even? n)) (guard (e ((string? e) 0)) (+ 1 (deep (- n 1)))))
            (else (+ 1 (deep (- n 1))))))
    (let ((task (task-spawn (lambda () (let ((sum (deep depth))) (list sum (deep 0)))))))
      (for-each (lambda (obj) (task-yield) (resume-it obj) (task-yield)) '(1000 2000 30 4))
      (task-join task)))
  ; A continuation of what is below the wait is entered again when the task has gone on.
  (define (again)
    (let* ((resume-it #f) (back #f) (seen '())
           (task (task-spawn
                  (lambda ()
                    (call-with-current-continuation (lambda (k) (set! back k)))
                    (set! seen (cons (+ 1 (task-suspend (lambda (r) (set! resume-it r)))) seen))
                    (if (< (length seen) 3) (back #t) seen)))))
      (for-each (lambda (obj) (task-yield) (resume-it obj) (task-yield)) '(1 2 3))
      (task-join task)))
  (define (cancelled)
    (let ((task (task-spawn (lambda () (guard (e ((cancelled? e) 'cancelled))
                                         (list (task-suspend (lambda (r) r))))))))
      (task-yield)
      (task-cancel task 'enough)
      (task-join task)))
)";

// The value of the expression, every waiting stack being tightened after each turn.
std::string tightened(const std::string& expression, std::size_t& moved) {
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& r = scheme::Runtime::create(m, {});
  flow::install_flow(r);  // with it the schedulers
  sched::Engine& engine = sched::Engine::of(m);
  sched::Fiber& main =
      engine.adopt(m.make_task(r.loader("test.scm", kWaits + expression, nullptr)));
  std::string text;
  while (text.empty()) {
    const sched::Turn t = engine.run(main, 1);
    engine.fibers.for_each([&](sched::Fiber& f) {
      if (f.state != sched::State::parked || f.task == nullptr) return;
      const auto* const before = f.task->segment;
      vm::tighten_stack(m.heap, *f.task);
      moved += f.task->segment != before;
    });
    if (t.kind == sched::Turn::Kind::over) text = scheme::to_text(m, main.task->result);
    if (t.kind == sched::Turn::Kind::stuck) text = "stuck";
  }
  flow::uninstall_flow(r);
  scheme::Runtime::destroy(r);
  vm::Machine::destroy(m);
  return text;
}

}  // namespace

TEST_CASE("a task whose stack was tightened goes on as it was", "[vm][sched]") {
  std::size_t moved = 0;
  for (const int depth : {0, 1, 2, 3, 10, 30, 100, 1000})
    for (const char* prompts : {"#f", "#t"}) {
      CAPTURE(depth, prompts);
      const std::string sum = std::to_string(depth + 3000);
      CHECK(tightened("(waits " + std::to_string(depth) + " " + prompts + ")", moved) ==
            "(" + sum + " 34)");
    }
  CHECK(moved >= 16);
  CHECK(tightened("(again)", moved) == "(4 3 2)");
  CHECK(tightened("(cancelled)", moved) == "cancelled");
}
