// The prompt: reads forms, evaluates them in one task, prints values and errors.
//
// Each form runs under a prompt of its own (in the sense of continuations), so an old
// form's continuation can be entered again from a new one.  An error leaves the session
// as it was.
#pragma once

#include <string>

#include "repl/interrupt.hpp"
#include "repl/line_edit.hpp"
#include "scheme/runtime.hpp"

namespace fermata::repl {

class Session {
 public:
  Session(scheme::Runtime& runtime, InterruptKey& key, LineSource& lines);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  int loop();  // until the input ends, ,quit or (exit); gives the exit status

  // ---- for the commands ----------------------------------------------------------
  scheme::Runtime& runtime;
  vm::Machine& machine;
  // Evaluates the text's forms; prints what comes unless `quiet`.  False after an error.
  enum class Print { values, nothing };
  bool evaluate(const std::string& text, Print print = Print::values);
  vm::Value last_value();  // what $1 is
  void print_error(vm::Value raised, vm::Value trace);
  void quit(int status);

 private:
  struct Rooted;      // values, in root memory
  enum class Input { form, blank, end };
  Input read_form(std::string& text);
  void start_task();
  void print_values(vm::Value list);
  void remember(vm::Value value);

  InterruptKey& key_;
  LineSource& lines_;
  Rooted* rooted_;
  std::size_t forms_ = 0, remembered_ = 0;
  std::optional<int> status_;
};

}  // namespace fermata::repl
