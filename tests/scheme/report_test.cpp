#include "scheme/report.hpp"

#include <catch2/catch.hpp>

#include "scheme/runtime.hpp"
#include "scheme/span_value.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

using namespace fermata;
using namespace fermata::vm;

namespace {

struct Fixture {
  Machine& m = Machine::create();
  scheme::Runtime& runtime = scheme::Runtime::create(m, {});
  ~Fixture() {
    scheme::Runtime::destroy(runtime);
    Machine::destroy(m);
  }

  Span span(std::string_view text, std::string_view part) {
    const auto at = static_cast<std::uint32_t>(text.find(part));
    return {&make_source(m.heap, "a.scm", text), at, at + static_cast<std::uint32_t>(part.size())};
  }
  Value placed(Value condition, const Span& s) {
    as<Condition>(condition).span = scheme::span_value(m.heap, s);
    return condition;
  }
};

void few_names(const scheme::NameVisitor& visit) {
  visit("string-append", "");
  visit("string-split", "(fermata string)");
  visit("fold", "(srfi 1)");
  visit("fold", "(fermata list)");
  visit("secret", "(fermata builtins)");
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an excerpt marks the span", "[report]") {
  CHECK(scheme::excerpt_of(span("(car 5)\n(f (car x))\n", "(car x)")) ==
        "  2 | (f (car x))\n"
        "    |    ^^^^^^^\n");
}

TEST_CASE_METHOD(Fixture, "an excerpt expands tabs to their stops", "[report]") {
  CHECK(scheme::excerpt_of(span("\t(a\tb)", "b")) ==
        "  1 |         (a      b)\n"
        "    |                 ^\n");
}

TEST_CASE_METHOD(Fixture, "wide characters take two columns of the mark", "[report]") {
  CHECK(scheme::excerpt_of(span("(f \"日本\" x)", "x")) ==
        "  1 | (f \"日本\" x)\n"
        "    |           ^\n");
  CHECK(scheme::excerpt_of(span("(f 日本)", "日本")) ==
        "  1 | (f 日本)\n"
        "    |    ^^^^\n");
}

TEST_CASE_METHOD(Fixture, "a span of several lines is marked on its first", "[report]") {
  CHECK(scheme::excerpt_of(span("(let loop\n  ((i 0))\n i)", "(let loop\n  ((i 0))\n i)")) ==
        "  1 | (let loop\n"
        "    | ^^^^^^^^^\n");
}

TEST_CASE_METHOD(Fixture, "a long line is cut around the span", "[report]") {
  const std::string text = "(" + std::string(300, 'a') + " target " + std::string(300, 'b') + ")";
  const std::string excerpt = scheme::excerpt_of(span(text, "target"));
  const auto line = excerpt.substr(0, excerpt.find('\n'));
  const auto mark = excerpt.substr(excerpt.find('\n') + 1);
  CHECK(line.size() < 130);
  CHECK(line.find("...") != std::string::npos);
  CHECK(line.find("target") == mark.find('^'));
  CHECK(mark.find_last_of('^') - mark.find('^') == 5);
}

TEST_CASE_METHOD(Fixture, "the first line of a report has place and message", "[report]") {
  const Value c = placed(m.make_condition(ConditionKind::type, "car: argument 1 must be a pair, got 5",
                                          m.heap.cons(Value::fixnum(5), kNull)),
                         span("(car 5)", "(car 5)"));
  const auto report = scheme::report_error(m, c, kFalse);
  CHECK(report.text() ==
        "a.scm:1:1: car: argument 1 must be a pair, got 5\n"
        "  1 | (car 5)\n"
        "    | ^^^^^^^\n");
  CHECK(report.line == 1);
  CHECK(report.column == 1);
}

TEST_CASE_METHOD(Fixture, "irritants of (error) follow its message", "[report]") {
  const Value irritants = m.heap.cons(Value::fixnum(1), m.heap.cons(Value::fixnum(2), kNull));
  CHECK(scheme::condition_text(m, m.make_condition(ConditionKind::error, "bad", irritants)) == "bad 1 2");
}

TEST_CASE_METHOD(Fixture, "an object that is no condition is shown", "[report]") {
  const auto report = scheme::report_error(m, Value::fixnum(42), kFalse);
  CHECK(report.text() == "error: uncaught: 42\n");
}

TEST_CASE("a hint names the library that exports the name", "[report]") {
  CHECK(scheme::hint_for_name("string-split", few_names) ==
        "`string-split` is exported by (fermata string): add (import (fermata string))");
}

TEST_CASE("a hint offers near names that are visible", "[report]") {
  CHECK(scheme::hint_for_name("string-apend", few_names) == "did you mean `string-append`?");
}

TEST_CASE("a hint says nothing when nothing is near", "[report]") {
  CHECK(scheme::hint_for_name("zzzzzzzz", few_names).empty());
  CHECK(scheme::hint_for_name("secret", few_names).empty());
}
