#include "scheme/library_image.hpp"

#include <charconv>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "scheme/builtins.hpp"
#include "scheme/embedded.hpp"
#include "scheme/eval.hpp"
#include "scheme/image.hpp"
#include "scheme/macro.hpp"
#include "scheme/runtime.hpp"
#include "scheme/scope.hpp"
#include "vm/native.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

extern "C" {
// Defined by the object that the build makes of the images; the maker has none.
extern const char fermata_images[] __attribute__((weak));
extern const char fermata_images_end[] __attribute__((weak));
}

namespace fermata::scheme {

using namespace vm;

namespace {

std::string symbol_text(Value symbol) { return to_utf8(as<String>(as<Symbol>(symbol).name)); }

// Names in the interpreter `r`, for the image of one library, whose environment is `own`.
class LibraryNames : public ImageNames {
 public:
  LibraryNames(Runtime& r, Environment& own) : r_(r), own_(own) {}

  // Notes what the variables hold of the libraries that are there whenever this one is: those
  // it imports, and so on.  Two libraries may hold the same object; only these may be named.
  void note_imported() {
    std::vector<std::string> left = imports_of(own_);
    std::set<std::string> seen(left.begin(), left.end());
    while (!left.empty()) {
      const Environment& env = environment(left.back());
      left.pop_back();
      for_each_binding(env, note, this);
      for (std::string& name : imports_of(env)) {
        if (seen.insert(name).second) left.push_back(std::move(name));
      }
    }
  }

  std::optional<ImageName> name_of(Value v) override {
    if (const auto* e = cast<Environment>(v)) return ImageName{ImageName::environment, library_text(e->name), ""};
    if (const auto* c = cast<Cell>(v)) return c->home == own_.name ? std::nullopt : named(c->home, c->name, v);
    if (const auto* m = cast<Macro>(v)) {
      const auto* env = cast<Environment>(m->scope);
      if (env == &own_) return std::nullopt;
      if (env) return named(env->name, m->name, v);
    }
    if (const auto held = held_.find(v.bits()); held != held_.end()) return held->second;
    // The compiler makes natives of its own where no variable is mentioned.
    if (const auto* n = cast<Native>(v); n && find_builtin(n->row->name()))
      return ImageName{ImageName::value, "(fermata builtins)", std::string(n->row->name())};
    return std::nullopt;
  }

  Value find(const ImageName& name) override {
    Environment& env = environment(name.library);
    if (name.kind == ImageName::environment) return value_of(&env);
    const Value denotation = lookup(env, symbol(name.name));
    return name.kind == ImageName::value ? value_of_cell(denotation) : denotation;
  }

  std::string_view source_text(std::string_view name) override {
    for (const EmbeddedText& t : embedded_texts()) {
      if (name.starts_with(kCarried) && name.substr(kCarried.size()) == t.path) return t.text;
    }
    return {};
  }

 private:
  static std::vector<std::string> imports_of(const Environment& env) {
    std::vector<std::string> names;
    for (Value n = env.imports; n.is_pair(); n = n.pair()->cdr) names.push_back(library_text(n.pair()->car));
    return names;
  }

  static void note(void* p, Binding& b) {
    auto& self = *static_cast<LibraryNames*>(p);
    const auto* cell = b.is_defined() && is<Symbol>(b.identifier) ? cast<Cell>(b.denotation) : nullptr;
    // What changes holds something else, or nothing yet, when the image is read.
    if (cell == nullptr || !cell->is_constant()) return;
    // Code mentions what an imported variable holds; it must find that very object again.
    const Value v = cell->value;
    if (v.is_pair() || v.is_procedure() || (v.is_object() && !is<Symbol>(v) && !is_number(v))) {
      self.held_.emplace(v.bits(),
                         ImageName{ImageName::value, library_text(cell->home), symbol_text(cell->name)});
    }
  }

  Value symbol(std::string_view name) { return r_.machine.symbols.intern(name); }
  static Value value_of_cell(Value cell) { return is<Cell>(cell) ? as<Cell>(cell).value : kUnbound; }

