// The task of the prompt is a loop in Scheme; it and this file talk through one native,
// `next`, which parks the task with what there is to tell and gets the next form's thunk.
#include "repl/session.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "flow/program.hpp"
#include "repl/commands.hpp"
#include "repl/driver.hpp"
#include "repl/output.hpp"
#include "sched/engine.hpp"
#include "scheme/ast.hpp"
#include "scheme/kept_locals.hpp"
#include "scheme/open_ports.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "scheme/report.hpp"
#include "scheme/world.hpp"
#include "vm/backtrace.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

// A failed form's handler runs where the error was raised, so `next` can tell the place;
// then the prompt is aborted to, which runs the after thunks on the way.
constexpr std::string_view kLoop = R"~(
(import (fermata builtins) (fermata control))
(lambda (next)
  (define (%failed obj)
    (next 'failed obj)
    (abort-to-prompt (default-prompt-tag) values))
  (define (run thunk)
    (call-with-continuation-prompt
     (lambda ()
       (with-exception-handler %failed
         (lambda () (call-with-values thunk list))))
     (default-prompt-tag)
     (lambda (thunk) (call-with-values thunk list))))
  (let loop ((thunk (next 'values '())))
    (loop (next 'values (run thunk)))))
)~";

// A request is #(kind payload trace).
Outcome next(Machine& m, Symbol& kind, Value payload) {
  Vector& request = m.heap.make_vector(3, kFalse);
  request.slots()[0] = value_of(&kind);
  request.slots()[1] = payload;
  if (Kont* k = m.capture()) request.slots()[2] = value_of(k);
  return m.park(value_of(&request));
}
constexpr Builtin kNext = builtin<next>("(next kind payload)", "Tells the prompt, waits for a form.");

constexpr std::size_t kRemembered = 9;  // $1 to $9
constexpr std::size_t kTurns = 8;       // between looks at the keyboard

// A device of the screen, which somebody types a line on.
class SharedScreen final : public ByteDevice {
 public:
  SharedScreen(std::unique_ptr<ByteDevice> device, LineSource& lines)
      : device_(std::move(device)), lines_(lines) {}
  IoResult read(std::span<std::uint8_t> to) override { return device_->read(to); }
  IoResult write(std::span<const std::uint8_t> from) override {
    lines_.make_way({reinterpret_cast<const char*>(from.data()), from.size()});
    return device_->write(from);
  }
  IoResult close() override { return device_->close(); }
  bool ready(Direction direction) override { return device_->ready(direction); }
  Value wait_request(Heap& heap, Direction direction) override {
    return device_->wait_request(heap, direction);
  }
  bool is_terminal() const override { return device_->is_terminal(); }

 private:
  std::unique_ptr<ByteDevice> device_;
  LineSource& lines_;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace

struct Session::Values {
  Task* task;
  sched::Fiber* fiber;        // that of the task
  Value loop;                 // the procedure of kLoop
  Value last[kRemembered];    // newest first
};

Session::Session(scheme::Runtime& r, InterruptKey& key, LineSource& lines)
    : runtime(r), machine(r.machine), key_(key), lines_(lines),
      values_(::new (allocate_root(sizeof(Values))) Values{}) {
  machine.heap.roots_of_host = values_;
  std::fill(std::begin(values_->last), std::end(values_->last), kUnspecified);
  sched::Engine::of(machine).host_goes_on = true;
  lines_.set_waiting([this](int fd) { return await(fd); });
  share_screen();
  // The program of this interpreter is what is typed.
  runtime.script = scheme::SourceFile{flow::kPromptProgram, ""};
  Task& task = machine.make_task(runtime.loader("fermata:prompt", kLoop, nullptr));
  runtime.program = runtime.interaction;
  const Ending made = drive(machine, task, key_);
  // So that flow-at can show variables of flows that were defined here.
  scheme::keep_locals(machine, scheme::Locals::kept);
  if (made.kind != Ending::Kind::finished) {
    print_error(made.value, made.trace);
    status_ = 70;
    return;
  }
  values_->loop = made.value;
  start_task();
}

Session::~Session() { free_root(values_); }

void Session::start_task() {
  const Value argument = value_of(&machine.heap.make<Native>(&kNext));
  values_->task = &machine.make_task(values_->loop, &argument, 1);
  values_->fiber = &sched::Engine::of(machine).adopt(*values_->task);
  drive(machine, *values_->task, key_);
}

// What tasks write appears above the line that is being typed.
void Session::share_screen() {
  for (const scheme::Root root : {scheme::Root::current_output, scheme::Root::current_error}) {
    auto* port = cast<scheme::Port>(scheme::current_port(machine, root));
    if (port == nullptr || port->open == nullptr) continue;
    auto& device = port->open->device;
    device = std::make_unique<SharedScreen>(std::move(device), lines_);
  }
}

// Tasks have turns until there is something to read.
Awaited Session::await(int fd) {
  sched::Engine& engine = sched::Engine::of(machine);
  ++engine.root->foreign;  // somebody may type what wakes the others: they are not stuck
  std::optional<Awaited> awaited;
  while (!awaited) {
    scheme::flush_ready_ports(machine);
    lines_.come_back();
    pollfd files[] = {{fd, POLLIN, 0}, {key_.wake_fd(), POLLIN, 0}, {engine.poll_fd(), POLLIN, 0}};
    if (poll(files, std::size(files), -1) < 0) continue;  // by Ctrl-C, and the next one tells
    if (files[1].revents != 0) {
      awaited = Awaited::interrupted;
    } else if (files[0].revents != 0) {
      awaited = Awaited::input;
    } else if (end_of(engine.tick(kTurns))) {
      awaited = Awaited::over;
    }
  }
  --engine.root->foreign;
  return *awaited;
}

// What the tasks came to while nothing was evaluated.
bool Session::end_of(const sched::Turn& turn) {
  using Kind = sched::Turn::Kind;
  if (turn.kind == Kind::exited) status_ = static_cast<int>(turn.value.fixnum());
  if (turn.kind == Kind::failed) print_error(turn.value, turn.fiber->task->trace);
  if (turn.kind == Kind::asked) {
    sched::Engine::of(machine).raise_in(
        *turn.fiber, machine.make_condition(ConditionKind::internal, "nobody answers this request"));
  }
  return status_.has_value();
}

void Session::run_aside(const std::string& text) {
  Task& task = machine.make_task(runtime.loader("fermata:prompt", text, nullptr));
  runtime.program = runtime.interaction;
  const Ending ending = drive(machine, task, key_);
  if (ending.kind == Ending::Kind::raised) print_error(ending.value, ending.trace);
}

const sched::Fiber& Session::fiber() const { return *values_->fiber; }

Value Session::last_value() const { return values_->last[0]; }

void Session::print(const std::string& text) {
  flush_line(machine);
  write_out(text);
}

void Session::print_error(Value raised, Value trace) {
  flush_line(machine);
  scheme::ReportOptions options;
  options.names = scheme::names_known(machine, runtime.interaction);
  write_error(scheme::report_error(machine, raised, trace, options).text());
}

int Session::loop() {
  std::string text;
  while (!status_) {
    const Input input = read_form(text);
    if (input == Input::end) break;
    if (input == Input::blank) continue;
    lines_.remember(text);
    if (trimmed(text).starts_with(',')) {
      run_command(*this, trimmed(text).substr(1));
    } else {
      evaluate(text);
    }
    flush_line(machine);
  }
  return status_.value_or(0);
}

// Lines until every datum begun is complete.
Session::Input Session::read_form(std::string& text) {
  text.clear();
  scheme::Reader& reader = scheme::make_reader(machine);
  bool any = false;
  for (;;) {
    std::string line;
    switch (lines_.read(text.empty() ? "> " : ". ", line)) {
      case LineSource::Result::end:
        // What is incomplete is for the reader to complain about.
        return trimmed(text).empty() ? Input::end : Input::form;
      case LineSource::Result::interrupted:
        key_.take();
        return Input::blank;
      case LineSource::Result::line: break;
    }
    line += '\n';
    const bool is_command = text.empty() && trimmed(line).starts_with(',');
    text += line;
    if (is_command) return Input::form;
    try {
      std::size_t at = 0;
      while (at < line.size()) {
        if (scheme::feed(machine, reader, line, at, false) != scheme::ReadStatus::datum) break;
        scheme::take(reader);
        any = true;
      }
      if (!scheme::inside_datum(reader)) return any ? Input::form : Input::blank;
    } catch (const scheme::SyntaxError&) {
      return Input::form;  // the loader finds it again, and says where
    }
  }
}

namespace {

// Whether the form that was evaluated last surely defined nothing.
bool is_expression(Machine& m) {
  const Value trees = scheme::trees_of_form(m);
  for (Value rest = trees; rest.is_pair(); rest = rest.pair()->cdr) {
    const auto* const node = cast<scheme::Node>(rest.pair()->car);
    if (node == nullptr) return false;
    switch (node->node_kind()) {
      case scheme::NodeKind::call:
      case scheme::NodeKind::global_ref:
      case scheme::NodeKind::global_set:
      case scheme::NodeKind::conditional: break;
      default: return false;
    }
  }
  return trees.is_pair();
}

}  // namespace

// Each form is a text of its own, so that each one's values are printed.
bool Session::evaluate(const std::string& text, Print print) {
  scheme::Reader& reader = scheme::make_reader(machine);
  std::size_t at = 0;
  while (!status_) {
    const std::size_t start = at;
    bool last = false;
    try {
      last = scheme::feed(machine, reader, text, at, true) != scheme::ReadStatus::datum;
      if (!last) scheme::take(reader);
    } catch (const scheme::SyntaxError&) {
      return evaluate_form(text.substr(start), print);
    }
    if (last) return true;
    if (!evaluate_form(std::string(trimmed(std::string_view(text).substr(start, at - start))), print))
      return false;
  }
  return false;
}

// Flows keep the text of what was defined when they started.  So a form is there before it is
// evaluated; it goes when it fails or defines nothing.
bool Session::evaluate_form(const std::string& text, Print print) {
  const std::size_t before = runtime.script->text.size();
  runtime.script->text += (before > 0 ? "\n" : "") + text;
  scheme::begin_prompt_form(machine, static_cast<std::int64_t>(before));
  const bool fine = run_form(text, print);
  if (!fine || is_expression(machine)) runtime.script->text.resize(before);
  return fine;
}

bool Session::run_form(const std::string& text, Print print) {
  const std::string name = "<prompt:" + std::to_string(++forms_) + ">";
  machine.resume(*values_->task, runtime.loader(name, text, runtime.interaction));
  for (;;) {
    const Ending ending = drive(machine, *values_->task, key_);
    switch (ending.kind) {
      case Ending::Kind::asked: {
        auto* request = cast<Vector>(ending.value);
        if (request == nullptr || request->length() != 3) {  // of nobody we know
          machine.raise_in(*values_->task,
                           machine.make_condition(ConditionKind::internal, "nobody answers this request"));
          continue;
        }
        const Value* slots = request->slots();
        if (slots[0] == machine.symbols.intern("values")) {
          take_values(slots[1], print);
          return true;
        }
        print_error(slots[1], slots[2]);
        machine.resume(*values_->task, kUnspecified);
        // The abort leads back to the loop, which asks for the next form.
        const Ending after = drive(machine, *values_->task, key_);
        if (after.kind == Ending::Kind::asked) return false;
        if (after.kind == Ending::Kind::raised) print_error(after.value, after.trace);
        if (after.kind == Ending::Kind::exited) status_ = static_cast<int>(after.value.fixnum());
        break;
      }
      case Ending::Kind::exited:
        status_ = static_cast<int>(ending.value.fixnum());
        return true;
      case Ending::Kind::raised: print_error(ending.value, ending.trace); break;
      case Ending::Kind::interrupted: write_error("interrupted\n"); break;
      case Ending::Kind::timed_out:
      case Ending::Kind::finished: break;
    }
    start_task();  // the loop itself was left: a new one
    return false;
  }
}

void Session::take_values(Value list, Print print) {
  for (; list.is_pair(); list = list.pair()->cdr) {
    const Value value = list.pair()->car;
    if (value == kUnspecified) continue;
    if (print == Print::values) this->print(scheme::to_text(machine, value) + "\n");
    Value* last = values_->last;
    std::copy_backward(last, last + kRemembered - 1, last + kRemembered);
    last[0] = value;
    for (std::size_t i = 0; i < kRemembered; ++i)
      scheme::define_value(machine, *runtime.interaction, "$" + std::to_string(i + 1), last[i]);
  }
}

std::vector<std::string> completions(scheme::Runtime& runtime, std::string_view prefix) {
  std::vector<std::string> found;
  const auto offer = [&](std::string_view name) {
    if (name.starts_with(prefix) && !name.starts_with('%')) found.emplace_back(name);
  };
  if (prefix.starts_with(',')) {
    for (const Command& command : commands()) offer("," + std::string(command.name));
  } else {
    struct Context {
      decltype(offer)& visit;
    } context{offer};
    scheme::for_each_name(
        *runtime.interaction,
        [](void* c, Value name, Value) {
          if (is<Symbol>(name)) static_cast<Context*>(c)->visit(to_utf8(as<String>(as<Symbol>(name).name)));
        },
        &context);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace fermata::repl
