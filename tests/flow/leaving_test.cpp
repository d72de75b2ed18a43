// What others put into the inbox of a flow that leaves for a peer: just before, and just after.
#include <catch2/catch.hpp>

#include "flow/builtins.hpp"
#include "scheme/runtime.hpp"
#include "tests/flow/hooked_store.hpp"
#include "tests/flow/run_program.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

constexpr const char* kSecret = "#(|flow secret| \"c2VhbGVk\")";  // of whatever key

// A store, and programs on it whose flows go to the peer `there`, in virtual time.
struct Place {
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> other = make_memory_store({}, tables);
  std::function<void()> after_write = [] {};

  std::string run(const std::string& body) {
    vm::Machine& m = vm::Machine::create();
    scheme::Runtime& r = scheme::Runtime::create(m, {});
    install_flow(r);
    set_default_store(r, std::make_unique<HookedStore>(
                             make_memory_store({}, tables), [this](int, Moment moment) {
                               if (moment == Moment::after) after_write();
                             }));
    const std::string program =
        "(import (scheme base) (fermata flow) (fermata sched)"
        "  (only (fermata flow history) glance row-of row-note current-store))"
        "(define there (open-flow-store \"memory:\"))"
        "(flow-peer-register! 'there 'store there)"
        "(define (shown x) (if (string? x) (string-length x) x))"
        "(defflow signalled (lambda (n) (let next ((left n) (got '()))"
        "  (if (= left 0) (reverse got)"
        "      (next (- left 1) (cons (shown (await-signal 'go)) got))))))"
        "(define (note) (row-note (row-of (glance (current-store) 'f))))"
        "(define (message-of thunk) (guard (e (#t (error-object-message e))) (thunk)))"
        "(define (work seconds) (do ((i 0 (+ i 1))) ((= i seconds))"
        "  (flow/work 'once #t)"
        "  (parameterize ((current-flow-store there)) (flow/work 'once #t))"
        "  (task-sleep 1)))"
        "(let* ((s (make-scheduler 'clock 'virtual)) (task (task-spawn s (lambda () " + body +
        ")))) (scheduler-run s) (task-result task))";
    const Ended ended = run_program(m, r.loader("test.scm", program, nullptr));
    uninstall_flow(r);
    scheme::Runtime::destroy(r);
    vm::Machine::destroy(m);
    return ended.finished ? ended.text : "raised " + ended.text;
  }

  void signal(const std::string& message, const std::string& body) {
    REQUIRE(other->deliver("f", {message, Letter::signal, {"0", 0}, "go", body}) == Answer::ok);
  }
  // More than are looked at at once.
  void many_signals() {
    for (int i = 0; i < 2500; ++i) signal("signal:" + std::to_string(i), std::to_string(i));
  }
  Status status() {
    FlowRow row;
    REQUIRE(other->row("f", row) == Answer::ok);
    return row.status;
  }
};

}  // namespace

TEST_CASE("a flow does not leave with an unread secret, which stays for it", "[flow]") {
  Place place;
  place.run("(flow/start signalled 2 'id 'f)");
  place.many_signals();
  place.signal("signal:last", kSecret);
  CHECK(place.run("(message-of (lambda () (flow/delegate 'f 'there)))") ==
        "\"there does not take f: an unread message holds a secret, which it could not read\"");
  CHECK(place.run("(work 10) (flow/result 'f)") == "(0 1)");
}

TEST_CASE("a flow waits for the end of a call, however many letters are before it", "[flow]") {
  Place place;
  place.run("(flow/start signalled 2 'id 'f)");
  place.many_signals();
  REQUIRE(place.other->deliver("f", {"remote:f/0#7", Letter::answer, {"0", 7}, "asks", "5"}) ==
          Answer::ok);
  CHECK(place.run("(flow/delegate 'f 'there)") == "delegating");
  CHECK(place.status() != Status::delegated);
}

TEST_CASE("a secret that comes just after a flow has left stays, and is told of", "[flow]") {
  Place place;
  place.run("(flow/start signalled 2 'id 'f)");
  bool is_left = false;
  place.after_write = [&] {
    if (is_left || place.status() != Status::delegated) return;
    is_left = true;
    // The rest are more than are sent at once.
    for (int i = 0; i < 70; ++i) place.signal("signal:secret" + std::to_string(i), kSecret);
    place.signal("signal:one", "1");
  };
  CHECK(place.run("(flow/delegate 'f 'there) (work 30) (let ((note (note)))"
                  " (flow/signal 'f 'go 2) (work 90) (list note (flow/result 'f)))") ==
        "(\"a message that holds a secret stays here\" (1 2))");
  CHECK(place.other->load("f").inbox.size() == 70);
}

TEST_CASE("letters that are too large together go apart; one that is too large stays", "[flow]") {
  Place place;
  const auto text = [](std::size_t size) { return '"' + std::string(size, 'x') + '"'; };
  place.run("(flow/start signalled 3 'id 'f)");
  bool is_left = false;
  place.after_write = [&] {
    if (is_left || place.status() != Status::delegated) return;
    is_left = true;
    place.signal("signal:huge", text(9'000'000));
    place.signal("signal:one", text(5'000'000));
    place.signal("signal:two", text(5'000'001));
  };
  CHECK(place.run("(flow/delegate 'f 'there) (work 30) (let ((note (note)))"
                  " (flow/signal 'f 'go 3) (work 90) (list note (flow/result 'f)))") ==
        "(\"a message that is too large stays here\" (5000000 5000001 3))");
}
