// Words are what stands between delimiters; comments to the end of a line are skipped where
// they would matter.
#include "scheme/text_search.hpp"

#include <algorithm>

namespace fermata::scheme {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kDelimiters = " \t\r\n()\"';`,";
constexpr std::size_t npos = std::string_view::npos;

std::string_view word_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find_first_of(kDelimiters, at), text.size()) - at);
}

// After `at`, past white space.
std::size_t skip_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kSpace, at), text.size());
}

// "(head name" with anything else after the name; the place of the form, or npos.
bool begins_with(std::string_view text, std::size_t at, std::string_view head,
                 std::string_view name) {
  if (!text.substr(at).starts_with(head)) return false;
  const std::size_t word = skip_space(text, at + head.size());
  return word_at(text, word) == name;
}

// The parenthesised list at `at`, if it has no text in it that could mislead.
std::string_view list_at(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size() && i - at < 400; ++i) {
    if (text[i] == '"' || text[i] == ';' || text[i] == '#' || text[i] == '|') return {};
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return text.substr(at, i + 1 - at);
  }
  return {};
}

// Where the form at top level begins that `place` is in; such forms begin in the first column.
std::size_t top_form_around(std::string_view text, std::size_t place) {
  const std::size_t line = text.rfind("\n(", place);
  return line == npos ? 0 : line + 1;
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = kSpace.find(c) != npos;
    if (space && !out.empty() && out.back() == ' ') continue;
    out += space ? ' ' : c;
  }
  return out;
}

// ((i 0) (j (f x))) -> " i j"
std::string bound_names(std::string_view bindings) {
  std::string names;
  int depth = 0;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    if (bindings[i] == ')') --depth;
    if (bindings[i] == '(' && ++depth == 2)
      names += " " + std::string(word_at(bindings, skip_space(bindings, i + 1)));
  }
  return names;
}

std::string signature_at(std::string_view text, std::size_t at, std::string_view name) {
  const std::string word(name);
  if (begins_with(text, at, "(define (", name))
    return on_one_line(list_at(text, text.find('(', at + 1)));
  if (begins_with(text, at, "(let ", name)) {
    const std::size_t bindings = skip_space(text, text.find(word, at + 5) + word.size());
    const std::string_view list = list_at(text, bindings);
    return list.empty() ? "" : "(" + word + bound_names(list) + ")";
  }
  if (begins_with(text, at, "(define ", name)) {
    const std::size_t value = skip_space(text, text.find(word, at + 8) + word.size());
    if (!text.substr(value).starts_with("(lambda (")) return {};
    const std::string list = on_one_line(list_at(text, value + 8));
    if (list.size() < 2) return {};
    return "(" + word + (list == "()" ? ")" : " " + list.substr(1));
  }
  return {};
}

}  // namespace

