// Shrinking: from a program that fails to a small one that still does.
//
// The text is taken apart into lists and atoms, nothing more.  A list is replaced by one of
// its parts or by a constant, or loses a part, as long as the test says that it still fails;
// what no longer is a program fails alike everywhere and so is no success.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fermata::scheme {

struct Form {
  std::string atom;  // with its quotes; for a list: what stands before the parenthesis
  bool is_list = false;
  std::vector<Form> parts = {};

  std::string text() const {
    if (!is_list) return atom;
    std::string all = atom + "(";
    for (const Form& p : parts) all += (&p == parts.data() ? "" : " ") + p.text();
    return all + ")";
  }
};

inline Form parse_form(std::string_view text, std::size_t& at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
  Form f;
  while (at < text.size() && std::string_view("'`,@#").find(text[at]) != std::string_view::npos) {
    f.atom += text[at++];
    if (f.atom == "#\\") break;
  }
  if (at < text.size() && text[at] == '(') {
    f.is_list = true;
    for (++at;;) {
      while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
      if (at >= text.size()) return f;
      if (text[at] == ')') return ++at, f;
      f.parts.push_back(parse_form(text, at));
    }
  }
  if (at < text.size() && text[at] == '"') {
    do f.atom += text[at];
    while (text[++at] != '"');
    f.atom += text[at++];
    return f;
  }
  while (at < text.size() && std::string_view(" \n()").find(text[at]) == std::string_view::npos)
    f.atom += text[at++];
  return f;
}

// The smallest program found in so many tries that still fails.
inline std::string shrink(const std::string& program,
                          const std::function<bool(const std::string&)>& fails, int tries = 4000) {
  std::size_t at = 0;
  Form root = parse_form(program, at);
  const auto better = [&](Form& place, const Form& with) {
    if (tries-- <= 0) return false;
    Form old = std::exchange(place, with);
    if (fails(root.text())) return true;
    place = std::move(old);
    return false;
  };
  std::function<bool(Form&)> reduce = [&](Form& f) {
    if (!f.is_list) return false;
    for (const char* constant : {"0", "'()"})
      if (better(f, Form{constant})) return true;
    for (std::size_t i = 0; i < f.parts.size(); ++i)
      if (const Form part = f.parts[i]; better(f, part)) return true;
    for (std::size_t i = f.parts.size(); i-- > 0;) {
      Form without = f;
      without.parts.erase(without.parts.begin() + static_cast<std::ptrdiff_t>(i));
      if (better(f, without)) return true;
    }
    for (Form& part : f.parts)
      if (reduce(part)) return true;
    return false;
  };
  while (tries > 0 && reduce(root)) {
  }
  return root.text();
}

}  // namespace fermata::scheme
