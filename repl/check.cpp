// The work is done by (fermata check); here its findings are put in order and written down.
#include "repl/check.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "repl/driver.hpp"
#include "repl/interpreter.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/report.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

struct Finding {
  scheme::Report report;
  bool error;
  bool operator<(const Finding& other) const {
    return std::tie(report.file, report.line, report.column) <
           std::tie(other.report.file, other.report.line, other.report.column);
  }
  bool operator==(const Finding& other) const {
    return report.place() == other.report.place() && report.message == other.report.message;
  }
};

Value checker(scheme::Runtime& r) {
  Machine& m = r.machine;
  const Value name = m.heap.cons(m.symbols.intern("fermata"),
                                 m.heap.cons(m.symbols.intern("check"), kNull));
  const scheme::Library& library = scheme::instantiate_now(r, name);
  return as<Cell>(lookup(*library.exports, m.symbols.intern("%check"))).value;
}

}  // namespace

Findings check_text(const Options& options, const std::string& name, const std::string& text) {
  Interpreter in(options);
  Machine& m = in.machine;
  auto& environment = scheme::make_program_environment(in.runtime, "program");
  in.runtime.program = &environment;
  const Value arguments[] = {scheme::make_loader(m, name, text, environment),
                             Value::boolean(options.costs)};
  Task& task = m.make_task(checker(in.runtime), arguments, 2);
  InterruptKey key(m);
  const Ending ending = drive(m, task, key, {});

  std::vector<Finding> found;
  scheme::ReportOptions look;
  look.names = scheme::names_known(m, &environment);
  const auto add = [&](Value condition, std::string_view prefix) {
    found.push_back({scheme::report_error(m, condition, kFalse, look), prefix.empty()});
    found.back().report.message.insert(0, prefix);
  };
  if (ending.kind == Ending::Kind::finished) {
    Value lists = ending.value;
    for (const std::string_view prefix : {"", "warning: ", "cost: "}) {
      for (Value each = lists.pair()->car; each.is_pair(); each = each.pair()->cdr)
        add(each.pair()->car, prefix);
      lists = lists.pair()->cdr;
    }
  } else {
    add(ending.value, "");
  }
  std::stable_sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  Findings result;
  for (const Finding& f : found) {
    result.errors = result.errors || f.error;
    result.all += f.report.text();
    if (!f.error) result.warnings += f.report.text();
  }
  return result;
}

}  // namespace fermata::repl
