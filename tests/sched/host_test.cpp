// Ways of driving: ticks by the descriptor, in one run, in the background (K26, K27, K29);
// workers, and what they leave when nobody waits for them any more.
#include "sched/background.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sched/cancel.hpp"
#include "tests/sched/engine_fixture.hpp"

using namespace fermata;
using namespace fermata::sched;
using vm::Value;
using namespace std::chrono_literals;

namespace {

// A program that tells its host what comes out, and "end" at last.
std::string text_of(const std::string& name) {
  const char* root = std::getenv("FERMATA_ROOT");
  std::ifstream file(std::string(root != nullptr ? root : ".") + "/tests/sched/data/" + name);
  std::stringstream text;
  text << file.rdbuf();
  REQUIRE(text.str().find("(tell \"end\")") != std::string::npos);
  return text.str();
}

std::string drain(Outbox& box, std::chrono::nanoseconds timeout = 0ns) {
  std::string all;
  while (const auto event = box.next(timeout)) {
    all += *event + "\n";
    if (*event == "end") break;
  }
  return all;
}

std::string by_ticks(const std::string& program, std::size_t budget) {
  EngineFixture f;
  Fiber& main = f.start(program);
  while (!main.is_over()) {
    if (!f.is_readable()) f.sleep_as_host();
    f.engine().tick(budget);
  }
  return drain(*f.engine().outbox);
}

std::string by_run(const std::string& program) {
  EngineFixture f;
  Fiber& main = f.start(program);
  while (f.engine().run(main, 1000).kind != Turn::Kind::over) {
    if (!f.engine().root->has_runnable()) f.engine().wait(-1, std::nullopt);
  }
  return drain(*f.engine().outbox);
}

std::string in_background(const std::string& program) {
  EngineFixture* inside = nullptr;
  Background background([&](const Background::Run& run) {
    EngineFixture f;
    inside = &f;
    run(f.engine());
  });
  REQUIRE(background.submit([&](Engine&) { inside->start(program); }));
  std::string all;
  while (all.find("end\n") == all.npos) {
    const auto event = background.next_event(10s);
    REQUIRE(event);
    all += *event + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("K29 the same programs give the same results however they are driven", "[sched][threads]") {
  const auto [name, result] = GENERATE(table<std::string, std::string>({
      {"go_pipeline.scm",
       "sum 41791750\nlate\nstopped one two three\n120 seconds in no time\nend\n"},
      {"erlang_tree.scm",
       "doubled 8 10\ncounted 10 11\nright ended: shutdown\ndoubled 12 14\ncounted 12\nasked-to\n"
       "counted 10\nnothing came\nthe tree ended: normal\nleft nobody\nend\n"},
      {"process_pipeline.scm", ""},
  }));
  const std::string program = text_of(name);
  INFO(name);
  const std::string expected = by_run(program);
  if (!result.empty()) {
    CHECK(expected == result);
  } else {  // the order of the tasks is the seed's
    CHECK(expected.find("code 0\ncode 0\ncode 0\n<a>\n<b>\n\nthrough it went 300000\ncode 143 timeout\n"
                        "code 3\ntask ") == 0);
    CHECK(expected.find("late\nend\n") != expected.npos);
  }
  CHECK(by_ticks(program, 1) == expected);
  CHECK(by_ticks(program, 1000) == expected);
  CHECK(in_background(program) == expected);
}

TEST_CASE("K29 both doors of the background are bounded", "[sched][threads]") {
  EngineFixture* inside = nullptr;
  Background background([&](const Background::Run& run) {
    EngineFixture f;
    inside = &f;
    run(f.engine());
  });
  SECTION("a task that tells more than is read waits, and goes on") {
    background.submit([&](Engine&) {
      inside->start(program(R"((let loop ((i 0))
        (if (< i 5000) (begin (host-event! (number->string i)) (loop (+ i 1))))))"));
    });
    for (int i = 0; i < 5000; ++i) REQUIRE(background.next_event(10s) == std::to_string(i));
    CHECK_FALSE(background.next_event(0s));
  }
  SECTION("letters beyond the limit are refused, those accepted are all read") {
    std::mutex gate;
    std::atomic<bool> held = false;
    std::atomic<int> read = 0;
    int accepted = 0;
    {
      const std::lock_guard closed(gate);
      background.submit([&](Engine&) {
        held = true;
        const std::lock_guard wait(gate);
      });
      while (!held) std::this_thread::yield();
      while (accepted < 100'000 && background.submit([&](Engine&) { ++read; })) ++accepted;
    }
    CHECK(accepted == 65536);
    while (read < accepted) std::this_thread::yield();
  }
  background.stop();
  CHECK_FALSE(background.submit([](Engine&) {}));
  CHECK_FALSE(background.next_event(10s));  // at once: nothing more will come
}

TEST_CASE("events can be waited for by a descriptor", "[sched][threads]") {
  EngineFixture f;
  Outbox& box = *f.engine().outbox;
  const auto readable = [&] {
    pollfd p{box.event_fd(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  };
  CHECK_FALSE(readable());
  f.finish(f.start(program("(host-event! \"a\") (host-event! \"b\")")));
  CHECK(readable());
  CHECK(box.next(0s) == "a");
  CHECK(readable());
  CHECK(box.next(0s) == "b");
  CHECK_FALSE(readable());
}

TEST_CASE_METHOD(EngineFixture, "K27 the descriptor is readable exactly when a tick has something to do", "[sched]") {
  int ends[2];
  open_pipe(ends);
  CHECK_FALSE(is_readable());
  const int fd = engine().poll_fd();
  const auto readable = [&] {  // without asking for the descriptor again
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  };
  const auto tick_all = [&] {
    while (engine().tick(10).kind == Turn::Kind::ran) CHECK(readable());
  };
  Fiber& f = start(program(R"((read-char pipe) (task-sleep 0.002) (waitq-park! (make-waitq 'last)))"));
  CHECK(readable());
  tick_all();
  CHECK_FALSE(readable());  // it reads
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(readable());
  tick_all();
  pollfd p{fd, POLLIN, 0};
  REQUIRE(::poll(&p, 1, 10'000) == 1);  // it slept
  CHECK(vm::system_clock().monotonic_ns() >= engine().root->timers.next_time());
  tick_all();
  CHECK_FALSE(readable());  // it waits for ever
  cancel(f, make_cancelled(m, vm::kFalse));
  CHECK(readable());
  tick_all();
  CHECK(f.is_over());
  CHECK_FALSE(readable());
  ::close(ends[1]);
}

// ---- workers -----------------------------------------------------------------------------

namespace {

std::atomic<int> begun = 0, given_up = 0;
std::atomic<bool> go = false;

// Works until the test lets it end, or it is given up.
class Slow final : public Job {
 public:
  void work() override {
    ++begun;
    while (!go && !is_given_up()) std::this_thread::yield();
    if (is_given_up()) ++given_up;
  }
  vm::Outcome finish(vm::Machine&) override { return Value::fixnum(42); }
};

vm::Outcome begin_slow(vm::Machine& m) { return Engine::of(m).workers.begin(std::make_shared<Slow>()); }
vm::Outcome begin_far(vm::Machine& m) {
  return Engine::of(m).workers.begin(std::make_shared<Slow>(), Workers::Crew::remote);
}
// Ends at once when a thread takes it.
struct Quick final : Job {
  void work() override {}
  vm::Outcome finish(vm::Machine&) override { return Value::fixnum(7); }
};
vm::Outcome begin_quick(vm::Machine& m) {
  return Engine::of(m).workers.begin(std::make_shared<Quick>());
}
vm::Outcome count_begun(vm::Machine&) { return Value::fixnum(begun); }
constexpr vm::Builtin kJobs[] = {vm::builtin<begin_slow>("(begin-slow)", "A job."),
                                 vm::builtin<begin_far>("(begin-far)", "A job in another process."),
                                 vm::builtin<begin_quick>("(begin-quick)", "A job that ends."),
                                 vm::builtin<count_begun>("(begun)", "How many have begun.")};

constexpr const char* kAwait = "(import (scheme base) (fermata sched) (fermata sched stream)) ";

struct WorkerFixture : EngineFixture {
  WorkerFixture() {
    begun = given_up = 0;
    go = false;
    for (const vm::Builtin& row : kJobs) {
      scheme::define_value(m, *r.interaction, row.name(), value_of(&m.heap.make<vm::Native>(&row)));
    }
  }
  void tick_while(auto condition) {
    while (condition()) {
      if (engine().tick(10).kind != Turn::Kind::ran) std::this_thread::yield();
    }
  }
};

}  // namespace

TEST_CASE_METHOD(WorkerFixture, "a task waits for a worker, others run meanwhile", "[sched][threads]") {
  Fiber& waiting = start(std::string(kAwait) + "(await-job (begin-slow))");
  Fiber& other = start(program("(task-sleep 0.001) 'ran"));
  CHECK(finish(other) == "ran");
  CHECK_FALSE(waiting.is_over());
  CHECK(waiting.wait == Wait::foreign);
  go = true;
  CHECK(finish(waiting) == "42");
  CHECK(engine().workers.running() == 0);
}

TEST_CASE_METHOD(WorkerFixture, "a job is given up when the task that waits for it is cancelled", "[sched][threads]") {
  Fiber& f = start(std::string(kAwait) + "(await-job (begin-slow))");
  tick_while([] { return begun == 0; });
  cancel(f, make_cancelled(m, vm::kFalse));
  tick_while([&] { return !f.is_over(); });
  CHECK(f.state == State::cancelled);
  tick_while([&] { return engine().workers.running() > 0; });
  CHECK(given_up == 1);
}

TEST_CASE_METHOD(WorkerFixture, "of more jobs than threads those given up in time never begin", "[sched][threads]") {
  Fiber& f = start(std::string(kAwait) + R"(
    (let ((tasks (map (lambda (i) (task-spawn (lambda () (await-job (begin-slow))))) (make-list 20 #f))))
      (let loop () (if (< (begun) 4) (begin (task-yield) (loop))))
      (for-each (lambda (t) (task-cancel t 'enough)) (reverse tasks))
      (for-each (lambda (t) (sync (join-op t))) tasks)
      (map task-status tasks)))");
  CHECK(finish(f).find("finished") == std::string::npos);
  tick_while([&] { return engine().workers.running() > 0; });
  CHECK(begun == 4);
  CHECK(given_up == 4);
}

TEST_CASE_METHOD(WorkerFixture, "what asks this machine does not wait for what asks others", "[sched][threads]") {
  Fiber& f = start(std::string(kAwait) + R"(
    (let ((tasks (map (lambda (i) (task-spawn (lambda () (await-job (begin-far))))) (make-list 20 #f))))
      (let loop () (if (< (begun) 4) (begin (task-yield) (loop))))
      (let ((quick (await-job (begin-quick))))
        (for-each (lambda (t) (task-cancel t 'enough)) (reverse tasks))
        quick)))");
  CHECK(finish(f) == "7");
  tick_while([&] { return engine().workers.running() > 0; });
  CHECK(begun == static_cast<int>(Workers::kMostThreads));
}

TEST_CASE_METHOD(WorkerFixture, "a job does not wait for one before it while threads are to be had", "[sched][threads]") {
  Fiber& f = start(std::string(kAwait) + R"(
    (await-job (begin-quick))
    (let ((tasks (map (lambda (i) (task-spawn (lambda () (await-job (begin-slow))))) (make-list 4 #f))))
      (let loop () (if (< (begun) 4) (begin (task-yield) (loop))))
      (for-each (lambda (t) (task-cancel t 'enough)) tasks)
      'all))");
  CHECK(finish(f) == "all");
  tick_while([&] { return engine().workers.running() > 0; });
}

// A file of 3 MB that the kernel was asked to keep nothing of.
struct ColdFile {
  ColdFile() {
    const std::string text(3'000'000, 'x');
    REQUIRE(fd >= 0);
    REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::fsync(fd);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  }
  ~ColdFile() { ::close(fd), ::unlink(name); }
  // Whether the kernel did as it was asked, which it need not.
  bool is_cold() const {
    void* const page = ::mmap(nullptr, 1, PROT_READ, MAP_SHARED, fd, 0);
    unsigned char here = 1;
    const bool told = page != MAP_FAILED && ::mincore(page, 1, &here) == 0;
    if (page != MAP_FAILED) ::munmap(page, 1);
    return told && (here & 1) == 0;
  }
  char name[32] = "/tmp/fermata-cold-file-XXXXXX";
  int fd = ::mkstemp(name);
};

TEST_CASE_METHOD(EngineFixture, "a file that is not in memory is read by a worker", "[sched][threads]") {
  // Needs a file system that can tell; where none can, files are read at once, as ever. To ask
  // makes the kernel fetch, so we ask about another file; and a quick disk may have fetched before
  // the question is answered, so not every file makes the reader wait.
  bool waits = false, parked = false;
  for (int i = 0; i < 30 && !parked; ++i) {
    const ColdFile asked, file;
    char byte;
    iovec piece{&byte, 1};
    const bool is_there = ::preadv2(asked.fd, &piece, 1, 0, RWF_NOWAIT) >= 0;
    const bool would_wait = !is_there && errno == EAGAIN, can_tell = is_there || would_wait;
    waits = waits || (would_wait && file.is_cold());
    const auto read = "(import (scheme file)) (call-with-input-file \"" + std::string(file.name) +
                      "\" (lambda (in) (string-length (read-string 4000000 in))))";
    Fiber& f = start(program(read));
    CHECK(finish(f) == "3000000");
    if (!can_tell) CHECK(f.parks == 0);
    parked = f.parks > 0;
    Fiber& again = start(program(read));
    CHECK(finish(again) == "3000000");
    CHECK(again.parks == 0);
  }
  if (waits) CHECK(parked);
}

TEST_CASE_METHOD(WorkerFixture, "an engine does not wait for its workers when it ends", "[sched][threads]") {
  start(std::string(kAwait) + "(await-job (begin-slow))");
  tick_while([] { return begun == 0; });
  CHECK(engine().workers.running() == 1);
}
