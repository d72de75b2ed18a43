// Each command gets the rest of its line as text and works through the session.
#include "repl/commands.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "flow/inspect.hpp"
#include "flow/owner.hpp"
#include "flow/service.hpp"
#include "repl/docs.hpp"
#include "repl/output.hpp"
#include "repl/profile.hpp"
#include "repl/session.hpp"
#include "repl/tasks.hpp"
#include "scheme/expander.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "scheme/report.hpp"
#include "scheme/tree_datum.hpp"
#include "vm/disassemble.hpp"
#include "vm/string.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

void help(Session& s, const std::string&) {
  std::string out;
  for (const Command& c : commands()) {
    std::string left = "," + std::string(c.name);
    if (!c.arguments.empty()) left += " " + std::string(c.arguments);
    left.resize(std::max<std::size_t>(left.size() + 2, 20), ' ');
    out += left + std::string(c.help) + "\n";
  }
  s.print(out + "$1 is the last value, $2 the one before, up to $9.\n");
}

void doc(Session& s, const std::string& name) {
  const std::string text = doc_text(name);
  if (!text.empty()) return s.print(text);
  s.print(undocumented_text(name));
}

double cpu_seconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void time(Session& s, const std::string& text) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const std::size_t collections_before = collections();
  s.evaluate(text);
  const double used = cpu_seconds() - cpu;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  char line[160];
  std::snprintf(line, sizeof line, "; %.3f s, CPU %.3f s, %zu collections, heap %zu MiB\n", wall.count(),
                used, collections() - collections_before, heap_bytes() >> 20);
  s.print(line);
}

void profile(Session& s, const std::string& text) {
  Profile profile(s.machine);
  s.evaluate(text);
  s.print(profile.table(15));
}

void expand(Session& s, const std::string& text) {
  Machine& m = s.machine;
  try {
    scheme::SpanTable& spans = scheme::make_span_table(m.heap, make_source(m.heap, "<expand>", text));
    std::string out;
    for (Value forms = scheme::read_all(m, spans); forms.is_pair(); forms = forms.pair()->cdr) {
      scheme::Expansion& e =
          scheme::begin_expansion(s.runtime, forms.pair()->car, &spans, *s.runtime.interaction);
      scheme::ExpandStep step;
      do step = scheme::expand_some(s.runtime, e, 1000000);
      while (step.kind == scheme::ExpandStep::out_of_gas);
      if (step.kind != scheme::ExpandStep::done)
        return s.print("this form has to run something before it can be expanded\n");
      if (step.tree != nullptr)
        out += scheme::to_text(m, scheme::tree_to_datum(m, step.tree)) + "\n";
    }
    s.print(out);
  } catch (const scheme::SyntaxError& e) {
    s.print(std::string(e.what()) + "\n" + scheme::excerpt_of(e.span));
  }
}

void dis(Session& s, const std::string& text) {
  if (!s.evaluate(text, Session::Print::nothing)) return;
  Machine& m = s.machine;
  const Value value = s.last_value();
  const auto describe = [&](Value v) {
    return scheme::to_text_limited(m, v, scheme::Style::write, 60);
  };
  const auto show = [&](Value procedure) {
    s.print(disassemble(*as<Closure>(procedure).code, describe));
  };
  if (is<Closure>(value)) {
    show(value);
  } else if (const auto* c = cast<CaseLambda>(value)) {
    auto& clauses = as<Vector>(c->clauses);
    for (std::size_t i = 0; i < clauses.length(); ++i) show(clauses.slots()[i]);
  } else {
    s.print(describe(value) + (value.is_procedure() ? " is written in C++\n" : " is no procedure\n"));
  }
}

void import(Session& s, const std::string& text) {
  const bool listed = text.starts_with('(');
  s.evaluate("(import " + (listed ? text : "(" + text + ")") + ")", Session::Print::nothing);
}

