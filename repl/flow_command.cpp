// Looking needs no interpreter; acting is a program made of the arguments.
#include "repl/flow_command.hpp"

#include <algorithm>
#include <chrono>

#include "flow/commands.hpp"
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

FlowAction list(const Arguments&) {
  return look([](flow::Store& s) { return flow::list_text(s, now_ms()); });
}
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
    {"list", "", "all flows", 0, 0, list},
    {"show", "ID", "one flow's timeline", 1, 1, show},
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