  // An image names many variables of few libraries: looking up each anew took a quarter of the
  // time of importing them all.
  Environment& environment(const std::string& library) {
    const auto [entry, fresh] = environments_.try_emplace(library, nullptr);
    if (!fresh) return *entry->second;
    entry->second = find_environment(library);
    if (entry->second != nullptr) return *entry->second;
    environments_.erase(entry);
    throw std::runtime_error("an image mentions " + library);
  }

  Environment* find_environment(const std::string& library) {
    if (library == library_text(own_.name)) return &own_;
    Library* found = find_library(r_, parse_library_text(r_.machine, library));
    return found == nullptr ? nullptr : found->environment;
  }

  // The name must lead back to the object.
  std::optional<ImageName> named(Value library, Value name, Value object) {
    ImageName n{ImageName::denotation, library_text(library), symbol_text(name)};
    if (find(n) != object) throw std::runtime_error(n.name + " cannot be named from outside " + n.library);
    return n;
  }

  Runtime& r_;
  Environment& own_;
  std::unordered_map<std::string, Environment*> environments_;  // the table of libraries keeps them
  std::unordered_map<std::uint64_t, ImageName> held_;  // values of cells, which keep them alive
};

// Parts of an image: #(bindings exports code imports), the first two lists of vectors.
Value binding_row(Machine& m, const Binding& b) {
  Vector& row = m.heap.make_vector(4, kFalse);
  row.slots()[0] = b.identifier;
  row.slots()[1] = b.denotation;
  row.slots()[2] = b.origin;
  row.slots()[3] = b.flags;
  return value_of(&row);
}

struct Rows {
  Machine& m;
  const Environment& env;
  Value list = kNull;
  std::unordered_map<std::uint64_t, bool> seen = {};

  void add(const Binding& b) {
    if (seen.emplace(b.identifier.bits(), true).second) list = m.heap.cons(binding_row(m, b), list);
  }
};

Value all_rows(Machine& m, const Environment& env) {
  Rows rows{m, env};
  for_each_binding(env, [](void* p, Binding& b) { static_cast<Rows*>(p)->add(b); }, &rows);
  return rows.list;
}

bool has_transformer_procedure(const Environment& env) {
  bool found = false;
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        const auto* macro = b.is_defined() ? cast<Macro>(b.denotation) : nullptr;
        if (macro != nullptr && macro->procedure.is_true()) *static_cast<bool*>(p) = true;
      },
      &found);
  return found;
}

// What is defined there, and what the templates of its macros mention; everything that is
// known there when a procedure may mention it.
Value rows_of(Machine& m, const Environment& env) {
  if (has_transformer_procedure(env)) return all_rows(m, env);
  Rows rows{m, env};
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        auto& rows = *static_cast<Rows*>(p);
        if (!b.is_defined()) return;
        rows.add(b);
        const auto* macro = cast<Macro>(b.denotation);
        if (macro == nullptr) return;
        auto& introduced = as<Vector>(macro->introduced);
        for (std::size_t i = 0; i < introduced.length(); ++i) {
          const Binding* used = find_binding(rows.env, symbol_of(introduced.slots()[i]));
          if (used != nullptr) rows.add(*used);
        }
      },
      &rows);
  return rows.list;
}

void put_rows(Machine& m, Environment& env, Value rows) {
  for (; rows.is_pair(); rows = rows.pair()->cdr) {
    const Value* row = as<Vector>(rows.pair()->car).slots();
    if (row[2].is_pair()) {
      bind_import(m, env, row[0], row[1], row[2]);
    } else {
      define_syntax(m, env, row[0], row[1]);
    }
    find_binding(env, row[0])->flags = row[3];
  }
}

std::string write_library(Runtime& r, Library& library) {
  LibraryNames names(r, *library.environment);
  names.note_imported();
  if (!library.body.is_pair() || library.body.pair()->cdr != kNull) {
    throw std::runtime_error("the body was compiled in several pieces");
  }
  Vector& root = r.machine.heap.make_vector(4, kFalse);
  root.slots()[0] = rows_of(r.machine, *library.environment);
  root.slots()[1] = all_rows(r.machine, *library.exports);
  root.slots()[2] = library.body.pair()->car;
  root.slots()[3] = library.environment->imports;
  return write_image(r.machine, value_of(&root), names);
}