void apropos(Session& s, const std::string& part) {
  std::vector<std::string> found;
  scheme::names_known(s.machine, s.runtime.interaction)(
      [&](std::string_view name, std::string_view library) {
        if (name.find(part) == std::string_view::npos || name.starts_with('%')) return;
        if (library == "(fermata builtins)") return;
        found.push_back(std::string(name) + (library.empty() ? "" : "  " + std::string(library)));
      });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::string out;
  for (const std::string& line : found) {
    // What is visible need not be imported, whoever else exports it.
    const std::size_t end = line.find("  ");
    if (end != std::string::npos &&
        std::binary_search(found.begin(), found.end(), line.substr(0, end)))
      continue;
    out += line + "\n";
  }
  s.print(out.empty() ? "nothing has `" + part + "` in its name\n" : out);
}

void load(Session& s, const std::string& file) {
  std::string quoted = "\"";
  for (const char c : file) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  s.evaluate(file.starts_with('"') ? "(load " + file + ")" : "(load " + quoted + "\")");
}

// What a look at the store shows; the store is that of the program at the prompt.
template <class Look>
void look_at_flows(Session& s, Look look) {
  std::string error;
  flow::Store* const store = flow::Service::find(s.machine)->current(error);
  s.print(store == nullptr ? error + "\n" : look(*store).text);
}

void flows(Session& s, const std::string&) {
  look_at_flows(s, [](flow::Store& store) {
    return flow::list_text(store, flow::wall_clock_ms());
  });
}
void flow_timeline(Session& s, const std::string& id) {
  look_at_flows(s, [&](flow::Store& store) {
    return flow::show_text(store, id, flow::wall_clock_ms());
  });
}
void why(Session& s, const std::string& id) {
  look_at_flows(s, [&](flow::Store& store) {
    return flow::why_text(store, id, flow::wall_clock_ms());
  });
}

void quit(Session& s, const std::string& status) { s.quit(std::atoi(status.c_str())); }

constexpr Command kCommands[] = {
    {"help", "", "this list", help},
    {"doc", "NAME", "what a procedure or form does", doc},
    {"apropos", "PART", "names that have PART in them, and who exports them", apropos},
    {"import", "LIBRARY", "imports a library: ,import (srfi 1)", import},
    {"load", "FILE", "evaluates the forms of a file", load},
    {"time", "FORM", "evaluates it and says how long that took", time},
    {"profile", "FORM", "evaluates it and says which procedures took the time", profile},
    {"expand", "FORM", "the form without its macros", expand},
    {"dis", "FORM", "the instructions of the procedure it evaluates to", dis},
    {"tasks", "", "the tasks there are, and what they wait for", list_tasks},
    {"task", "N", "what is known of one of them", show_task},
    {"kill", "N", "cancels a task", kill_task},
    {"mailbox", "N", "the messages that wait for an Erlang process", show_mailbox},
    {"flows", "", "the durable flows in the store", flows},
    {"flow", "ID", "one flow's timeline; (flow-at ID n) goes back in it", flow_timeline},
    {"why", "ID", "what a flow waits for, and what would let it go on", why},
    {"quit", "[STATUS]", "ends the session", quit},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

void run_command(Session& session, std::string_view text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view name = text.substr(0, end);
  const std::size_t start = std::min(text.find_first_not_of(" \t", end), text.size());
  const Command* found = nullptr;
  for (const Command& c : kCommands) {
    if (c.name == name) {
      found = &c;
      break;
    }
    if (!name.empty() && c.name.starts_with(name)) found = found == nullptr ? &c : nullptr;
  }
  if (found == nullptr)
    return session.print("there is no command ," + std::string(name) + "; ,help lists them\n");
  const std::string arguments(text.substr(start));
  if (arguments.empty() && !found->arguments.empty() && !found->arguments.starts_with('['))
    return session.print("usage: ," + std::string(found->name) + " " + std::string(found->arguments) + "\n");
  found->run(session, arguments);
}

}  // namespace fermata::repl
