// The prompt: reads forms, evaluates them in one task, prints values and errors.
//
// While it waits for input, whatever tasks there are go on.
//
// Each form runs under a prompt of its own (in the sense of continuations), so an old
// form's continuation can be entered again from a new one.  An error leaves the session
// as it was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repl/interrupt.hpp"
#include "repl/line_edit.hpp"
#include "sched/engine.hpp"
#include "scheme/runtime.hpp"

namespace fermata::repl {

class Session {
 public:
  Session(scheme::Runtime& runtime, InterruptKey& key, LineSource& lines);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  int loop();  // until the input ends, ,quit or (exit); gives the exit status

  // ---- for the commands ------------------------------------------------------------
  enum class Print { values, nothing };
  // Evaluates all forms of the text, one after another, up to the first error.
  bool evaluate(const std::string& text, Print print = Print::values);
  vm::Value last_value() const;  // of the last form
  void print(const std::string& text);
  void print_error(vm::Value raised, vm::Value trace);
  void quit(int status) { status_ = status; }
  // A program of the command's own, in a task beside that of the prompt.
  void run_aside(const std::string& text);
  const sched::Fiber& fiber() const;  // of the prompt

  scheme::Runtime& runtime;
  vm::Machine& machine;

 private:
  struct Values;  // what must be seen by the collector, in root memory
  enum class Input { form, blank, end };
  Input read_form(std::string& text);
  Awaited await(int fd);
  void share_screen();
  bool end_of(const sched::Turn& turn);
  void start_task();
  bool evaluate_form(const std::string& text, Print print);
  bool run_form(const std::string& text, Print print);
  void take_values(vm::Value list, Print print);

  InterruptKey& key_;
  LineSource& lines_;
  Values* values_;
  std::size_t forms_ = 0;
  std::optional<int> status_;
};

// Names bound at the prompt, and commands, that begin so.
std::vector<std::string> completions(scheme::Runtime& runtime, std::string_view prefix);

}  // namespace fermata::repl