std::size_t find_definition(std::string_view text, std::string_view name, std::size_t from) {
  for (std::size_t at = text.find("(define", from); at != npos; at = text.find("(define", at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    for (const std::string_view head : {"(define (", "(define ", "(define-syntax "})
      if (begins_with(text, at, head, name)) return at;
  }
  return npos;
}

std::string find_signature(std::string_view text, std::string_view name, std::size_t until) {
  if (name.empty()) return {};
  for (std::size_t at = text.rfind('(', until); at != npos;
       at = at == 0 ? npos : text.rfind('(', at - 1)) {
    const std::string signature = signature_at(text, at, name);
    if (!signature.empty()) return signature;
  }
  return {};
}

std::vector<std::string_view> first_words(std::string_view form, std::size_t most) {
  std::vector<std::string_view> words;
  if (!form.starts_with('(')) return words;
  for (std::size_t at = 1; words.size() < most;) {
    at = skip_space(form, at);
    const std::string_view word = word_at(form, at);
    if (word.empty()) break;
    words.push_back(word);
    at += word.size();
  }
  return words;
}

namespace {

// Where the lists begin that `place` is in, the innermost last.
std::vector<std::size_t> open_lists(std::string_view text, std::size_t place) {
  std::vector<std::size_t> open;
  for (std::size_t at = top_form_around(text, place); at < place; ++at) {
    if (text[at] == ';') {
      at = std::min(text.find('\n', at), place);
    } else if (text[at] == '"') {
      do at = std::min(text.find('"', at + 1), place);
      while (at < place && text[at - 1] == '\\');
    } else if (text.substr(at).starts_with("#\\")) {
      at += 2;
    } else if (text[at] == '(') {
      open.push_back(at);
    } else if (text[at] == ')' && !open.empty()) {
      open.pop_back();
    }
  }
  return open;
}

}  // namespace

std::vector<std::string_view> operators_around(std::string_view text, std::size_t place) {
  std::vector<std::size_t> open = open_lists(text, place);
  std::vector<std::string_view> words;
  for (; !open.empty(); open.pop_back()) {
    const std::string_view word = word_at(text, skip_space(text, open.back() + 1));
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::string_view binder_beside(std::string_view text, std::string_view name, std::size_t place) {
  const std::vector<std::size_t> open = open_lists(text, place);
  for (std::size_t i = open.size(); i >= 3; --i) {
    const std::size_t form = open[i - 3], bindings = open[i - 2], binding = open[i - 1];
    const std::string_view word = word_at(text, form + 1);
    if (word != "let" && word != "do") continue;
    std::size_t at = skip_space(text, form + 1 + word.size());
    if (word == "let") at = skip_space(text, at + word_at(text, at).size());  // a named one
    if (at != bindings) continue;
    const std::string before = bound_names(text.substr(bindings, binding - bindings)) + " ";
    if (before.find(" " + std::string(name) + " ") != npos) return word;
  }
  return {};
}

std::string bare_parameters(std::string_view text, std::string_view name, std::size_t place) {
  const std::vector<std::size_t> open = open_lists(text, place);
  if (open.empty()) return {};
  const std::string_view form = text.substr(open.back());
  const std::vector<std::string_view> words = first_words(form, 20);
  if (words.size() < 3 || words[0] != "lambda") return {};
  const auto found = std::find(words.begin() + 2, words.end(), name);
  if (found == words.end()) return {};
  const auto end = static_cast<std::size_t>(words.back().data() + words.back().size() - form.data());
  const bool all = skip_space(form, end) < form.size() && form[skip_space(form, end)] == ')';
  // The last word of all is the body.
  const std::size_t count = words.size() - (all ? 1 : 0);
  if (count < 3) return {};
  std::string list;
  for (std::size_t i = 1; i < count; ++i) list += (i > 1 ? " " : "") + std::string(words[i]);
  return "(" + list + ")";
}

std::vector<std::string_view> names_bound_around(std::string_view text, std::size_t place) {
  const std::size_t start = top_form_around(text, place);
  const std::size_t end = std::min(text.find("\n(", place), text.size());
  std::vector<std::string_view> words;
  for (std::size_t at = start; at < end;) {
    if (text[at] == ';') {
      at = std::min(text.find('\n', at), end);
    } else if (text[at] == '"') {
      do at = std::min(text.find('"', at + 1), end);
      while (at < end && text[at - 1] == '\\');
      ++at;
    } else if (kDelimiters.find(text[at]) != npos) {
      ++at;
    } else {
      const std::string_view word = word_at(text, at);
      const bool name = word[0] != '#' && (word[0] < '0' || word[0] > '9');
      if (name && std::find(words.begin(), words.end(), word) == words.end())
        words.push_back(word);
      at += word.size();
    }
  }
  return words;
}

std::string_view name_in_form(std::string_view form, std::string_view name) {
  if (!form.starts_with('(')) return {};
  std::size_t at = skip_space(form, 1);
  if (word_at(form, at) == "set!") at = skip_space(form, at + 4);
  const std::string_view word = word_at(form, at);
  return word == name ? word : std::string_view{};
}

}  // namespace fermata::scheme
