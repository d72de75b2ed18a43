// Where the texts of libraries and included files come from.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scheme/embedded.hpp"
#include "scheme/held_path.hpp"
#include "scheme/image.hpp"
#include "scheme/library.hpp"
#include "scheme/library_image.hpp"
#include "scheme/near_names.hpp"
#include "scheme/reader.hpp"
#include "scheme/runtime.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

const EmbeddedText* find_embedded(std::string_view path) {
  for (const EmbeddedText& t : embedded_texts())
    if (t.path == path) return &t;
  return nullptr;
}

bool is_carried(std::string_view name) { return name.substr(0, kCarried.size()) == kCarried; }

// a/./b/../c -> a/c, for the names in the table.
std::string tidy(std::string_view path) {
  std::string result;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part == "..") {
      const std::size_t cut = result.rfind('/');
      result.erase(cut == std::string::npos ? 0 : cut);
    } else if (part != "." && !part.empty()) {
      if (!result.empty()) result += '/';
      result += part;
    }
    at = end + 1;
  }
  return result;
}

// (a b 1) -> "a/b/1"; nothing when a part cannot be a file's name.
std::optional<std::string> path_of(Value name) {
  std::string path;
  for (; name.is_pair(); name = name.pair()->cdr) {
    const Value part = name.pair()->car;
    const std::string text = part.is_fixnum() ? std::to_string(part.fixnum())
                                              : to_utf8(as<String>(as<Symbol>(part).name));
    if (text.empty() || text == "." || text == ".." || text.find('/') != std::string::npos ||
        text.find('\0') != std::string::npos)
      return std::nullopt;
    if (!path.empty()) path += '/';
    path += text;
  }
  return path;
}

// The name of the text that should define the library, or nothing.
std::optional<std::string> locate(Runtime& r, Value name) {
  const auto path = path_of(name);
  if (!path) return std::nullopt;
  if (find_embedded(*path + ".sld")) return std::string(kCarried) + *path + ".sld";
  if (r.pinned_files != nullptr) {  // wherever it lay then
    for (const SourceFile& file : *r.pinned_files)
      if (file.name == *path + ".sld" || file.name.ends_with("/" + *path + ".sld"))
        return file.name;
    return std::nullopt;
  }
  for (const std::string& folder : r.options.library_path) {
    const std::string file = relative_source(folder + "/", *path + ".sld");
    if (source_exists(r, file)) return file;
  }
  return std::nullopt;
}

Value library_key(Runtime& r, Value name) { return r.machine.symbols.intern(library_text(name)); }

Library* known_library(Runtime& r, Value name) {
  const Value found = lookup(as<Environment>(r.libraries), library_key(r, name));
  return found == kUnbound ? nullptr : &as<Library>(found);
}

}  // namespace

