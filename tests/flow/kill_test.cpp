// kill -9 at every write of a flow, then on to the end in another process.
//
// A store between the flow and SQLite counts the writes and kills the process before or
// after the n-th one.  For every n and both moments: the result is that of an undisturbed
// run, what was recorded does not run again, no record is doubled, and a step in doubt runs
// again under the same key.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "flow/builtins.hpp"
#include "flow/owner.hpp"
#include "flow/store.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/hooked_store.hpp"
#include "tests/flow/run_program.hpp"
#include "vm/machine.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

// The flow: it acts in nodes and in steps, waits in two branches, catches an error.
// `effect` writes a line and its key, so that the test sees what ran.
constexpr const char* kFlow = R"scheme(
(import (scheme base) (scheme write) (fermata flow))
(define (effect name)
  (display name)
  (display " ")
  (display (step-key))
  (newline)
  (flush-output-port))
(define (draft x) (effect 'draft) (list x 'draft))
(define (review x)
  (step 'ask (lambda () (effect 'ask) 'asked))
  (list (suspend 'approval) (step 'thank (lambda () (effect 'thank) 'thanked))))
(define (spell x) (effect 'spell) 'fine)
(define (legal x) (suspend 'opinion))
(define (risky x) (step 'risky (lambda () (effect 'risky) (error "no luck"))))
(define (publish x) (effect 'publish) (list 'published x))
(defflow pipeline
  (sequence draft
            (parallel review spell legal)
            (lambda (x) (list x ((try-catch risky (lambda (e) (error-object-message e))) x)))
            publish
            (lambda (x) (step 'announce (lambda () (effect 'announce) x)))))
)scheme";

// What each process does: go on from wherever the flow stands.
constexpr const char* kGoOn = R"scheme(
(define (go-on id)
  (case (flow/status id)
    ((running) (flow/recover id) (go-on id))
    ((suspended)
     (if (memq 'approval (flow/waiting id))
         (flow/resume id 'approval 'yes)
         (flow/resume id 'opinion 'harmless))
     (go-on id))
    (else #t)))
(let ((flows (flow/list)))
  (if (null? flows) (flow/start pipeline 'input))
  (go-on (car (car (flow/list)))))
)scheme";

constexpr const char* kResult = "(published (((yes thanked) fine harmless) \"no luck\"))";

struct Folder {
  std::string path;
  Folder()
      : path(std::filesystem::temp_directory_path() /
             ("fermata-kill-" + std::to_string(random_number()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string store() const { return path + "/flows.sqlite"; }
};

// In a child process: the program on a store that kills at that write (0: never), its
// output appended to a file.  What waitpid says.
int run_child(const Folder& folder, const std::string& log, int at, Moment moment) {
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  const int out = open((folder.path + "/" + log).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& runtime = scheme::Runtime::create(m, {});
  install_flow(runtime);
  std::string error;
  auto store = open_sqlite_store(folder.store(), {}, error);
  if (store == nullptr) _exit(3);
  set_default_store(runtime, std::make_unique<HookedStore>(std::move(store), [=](int n, Moment m) {
                      if (n == at && m == moment) raise(SIGKILL);
                    }));
  const Ended ended =
      run_program(m, runtime.loader("flow.scm", std::string(kFlow) + kGoOn, nullptr));
  if (!ended.finished) {
    const std::string text = ended.text + "\n";
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(5);
  }
  uninstall_flow(runtime);
  _exit(ended.finished ? 0 : 4);
}

std::vector<std::pair<std::string, std::string>> effects(const Folder& folder, const char* log) {
  std::ifstream in(folder.path + "/" + log);
  std::vector<std::pair<std::string, std::string>> lines;
  std::string name, key;
  while (in >> name >> key) lines.emplace_back(name, key);
  return lines;
}

History history(const Folder& folder) {
  std::string error;
  auto store = open_sqlite_store(folder.store(), {}, error);
  REQUIRE(store != nullptr);
  std::vector<FlowRow> rows;
  REQUIRE(store->list({}, rows) == Answer::ok);
  if (rows.empty()) return {};
  REQUIRE(rows.size() == 1);
  return store->load(rows[0].id);
}

}  // namespace

TEST_CASE("killed at any write, a flow ends as if nothing had happened", "[flow][kill]") {
  int writes = 0, in_doubt = 0;
  for (int n = 1;; ++n) {
    bool killed = false;
    for (const Moment moment : {Moment::before, Moment::after}) {
      const Folder folder;
      const int first = run_child(folder, "first", n, moment);
      INFO("write " << n << (moment == Moment::before ? ", before" : ", after"));
      const bool was_killed = WIFSIGNALED(first) && WTERMSIG(first) == SIGKILL;
      if (!was_killed) REQUIRE((WIFEXITED(first) && WEXITSTATUS(first) == 0));
      killed = killed || was_killed;

      const History before = history(folder);
      const int second = run_child(folder, "second", 0, moment);
      REQUIRE(WIFEXITED(second));
      REQUIRE(WEXITSTATUS(second) == 0);

      const History after = history(folder);
      REQUIRE(after.answer == Answer::ok);
      CHECK(after.row.status == Status::finished);
      CHECK(after.records.back().value == kResult);
      // What stood there stands there still.
      REQUIRE(after.records.size() >= before.records.size());
      for (std::size_t i = 0; i < before.records.size(); ++i) {
        CHECK(after.records[i].position == before.records[i].position);
        CHECK(after.records[i].value == before.records[i].value);
        CHECK(after.records[i].epoch == before.records[i].epoch);
      }
      // No record twice, epochs never fall.
      std::set<std::pair<Position, Event>> seen;
      std::int64_t epoch = 0;
      for (const Record& r : after.records) {
        CHECK(seen.insert({r.position, r.event}).second);
        CHECK(r.epoch >= epoch);
        epoch = r.epoch;
      }
      // Nothing that was recorded as ended ran again.
      std::set<std::string> ended;
      for (const Record& r : before.records)
        if (r.event == Event::step_result || r.event == Event::step_failed) ended.insert(r.name);
      std::map<std::string, std::string> keys;
      for (const auto& [name, key] : effects(folder, "first")) keys[name] = key;
      std::set<std::string> once;
      for (const auto& [name, key] : effects(folder, "second")) {
        INFO(name);
        CHECK(ended.count(name) == 0);
        CHECK(once.insert(name).second);
        if (keys.count(name) != 0) {
          ++in_doubt;
          CHECK(keys[name] == key);
        }
      }
      // And every effect happened.
      for (const char* name : {"draft", "ask", "spell", "thank", "risky", "publish", "announce"})
        CHECK((keys.count(name) != 0 || once.count(name) != 0));
    }
    if (!killed) break;
    writes = n;
  }
  // The enumeration did reach the flow, and steps in doubt.
  CHECK(writes > 12);
  CHECK(in_doubt > 3);
}
