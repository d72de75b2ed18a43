// Three sources, one shape.
#include "repl/docs.hpp"

#include "sched/builtins.hpp"
#include "scheme/builtins.hpp"
#include "scheme/core_forms.hpp"
#include "scheme/embedded.hpp"
#include "scheme/near_names.hpp"

namespace fermata::repl {

namespace {

// "(car pair)" gives "car"; what is no procedure is its own signature.
std::string_view name_of(std::string_view signature) {
  if (!signature.starts_with('(')) return signature;
  return signature.substr(1, signature.find_first_of(" )") - 1);
}

// The comment on a line, or nothing when the line is none of `;;>`.
bool doc_line(std::string_view line, std::string_view& comment) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || !line.substr(start).starts_with(";;>")) return false;
  comment = line.substr(start + 3);
  if (comment.starts_with(' ')) comment.remove_prefix(1);
  return true;
}

// Whether it is one list and nothing else; "(proc obj) for each" is text.
bool is_signature(std::string_view comment) {
  int depth = 0;
  for (std::size_t i = 0; i < comment.size(); ++i) {
    if (comment[i] == '(') ++depth;
    if (comment[i] == ')') --depth;
    if (depth == 0) return i > 0 && i + 1 == comment.size();
  }
  // Some signatures take two lines.
  return depth > 0;
}

bool is_carried(const std::string& path) {
  for (const scheme::EmbeddedText& carried : scheme::embedded_texts())
    if (carried.path == path) return true;
  return false;
}

// "scheme/base.sld" -> "(scheme base)"; a part of a library, "srfi/14/sets.scm" -> "(srfi 14)".
std::string library_of(std::string_view path) {
  path = path.substr(0, path.rfind('.'));
  if (!is_carried(std::string(path) + ".sld")) path = path.substr(0, path.rfind('/'));
  std::string name = "(" + std::string(path) + ")";
  for (char& c : name)
    if (c == '/') c = ' ';
  return name;
}

using Visit = std::function<bool(std::string_view, const Doc&)>;

bool visit_text(std::string_view text, const std::string& library, const Visit& visit) {
  Doc doc;
  const auto finished = [&] {
    const bool go_on = doc.signature.empty() || visit(name_of(doc.signature), doc);
    doc = {};
    return go_on;
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view comment;
    if (!doc_line(text.substr(0, end), comment)) {
      if (!finished()) return false;
    } else if (doc.text.empty() && is_signature(comment)) {
      if (name_of(comment) == name_of(doc.signature)) {
        doc.signature += "\n" + std::string(comment);
      } else {
        if (!finished()) return false;
        doc = {std::string(comment), "", library};
      }
    } else if (doc.signature.empty()) {
      if (comment.find(' ') == std::string_view::npos) doc = {std::string(comment), "", library};
    } else {
      doc.text += (doc.text.empty() ? "" : " ") + std::string(comment);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return finished();
}

}  // namespace

void for_each_doc(const Visit& visit) {
  for (const auto& table : scheme::all_builtins()) {
    for (const vm::Builtin& row : table) {
      if (row.name().starts_with('%')) continue;
      if (!visit(row.name(), {std::string(row.signature), std::string(row.doc), ""})) return;
    }
  }
  for (const auto& table : {sched::task_builtins(), sched::wait_builtins(), sched::scope_builtins()}) {
    for (const vm::Builtin& row : table) {
      if (row.name().starts_with('%')) continue;
      if (!visit(row.name(), {std::string(row.signature), std::string(row.doc), "(fermata sched)"})) return;
    }
  }
  for (const scheme::CoreForm& form : scheme::core_forms()) {
    if (form.name().starts_with('%')) continue;
    if (!visit(form.name(), {std::string(form.signature), std::string(form.doc), ""})) return;
  }
  for (const scheme::EmbeddedText& carried : scheme::embedded_texts()) {
    if (!visit_text(carried.text, library_of(carried.path), visit)) return;
  }
}

std::optional<Family> family_of(std::string_view name) {
  for (const char* type : {"u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "c64", "c128"}) {
    const std::string vector = type + std::string("vector");
    const auto at = name.find(vector);
    if (at == std::string_view::npos) continue;
    return Family{std::string(name.substr(0, at)) + "@vector" + std::string(name.substr(at + vector.size())), type};
  }
  return std::nullopt;
}

Doc member_doc(const Doc& doc, const Family& family) {
  Doc own = doc;
  for (std::string* text : {&own.signature, &own.text})
    for (std::size_t at = 0; (at = text->find('@', at)) != std::string::npos;) text->replace(at, 1, family.type);
  return own;
}

std::vector<Doc> find_docs(std::string_view name) {
  const auto family = family_of(name);
  std::vector<Doc> found;
  for_each_doc([&](std::string_view other, const Doc& doc) {
    if (other == name) found.push_back(doc);
    if (family && other == family->name) found.push_back(member_doc(doc, *family));
    return true;
  });
  return found;
}

std::string doc_text(std::string_view name) {
  std::string out;
  for (const Doc& doc : find_docs(name)) {
    if (!out.empty()) out += "\n";
    out += doc.signature + "\n";
    if (!doc.text.empty()) out += doc.text + "\n";
    if (!doc.library.empty()) out += "Defined in " + doc.library + ".\n";
  }
  return out;
}

std::string undocumented_text(std::string_view name) {
  scheme::NearNames near(name);
  for_each_doc([&](std::string_view other, const Doc&) {
    near.offer(other);
    return true;
  });
  std::string out = "nothing is known about " + std::string(name);
  const char* joint = "; perhaps ";
  for (const std::string& other : near.best()) {
    out += joint + other;
    joint = " or ";
  }
  return out + "\n";
}

}  // namespace fermata::repl