std::string_view take(std::string_view& text, char until) {
  const std::size_t end = std::min(text.find(until), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::size_t number(std::string_view text) {
  std::size_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

std::unordered_map<std::string_view, LibraryImage> read_index(std::string_view all) {
  std::unordered_map<std::string_view, LibraryImage> images;
  std::string_view index = all.substr(0, all.find("\n\n") + 1);
  const std::string_view bytes = all.substr(std::min(all.size(), index.size() + 1));
  while (!index.empty()) {
    std::string_view line = take(index, '\n');
    LibraryImage& image = images[take(line, '\t')];
    const std::size_t offset = number(take(line, '\t'));
    image.bytes = bytes.substr(offset, number(take(line, '\t')));
    while (!line.empty()) image.needs.push_back(take(line, '\t'));
  }
  return images;
}

}  // namespace

std::string_view carried_images() {
  if (fermata_images == nullptr) return {};
  return {fermata_images, static_cast<std::size_t>(fermata_images_end - fermata_images)};
}

bool find_library_image(std::string_view name, LibraryImage& image) {
  // Read once, for all interpreters: in each it took a fifth of the time to be ready.
  static const std::unordered_map<std::string_view, LibraryImage> images = read_index(carried_images());
  const auto found = images.find(name);
  if (found == images.end()) return false;
  image = found->second;
  return true;
}

Value parse_library_text(Machine& m, std::string_view text) {
  if (text.size() < 2 || text.front() != '(') return m.symbols.intern(text);
  text = text.substr(1, text.size() - 2);
  GcVector<Value> parts(m.heap);
  while (!text.empty()) {
    const std::string_view part = take(text, ' ');
    const bool digits = part.find_first_not_of("0123456789") == std::string_view::npos;
    parts.push_back(digits ? Value::fixnum(static_cast<std::int64_t>(number(part))) : m.symbols.intern(part));
  }
  Value list = kNull;
  while (!parts.empty()) list = m.heap.cons(parts.pop_back(), list);
  return list;
}

Value open_library_image(Runtime& r, LibraryWork& work, std::string_view bytes) {
  LibraryNames names(r, *work.environment);
  const Value root = read_image(r.machine, bytes, names);
  if (root == kUnbound) return kUnbound;
  Value* parts = as<Vector>(root).slots();
  put_rows(r.machine, *work.environment, parts[0]);
  work.environment->imports = parts[3];
  Environment& exports = make_environment(r.machine, work.library->name, EnvironmentMode::library);
  put_rows(r.machine, exports, parts[1]);
  work.image_exports = &exports;
  Code& code = as<Code>(parts[2]);
  work.codes = r.machine.heap.cons(parts[2], kNull);
  return value_of(&r.machine.heap.make_closure(code, 0, code.frame_size(), 0));
}

void finish_image_library(LibraryWork& work) {
  Library& library = *work.library;
  if (library.is_ready()) return;
  seal(*work.environment);
  library.environment = work.environment;
  library.body = work.codes;
  library.exports = work.image_exports;
}

std::string make_images(Runtime& r) {
  std::string index, bytes;
  for (const EmbeddedText& text : embedded_texts()) {
    if (!text.path.ends_with(".sld")) continue;
    std::string words(text.path.substr(0, text.path.size() - 4));
    for (char& c : words) {
      if (c == '/') c = ' ';
    }
    Library& library = instantiate_now(r, parse_library_text(r.machine, "(" + words + ")"));
    std::string image;
    try {
      image = write_library(r, library);
    } catch (const std::exception& e) {
      throw std::runtime_error(library_text(library.name) + ": " + e.what());
    }
    index += library_text(library.name) + '\t' + std::to_string(bytes.size()) + '\t' + std::to_string(image.size());
    for (Value n = library.environment->imports; n.is_pair(); n = n.pair()->cdr) {
      index += '\t' + library_text(n.pair()->car);
    }
    index += '\n';
    bytes += image;
  }
  return index + '\n' + bytes;
}

}  // namespace fermata::scheme
