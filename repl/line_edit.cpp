// libedit's own interface (not its readline look-alike): it takes a context pointer, so
// nothing here is global.
#include "repl/line_edit.hpp"

#include <histedit.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace fermata::repl {

namespace {

constexpr int kHistoryLength = 2000;

bool make_folders(const std::string& path) {
  for (std::size_t at = 1; at != std::string::npos; ) {
    at = path.find('/', at);
    const std::string part = path.substr(0, at);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return false;
    if (at != std::string::npos) ++at;
  }
  return true;
}

// A name ends where the reader would end it.
bool ends_name(char c) { return std::strchr(" \t\n()[]\"';`,", c) != nullptr; }

class Terminal : public LineSource {
 public:
  explicit Terminal(Completer completer) : completer_(std::move(completer)) {
    // Without a UTF-8 locale libedit would not let such characters through.
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
    edit_ = el_init("fermata", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event;
    history(history_, &event, H_SETSIZE, kHistoryLength);
    history(history_, &event, H_SETUNIQUE, 1);
    const std::string folder = state_folder();
    if (!folder.empty() && make_folders(folder)) {
      file_ = folder + "/history";
      history(history_, &event, H_LOAD, file_.c_str());
    }
    el_set(edit_, EL_CLIENTDATA, this);
    el_set(edit_, EL_PROMPT, &prompt_of);
    el_set(edit_, EL_EDITOR, "emacs");
    el_set(edit_, EL_SIGNAL, 0);
    el_set(edit_, EL_HIST, history, history_);
    el_set(edit_, EL_ADDFN, "fermata-complete", "Complete a name", &complete);
    el_set(edit_, EL_BIND, "^I", "fermata-complete", nullptr);
    el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(edit_, nullptr);  // the user's ~/.editrc
  }
  ~Terminal() override {
    HistEvent event;
    if (!file_.empty()) history(history_, &event, H_SAVE, file_.c_str());
    history_end(history_);
    el_end(edit_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  Result read(const std::string& prompt, std::string& line) override {
    prompt_ = prompt;
    int count = 0;
    errno = 0;
    // Before the prompt is seen, so that a key typed at it is a key, not the terminal's own.
    el_set(edit_, EL_PREP_TERM, 1);
    const char* text = el_gets(edit_, &count);
    if (text == nullptr || count <= 0) {
      if (count < 0 && errno == EINTR) {
        el_set(edit_, EL_SIGNAL, 0);
        std::fputs("^C\n", stdout);
        el_reset(edit_);
        return Result::interrupted;
      }
      std::fputs("\n", stdout);
      return Result::end;
    }
    line.assign(text, static_cast<std::size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return Result::line;
  }

  // One line an entry: forms of several lines come back as one long line.
  void remember(const std::string& form) override {
    std::string entry = form;
    if (entry.find(';') == std::string::npos) std::replace(entry.begin(), entry.end(), '\n', ' ');
    while (!entry.empty() && std::strchr(" \n", entry.back()) != nullptr) entry.pop_back();
    if (entry.empty()) return;
    HistEvent event;
    history(history_, &event, H_ENTER, entry.c_str());
    // Appended at once, so that a killed session loses nothing.
    if (!file_.empty()) history(history_, &event, H_SAVE, file_.c_str());
  }

 private:
  static Terminal& self(EditLine* edit) {
    void* data = nullptr;
    el_get(edit, EL_CLIENTDATA, &data);
    return *static_cast<Terminal*>(data);
  }
  static char* prompt_of(EditLine* edit) { return self(edit).prompt_.data(); }

  // Inserts what all candidates share; shows them when that is nothing.
  static unsigned char complete(EditLine* edit, int) {
    const LineInfo* info = el_line(edit);
    const char* start = info->cursor;
    while (start > info->buffer && !ends_name(start[-1])) --start;
    const std::string prefix(start, info->cursor);
    if (prefix.empty()) {
      el_insertstr(edit, "  ");
      return CC_REFRESH;
    }
    const std::vector<std::string> found = self(edit).completer_(prefix);
    if (found.empty()) return CC_REFRESH_BEEP;
    std::string shared = found.front();
    for (const std::string& name : found) {
      const auto [end, other] = std::mismatch(shared.begin(), shared.end(), name.begin(), name.end());
      shared.erase(end, shared.end());
    }
    std::string insert = shared.substr(prefix.size());
    if (found.size() == 1) insert += ' ';
    if (!insert.empty()) {
      el_insertstr(edit, insert.c_str());
      return CC_REFRESH;
    }
    show(found);
    return CC_REDISPLAY;
  }

  static void show(const std::vector<std::string>& names) {
    std::size_t width = 0;
    for (const std::string& name : names) width = std::max(width, name.size());
    const std::size_t columns = std::max<std::size_t>(1, 80 / (width + 2));
    std::string out = "\n";
    for (std::size_t i = 0; i < names.size() && i < 120; ++i) {
      const bool last = i % columns == columns - 1 || i + 1 == names.size();
      out += names[i] + (last ? "\n" : std::string(width + 2 - names[i].size(), ' '));
    }
    if (names.size() > 120) out += "... " + std::to_string(names.size() - 120) + " more\n";
    std::fputs(out.c_str(), stdout);
    std::fflush(stdout);
  }

  EditLine* edit_;
  History* history_;
  std::string file_, prompt_;
  Completer completer_;
};

class Transcript : public LineSource {
 public:
  Result read(const std::string& prompt, std::string& line) override {
    // Read by the byte: the program itself may read from standard input too.
    line.clear();
    char c = 0;
    ssize_t got = 0;
    while ((got = ::read(STDIN_FILENO, &c, 1)) == 1 && c != '\n') line += c;
    if (got < 0 && errno == EINTR) return Result::interrupted;
    if (got != 1 && line.empty()) return Result::end;
    const std::string echo = prompt + line + "\n";
    std::cout << echo << std::flush;
    return Result::line;
  }
  void remember(const std::string&) override {}
};

}  // namespace

std::string state_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && state[0] == '/')
    return std::string(state) + "/fermata";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return std::string(home) + "/.local/state/fermata";
  return {};
}

std::unique_ptr<LineSource> make_terminal(Completer completer) {
  return std::make_unique<Terminal>(std::move(completer));
}

std::unique_ptr<LineSource> make_transcript() { return std::make_unique<Transcript>(); }

}  // namespace fermata::repl
