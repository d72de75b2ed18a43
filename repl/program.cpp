// One interpreter, one task for each thing that was asked for, a report for what went wrong.
#include "repl/program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

#include "api/capabilities.hpp"
#include "flow/builtins.hpp"
#include "repl/check.hpp"
#include "repl/docs.hpp"
#include "repl/driver.hpp"
#include "flow/service.hpp"
#include "repl/flow_command.hpp"
#include "repl/line_edit.hpp"
#include "repl/manual.hpp"
#include "repl/output.hpp"
#include "repl/profile.hpp"
#include "repl/reference.hpp"
#include "repl/session.hpp"
#include "repl/source_file.hpp"
#include "repl/stop_signal.hpp"
#include "repl/store_command.hpp"
#include "sched/engine.hpp"
#include "scheme/compiled.hpp"
#include "scheme/library.hpp"
#include "scheme/ports.hpp"
#include "scheme/printer.hpp"
#include "scheme/report.hpp"
#include "scheme/runtime.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

constexpr int kUncaught = 1, kUsage = 2, kInternal = 70, kTimeout = 124, kInterrupted = 130,
              kNoReader = 141;  // as the shell says of what SIGPIPE ended

std::vector<std::string> command_line(const Options& o) {
  std::vector<std::string> line = o.arguments;
  if (o.action != Options::Action::file && o.action != Options::Action::profile) line.insert(line.begin(), "fermata");
  return line;
}

// What the options let a program do; nothing when they say nothing of it.
std::optional<api::Grants> grants_of(const Options& o) {
  const std::pair<fermata_capability, const std::vector<std::string>&> given[] = {
      {FERMATA_MAY_READ, o.allow_read}, {FERMATA_MAY_WRITE, o.allow_write}, {FERMATA_MAY_NETWORK, o.allow_net},
      {FERMATA_MAY_RUN, o.allow_run},   {FERMATA_MAY_ENVIRONMENT, o.allow_env}};
  bool limits = o.deny_all;
  api::Grants grants;
  for (const auto may : {FERMATA_MAY_STDIO, FERMATA_MAY_CLOCK, FERMATA_MAY_EXIT}) grants.add(may);
  if (!o.store.empty()) grants.add(FERMATA_MAY_FLOWS, o.store);
  for (const auto& [may, names] : given) {
    limits = limits || !names.empty();
    for (const std::string& name : names) grants.add(may, name == "*" ? "" : name);
  }
  return limits ? std::optional(grants) : std::nullopt;
}

// Each argument is a file.
constexpr const char* kIndent =
    "(import (scheme base) (scheme process-context) (fermata indent))"
    "(exit (indent-files (cdr (command-line))))";
constexpr const char* kCheckIndent =
    "(import (scheme base) (scheme process-context) (fermata indent))"
    "(exit (check-indented (cdr (command-line))))";

