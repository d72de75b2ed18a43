// Looking needs no interpreter; acting is a program made of the arguments.
#include "repl/flow_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "flow/commands.hpp"
#include "flow/inspect.hpp"
#include "flow/store.hpp"

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

// Whether the option is there; it is taken out.
bool take_flag(Arguments& a, const char* name) {
  const auto found = std::find(a.begin(), a.end(), name);
  if (found == a.end()) return false;
  a.erase(found);
  return true;
}

// The argument behind a name; both are taken out.  Null when the name is not there.
std::unique_ptr<std::string> take_option(Arguments& a, const char* name) {
  const auto found = std::find(a.begin(), a.end(), name);
  if (found == a.end() || found + 1 == a.end()) return nullptr;
  auto value = std::make_unique<std::string>(found[1]);
  a.erase(found, found + 2);
  return value;
}

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

// "90s", "30m", "12h", "7d" in milliseconds; 0 when it is none.
std::int64_t span_ms(const std::string& text) {
  char* end = nullptr;
  const double n = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  return n > 0 ? static_cast<std::int64_t>(n * seconds * 1000) : 0;
}

// [--status STATE] [--name FLOW] [--where NAME=VALUE] [--newer SPAN] [--older SPAN] [--limit N]
// [--json]
FlowAction list(const Arguments& given) {
  Arguments a = given;
  const bool json = take_flag(a, "--json");
  flow::ListFilter filter;
  for (std::size_t i = 0; i < a.size(); i += 2) {
    if (i + 1 == a.size()) return {Kind::usage, ""};
    const std::string& value = a[i + 1];
    const auto equals = value.find('=');
    if (a[i] == "--name") {
      filter.name = value;
    } else if (a[i] == "--status") {
      const std::size_t before = filter.statuses.size();
      for (std::int64_t n = 1; const auto status = flow::status_numbered(n); ++n)
        if (flow::status_name(*status) == value) filter.statuses.push_back(*status);
      if (filter.statuses.size() == before)
        return {Kind::problem, "there is no state " + value + "\n"};
    } else if (a[i] == "--where" && equals != std::string::npos) {
      filter.attributes.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if ((a[i] == "--newer" || a[i] == "--older") && span_ms(value) > 0) {
      (a[i] == "--newer" ? filter.since : filter.until) = now_ms() - span_ms(value);
    } else if (a[i] == "--limit" && std::atoi(value.c_str()) > 0) {
      filter.limit = static_cast<std::size_t>(std::atoi(value.c_str()));
    } else {
      return {Kind::usage, ""};
    }
  }
  return look([&](flow::Store& s) {
    return json ? flow::list_json(s, now_ms(), filter) : flow::list_text(s, now_ms(), filter);
  });
}

// ID [--json]
FlowAction look_at(const Arguments& given,
                   flow::Shown (*text)(flow::Store&, std::string_view, std::int64_t)) {
  Arguments a = given;
  const bool json = take_flag(a, "--json");
  if (a.size() != 1) return {Kind::usage, ""};
  return look([&](flow::Store& s) { return (json ? flow::show_json : text)(s, a[0], now_ms()); });
}
FlowAction why(const Arguments& a) { return look_at(a, flow::why_text); }
FlowAction show(const Arguments& a) { return look_at(a, flow::show_text); }
FlowAction graph(const Arguments& given) {
  Arguments a = given;
  const bool svg = take_flag(a, "--svg");
  if (a.size() != 1) return {Kind::usage, ""};
  return look([&](flow::Store& s) { return (svg ? flow::graph_svg : flow::graph_text)(s, a[0]); });
}
FlowAction export_flow(const Arguments& a) {
  return look([&](flow::Store& s) { return flow::export_text(s, a[0]); });
}
FlowAction import_flow(const Arguments& a) { return {Kind::run, flow::import_program(a[0])}; }
FlowAction stats(const Arguments& a) {
  if (a.empty()) return look(flow::stats_text);
  if (a[0] == "--json") return look(flow::stats_json);
  if (a[0] != "--metrics") return {Kind::usage, ""};
  return look([](flow::Store& s) { return flow::metrics_text(s, now_ms()); });
}
FlowAction purge(const Arguments& a) {
  char* end = nullptr;
  const double days = std::strtod(a[0].c_str(), &end);
  if (end == a[0].c_str() || *end != '\0' || !(days >= 0)) return {Kind::usage, ""};
  return look([&](flow::Store& s) { return flow::purge_text(s, days, now_ms()); });
}
FlowAction signal(const Arguments& a) {
  return {Kind::run, flow::signal_program(a[0], a[1], a.size() > 2 ? a[2] : "#t")};
}
FlowAction update(const Arguments& a) {
  return {Kind::run, flow::update_program(a[0], a[1], a.size() > 2 ? a[2] : "#t")};
}
FlowAction query(const Arguments& a) { return {Kind::run, flow::query_program(a[0], a[1])}; }
FlowAction work(const Arguments& given) {
  Arguments a = given;
  flow::Work work;
  work.once = take_flag(a, "--once");
  work.json = take_flag(a, "--json");
  if (const auto limit = take_option(a, "--concurrency")) {
    work.limit = std::atoi(limit->c_str());
    if (work.limit <= 0) return {Kind::usage, ""};
  }
  if (const auto queues = take_option(a, "--queues")) work.queues = parts_of(*queues, ',');
  if (const auto name = take_option(a, "--name")) work.name = *name;
  if (!a.empty()) return {Kind::usage, ""};
  return {Kind::work, flow::work_program(work)};
}
FlowAction workers(const Arguments& a) {
  if (!a.empty() && a[0] != "--json") return {Kind::usage, ""};
  return {Kind::run, flow::workers_program(!a.empty())};
}
FlowAction handoff(const Arguments& a) { return {Kind::run, flow::handoff_program(a[0], a[1])}; }
FlowAction delegate(const Arguments& a) {
  return {Kind::run, flow::delegate_program(a[0], a[1])};
}
// [PEER] [--name FLOW] [--queue QUEUE] [--stop]
FlowAction replicate(const Arguments& given) {
  Arguments a = given;
  const auto name = take_option(a, "--name"), queue = take_option(a, "--queue");
  const bool stop = take_flag(a, "--stop");
  if (a.empty() && !name && !queue && !stop) return {Kind::run, flow::replicas_program()};
  if (a.size() != 1) return {Kind::usage, ""};
  return {Kind::run, flow::replicate_program(a[0], name ? *name : "", queue ? *queue : "", stop)};
}
FlowAction recall(const Arguments& a) { return {Kind::run, flow::recall_program(a[0])}; }
FlowAction promote(const Arguments& given) {
  Arguments a = given;
  if (const auto peer = take_option(a, "--all-of"); peer && a.empty())
    return {Kind::run, flow::promote_all_program(*peer)};
  if (a.size() != 1 || a[0].starts_with("--")) return {Kind::usage, ""};
  return {Kind::run, flow::promote_program(a[0])};
}
// FILE --listen HOST:PORT --peers PEERS
FlowAction serve(const Arguments& given) {
  Arguments a = given;
  const auto at = take_option(a, "--listen"), peers = take_option(a, "--peers");
  const auto colon = at ? at->rfind(':') : std::string::npos;
  if (a.size() != 1 || !peers || colon == std::string::npos) return {Kind::usage, ""};
  const std::string host = at->substr(0, colon), port = at->substr(colon + 1);
  if (host.empty() || port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string::npos)
    return {Kind::usage, ""};
  return {Kind::work, flow::serve_program(a[0], *peers, host, port)};
}
FlowAction key(const Arguments& a) {
  const flow::Shown made = flow::key_text(a[0]);
  return {made.fine ? Kind::show : Kind::problem, made.text};
}
// list | pause ID | continue ID | trigger ID | remove ID
FlowAction schedule(const Arguments& a) {
  if (a[0] == "list" && a.size() == 1) return {Kind::run, flow::schedule_program(a[0], "")};
  const bool known = a[0] == "pause" || a[0] == "continue" || a[0] == "trigger" || a[0] == "remove";
  if (!known || a.size() != 2) return {Kind::usage, ""};
  return {Kind::run, flow::schedule_program(a[0], a[1])};
}
FlowAction compat(const Arguments& a) { return {Kind::run, flow::compat_program(a[0])}; }
FlowAction migrate(const Arguments& a) {
  const bool dry = a[0] == "--dry-run";
  if (a.size() != (dry ? 3u : 2u)) return {Kind::usage, ""};
  return {Kind::run, flow::migrate_program(a[dry ? 1 : 0], a[dry ? 2 : 1], dry)};
}
// ID RECORDS [--value VALUE] [--with FILE]
FlowAction fork_flow(const Arguments& given) {
  Arguments a = given;
  const auto value = take_option(a, "--value"), file = take_option(a, "--with");
  if (a.size() != 2 || a[1].empty() || a[1].size() > 9 ||
      a[1].find_first_not_of("0123456789") != std::string::npos)
    return {Kind::usage, ""};
  return {Kind::run, flow::fork_program(a[0], a[1], value.get(), file ? *file : "")};
}
// FILE NAME [INPUT] [--seed N]
FlowAction check(const Arguments& given) {
  Arguments a = given;
  std::string seed = "1";
  if (const auto given_seed = take_option(a, "--seed")) seed = *given_seed;
  if (seed.empty() || seed.size() > 15 || seed.find_first_not_of("0123456789") != std::string::npos)
    return {Kind::usage, ""};
  if (a.size() < 2 || a.size() > 3) return {Kind::usage, ""};
  return {Kind::run, flow::check_program(a[0], a[1], a.size() > 2 ? a[2] : "#f", seed)};
}
FlowAction retry(const Arguments& a) { return {Kind::run, flow::retry_program(a[0])}; }
FlowAction skip(const Arguments& a) { return {Kind::run, flow::skip_program(a[0], a[1])}; }

FlowAction start(const Arguments& a) {
  return {Kind::run, flow::start_program(a[0], a[1], a.size() > 2 ? a[2] : "#f")};
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
    {"update", "ID NAME [VALUE]", "ask it to do something, and for the answer", 2, 3, update},
    {"query", "ID NAME", "what it tells about itself", 2, 2, query},
    {"list",
     "[--status STATE] [--name FLOW] [--where NAME=VALUE] [--newer SPAN] [--older SPAN] [--limit N] [--json]",
     "all flows, or some; SPAN is like 90s, 30m, 12h, 7d", 0, 99, list},
    {"show", "ID [--json]", "one flow's timeline", 1, 2, show},
    {"why", "ID [--json]", "what it waits for, and what would let it go on", 1, 2, why},
    {"graph", "ID [--svg]", "a picture of it, as Mermaid text or SVG", 1, 2, graph},
    {"work", "[--once] [--concurrency N] [--queues A,B] [--name NAME] [--json]",
     "run timers, signals, schedules, queues, and what a crash left", 0, 8, work},
    {"workers", "[--json]", "who runs flows, and how many", 0, 1, workers},
    {"handoff", "ID WORKER", "have it go on in that worker after the steps under way", 2, 2, handoff},
    {"delegate", "ID PEER", "let a peer go on with it; see flow-peers!", 2, 2, delegate},
    {"recall", "ID", "take a delegated flow back, when its peer will never answer", 1, 1, recall},
    {"replicate", "[PEER] [--name FLOW] [--queue QUEUE] [--stop]",
     "keep copies of flows at a peer; without PEER, where they are kept", 0, 6, replicate},
    {"promote", "ID | --all-of PEER", "let a copy go on here, when its peer is lost", 1, 2, promote},
    {"serve", "FILE --listen HOST:PORT --peers PEERS",
     "work, and let peers call the remote nodes of FILE; see flow-peers!", 5, 5, serve},
    {"key", "FILE", "make a secret key, for the file of peers; its public key", 1, 1, key},
    {"schedule", "list|pause|continue|trigger|remove [ID]", "schedules, which flow/schedule makes", 1, 2,
     schedule},
    {"check", "FILE NAME [INPUT] [--seed N]", "stop it at every record; it must end the same", 2, 5,
     check},
    {"compat", "FILE", "whether the open flows would go on with that program", 1, 1, compat},
    {"migrate", "[--dry-run] ID FILE", "let it go on with that program", 2, 3, migrate},
    {"fork", "ID RECORDS [--value VALUE] [--with FILE]",
     "a copy that goes on after so many records, the last with another value, or by another program",
     2, 6, fork_flow},
    {"retry", "ID", "a copy that does the failed step again", 1, 1, retry},
    {"skip", "ID VALUE", "a copy in which the failed step returned VALUE", 2, 2, skip},
    {"export", "ID", "its whole history as text", 1, 1, export_flow},
    {"import", "FILE", "take in what export wrote", 1, 1, import_flow},
    {"purge", "DAYS", "remove flows that ended more than so many days ago", 1, 1, purge},
    {"stats", "[--json | --metrics]", "how many flows there are of each kind; as metrics for Prometheus", 0,
     1, stats},
};

std::string verbs_text() {
  std::string text = "usage: fermata flow VERB ...\n";
  for (const Verb& v : kVerbs) {
    std::string left = std::string("  ") + v.name + " " + v.arguments;
    if (left.size() < 33)
      left.resize(34, ' ');
    else
      left += "\n" + std::string(34, ' ');
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
