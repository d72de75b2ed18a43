#include "repl/manual.hpp"

#include <cctype>

#include "repl/options.hpp"

namespace fermata::repl {

namespace {

// "-e,--eval": its short and its long form, each with dashes, or empty.
struct Names {
  std::string brief, full;
};

Names names_of(const OptionText& o) {
  const auto comma = o.names.find(',');
  if (comma != o.names.npos) return {o.names.substr(0, comma), o.names.substr(comma + 1)};
  return {"", o.names};
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

bool is_folder(const OptionText& o) { return o.argument == "FOLDER"; }
bool is_file(const OptionText& o) { return o.argument == "FILE" || o.argument == "PATH"; }

// ---- troff ---------------------------------------------------------------------------------

std::string troff(const std::string& text) {
  std::string out = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

// ---- shells --------------------------------------------------------------------------------

std::string all_words(bool with_subcommands) {
  std::string words;
  const auto add = [&](const std::string& w) {
    if (!w.empty()) words += (words.empty() ? "" : " ") + w;
  };
  if (with_subcommands) {
    for (const SubcommandText& s : subcommand_texts()) add(s.name);
    return words;
  }
  for (const OptionText& o : option_texts()) {
    add(names_of(o).brief);
    add(names_of(o).full);
  }
  return words;
}

std::string bash() {
  std::string files, folders, others;
  for (const OptionText& o : option_texts()) {
    if (o.argument.empty()) continue;
    std::string& list = is_folder(o) ? folders : is_file(o) ? files : others;
    for (const std::string& name : {names_of(o).brief, names_of(o).full}) {
      if (!name.empty()) list += (list.empty() ? "" : "|") + name;
    }
  }
  return "# Completions of bash for fermata; fermata completions bash writes them.\n"
         "_fermata() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  COMPREPLY=()\n"
         "  case $before in\n"
         "    " + folders + ") COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
         "    " + files + ") COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
         "    " + others + ") return ;;\n"
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W '" + all_words(false) + "' -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  [ \"$COMP_CWORD\" = 1 ] && COMPREPLY=($(compgen -W '" + all_words(true) + "' -- \"$word\"))\n"
         "  COMPREPLY+=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _fermata fermata\n";
}

std::string zsh_text(const std::string& text) {
  return replaced(replaced(replaced(replaced(text, "'", "'\\''"), "[", "\\["), "]", "\\]"), ":", "\\:");
}

std::string zsh() {
  std::string out = "#compdef fermata\n"
                    "# Completions of zsh for fermata; fermata completions zsh writes them.\n"
                    "local -a subcommands\n"
                    "subcommands=(\n";
  for (const SubcommandText& s : subcommand_texts()) out += "  '" + s.name + ":" + zsh_text(s.help) + "'\n";
  out += ")\n_arguments -S \\\n";
  for (const OptionText& o : option_texts()) {
    const auto [brief, full] = names_of(o);
    const std::string more = o.argument.empty() ? "" : ":" + o.argument + ":" + (is_folder(o) ? "_directories" : is_file(o) ? "_files" : "");
    const std::string text = "[" + zsh_text(o.help) + "]" + more + "'";
    if (!brief.empty()) out += "  '*" + brief + text + " \\\n";
    out += "  '*" + full + (o.argument.empty() ? "" : "=") + text + " \\\n";
  }
  return out + "  '1: :{_describe subcommand subcommands; _files}' \\\n  '*::file:_files'\n";
}

std::string fish() {
  std::string out = "# Completions of fish for fermata; fermata completions fish writes them.\n";
  const auto quoted = [](const std::string& text) {
    return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
  };
  for (const OptionText& o : option_texts()) {
    const auto [brief, full] = names_of(o);
    out += "complete -c fermata" + (brief.empty() ? "" : " -s " + brief.substr(1)) + " -l " + full.substr(2) +
           (o.argument.empty() ? "" : is_file(o) || is_folder(o) ? " -r" : " -x") + " -d " + quoted(o.help) + "\n";
  }
  for (const SubcommandText& s : subcommand_texts())
    out += "complete -c fermata -n __fish_use_subcommand -a " + s.name + " -d " + quoted(s.help) + "\n";
  return out;
}

}  // namespace

std::string manual_page() {
  std::string out =
      ".TH FERMATA 1 \"\" \"fermata " FERMATA_VERSION "\" \"User commands\"\n"
      ".SH NAME\nfermata \\- Scheme that can stop at any point and go on later\n"
      ".SH SYNOPSIS\n.B fermata\n.RI [ OPTION ...] \" FILE ARG\" ...\n.br\n"
      ".B fermata\n.RI [ OPTION ...]\n.br\n.B fermata\n.I SUBCOMMAND ARG\\fR...\n"
      ".SH DESCRIPTION\nRuns a program in Scheme (R7RS). Without FILE there is a prompt on a terminal;\n"
      "else the program is read from standard input. Options stand before FILE; everything after it\n"
      "belongs to the program.\n.SH OPTIONS\n";
  for (const OptionText& o : option_texts()) {
    const auto [brief, full] = names_of(o);
    const std::string argument = o.argument.empty() ? "" : " \\fI" + troff(o.argument) + "\\fR";
    out += ".TP\n";
    if (!brief.empty()) out += "\\fB" + troff(brief) + "\\fR" + argument + ", ";
    out += "\\fB" + troff(full) + "\\fR" + argument + "\n" + troff(sentence(o.help)) + "\n";
  }
  out += ".SH SUBCOMMANDS\n";
  for (const SubcommandText& s : subcommand_texts())
    out += ".TP\n\\fB" + troff(s.name) + "\\fR \\fI" + troff(s.arguments) + "\\fR\n" + troff(sentence(s.help)) + "\n";
  std::string status = exit_status_text();
  status.erase(0, status.find(':') + 2);
  out += ".SH EXIT STATUS\n" + troff(sentence(status.substr(0, status.find_last_not_of(".\n") + 1))) + "\n";
  out += ".SH ENVIRONMENT\n.TP\n.B FERMATA_LIBRARY_PATH\nFolders of libraries, with colons between them.\n"
         ".TP\n.B FERMATA_STORE\nWhere flows are kept, if \\fB\\-\\-store\\fR does not say it.\n";
  return out;
}

std::optional<std::string> completions_for(std::string_view shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  return std::nullopt;
}

}  // namespace fermata::repl
