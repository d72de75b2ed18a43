// Every procedure is called with every kind of argument: it returns, or raises a condition
// whose message says who complains.  Crashes and hangs are what this looks for.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/embedded.hpp"
#include "scheme/library.hpp"
#include "scheme/report.hpp"
#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// What raises or calls whatever it was given, ends the process, or changes files.
const std::set<std::string_view> kLeftOut = {
    "exit", "emergency-exit", "delete-file", "rename-file", "load", "apply", "raise",
    "raise-continuable", "error", "call/cc", "call-with-current-continuation",
    "open-output-file", "open-binary-output-file", "create-directory", "create-fifo",
    "create-hard-link", "create-symlink", "delete-directory", "set-file-mode", "set-file-owner",
    "open-file", "fd->port", "set-umask!", "nice", "set-current-directory!",
    "set-environment-variable!", "delete-environment-variable!",
    // Output: to the terminal of whoever runs the tests.
    "newline", "display", "write", "write-shared", "write-simple", "write-char", "write-string",
    "write-u8", "write-bytevector",
    // Reading from standard input may wait for it.
    "read", "read-char", "peek-char", "read-line", "read-u8", "peek-u8", "read-string",
    "read-bytevector", "read-bytevector!",
    // Private: what ends or redirects the machine itself, by its purpose.
    "%exit-now", "%uncaught", "%set-hooks!", "%enter", "%apply-values", "%call-with-prompt",
    "%call-with-composable-continuation", "%not-continuable",
    // These complain in the words of load and import.
    "%file-loader", "%library-begin"};

// Libraries' procedures that end the program, or that may go on for ever by their purpose: a
// search in a circular list, a generator without an end, a result as long as it was asked for.
const std::set<std::string_view> kCallers = {
    "exit", "throw", "lseq-every", "lseq-for-each", "generator->flexvector", "loop-procedure", "while-procedure", "check-report", "set-entropy-source!", "test-on-bad-end-name-simple", "ideque-tabulate", "generator->ideque",
    "json-write", "any", "every", "find", "find-tail", "list-index", "take-while", "take-while!", "drop-while", "split-at", "split-at!",
    "span", "span!", "break", "break!", "take", "list-tabulate", "vector-tabulate",
    "vector-unfold", "vector-unfold-right", "flatten", "pattern-variables", "bits->list", "bits->vector", "generator->string",
    "generator->list", "generator->vector", "generator->reverse-list", "generator-every",
    "generator-any", "generator-count", "generator-map->list", "generator-for-each",
    "generator-find", "generator-fold", "generator->flexvector", "loop-procedure", "while-procedure",
    "create-temp-file", "call-with-temporary-filename", "call-with-output-file",
    "with-output-to-file", "indent-file", "indent-files"};

constexpr const char* kSamples = R"~(
(define circular (list 1 2 3))
(set-cdr! (cddr circular) circular)
(define (samples)
  (list 0 -1 1 256 1.5 -0.0 +nan.0 1/2 +i 1e300 (expt 10 30) (- (expt 2 61)) (- (expt 2 62) 1)
        #t #f '() (if #f #f) #\a #\x10ffff "" "abc" (make-string 3 #\x3bb) 'sym (list 1 2 3)
        '(1 2 . 3) circular '((a . 1) (b . 2)) (vector) (vector 1 2 3) (bytevector)
        (bytevector 1 2 3) car (lambda (x) x) (lambda () 1) (open-input-string "abc")
        (open-output-string) (open-input-bytevector (bytevector 1 2)) (eof-object)
        (interaction-environment) (make-parameter 1)))
(define (few)
  (list 0 -1 5 1.5 (expt 10 30) '() #\a "abc" (string-copy "abcdef") 'sym (list 1 2 3)
        '(1 2 . 3) circular (vector 1 2 3) (bytevector 1 2 3) car (open-input-string "abc")))
)~";

// What is called with a file's name may make one: here, and gone with the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    char name[] = "/tmp/fermata-probe-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    here_ = name;
    std::filesystem::current_path(here_);
  }
  ~ScratchFolder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(here_);
  }

 private:
  std::filesystem::path before_ = std::filesystem::current_path(), here_;
};

class Prober : public RuntimeFixture {
 public:
  Prober() : a_(m.heap), b_(m.heap) {
    m.heap.set_limit(std::size_t{1} << 30);
    REQUIRE(at_prompt(kSamples).starts_with("raised") == false);
  }

  std::vector<std::string> complaints;  // one a procedure is enough

  void probe(const std::string& name, Value procedure) {
    said_ = false;
    name_ = name.starts_with('%') ? name.substr(1) : name;  // as users are told it
    call(procedure, {});
    fresh(a_, "samples");
    for (Value a : a_) call(procedure, {a});
    fresh(b_, "samples");
    for (Value a : a_)
      for (Value b : b_) call(procedure, {a, b});
    fresh(a_, "few");
    fresh(b_, "few");
    for (Value a : a_) {
      for (Value b : b_) {
        for (Value c : {Value::fixnum(0), Value::fixnum(2), Value::fixnum(-1), a, b})
          call(procedure, {a, b, c});
      }
      const Value zero = Value::fixnum(0), one = Value::fixnum(1), two = Value::fixnum(2);
      call(procedure, {a, zero, a, one});
      call(procedure, {a, zero, a, one, two});
      call(procedure, {a, a, a, a});
      call(procedure, {a, a, a, a, a, a, a});
    }
  }

