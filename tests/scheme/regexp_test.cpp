// The work of a regular expression grows with the text, whatever the expression: counted in
// gas, which every step of a search pays.
#include <catch2/catch.hpp>

#include "tests/scheme/runtime_fixture.hpp"

using namespace fermata;
using namespace fermata::vm;
using scheme::RuntimeFixture;

namespace {

// Slices of gas that the search of so many a's takes.
std::size_t slices(RuntimeFixture& f, std::string_view expression, std::size_t length) {
  const std::string program = "(import (scheme base) (scheme regex)) (regexp-matches? '" +
                              std::string(expression) + " (make-string " +
                              std::to_string(length) + " #\\a))";
  Task& task = f.m.make_task(f.r.loader("regexp", program, nullptr));
  std::size_t count = 0;
  RunStatus status;
  do ++count;
  while ((status = f.m.run(task, 1000)) == RunStatus::out_of_gas);
  REQUIRE(status == RunStatus::finished);
  REQUIRE(task.result == kFalse);
  return count;
}

}  // namespace

TEST_CASE("expressions that backtracking never finishes take linear work", "[scheme]") {
  RuntimeFixture f;
  for (const char* expression : {"(: (* (* \"a\")) \"b\")", "(: (* (or \"a\" (: \"a\" \"a\"))) \"b\")",
                                 "(: (+ (+ (+ ($ any)))) (* ($ \"a\")) \"b\")"}) {
    INFO(expression);
    slices(f, expression, 1);  // what loading takes
    const std::size_t thousand = slices(f, expression, 1000);
    const std::size_t ten_thousand = slices(f, expression, 10'000);
    CHECK(ten_thousand > thousand);
    CHECK(ten_thousand < 12 * thousand);
    CHECK(ten_thousand < 1500);  // 1.5 million calls and loops at most
  }
}
