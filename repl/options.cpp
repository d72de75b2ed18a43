// The command line: one table of options, one of subcommands; help is derived from both.
//
// Options stand before FILE; everything after it belongs to the program.
#include "repl/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace fermata::repl {

namespace {

struct OptionRow {
  const char* names;
  const char* argument;
  const char* help;
  void (*add)(CLI::App&, const OptionRow&, Options&);
};

constexpr const char* kVersion = "fermata " FERMATA_VERSION;

template <auto member>
void value(CLI::App& app, const OptionRow& row, Options& o) {
  app.add_option(row.names, o.*member, row.help)->type_name(row.argument);
}
template <auto member>
void number(CLI::App& app, const OptionRow& row, Options& o) {
  const auto positive = [](const std::string& text) {
    char* end = nullptr;
    return std::strtod(text.c_str(), &end) > 0 && *end == 0 ? std::string() : "not a positive number: " + text;
  };
  app.add_option(row.names, o.*member, row.help)->check(positive)->type_name(row.argument);
}
// Each use takes one argument, so that what follows is not swallowed.
template <auto member>
void list(CLI::App& app, const OptionRow& row, Options& o) {
  app.add_option(row.names, o.*member, row.help)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->type_name(row.argument);
}
template <auto member>
void flag(CLI::App& app, const OptionRow& row, Options& o) {
  app.add_flag(row.names, o.*member, row.help);
}
void version(CLI::App& app, const OptionRow& row, Options&) {
  app.set_version_flag(row.names, kVersion, row.help);
}

constexpr OptionRow kOptions[] = {
    {"-e,--eval", "EXPR", "evaluate it and write its value; may be repeated", list<&Options::expressions>},
    {"-i,--interactive", "", "give a prompt, also when this is no terminal", flag<&Options::interactive>},
    {"-W,--warnings", "", "say first what in FILE compiles but can hardly be meant",
     flag<&Options::warnings>},
    {"--costs", "", "with -W or check: say too where a closure or a box is made",
     flag<&Options::costs>},
    {"-I,--library-path", "FOLDER", "look for libraries there too; may be repeated",
     list<&Options::library_path>},
    {"--store", "URL", "where flows are kept (else FERMATA_STORE, else a file in the state folder)",
     value<&Options::store>},
    {"--folded", "FILE", "with profile: write the sampled stacks there, for flame graphs",
     value<&Options::folded>},
    {"--timeout", "SECONDS", "stop after that time, with exit status 124", number<&Options::timeout>},
    {"--heap", "MIB", "raise an error when the program needs more memory (default: half of what there is)", number<&Options::heap_mib>},
    {"--gc-steps", "", "collect garbage in short steps: shorter pauses, more time in all",
     flag<&Options::gc_steps>},
    {"--deny-all", "", "let the program touch nothing but standard input and output and the clock",
     flag<&Options::deny_all>},
    {"--allow-read", "PATH", "deny all, but let it read that file, or below that folder; may be repeated",
     list<&Options::allow_read>},
    {"--allow-write", "PATH", "deny all, but let it write there", list<&Options::allow_write>},
    {"--allow-net", "HOST:PORT", "deny all, but let it connect and listen there; HOST:* is any port",
     list<&Options::allow_net>},
    {"--allow-run", "PROGRAM", "deny all, but let it start that program, which may do what it likes",
     list<&Options::allow_run>},
    {"--allow-env", "NAME", "deny all, but let it see that environment variable", list<&Options::allow_env>},
    {"--version", "", "print the version", version},
};

// Of fmt alone.
constexpr OptionRow kFmtOptions[] = {
    {"--check", "", "change nothing; name the files that are not indented so, with status 1",
     flag<&Options::dry>},
};

// Of compile alone.
constexpr OptionRow kCompileOptions[] = {
    {"-o", "OUT", "where the compiled program goes", value<&Options::output>},
};

struct SubcommandRow {
  const char* name;
  const char* arguments;
  const char* help;
  Options::Action action;
};

constexpr SubcommandRow kSubcommands[] = {
    {"run", "FILE ARG...", "run a program", Options::Action::file},
    {"profile", "FILE ARG...", "run a program, then tell which procedures took its time",
     Options::Action::profile},
    {"check", "FILE...", "tell errors and warnings of programs without running them", Options::Action::check},
    {"compile", "FILE -o OUT", "expand a program once for all; fermata OUT runs it, sooner",
     Options::Action::compile},
    {"test", "FILE...", "run programs of tests (SRFI 64) and sum up", Options::Action::test},
    {"fmt", "[--check] FILE...", "indent programs; - is standard input", Options::Action::indent},
    {"flow", "VERB ARG...", "start, resume, cancel, list or show durable flows", Options::Action::flow},
    {"store", "VERB [URL]", "make, migrate or check what flows are kept in", Options::Action::store},
    {"serve", "FILE --listen HOST:PORT --peers PEERS", "the same as flow serve",
     Options::Action::flow},
    {"doc", "NAME...", "say what a procedure or form does", Options::Action::doc},
    {"completions", "SHELL", "write what bash, zsh or fish completes by; man: the manual page",
     Options::Action::completions},
};

constexpr const char* kUse =
    "\nfermata FILE ARG...  runs a program; without FILE there is a prompt on a terminal, else the\n"
    "program is read from standard input.\n";
constexpr const char* kExitStatus =
    "Exit status: that of (exit N); 0; 1 uncaught error; 2 usage; 70 internal error; 124 timeout;\n"
    "130 interrupted; 141 nobody reads the output.";

}  // namespace

