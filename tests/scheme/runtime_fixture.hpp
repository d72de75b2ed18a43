// An interpreter for tests: runs programs, shows what they expand to.
#pragma once

#include <string>
#include <string_view>

#include "scheme/core_forms.hpp"
#include "scheme/expander.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "scheme/runtime.hpp"
#include "scheme/tree_datum.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

struct RuntimeFixture {
  explicit RuntimeFixture(RuntimeOptions options = {})
      : m(vm::Machine::create()), r(Runtime::create(m, std::move(options))) {}
  ~RuntimeFixture() {
    Runtime::destroy(r);
    vm::Machine::destroy(m);
  }

  // The first form of a text, ready to be expanded.
  Expansion& begin(std::string_view text, Environment& env) {
    SpanTable& spans = make_span_table(m.heap, vm::make_source(m.heap, "test", text));
    return begin_expansion(r, read_all(m, spans).pair()->car, &spans, env);
  }
  Expansion& begin(std::string_view text) { return begin(text, *r.interaction); }

  // What the form becomes, as data; "" when it only declares something.
  std::string expand(std::string_view text) {
    const ExpandStep step = expand_some(r, begin(text), ~std::size_t{0});
    REQUIRE(step.kind == ExpandStep::done);
    return step.tree ? to_text(m, tree_to_datum(m, step.tree)) : "";
  }

  // The text that the error of an expansion points at, and its message.
  struct Error {
    std::string place, message, hint;
  };
  Error error(std::string_view text) {
    try {
      expand(text);
    } catch (const SyntaxError& e) {
      const std::string_view all = e.span.known() ? e.span.text->view() : std::string_view();
      return {std::string(all.substr(e.span.start, e.span.end - e.span.start)), e.message, e.hint};
    }
    return {"", "no error", ""};
  }

  // The value of the last form, as `write` shows it; what is raised, after "raised: ".
  std::string run(std::string_view text, Environment* env = nullptr, std::int64_t gas = 1'000'000,
                  std::string_view file = "test") {
    vm::Task& task = m.make_task(r.loader(file, text, env));
    vm::RunStatus status;
    do status = m.run(task, gas);
    while (status == vm::RunStatus::out_of_gas);
    if (status == vm::RunStatus::finished) return to_text(m, task.result);
    if (status != vm::RunStatus::raised)
      return "status " + std::to_string(static_cast<int>(status));
    if (const auto* c = vm::cast<vm::Condition>(task.result))
      return "raised: " + to_text(m, c->message, Style::display);
    return "raised: " + to_text(m, task.result);
  }
  std::string at_prompt(std::string_view text) { return run(text, r.interaction); }

  vm::Machine& m;
  Runtime& r;
};

}  // namespace fermata::scheme
