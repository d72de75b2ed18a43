// What embedders of other systems complain of, where no other file has the test for it.
#include <catch2/catch.hpp>
#include <cstddef>
#include <optional>
#include <fermata/fermata.hpp>

#include "tests/api/processor_time.hpp"

using namespace fermata;
using namespace std::chrono_literals;

namespace {

struct Lamp {
  int watts = 40;
};

}  // namespace

TEST_CASE("complaint 5 (sol2 358): the host breaks off what runs, by a stop token", "[api]") {
  Interpreter in = Interpreter::create().value();
  std::stop_source source;
  in.define("host-stops", [&] { source.request_stop(); }).value();
  const Result<Value> r =
      in.eval("(host-stops) (let loop () (loop))", {.stop = source.get_token()});
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::cancelled);
  CHECK_FALSE(in.eval("1", {.stop = source.get_token()}));
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}

TEST_CASE("complaint 11 (luau 287): what loops inside of a builtin is stopped too", "[api][plain]") {
  for (const char* const text : {
           "(import (srfi 132)) (list-sort (lambda (a b) #t) (iota 1000000))",
           "(import (srfi 13)) (let ((s (make-string 100000 #\\a)) (p (string-append (make-string "
           "5000 #\\a) \"b\")))"
           "  (let loop () (string-contains s p) (loop)))",
           "(import (srfi 115)) (regexp-matches '(: (* (* (* #\\a))) #\\b) (make-string 20000 "
           "#\\a)) (let loop () (loop))",
           "(let loop ((n 7)) (loop (* n n)))",
           "(let ((v (make-vector 100000 '(1 2)))) (let loop () (equal? v (vector-copy v)) "
           "(loop)))",
       }) {
    INFO(text);
    Interpreter in = Interpreter::create({.heap = std::size_t{64} << 20}).value();
    const double start = cpu_milliseconds();
    CHECK_FALSE(in.eval(text, {.timeout = 30ms}));
    CHECK(cpu_milliseconds() - start < 1000);
    CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
  }
}

TEST_CASE(
    "complaint 15 (chibi 928): an interpreter for one request is ready at once, and knows of no "
    "other",
    "[api]") {
  Interpreter first = Interpreter::create().value();
  first
      .eval(
          "(define (map . any) 'mine) (define left 'behind) (define-syntax if2 (syntax-rules () "
          "((_ x) x)))"
          "(import (srfi 69)) (define table (make-hash-table)) (hash-table-set! table 'a 1)")
      .value();
  std::optional<Interpreter> in;
  [[maybe_unused]] const double took = in_loops_of_a_millisecond(first, [&] {
    in = Interpreter::create().value();
    CHECK(in->eval("(map (lambda (n) (* n n)) '(1 2))").value().write() == "(1 4)");
  });
  for (const char* const name : {"left", "table", "if2"}) CHECK_FALSE(in->get(name));
#ifdef NDEBUG
  CHECK(took < 3);  // 1.4
#endif
  CHECK(first.eval("(map 1 2)").value().write() == "mine");
}

TEST_CASE("complaint 16 (pybind11 1975): classes and functions belong to their interpreter",
          "[api]") {
  Interpreter a = Interpreter::create().value(), b = Interpreter::create().value();
  a.define_class<Lamp>("lamp").constructor<>("make-lamp").property("watts", [](const Lamp& l) {
    return l.watts;
  });
  b.define_class<Lamp>("light").constructor<>("make-light").property("watts", [](const Lamp& l) {
    return 2 * l.watts;
  });
  a.define("who", [] { return 1; }).value();
  b.define("who", [] { return 2; }).value();
  CHECK(a.eval("(+ (who) (watts (make-lamp)))").value().as<int>().value() == 41);
  CHECK(b.eval("(+ (who) (watts (make-light)))").value().as<int>().value() == 82);
  CHECK_FALSE(b.eval("(make-lamp)"));
  { const Interpreter gone = std::move(a); }
  CHECK(b.eval("(watts (make-light))").value().as<int>().value() == 80);
}

TEST_CASE("complaint 21 (clearscript 7): what was stopped says where the script stood", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(define (spin) (let loop () (loop)))\n(define (work) (+ 1 (spin)))", {}, "busy.scm")
      .value();
  const Result<Value> r = in.eval("(+ 1 (work))", {.timeout = 20ms});
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::timeout);
  const std::string report(r.error().report());
  INFO(report);
  CHECK(report.find("busy.scm:2") != std::string::npos);
}

TEST_CASE("embedding 1.1: options of a host that was built against an older header", "[api]") {
  fermata_options o = {};
  o.size = offsetof(fermata_options, most_tasks);
  o.most_tasks = 1;  // what lies behind is none of ours
  o.most_ports = 1;
  o.most_depth = 1;
  fermata_interp* in = nullptr;
  REQUIRE(fermata_create(&o, &in) == nullptr);
  fermata_view v;
  const std::string_view text =
      "(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (deep 100000)";
  CHECK(fermata_eval(in, text.data(), text.size(), nullptr, nullptr, &v) == nullptr);
  fermata_close(in);
  CHECK(fermata_abi_version() == FERMATA_ABI);
}