std::vector<OptionText> option_texts() {
  std::vector<OptionText> all;
  for (const OptionRow& row : kOptions) all.push_back({row.names, row.argument, row.help});
  all.push_back({"-h,--help", "", "print this help message and exit"});
  return all;
}

std::vector<SubcommandText> subcommand_texts() {
  std::vector<SubcommandText> all;
  for (const SubcommandRow& row : kSubcommands) all.push_back({row.name, row.arguments, row.help});
  return all;
}

std::string exit_status_text() { return kExitStatus; }

Options parse_options(int argc, char** argv) {
  Options o;
  CLI::App app("Fermata: Scheme that can stop at any point and go on later.", "fermata");
  app.prefix_command();
  app.require_subcommand(0, 1);  // what follows one is no other, whatever its name
  app.footer(std::string(kUse) + kExitStatus);
  for (const OptionRow& row : kOptions) row.add(app, row, o);
  for (const SubcommandRow& row : kSubcommands) {
    CLI::App* sub = app.add_subcommand(row.name, row.arguments + (": " + std::string(row.help)));
    sub->prefix_command();
    if (row.action == Options::Action::file || row.action == Options::Action::check ||
        row.action == Options::Action::test || row.action == Options::Action::profile) {
      for (const OptionRow& option : kOptions) {
        if (option.add != version) option.add(*sub, option, o);
      }
    }
    if (row.action == Options::Action::indent) {
      for (const OptionRow& option : kFmtOptions) option.add(*sub, option, o);
    }
    if (row.action == Options::Action::compile) {
      sub->prefix_command(false);  // -o may stand behind FILE
      sub->allow_extras();
      for (const OptionRow& option : kCompileOptions) option.add(*sub, option, o);
      for (const OptionRow& option : kOptions) {
        if (option.add == &list<&Options::library_path>) option.add(*sub, option, o);
      }
    }
    if (row.action == Options::Action::flow || row.action == Options::Action::store) {
      sub->set_help_flag();  // the program that reads the verbs gives it
      for (const OptionRow& option : kOptions) {
        if (option.add == &value<&Options::store>) option.add(*sub, option, o);
      }
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    o.action = Options::Action::print;
    o.text = app.help();
    return o;
  } catch (const CLI::CallForVersion&) {
    o.action = Options::Action::print;
    o.text = std::string(kVersion) + "\n";
    return o;
  } catch (const CLI::ParseError& e) {
    o.action = Options::Action::print;
    o.text = std::string("fermata: ") + e.what() + "\nTry fermata --help.\n";
    o.status = 2;
    return o;
  }
  const auto usage = [&](const std::string& text) {
    o.action = Options::Action::print;
    o.text = "fermata: " + text + "\nTry fermata --help.\n";
    o.status = 2;
    return o;
  };
  for (const SubcommandRow& row : kSubcommands) {
    const CLI::App* sub = app.get_subcommand(row.name);
    if (!sub->parsed()) continue;
    o.action = row.action;
    o.arguments = sub->remaining();
    if (o.arguments.empty()) return usage("usage: fermata " + std::string(row.name) + " " + row.arguments);
    if (o.action == Options::Action::compile && (o.arguments.size() != 1 || o.output.empty()))
      return usage("usage: fermata compile FILE -o OUT");
    if (o.action == Options::Action::flow && row.name != std::string_view("flow"))
      o.arguments.insert(o.arguments.begin(), row.name);
    return o;
  }
  o.arguments = app.remaining();
  if (!o.expressions.empty()) {
    o.action = Options::Action::expressions;
  } else if (!o.arguments.empty()) {
    // An option that is none stops the parsing just as FILE does.
    if (o.arguments[0].size() > 1 && o.arguments[0][0] == '-' && o.arguments[0] != "--")
      return usage("there is no option " + o.arguments[0]);
    if (o.arguments[0] == "--") o.arguments.erase(o.arguments.begin());
    o.action = Options::Action::file;
  }
  if (!o.folded.empty()) return usage("--folded wants the subcommand profile");
  if (o.costs && !o.warnings && o.action != Options::Action::check)
    return usage("--costs wants -W or the subcommand check");
  if (o.warnings && o.action != Options::Action::file) return usage("-W wants a FILE");
  if (o.action == Options::Action::prompt && !o.interactive && isatty(STDIN_FILENO) == 0)
    o.action = Options::Action::standard_input;
  return o;
}

}  // namespace fermata::repl
