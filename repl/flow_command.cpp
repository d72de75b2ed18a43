// Looking needs no interpreter; acting is a program made of the arguments.
#include "repl/flow_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "flow/commands.hpp"
#include "flow/inspect.hpp"
#include "flow/store.hpp"
#include "repl/source_file.hpp"

namespace fermata::repl {

namespace {

using Arguments = std::vector<std::string>;
using Kind = FlowAction::Kind;

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

template <class Look>
FlowAction look(Look what) {
  std::string error;
  const auto store = flow::open_store(flow::default_store_url(), {}, error);
  if (store == nullptr) return {Kind::problem, error + "\n"};
  const flow::Shown shown = what(*store);
  return {shown.fine ? Kind::show : Kind::problem, shown.text};
}

// [--status STATE] [--name FLOW]
FlowAction list(const Arguments& a) {
  flow::ListFilter filter;
  for (std::size_t i = 0; i < a.size(); i += 2) {
    if (i + 1 == a.size()) return {Kind::usage, ""};
    if (a[i] == "--name") {
      filter.name = a[i + 1];
    } else if (a[i] == "--status") {
      for (std::int64_t n = 1; const auto status = flow::status_numbered(n); ++n)
        if (flow::status_name(*status) == a[i + 1]) filter.statuses.push_back(*status);
      if (filter.statuses.empty()) return {Kind::problem, "there is no state " + a[i + 1] + "\n"};
    } else {
      return {Kind::usage, ""};
    }
  }
  return look([&](flow::Store& s) { return flow::list_text(s, now_ms(), filter); });
}
FlowAction why(const Arguments& a) {
  return look([&](flow::Store& s) { return flow::why_text(s, a[0], now_ms()); });
}
FlowAction graph(const Arguments& a) {
  return look([&](flow::Store& s) { return flow::graph_text(s, a[0]); });
}
FlowAction export_flow(const Arguments& a) {
  return look([&](flow::Store& s) { return flow::export_text(s, a[0]); });
}
FlowAction import_flow(const Arguments& a) {
  const auto text = read_file(a[0]);
  if (!text) return {Kind::problem, "cannot read " + a[0] + "\n"};
  return look([&](flow::Store& s) { return flow::import_text(s, *text); });
}
FlowAction stats(const Arguments&) {
  return look([](flow::Store& s) { return flow::stats_text(s); });
}
FlowAction purge(const Arguments& a) {
  char* end = nullptr;
  const double days = std::strtod(a[0].c_str(), &end);
  if (end == a[0].c_str() || *end != '\0' || !(days >= 0)) return {Kind::usage, ""};
  return look([&](flow::Store& s) { return flow::purge_text(s, days, now_ms()); });
}
FlowAction signal(const Arguments& a) {
  return {Kind::run, flow::signal_program(a[0], a[1], a.size() > 2 ? a[2] : "")};
}
FlowAction work(const Arguments& a) {
  if (!a.empty() && a[0] != "--once") return {Kind::usage, ""};
  return {Kind::run, flow::work_program(!a.empty())};
}
FlowAction compat(const Arguments& a) { return {Kind::run, flow::compat_program(a[0])}; }
FlowAction migrate(const Arguments& a) {
  const bool dry = a[0] == "--dry-run";
  if (a.size() != (dry ? 3u : 2u)) return {Kind::usage, ""};
  return {Kind::run, flow::migrate_program(a[dry ? 1 : 0], a[dry ? 2 : 1], dry)};
}
FlowAction fork_flow(const Arguments& a) {
  if (a[1].empty() || a[1].find_first_not_of("0123456789") != std::string::npos)
    return {Kind::usage, ""};
  return {Kind::run, flow::fork_program(a[0], a[1])};
}
FlowAction check(const Arguments& a) {
  return {Kind::run, flow::check_program(a[0], a[1], a.size() > 2 ? a[2] : "")};
}
FlowAction retry(const Arguments& a) { return {Kind::run, flow::retry_program(a[0])}; }
FlowAction skip(const Arguments& a) { return {Kind::run, flow::skip_program(a[0], a[1])}; }

FlowAction show(const Arguments& a) {
  return look([&](flow::Store& s) { return flow::show_text(s, a[0], now_ms()); });
}
FlowAction start(const Arguments& a) {
  return {Kind::run, flow::start_program(a[0], a[1], a.size() > 2 ? a[2] : "")};
}
FlowAction cancel(const Arguments& a) {
  return {Kind::run, flow::cancel_program(a[0], a.size() > 1 ? a[1] : "")};
}
// resume ID | resume ID VALUE | resume ID --tag TAG VALUE
FlowAction resume(const Arguments& a) {
  if (a.size() == 1) return {Kind::run, flow::recover_program(a[0])};
  if (a.size() == 2) return {Kind::run, flow::resume_program(a[0], "", a[1])};
  const auto tag = std::find(a.begin(), a.end(), "--tag");
  if (a.size() != 4 || tag == a.end() || tag + 1 == a.end()) return {Kind::usage, ""};
  Arguments rest(a.begin(), tag);
  rest.insert(rest.end(), tag + 2, a.end());
  return {Kind::run, flow::resume_program(rest[0], tag[1], rest[1])};
}

struct Verb {
  const char* name;
  const char* arguments;
  const char* help;
  std::size_t least, most;
  FlowAction (*action)(const Arguments&);
};
constexpr Verb kVerbs[] = {
    {"start", "FILE NAME [INPUT]", "start the flow of that name with a datum as its input", 2, 3, start},
    {"resume", "ID [--tag TAG] [VALUE]", "answer what it waits for; without VALUE go on after a crash", 1, 4,
     resume},
    {"cancel", "ID [REASON]", "end it", 1, 2, cancel},
    {"signal", "ID NAME [VALUE]", "send it a signal", 2, 3, signal},
    {"list", "[--status STATE] [--name FLOW]", "all flows, or some", 0, 4, list},
    {"show", "ID", "one flow's timeline", 1, 1, show},
    {"why", "ID", "what it waits for, and what would let it go on", 1, 1, why},
    {"graph", "ID", "a picture of it, as Mermaid text", 1, 1, graph},
    {"work", "[--once]", "run timers, signals, and what a crash left", 0, 1, work},
    {"check", "FILE NAME [INPUT]", "stop it at every record; it must end the same", 2, 3, check},
    {"compat", "FILE", "whether the open flows would go on with that program", 1, 1, compat},
    {"migrate", "[--dry-run] ID FILE", "let it go on with that program", 2, 3, migrate},
    {"fork", "ID RECORDS", "a copy that goes on after so many records", 2, 2, fork_flow},
    {"retry", "ID", "a copy that does the failed step again", 1, 1, retry},
    {"skip", "ID VALUE", "a copy in which the failed step returned VALUE", 2, 2, skip},
    {"export", "ID", "its whole history as text", 1, 1, export_flow},
    {"import", "FILE", "take in what export wrote", 1, 1, import_flow},
    {"purge", "DAYS", "remove flows that ended more than so many days ago", 1, 1, purge},
    {"stats", "", "how many flows there are of each kind", 0, 0, stats},
};

std::string verbs_text() {
  std::string text = "usage: fermata flow VERB ...\n";
  for (const Verb& v : kVerbs) {
    std::string left = std::string("  ") + v.name + " " + v.arguments;
    left.resize(std::max<std::size_t>(left.size() + 1, 34), ' ');
    text += left + v.help + "\n";
  }
  return text;
}

}  // namespace

FlowAction flow_action(const std::vector<std::string>& arguments) {
  if (arguments[0] == "--help" || arguments[0] == "-h") return {Kind::show, verbs_text()};
  const Arguments rest(arguments.begin() + 1, arguments.end());
  for (const Verb& v : kVerbs) {
    if (arguments[0] != v.name) continue;
    const bool fits = rest.size() >= v.least && rest.size() <= v.most;
    const FlowAction action = fits ? v.action(rest) : FlowAction{Kind::usage, ""};
    if (action.kind != Kind::usage) return action;
    return {Kind::usage, std::string("usage: fermata flow ") + v.name + " " + v.arguments + "\n"};
  }
  return {Kind::usage, "fermata: there is no verb " + arguments[0] + "\n" + verbs_text()};
}

}  // namespace fermata::repl