namespace {

const SourceFile* find_file(const std::vector<SourceFile>& files, std::string_view name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const SourceFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

bool source_exists(const Runtime& r, std::string_view name) {
  if (is_carried(name)) return find_embedded(name.substr(kCarried.size()));
  if (r.pinned_files != nullptr) return find_file(*r.pinned_files, name) != nullptr;
  if (r.options.may_read && !r.options.may_read(name)) return true;  // reading it says why not
  struct stat info;
  return stat(std::string(name).c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::string read_source(Runtime& r, std::string_view name, Span wanted_at) {
  if (is_carried(name)) {
    const EmbeddedText* t = find_embedded(name.substr(kCarried.size()));
    if (t == nullptr)
      throw SourceError(ConditionKind::file, wanted_at, "there is no text " + std::string(name));
    return std::string(t->text);
  }
  if (r.pinned_files != nullptr) {
    if (const SourceFile* file = find_file(*r.pinned_files, name)) return file->text;
    throw SourceError(
        ConditionKind::file, wanted_at,
        "the file " + std::string(name) + " is not among those kept with the program");
  }
  std::string place(name);
  int held = -1;
  if (r.options.may_read) {
    // What is asked about is what is read, whatever stands there a moment later.
    std::error_code failed;
    const bool may = r.options.may_read(name);
    const std::string real = may ? std::filesystem::canonical(place, failed).string() : "";
    if (!may || !r.options.may_read(failed ? place : real))
      throw SourceError(ConditionKind::denied, wanted_at,
                        "the host does not let this interpreter read " + std::string(name));
    held = failed ? -1 : open_in_place(real);
    place = "/proc/self/fd/" + std::to_string(held);
  }
  std::ifstream file{place, std::ios::binary};
  if (held >= 0) ::close(held);
  if (!file || !source_exists(r, name))
    throw SourceError(ConditionKind::file, wanted_at, "cannot read the file " + std::string(name));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (find_file(r.files_read, name) == nullptr) r.files_read.push_back({std::string(name), text});
  return text;
}

std::string relative_source(std::string_view from, std::string_view name) {
  if (name.substr(0, 1) == "/" || is_carried(name)) return std::string(name);
  if (is_carried(from)) {
    const std::string_view path = from.substr(kCarried.size());
    return std::string(kCarried) +
           tidy(std::string(path.substr(0, path.rfind('/') + 1)) + std::string(name));
  }
  if (from.substr(0, 1) == "<") return std::string(name);  // <repl:3>: relative to where we are
  std::string folder(from.substr(0, from.rfind('/') + 1));
  if (folder == "./") folder.clear();
  return folder + std::string(name);
}

Source& read_forms(Machine& m, std::string_view name, std::string_view text, bool fold_case) {
  SourceText& source = make_source(m.heap, name, text);
  Runtime& r = Runtime::of(m);
  r.texts_in_use = m.heap.cons(value_of(&source), r.texts_in_use);
  SpanTable& spans = make_span_table(m.heap, source);
  try {
    const Value forms = read_all(m, spans, fold_case);
    return make_forms(m.heap, forms, &spans, {&source, 0, 0});
  } catch (const SyntaxError& e) {
    throw SourceError(ConditionKind::read, e.span, e.message, e.hint);
  }
}

// ---- the table of libraries ------------------------------------------------------------------

bool is_library_name(Value name) {
  if (!name.is_pair()) return false;
  for (; name.is_pair(); name = name.pair()->cdr) {
    const Value part = name.pair()->car;
    if (!is<Symbol>(part) && !(part.is_fixnum() && part.fixnum() >= 0)) return false;
  }
  return name == kNull;
}

Library& declare_library(Runtime& r, Value name, Source& declarations) {
  Library& library = r.machine.heap.make<Library>(name, nullptr, nullptr, &declarations, kNull);
  define_syntax(r.machine, as<Environment>(r.libraries), library_key(r, name), value_of(&library));
  return library;
}

Library& register_library(Runtime& r, Value name, Environment& environment) {
  Library& library = r.machine.heap.make<Library>(name, &environment, &environment, nullptr, kNull);
  define_syntax(r.machine, as<Environment>(r.libraries), library_key(r, name), value_of(&library));
  return library;
}

namespace {

Library* declare_from_text(Runtime& r, Value name, const std::string& file) {
  Machine& m = r.machine;
  Source& forms = read_forms(m, file, read_source(r, file, {}));
  const Value define_library = m.symbols.intern("define-library");
  for (Value at = forms.forms; at.is_pair(); at = at.pair()->cdr) {
    const Value form = at.pair()->car;
    if (!form.is_pair() || form.pair()->car != define_library || !form.pair()->cdr.is_pair())
      continue;
    const PairSpan* s = find_span(*forms.spans, *form.pair());
    const Span span{forms.text, s ? s->list_start : 0, s ? s->list_end : 0};
    const Value own_name = form.pair()->cdr.pair()->car;
    if (!is_library_name(own_name) || known_library(r, own_name)) continue;
    declare_library(r, own_name,
                    make_forms(m.heap, form.pair()->cdr.pair()->cdr, forms.spans, span));
  }
  Library* library = known_library(r, name);
  if (library == nullptr)
    throw SourceError(ConditionKind::library, {forms.text, 0, 0},
                      "the file " + file + " does not define the library " + library_text(name));
  return library;
}

}  // namespace

Library* find_library(Runtime& r, Value name) {
  if (Library* known = known_library(r, name)) return known;
  if (LibraryImage image; find_library_image(library_text(name), image)) {
    Library& library = r.machine.heap.make<Library>(name, nullptr, nullptr, nullptr, kNull);
    define_syntax(r.machine, as<Environment>(r.libraries), library_key(r, name),
                  value_of(&library));
    return &library;
  }
  const auto file = locate(r, name);
  return file ? declare_from_text(r, name, *file) : nullptr;
}

bool library_exists(Runtime& r, Value name) {
  return is_library_name(name) && (known_library(r, name) || locate(r, name));
}

namespace {

// The carried library whose name is almost that.  Numbers are not misspelled, so not for SRFIs.
std::string near_library(const std::string& path) {
  constexpr std::string_view kEnd = ".sld";
  const std::size_t slash = std::min(path.rfind('/'), path.size());
  const std::string folder = path.substr(0, slash), file = path.substr(slash);
  std::string best;
  std::size_t nearest = 3;
  for (const EmbeddedText& t : embedded_texts()) {
    if (!t.path.ends_with(kEnd) || t.path.starts_with("srfi/")) continue;
    const std::string_view offered = t.path.substr(0, t.path.size() - kEnd.size());
    const std::size_t at = std::min(offered.rfind('/'), offered.size());
    const std::string_view name = offered.substr(at);
    const std::size_t most = std::min(file.size(), name.size()) <= 5 ? 1 : 2;
    const std::size_t distance = edit_distance(file, name, most);
    if (distance > most) continue;
    const std::size_t all = distance + edit_distance(folder, offered.substr(0, at), 2);
    if (all >= nearest) continue;
    nearest = all;
    best = std::string(offered);
  }
  std::replace(best.begin(), best.end(), '/', ' ');
  return best.empty() ? best : "(" + best + ")";
}

}  // namespace

std::string search_description(Runtime& r, Value name) {
  const auto path = path_of(name);
  if (!path) return {};
  const std::string near = near_library(*path);
  if (!near.empty()) return "did you mean `" + near + "`?";
  if (r.options.library_path.empty())
    return "it is not part of Fermata, and there is no library path";
  std::string text = "it is not part of Fermata, and there is no file ";
  bool first = true;
  for (const std::string& folder : r.options.library_path) {
    if (!first) text += ", ";
    first = false;
    text += relative_source(folder + "/", *path + ".sld");
  }
  return text;
}

}  // namespace fermata::scheme
