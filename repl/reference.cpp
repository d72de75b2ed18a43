// A name is looked up where it is defined, under the name it has there: the cell of a variable
// and the scope of a macro tell. What is renamed on export is shown under its new name.
#include "repl/reference.hpp"

#include <iterator>
#include <map>
#include <sstream>
#include <string_view>
#include <vector>

#include "repl/docs.hpp"
#include "repl/interpreter.hpp"
#include "scheme/core_forms.hpp"
#include "scheme/embedded.hpp"
#include "scheme/library.hpp"
#include "scheme/macro.hpp"
#include "scheme/printer.hpp"

namespace fermata::repl {

using namespace vm;

namespace {

// "(srfi 1)" -> a list; #f when that is no name of a library.
Value name_of_library(Machine& m, const std::string& text) {
  if (text.size() < 3 || text.front() != '(' || text.back() != ')') return kFalse;
  std::istringstream words(text.substr(1, text.size() - 2));
  std::vector<std::string> parts;
  for (std::string word; words >> word;) parts.push_back(word);
  Value list = kNull;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const bool number =
        part->find_first_not_of("0123456789") == std::string::npos && part->size() < 10;
    list = m.heap.cons(number ? Value::fixnum(std::stol(*part)) : m.symbols.intern(*part), list);
  }
  return list == kNull ? kFalse : list;
}

// The comment at the top of a carried library, without its semicolons.
std::string introduction(const std::string& library) {
  std::string path = library.substr(1, library.size() - 2) + ".sld";
  for (char& c : path)
    if (c == ' ') c = '/';
  std::string out;
  for (const scheme::EmbeddedText& carried : scheme::embedded_texts()) {
    if (carried.path != path) continue;
    std::istringstream lines{std::string(carried.text)};
    for (std::string line;
         std::getline(lines, line) && line.starts_with(";;") && !line.starts_with(";;>");)
      out += (line.size() > 3 ? line.substr(3) : "") + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

// Where a denotation is defined and its name there; a native brings its own text.
struct Home {
  std::string name, library;
  const Builtin* row = nullptr;
};

Home home_of(Machine& m, Value denotation, const std::string& exported) {
  if (denotation.is_fixnum()) {
    return {std::string(scheme::core_form(static_cast<scheme::Core>(denotation.fixnum())).name()),
            ""};
  }
  const auto text = [&m](Value v) { return scheme::to_text(m, v, scheme::Style::display); };
  if (auto* cell = cast<Cell>(denotation)) {
    if (auto* native = cast<Native>(cell->value))
      return {std::string(native->row->name()), "", native->row};
    return {text(cell->name), cell->home == kFalse ? "" : text(cell->home)};
  }
  if (auto* macro = cast<scheme::Macro>(denotation)) {
    auto* scope = cast<scheme::Environment>(macro->scope);
    return {text(macro->name), scope == nullptr ? "" : text(scope->name)};
  }
  return {exported, ""};
}

using Docs = std::multimap<std::string, Doc, std::less<>>;

// Whether one is the other or a part of it: (srfi 166) and (srfi 166 kernel).
bool related(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  a.remove_suffix(a.empty() ? 0 : 1);
  return b.starts_with(a) && !a.empty() && (b[a.size()] == ')' || b[a.size()] == ' ');
}

// The text for the name in that library; else of the builtin; else the only one there is.
const Doc* best(const Docs& docs, const std::string& name, const std::string& library) {
  const auto [first, last] = docs.equal_range(name);
  const Doc* builtin = nullptr;
  for (auto at = first; at != last; ++at) {
    if (related(at->second.library, library)) return &at->second;
    if (at->second.library.empty()) builtin = &at->second;
  }
  if (builtin != nullptr) return builtin;
  return first != last && std::next(first) == last ? &first->second : nullptr;
}

std::optional<Doc> document(const Docs& docs, const Home& home, const std::string& exported,
                            const std::string& library) {
  for (const std::string& name : {exported, home.name}) {
    if (const Doc* doc = best(docs, name, home.library.empty() ? library : home.library))
      return *doc;
  }
  if (const auto family = family_of(exported)) {
    if (const Doc* doc = best(docs, family->name, library)) return member_doc(*doc, *family);
  }
  if (home.row != nullptr)
    return Doc{std::string(home.row->signature), std::string(home.row->doc), ""};
  return std::nullopt;
}

// What Markdown would take for its own.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '_' || c == '<' || c == '`' || c == '[' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string entry(const std::optional<Doc>& doc, const std::string& name,
                  const std::string& exported) {
  std::string signature = exported;
  if (doc && doc->signature != name) signature = doc->signature;
  if (name != exported && signature.starts_with("(" + name))
    signature.replace(1, name.size(), exported);
  const std::string mark = signature.find('`') == std::string::npos ? "`" : "``";
  for (std::size_t at = 0; (at = signature.find('\n', at)) != std::string::npos;
       at += 2 * mark.size() + 2)
    signature.replace(at, 1, mark + ", " + mark);
  std::string text = !doc || doc->text.empty() ? kUndocumented : plain(doc->text);
  for (char& c : text)
    if (c == '\n') c = ' ';
  return "- " + mark + signature + mark + ": " + text + "\n";
}

}  // namespace

std::optional<std::string> reference_page(const Options& options, const std::string& library) {
  Interpreter in(options);
  Machine& m = in.machine;
  const Value name = name_of_library(m, library);
  if (name == kFalse || !scheme::library_exists(in.runtime, name)) return std::nullopt;
  const scheme::Library& found = scheme::instantiate_now(in.runtime, name);

  Docs docs;
  for_each_doc([&](std::string_view documented, const Doc& doc) {
    docs.emplace(documented, doc);
    return true;
  });
  struct Page {
    Machine& machine;
    const Docs& docs;
    const std::string& library;
    std::map<std::string, std::string> entries;
  } page{m, docs, library, {}};
  const auto add = [](void* context, Value exported, Value denotation) {
    auto& p = *static_cast<Page*>(context);
    const std::string name = scheme::to_text(p.machine, exported, scheme::Style::display);
    if (name.starts_with('%')) return;
    const Home home = home_of(p.machine, denotation, name);
    p.entries[name] = entry(document(p.docs, home, name, p.library), home.name, name);
  };
  scheme::for_each_name(*found.exports, add, &page);

  std::string out = "# " + library + "\n\n" + plain(introduction(library)) + "\n";
  for (const auto& [exported, text] : page.entries) out += text;
  return out;
}

}  // namespace fermata::repl
