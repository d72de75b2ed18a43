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
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "flow/builtins.hpp"
#include "flow/store.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/faulty_files.hpp"
#include "tests/flow/folder.hpp"
#include "tests/flow/hooked_store.hpp"
#include "tests/flow/run_program.hpp"
#include "tests/flow/shapes.hpp"
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

// In a child process: what it returns is its status.
template <class Body>
int in_child(const Folder& folder, const std::string& log, Body body) {
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  const int out = open((folder.path + "/" + log).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  _exit(body());
}

// A program on a store, in an interpreter of its own.
int run_on(std::unique_ptr<Store> store, const std::string& program) {
  vm::Machine& m = vm::Machine::create();
  scheme::Runtime& runtime = scheme::Runtime::create(m, {});
  install_flow(runtime);
  set_default_store(runtime, std::move(store));
  const Ended ended = run_program(m, runtime.loader("flow.scm", program, nullptr));
  if (!ended.finished) {
    const std::string text = ended.text + "\n";
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(5);
  }
  uninstall_flow(runtime);
  return ended.finished ? 0 : 4;
}

// In a child process: the program on a store that kills at that write (0: never), its
// output appended to a file.  What waitpid says.
int run_child(const Folder& folder, const std::string& log, int at, Moment moment) {
  return in_child(folder, log, [&] {
    std::string error;
    auto store = open_sqlite_store(folder.store(), {}, error);
    if (store == nullptr) return 3;
    return run_on(std::make_unique<HookedStore>(std::move(store),
                                                [=](int n, Moment m) {
                                                  if (n == at && m == moment) raise(SIGKILL);
                                                }),
                  std::string(kFlow) + kGoOn);
  });
}

// A shape in a child process that dies at that change of a file (0: never).
int run_shape(const Folder& folder, const Shape& shape, FaultyFiles::Death death, int at) {
  return in_child(folder, "effects", [&] {
    FaultyFiles files;
    std::string error;
    auto store = open_sqlite_store(folder.store(), {}, error);
    if (store == nullptr) return 3;
    files.die(death, at);
    const int status = run_on(std::move(store), std::string(kShapesPrelude) + shape.flow + kDriveShape);
    if (std::ofstream(folder.path + "/changes") << files.reached(); status != 0) return status;
    return 0;
  });
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

TEST_CASE("A1: killed at any write, a flow ends as if nothing had happened", "[flow][kill]") {
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

// What a journal says, without when and by whom.
static std::vector<std::string> journal_of(const Folder& folder) {
  std::string error;
  auto store = open_sqlite_store(folder.store(), {}, error);
  REQUIRE(store != nullptr);
  const History h = store->load("shape");
  std::vector<std::string> lines;
  if (h.answer != Answer::ok) return lines;
  for (const Record& r : h.records)
    lines.push_back(std::to_string(r.seq) + " " + std::string(event_name(r.event)) + " " +
                    r.position.text() + " " + r.name + " " + r.value);
  return lines;
}

TEST_CASE("A1: killed before, within and after each change of the files, every shape ends the same",
          "[flow][kill][shapes]") {
  const bool is_long = std::getenv("FERMATA_LONG_TESTS") != nullptr;
  int kills = 0;
  for (const Shape& shape : kShapes) {
    INFO(shape.name);
    Folder undisturbed;
    REQUIRE(run_shape(undisturbed, shape, FaultyFiles::Death::before, 0) == 0);
    int changes = 0;
    std::ifstream(undisturbed.path + "/changes") >> changes;
    REQUIRE(changes > 10);
    const std::vector<std::string> expected = journal_of(undisturbed);
    REQUIRE_FALSE(expected.empty());
    const bool is_cancelled = std::string(shape.name) == "cancelled";
    REQUIRE(expected.back().find(is_cancelled ? "cancelled" : "finished") != std::string::npos);
    std::map<std::string, int> effects_then;
    for (const auto& [name, key] : effects(undisturbed, "effects")) ++effects_then[name + key];

    const int step = is_long ? 1 : std::max(1, changes / 3);
    for (int at = 1 + kills % step; at <= changes; at += step)
      for (const auto death : {FaultyFiles::Death::before, FaultyFiles::Death::within,
                               FaultyFiles::Death::after}) {
        INFO("change " << at << " of " << changes << ", phase " << static_cast<int>(death));
        const Folder folder;
        {  // The tables are there before the counting begins, as they were above.
          std::string error;
          REQUIRE(open_sqlite_store(folder.store(), {}, error) != nullptr);
        }
        const int first = run_shape(folder, shape, death, at);
        kills += WIFSIGNALED(first);
        std::map<std::string, int> ran;
        for (const auto& [name, key] : effects(folder, "effects")) ++ran[name + key];
        const std::vector<std::string> before = journal_of(folder);
        REQUIRE(run_shape(folder, shape, death, 0) == 0);
        const std::vector<std::string> after = journal_of(folder);
        REQUIRE_FALSE(after.empty());
        CHECK(after.back().substr(after.back().find(' ')) ==
              expected.back().substr(expected.back().find(' ')));
        // What was recorded stands there still, unless a new round left it behind.
        if (std::string(shape.name) != "rounds")
          for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == before[i]);
        std::map<std::string, int> all;
        for (const auto& [name, key] : effects(folder, "effects")) ++all[name + key];
        // Each effect happened, and again only where nobody could know.
        for (const auto& [what, count] : effects_then) CHECK(all[what] >= count);
        for (const auto& [what, count] : all) CHECK(count <= effects_then[what] + 1);
      }
  }
  CHECK(kills > 60);
}
