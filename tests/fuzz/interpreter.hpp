// One interpreter for all inputs of a process: making one takes longer than most inputs do.
#pragma once

#include <string>
#include <string_view>

#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

namespace fermata::fuzz {

inline scheme::Runtime& interpreter() {
  static scheme::Runtime& r = [&]() -> scheme::Runtime& {
    vm::Machine& m = vm::Machine::create();
    m.heap.set_limit(std::size_t{256} << 20);
    scheme::Runtime& runtime = scheme::Runtime::create(m, {});
    static const std::vector<scheme::SourceFile> none;
    runtime.pinned_files = &none;  // no input reads files
    return runtime;
  }();
  return r;
}

// How the task ended: the value as `write` shows it, "raised: ..." or "stopped".
inline std::string outcome(vm::Task& task, std::int64_t gas) {
  vm::Machine& m = interpreter().machine;
  const vm::RunStatus status = m.run(task, gas);
  if (status == vm::RunStatus::finished)
    return scheme::to_text_limited(m, task.result, scheme::Style::write, 2000);
  if (status != vm::RunStatus::raised) return "stopped";
  const auto* c = vm::cast<vm::Condition>(task.result);
  return "raised: " + (c != nullptr
                           ? scheme::to_text_limited(m, c->message, scheme::Style::display, 500)
                           : scheme::to_text_limited(m, task.result, scheme::Style::write, 500));
}

// The value of a program's last form, kept alive by the handle.
inline vm::Handle procedure_of(std::string_view program) {
  scheme::Runtime& r = interpreter();
  vm::Task& task = r.machine.make_task(r.loader("target", program, nullptr));
  while (r.machine.run(task, 1'000'000) == vm::RunStatus::out_of_gas) {
  }
  return vm::Handle(task.result);
}

// procedure(input), the input read as UTF-8.
inline std::string call_with_text(const vm::Handle& procedure, std::string_view input,
                                  std::int64_t gas) {
  vm::Machine& m = interpreter().machine;
  const vm::Value text = vm::value_of(&vm::make_string(m.heap, input));
  return outcome(m.make_task(procedure.get(), &text, 1), gas);
}

}  // namespace fermata::fuzz
