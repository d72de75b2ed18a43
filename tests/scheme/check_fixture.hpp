// (fermata check) for tests: what it finds in a text.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/span_value.hpp"
#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::scheme {

struct Checker : RuntimeFixture {
  // What (fermata check) finds in a program, each as "place: message".
  std::vector<std::string> run(const std::string& name, std::string_view text) {
    const vm::Value library =
        m.heap.cons(m.symbols.intern("fermata"), m.heap.cons(m.symbols.intern("check"), vm::kNull));
    const vm::Cell& check = vm::as<vm::Cell>(
        lookup(*instantiate_now(r, library).exports, m.symbols.intern("%check")));
    const vm::Value arguments[] = {
        make_loader(m, name, text, make_program_environment(r, "program")), vm::kFalse};
    vm::Task& task = m.make_task(check.value, arguments, 2);
    vm::RunStatus status;
    do status = m.run(task, 1'000'000);
    while (status == vm::RunStatus::out_of_gas);
    REQUIRE(status == vm::RunStatus::finished);
    std::vector<std::string> found;
    for (vm::Value e = task.result.pair()->car; e.is_pair(); e = e.pair()->cdr)
      found.push_back("error: " + message(e.pair()->car));
    for (vm::Value w = task.result.pair()->cdr.pair()->car; w.is_pair(); w = w.pair()->cdr) {
      const vm::Span s = span_from(vm::as<vm::Condition>(w.pair()->car).span);
      found.insert(found.begin(), std::string(s.text->view().substr(s.start, s.end - s.start)) +
                                      ": " + message(w.pair()->car));
    }
    return found;
  }
  std::vector<std::string> operator()(std::string_view text) {
    return run("program", "(import (scheme base) (scheme case-lambda) (scheme write))" +
                              std::string(text));
  }
  std::string message(vm::Value condition) {
    return to_text(m, vm::as<vm::Condition>(condition).message, Style::display);
  }
};

}  // namespace fermata::scheme