 protected:
  virtual bool is_clear(const std::string& message) const {
    return message.find(name_) != std::string::npos;
  }
  std::string name_;

 private:
  static constexpr std::int64_t kGas = 200'000;
  static constexpr int kSlices = 10;  // what is charged at once may use up one

  void fresh(GcVector<Value>& to, std::string_view maker) {
    to.clear();
    const auto& cell = as<Cell>(lookup(*r.interaction, m.symbols.intern(maker)));
    Task& task = m.make_task(cell.value);
    REQUIRE(m.run(task, kGas) == RunStatus::finished);
    for (Value v = task.result; v.is_pair(); v = v.pair()->cdr) to.push_back(v.pair()->car);
  }

  void call(Value procedure, std::initializer_list<Value> arguments) {
    if (said_) return;
    Task& task = m.make_task(procedure, arguments.begin(), arguments.size());
    RunStatus status = RunStatus::out_of_gas;
    for (int i = 0; i < kSlices && status == RunStatus::out_of_gas; ++i) status = m.run(task, kGas);
    switch (status) {
      case RunStatus::out_of_gas: return complain("does not end", arguments);
      case RunStatus::raised: break;
      default: return;
    }
    if (!is<Condition>(task.result)) return complain("raised " + m.describe(task.result), arguments);
    if (is_clear(condition_text(m, task.result))) return;
    const std::string message = report_error(m, task.result, task.trace).message;
    if (!is_clear(message)) complain(message, arguments);
  }

  void complain(const std::string& what, std::initializer_list<Value> arguments) {
    std::string text = "(" + name_;
    for (Value a : arguments) text += " " + m.describe(a);
    complaints.push_back(text + "): " + what);
    said_ = true;
  }

  ScratchFolder folder_;
  GcVector<Value> a_, b_;
  bool said_ = false;
};

// A procedure in Scheme may pass on what a procedure it was given complains about.
class LibraryProber : public Prober {
  bool is_clear(const std::string& message) const override {
    // What stands in for others speaks in their words.
    if (name_ == "eval" || name_ == "environment" || name_ == "load") return !message.empty();
    return message.find(": ") != message.npos || message.find(" takes ") != message.npos ||
           message.find(" were expected here") != message.npos;
  }
};

// Null: it needs natives of the layer above, which are not here.
const Library* instantiate_if_alone(Runtime& r, Value name) try {
  return &instantiate_now(r, name);
} catch (const std::exception& e) {
  if (std::string_view(e.what()).find("no library (fermata sched ") == std::string_view::npos) throw;
  return nullptr;
}

}  // namespace

TEST_CASE("every builtin answers, or complains under its own name", "[errors]") {
  Prober prober;
  for (const auto& table : all_builtins()) {
    for (const Builtin& row : table) {
      if (kLeftOut.contains(row.name())) continue;
      prober.probe(std::string(row.name()), value_of(&prober.m.heap.make<Native>(&row)));
    }
  }
  CHECK(prober.complaints == std::vector<std::string>{});
}

TEST_CASE("every procedure of the carried libraries answers, or complains", "[errors]") {
#ifdef FERMATA_MALLOC_HEAP
  return;  // nothing is ever freed there: this would take all memory
#endif
  LibraryProber prober;
  Machine& m = prober.m;
  std::set<std::uint64_t> seen;
  for (const EmbeddedText& t : embedded_texts()) {
    if (!t.path.ends_with(".sld") || t.path.starts_with("fermata/flow")) continue;
    Value name = kNull;
    std::string_view rest = t.path.substr(0, t.path.size() - 4);
    while (!rest.empty()) {
      const std::size_t slash = rest.rfind('/');
      const std::string_view part = slash == rest.npos ? rest : rest.substr(slash + 1);
      const bool number = part.find_first_not_of("0123456789") == part.npos;
      name = m.heap.cons(number ? Value::fixnum(std::stoi(std::string(part)))
                                : m.symbols.intern(part),
                         name);
      rest = slash == rest.npos ? std::string_view() : rest.substr(0, slash);
    }
    const Library* library = instantiate_if_alone(prober.r, name);
    if (library == nullptr) continue;
    struct Context {
      LibraryProber& prober;
      std::set<std::uint64_t>& seen;
    } context{prober, seen};
    for_each_binding(
        *library->exports,
        [](void* p, Binding& b) {
          auto& c = *static_cast<Context*>(p);
          const auto* cell = cast<Cell>(b.denotation);
          if (cell == nullptr || !(is<Closure>(cell->value) || is<CaseLambda>(cell->value))) return;
          const std::string name = to_utf8(as<String>(as<Symbol>(b.identifier).name));
          if (name.starts_with('%') || kCallers.contains(name)) return;
          if (c.seen.insert(cell->value.bits()).second) c.prober.probe(name, cell->value);
        },
        &context);
  }
  CHECK(prober.complaints == std::vector<std::string>{});
}

TEST_CASE("names with % are for carried texts only", "[errors]") {
  RuntimeFixture f;
  CHECK(f.error("(import (only (fermata builtins) %load-next))").message ==
        "import: (fermata builtins) does not export %load-next");
  CHECK(f.run("(import (fermata builtins)) (%load-next 1)") ==
        "raised: unbound variable: %load-next");
}

}  // namespace fermata::scheme
