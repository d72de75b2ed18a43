// Where the prompt's lines come from: a terminal with editing, or a file that is echoed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::repl {

// All names that begin so, sorted.
using Completer = std::function<std::vector<std::string>(std::string_view prefix)>;

// What goes on while a line is awaited: until the file can be read, Ctrl-C was pressed, or the
// session is over.
enum class Awaited { input, interrupted, over };
using Waiting = std::function<Awaited(int fd)>;

class LineSource {
 public:
  enum class Result { line, end, interrupted };
  virtual ~LineSource() = default;
  // Before the first read().
  void set_waiting(Waiting waiting) { waiting_ = std::move(waiting); }
  // Something is about to be written to the screen by other than us: the line being typed
  // leaves it until come_back().
  virtual void make_way(std::string_view) {}
  virtual void come_back() {}
  // `line` without its newline.
  virtual Result read(const std::string& prompt, std::string& line) = 0;
  virtual void remember(const std::string& form) = 0;  // for the history

 protected:
  Waiting waiting_ = [](int) { return Awaited::input; };
};

// libedit: Emacs keys, history kept in a file (XDG_STATE_HOME/fermata/history), Tab completes.
std::unique_ptr<LineSource> make_terminal(Completer completer);

// Standard input without editing; prompt and line are written out, so that the output is a
// complete transcript.
std::unique_ptr<LineSource> make_transcript();

// $XDG_STATE_HOME/fermata, else ~/.local/state/fermata; empty when there is no home.
std::string state_folder();

}  // namespace fermata::repl