class Program {
 public:
  // flow_program: what `fermata flow` is to run.
  // ends_at_sigterm: it is a worker, which is asked to end by SIGTERM.
  explicit Program(const Options& options, std::string flow_program = {},
                   bool ends_at_sigterm = false)
      : options_(options), flow_program_(std::move(flow_program)), machine_(Machine::create()),
        runtime_(scheme::Runtime::create(machine_, {library_path(options), command_line(options), {}})),
        key_(machine_) {
    flow::install_flow(runtime_);
    if (const auto grants = grants_of(options)) {
      capabilities_.emplace(*grants);
      capabilities_->install(runtime_, runtime_.options.library_path);
    }
    if (ends_at_sigterm) stop_.emplace(flow::Service::find(machine_)->stop_asked);
    sched::Engine::of(machine_).report = report_task;
    // Recursion without end is to be an error, not a computer that swaps.
    machine_.heap.set_limit(options.heap_mib > 0 ? options.heap_mib << 20 : vm::memory_here() / 2);
    if (options.timeout > 0) {
      deadline_ = std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                      std::chrono::duration<double>(options.timeout));
    }
  }
  ~Program() {
    stop_.reset();
    flow::uninstall_flow(runtime_);
    scheme::Runtime::destroy(runtime_);
    Machine::destroy(machine_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // How many tests have passed and failed; who asks before the run also has it leave the
  // counts out.
  struct Tests {
    std::int64_t passed = 0, failed = 0;
  };
  Tests tests() {
    Heap& heap = machine_.heap;
    const Value name = heap.cons(
        machine_.symbols.intern("srfi"),
        heap.cons(Value::fixnum(64), heap.cons(machine_.symbols.intern("totals"), kNull)));
    const scheme::Library& library = scheme::instantiate_now(runtime_, name);
    const Value totals = as<Cell>(lookup(*library.exports, machine_.symbols.intern("%totals"))).value;
    auto& counts = as<Vector>(totals);
    counts.slots()[2] = kTrue;
    return {counts.slots()[0].fixnum(), counts.slots()[1].fixnum()};
  }

  int run() {
    std::optional<int> status;
    if (options_.warnings) warn();
    switch (options_.action) {
      case Options::Action::file: status = run_file(options_.arguments[0]); break;
      case Options::Action::profile: status = profile_file(options_.arguments[0]); break;
      case Options::Action::compile: status = compile_file(options_.arguments[0], options_.output); break;
      case Options::Action::expressions: status = run_expressions(); break;
      case Options::Action::standard_input: status = run_standard_input(); break;
      case Options::Action::indent: status = run_text("<fermata fmt>", options_.dry ? kCheckIndent : kIndent, nullptr, false); break;
      case Options::Action::flow: status = run_text("<fermata flow>", flow_program_, nullptr, false); break;
      default: break;
    }
    const bool prompt = options_.interactive || options_.action == Options::Action::prompt;
    if (!status && prompt) status = run_prompt();
    flush_ports(machine_);
    return status.value_or(0);
  }

 private:
  // Nothing: it came to its end.  Else the exit status.
  std::optional<int> run_text(const std::string& name, const std::string& text,
                              scheme::Environment* environment, bool print) {
    return run_thunk(runtime_.loader(name, text, environment), environment, [&](Value value) {
      if (print) print_value(value);
    });
  }

  template <class F>
  std::optional<int> run_thunk(Value thunk, scheme::Environment* environment, F finished) {
    Task& task = machine_.make_task(thunk);
    const Ending ending = drive(machine_, task, key_, deadline_);
    switch (ending.kind) {
      case Ending::Kind::finished: finished(ending.value); return std::nullopt;
      case Ending::Kind::exited: return static_cast<int>(ending.value.fixnum());
      case Ending::Kind::raised: return report(ending.value, ending.trace, environment);
      case Ending::Kind::interrupted: return kInterrupted;
      case Ending::Kind::timed_out:
        flush_ports(machine_);
        write_error("fermata: stopped: the time given by --timeout is over\n");
        return kTimeout;
      case Ending::Kind::asked:
        write_error("fermata: internal error: the program waits for something unknown\n");
        return kInternal;
    }
    return kInternal;
  }

  // An error in a task that nobody waits for.
  static void report_task(Machine& m, sched::Fiber& f) {
    isatty(STDOUT_FILENO) != 0 ? flush_line(m) : flush_ports(m);
    std::string who = "task " + std::to_string(f.id);
    if (f.name != kFalse) who += " " + scheme::to_text(m, f.name);
    scheme::ReportOptions options;
    options.names = scheme::names_known(m, scheme::Runtime::of(m).program);
    write_error("in " + who + ": " + scheme::report_error(m, f.task->result, f.task->trace, options).text());
  }

  int report(Value raised, Value trace, scheme::Environment* environment) {
    if (lost_reader(raised)) return kNoReader;
    isatty(STDOUT_FILENO) != 0 ? flush_line(machine_) : flush_ports(machine_);
    scheme::ReportOptions options;
    options.names = scheme::names_known(machine_, environment ? environment : runtime_.program);
    write_error(scheme::report_error(machine_, raised, trace, options).text());
    const auto* c = cast<Condition>(raised);
    if (c != nullptr && c->condition_kind() == ConditionKind::interrupted) return kInterrupted;
    const int chosen = sched::Engine::of(machine_).root->crash_status;
    return chosen != 0 ? chosen : kUncaught;
  }

  // `fermata ... | head -1`: nobody wants to read more, and that is no error of the program.
  bool lost_reader(Value raised) {
    const auto* c = cast<Condition>(raised);
    const auto* irritants = c != nullptr ? cast<Pair>(c->irritants) : nullptr;
    if (irritants == nullptr || c->condition_kind() != ConditionKind::io) return false;
    const Value output = scheme::current_port(machine_, scheme::Root::current_output);
    return irritants->car == output && !output_has_reader();
  }

  // As the prompt does: written, one a line, nothing for the unspecified value.
  void print_value(Value value) {
    const auto line = [&](Value v) {
      if (v != kUnspecified) write_out(scheme::to_text(machine_, v) + "\n");
    };
    flush_ports(machine_);
    auto* several = cast<Values>(value);
    if (several == nullptr) return line(value);
    for (std::size_t i = 0; i < several->count(); ++i) line(several->slots()[i]);
  }

  // What is wrong enough to stop the program is told when it does.
  void warn() {
    if (const auto text = read_file(options_.arguments[0]))
      write_error(check_text(options_, options_.arguments[0], *text).warnings);
  }

  std::optional<int> run_file(const std::string& name) {
    const auto text = read_file(name);
    if (!text) {
      write_error("fermata: cannot read " + name + ": " + std::strerror(errno) + "\n");
      return kUsage;
    }
    // With -i the definitions are to be there at the prompt.
    scheme::Environment* const environment = options_.interactive ? runtime_.interaction : nullptr;
    if (!scheme::is_compiled(*text)) return run_text(name, *text, environment, false);
    try {
      return run_thunk(scheme::make_compiled_loader(runtime_, *text, environment), environment, [](Value) {});
    } catch (const scheme::CompiledError& e) {
      write_error("fermata: " + name + ": " + e.what() + "\n");
      return kUsage;
    }
  }

  std::optional<int> compile_file(const std::string& name, const std::string& to) {
    const auto text = read_file(name);
    if (!text) {
      write_error("fermata: cannot read " + name + ": " + std::strerror(errno) + "\n");
      return kUsage;
    }
    scheme::Environment& environment = runtime_.begin_program(name, *text);
    bool written = true;
    const auto status = run_thunk(
        scheme::make_program_compiler(runtime_, name, *text, environment), &environment, [&](Value bytes) {
          auto& all = as<Bytevector>(bytes);
          std::ofstream file(to, std::ios::binary);
          file.write(reinterpret_cast<const char*>(all.bytes()), static_cast<std::streamsize>(all.length()));
          written = static_cast<bool>(file.flush());
        });
    if (written) return status;
    write_error("fermata: cannot write " + to + ": " + std::strerror(errno) + "\n");
    return kUsage;
  }

  // The table goes where errors go, since the output is the program's.
  std::optional<int> profile_file(const std::string& name) {
    Profile profile(machine_);
    const std::optional<int> status = run_file(name);
    flush_ports(machine_);
    write_error(profile.table(30));
    if (options_.folded.empty()) return status;
    std::ofstream folded(options_.folded);
    folded << profile.folded();
    if (folded.flush()) return status;
    write_error("fermata: cannot write " + options_.folded + ": " + std::strerror(errno) + "\n");
    return kUsage;
  }

  std::optional<int> run_expressions() {
    std::size_t number = 0;
    for (const std::string& expression : options_.expressions) {
      const std::string name = "<-e:" + std::to_string(++number) + ">";
      if (auto status = run_text(name, expression, runtime_.interaction, true)) return status;
    }
    return std::nullopt;
  }

  std::optional<int> run_standard_input() {
    const auto text = read_all(STDIN_FILENO);
    if (!text) {
      write_error(std::string("fermata: cannot read standard input: ") + std::strerror(errno) + "\n");
      return kUsage;
    }
    return run_text("<stdin>", *text, runtime_.interaction, false);
  }

  int run_prompt() {
    const bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    auto lines = terminal ? make_terminal([this](std::string_view prefix) {
                              return completions(runtime_, prefix);
                            })
                          : make_transcript();
    if (terminal) write_out("Fermata " FERMATA_VERSION ". ,help lists the commands, Ctrl-D ends.\n");
    return Session(runtime_, key_, *lines).loop();
  }

  const Options& options_;
  const std::string flow_program_;
  std::optional<api::Capabilities> capabilities_;  // nothing: it may do anything
  Machine& machine_;
  scheme::Runtime& runtime_;
  InterruptKey key_;
  std::optional<StopSignal> stop_;
  Deadline deadline_;
};

int run_flow(const Options& options) {
  const FlowAction action = flow_action(options.arguments);
  switch (action.kind) {
    case FlowAction::Kind::run: return Program(options, action.text).run();
    case FlowAction::Kind::work: return Program(options, action.text, true).run();
    case FlowAction::Kind::show: write_out(action.text); return 0;
    case FlowAction::Kind::problem: write_error("fermata: " + action.text); return kUncaught;
    case FlowAction::Kind::usage: write_error(action.text); return kUsage;
  }
  return kInternal;
}

int check_files(const Options& options) {
  int status = 0;
  for (const std::string& name : options.arguments) {
    const auto text = read_file(name);
    if (!text) {
      write_error("fermata: cannot read " + name + ": " + std::strerror(errno) + "\n");
      return kUsage;
    }
    const Findings found = check_text(options, name, *text);
    write_error(found.all);
    if (found.errors) status = kUncaught;
  }
  return status;
}

std::string counted(std::int64_t passed, std::int64_t failed) {
  return std::to_string(passed) + " passed" + (failed > 0 ? ", " + std::to_string(failed) + " failed" : "");
}

// A file that ends by an error, or tests nothing, has failed once more.
int test_files(const Options& options) {
  std::int64_t passed = 0, failed = 0;
  for (const std::string& name : options.arguments) {
    Options own = options;
    own.action = Options::Action::file;
    own.arguments = {name};
    Program program(own);
    program.tests();
    const int status = program.run();
    if (status == kInterrupted) return status;
    auto [good, bad] = program.tests();
    std::string note;
    if (status != 0 && bad == 0) note = ", then exit status " + std::to_string(status);
    if (status == 0 && good + bad == 0) note = ", no tests";
    if (!note.empty()) ++bad;
    write_out((bad == 0 ? "ok   " : "FAIL ") + name + ": " + counted(good, bad) + note + "\n");
    passed += good;
    failed += bad;
  }
  write_out(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
  return failed == 0 ? 0 : kUncaught;
}

int show_docs(const Options& options) {
  int status = 0;
  for (const std::string& name : options.arguments) {
    const std::string text =
        name.starts_with('(') ? reference_page(options, name).value_or("") : doc_text(name);
    if (text.empty()) {
      write_error("fermata: " + undocumented_text(name));
      status = 1;
    }
    write_out(text);
  }
  return status;
}

int write_completions(const Options& options) {
  const std::string& shell = options.arguments[0];
  const auto text = shell == "man" ? std::optional(manual_page()) : completions_for(shell);
  if (!text) {
    write_error("fermata: there are completions for bash, zsh and fish, not for " + shell + "\n");
    return kUsage;
  }
  write_out(*text);
  return 0;
}

}  // namespace

int run_program(const Options& options) {
  // Flow commands and the builtins that flows use look at the same variable.
  if (!options.store.empty()) setenv("FERMATA_STORE", options.store.c_str(), 1);
  if (options.action == Options::Action::doc) return show_docs(options);
  if (options.action == Options::Action::completions) return write_completions(options);
  if (options.action == Options::Action::flow) return run_flow(options);
  if (options.action == Options::Action::store) return run_store_command(options.arguments);
  if (options.action == Options::Action::check) return check_files(options);
  if (options.action == Options::Action::test) return test_files(options);
  return Program(options).run();
}

}  // namespace fermata::repl
