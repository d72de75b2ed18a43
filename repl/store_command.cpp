// See store_command.hpp.
#include "repl/store_command.hpp"

#include "flow/store.hpp"
#include "repl/output.hpp"

namespace fermata::repl {

namespace {

constexpr int kProblem = 1, kUsage = 2;

int complain(const std::string& error) {
  write_error("fermata: " + error + "\n");
  return kProblem;
}

int change(const std::string& url, flow::StoreChange what, const char* done) {
  std::string error;
  if (!flow::change_store(url, what, error)) return complain(error);
  write_out(flow::shown_url(url) + " " + done + "\n");
  return 0;
}

int init(const std::string& url) {
  return change(url, flow::StoreChange::init, "has the tables for flows");
}
int migrate(const std::string& url) {
  return change(url, flow::StoreChange::migrate, "is of this version");
}

// A line for each thing that is wrong: the rule, the flow, what.
int check(const std::string& url) {
  std::string error;
  const auto store = flow::open_store(url, {}, error);
  if (store == nullptr) return complain(error);
  std::vector<flow::Flaw> flaws;
  if (store->check(flaws) != flow::Answer::ok) return complain(store->error());
  for (const flow::Flaw& f : flaws) write_out(f.rule + "  " + f.flow + "  " + f.text + "\n");
  if (flaws.empty()) write_out("nothing is wrong with " + store->url() + "\n");
  return flaws.empty() ? 0 : kProblem;
}

struct Verb {
  const char* name;
  const char* help;
  int (*run)(const std::string& url);
};
constexpr Verb kVerbs[] = {
    {"init", "make the tables; nothing when they are there", init},
    {"migrate", "bring tables of an earlier version forward", migrate},
    {"check", "look for what must not be, and name it", check},
};

std::string usage() {
  std::string text = "usage: fermata store VERB [URL]; without URL the store that flows go to\n";
  for (const Verb& v : kVerbs)
    text += std::string("  ") + v.name + std::string(10 - std::string(v.name).size(), ' ') + v.help +
            "\n";
  return text;
}

}  // namespace

int run_store_command(const std::vector<std::string>& arguments) {
  if (arguments[0] == "--help" || arguments[0] == "-h") return write_out(usage()), 0;
  for (const Verb& v : kVerbs)
    if (arguments[0] == v.name && arguments.size() <= 2)
      return v.run(arguments.size() == 2 ? arguments[1] : flow::default_store_url());
  write_error(usage());
  return kUsage;
}

}  // namespace fermata::repl
