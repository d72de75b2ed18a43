// Tasks are named by their numbers, those of task-id.
#include "repl/tasks.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "repl/session.hpp"
#include "sched/cancel.hpp"
#include "sched/engine.hpp"
#include "sched/running.hpp"
#include "sched/stuck.hpp"
#include "scheme/printer.hpp"
#include "vm/string.hpp"

namespace fermata::repl {

using namespace vm;
using sched::Engine;
using sched::Fiber;

namespace {

std::string heading(Machine& m, const Fiber& f) {
  std::string text = std::to_string(f.id);
  if (f.name != kFalse) text += " " + scheme::to_text_limited(m, f.name, scheme::Style::display, 40);
  return text;
}

std::string standing(Machine& m, const Fiber& f) {
  if (f.is_over()) return "has ended";
  if (f.paused) return "is paused";
  if (f.state == sched::State::runnable) return f.started ? "can run" : "has not begun";
  return sched::wait_clause(m, f);
}

// The task of that number; what to say when there is none is said.
Fiber* find(Session& s, const std::string& number) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  Fiber* found = nullptr;
  if (error == std::errc() && end == number.data() + number.size()) {
    Engine::of(s.machine).fibers.for_each([&](Fiber& f) {
      if (f.id == id && !f.is_over()) found = &f;
    });
  }
  if (found == nullptr) s.print("there is no task " + number + "; ,tasks lists them\n");
  return found;
}

}  // namespace

void list_tasks(Session& s, const std::string&) {
  GcVector<Fiber*> all(s.machine.heap);
  Engine::of(s.machine).fibers.for_each([&](Fiber& f) {
    if (&f != &s.fiber() && !f.is_over()) all.push_back(&f);
  });
  std::sort(all.begin(), all.end(), [](const Fiber* a, const Fiber* b) { return a->id < b->id; });
  std::string text;
  for (const Fiber* f : all) text += heading(s.machine, *f) + ": " + standing(s.machine, *f) + "\n";
  s.print(text.empty() ? "there are no tasks but this one\n" : text);
}

void show_task(Session& s, const std::string& number) {
  Fiber* f = find(s, number);
  if (f == nullptr) return;
  Machine& m = s.machine;
  std::string text = "task " + heading(m, *f) + ": " + standing(m, *f) + "\n";
  if (f->parent != 0) text += "  spawned by task " + std::to_string(f->parent) + "\n";
  if (f->scheduler != Engine::of(m).root) text += "  of " + scheme::to_text(m, value_of(f->scheduler)) + "\n";
  text += "  had " + std::to_string(f->switches) + " turns of " + std::to_string(f->steps) +
          " steps, waited " + std::to_string(f->parks) + " times\n";
  for (const std::string& line : sched::places_of(m, *f, 12)) text += "  " + line + "\n";
  s.print(text);
}

void kill_task(Session& s, const std::string& number) {
  Fiber* f = find(s, number);
  if (f == nullptr) return;
  if (f == &s.fiber()) return s.print("that is the task of the prompt: ,quit ends it\n");
  Machine& m = s.machine;
  sched::cancel(*f, sched::make_cancelled(m, value_of(&make_string(m.heap, "killed at the prompt"))));
}

void show_mailbox(Session& s, const std::string& number) {
  Fiber* f = find(s, number);
  if (f == nullptr) return;
  s.run_aside(
      "(import (scheme base) (scheme write) (fermata sched) (fermata erlang) (fermata erlang fields))"
      "(let loop ((rest (processes)))"
      "  (cond ((null? rest) (write-string \"that task is no process\\n\"))"
      "        ((= (task-id (process-task (car rest))) " + std::to_string(f->id) + ")"
      "         (let ((messages (process-info (car rest) 'messages)))"
      "           (if (null? messages) (write-string \"no messages\\n\"))"
      "           (for-each (lambda (message) (write message) (newline)) messages)))"
      "        (else (loop (cdr rest)))))");
}

}  // namespace fermata::repl
