// Inside of a host that has its own signals, threads and processes.
#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

// A signal's handler for the length of a test.
class Handler {
 public:
  Handler(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction mine = {};
    mine.sa_handler = handler;
    sigaction(signal, &mine, &before_);
  }
  ~Handler() { sigaction(signal_, &before_, nullptr); }
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

 private:
  int signal_;
  struct sigaction before_;
};

volatile sig_atomic_t children = 0;
void count_child(int) { children = children + 1; }
void reap_all(int) {
  const int kept = errno;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) children = children + 1;
  errno = kept;
}

constexpr const char* kRun =
    "(import (fermata task))"
    "(define (run . words) (run-wait (runner-start! (make-task-runner) (process-task words))))";

}  // namespace

TEST_CASE("a host with its own SIGCHLD handler keeps its children, and we keep ours", "[api]") {
  Interpreter in = Interpreter::create({.caps = Capabilities::all()}).value();
  in.eval(kRun).value();
  {
    const Handler handler(SIGCHLD, count_child);
    children = 0;
    const pid_t own = ::fork();
    if (own == 0) _exit(5);
    CHECK(in.call<int>("run", "sh", "-c", "exit 3").value() == 3);
    CHECK(in.call<int>("run", "true").value() == 0);
    int status = 0;
    CHECK(::waitpid(own, &status, 0) == own);
    CHECK(WEXITSTATUS(status) == 5);
    CHECK(children >= 1);
  }
  {  // One that takes every child there is: ours end all the same.
    const Handler handler(SIGCHLD, reap_all);
    for (int i = 0; i < 5; ++i) {
      const int status = in.call<int>("run", "sh", "-c", "exit 3").value();
      CHECK((status == 3 || status == 255));
    }
  }
  {
    const Handler handler(SIGCHLD, SIG_IGN);
    const int status = in.call<int>("run", "sh", "-c", "exit 3").value();
    CHECK((status == 3 || status == 255));
  }
}

TEST_CASE("no SIGPIPE reaches a host that would die of it", "[api]") {
  const Handler handler(SIGPIPE, SIG_DFL);
  Interpreter in = Interpreter::create({.caps = Capabilities::all()}).value();
  in.eval("(import (fermata task) (fermata net) (fermata sched))").value();
  // A program that does not read what it is given.
  in.eval("(run-wait (runner-start! (make-task-runner) (process-task '(\"true\")) 'stdin (make-string 1000000 #\\a)))").value();
  // A connection whose other end is gone.
  const Result<Value> gone = in.eval(
      "(let ((listener (tcp-listen 0 \"localhost\")))"
      "  (let*-values (((in out) (tcp-connect \"localhost\" (tcp-listener-port listener)))"
      "                ((in2 out2) (tcp-accept listener)))"
      "    (close-port in2) (close-port out2)"
      "    (let loop ((n 0)) (if (< n 100) (begin (write-string (make-string 100000 #\\a) out)"
      "      (flush-output-port out) (loop (+ n 1)))))))",
      {.timeout = 5s});
  CHECK_FALSE(gone);
  // A pipe of the host's that nobody reads.
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  in.set("end", ends[1]).value();
  CHECK_FALSE(in.eval("(import (srfi 170)) (let ((p (fd->port end textual-output)))"
                      "  (write-string \"nobody\" p) (flush-output-port p))"));
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}

TEST_CASE("ticks from one thread after the other", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched) (fermata go)) (define c (make-chan)) (define sum 0)").value();
  const Task t = in.spawn({.body = std::string("(let loop ((n 0)) (if (< n 50) (begin"
                                               "  (set! sum (+ sum (length (vector->list (make-vector 100 n)))))"
                                               "  (task-sleep 0.0002) (loop (+ n 1))) (list 'sum sum)))")}).value();
  in.detach();
  std::atomic<int> turn = 0;
  std::vector<std::thread> threads;
  for (int me = 0; me < 4; ++me) {
    threads.emplace_back([&, me] {
      while (true) {
        while (turn.load() % 4 != me) std::this_thread::yield();
        in.attach().value();
        if (!t.is_over()) in.tick();
        const bool over = t.is_over();
        in.detach();
        ++turn;
        if (over) return;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  in.attach().value();
  CHECK(t.result().value().write() == "(sum 5000)");
}

TEST_CASE("a nested call in a tick, from a task, sees its task", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(import (fermata sched)) (define p (make-parameter 'outer)) (define (inner) (list (p) (task-name (task-current))))").value();
  in.define("ask", [&] { return in.call<Datum>("inner"); }).value();
  const Task a = in.spawn({.body = std::string("(parameterize ((p 'a)) (task-yield) (ask))"), .run = {.name = "first"}}).value();
  const Task b = in.spawn({.body = std::string("(parameterize ((p 'b)) (task-yield) (ask))"), .run = {.name = "second"}}).value();
  in.run().value();
  CHECK(a.result().value().write() == "(a first)");
  CHECK(b.result().value().write() == "(b second)");
}
