// See program.hpp.  The loop over the forms is Scheme: lib/fermata/flow/program.sld.
#include "flow/program.hpp"

#include "flow/asking.hpp"
#include "flow/builtins.hpp"
#include "flow/plain_data.hpp"
#include "flow/service.hpp"
#include "flow/sha256.hpp"
#include "scheme/ast.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/printer.hpp"
#include "scheme/runtime.hpp"
#include "scheme/scope.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;
using scheme::Runtime;

namespace {

// (program (name text) ...), the script first; empty when there is none.
std::string program_text(Machine& m) {
  const Runtime& r = Runtime::of(m);
  if (!r.script) return "";
  const auto entry = [&](const scheme::SourceFile& file) {
    return "\n(" + scheme::to_text(m, value_of(&make_string(m.heap, file.name))) + " " +
           scheme::to_text(m, value_of(&make_string(m.heap, file.text))) + ")";
  };
  std::string text = "(program" + entry(*r.script);
  for (const scheme::SourceFile& file : r.files_read) text += entry(file);
  return text + ")\n";
}

// The program's text and hash, which is asked for whenever a flow starts or goes on.
const Service::ProgramHash& program_hash(Machine& m) {
  const Runtime& r = Runtime::of(m);
  Service::ProgramHash& known = Service::find(m)->program_hash;
  const std::string& script = r.script ? r.script->text : std::string();
  if (!known.text.empty() && known.script == script && known.files == r.files_read.size()) return known;
  known.script = script, known.files = r.files_read.size();
  known.text = program_text(m);
  known.hash = known.text.empty() ? "" : sha256_hex(known.text);
  return known;
}

Outcome current_program(Machine& m) {
  const std::string& text = program_hash(m).text;
  return text.empty() ? kFalse : value_of(&make_string(m.heap, text));
}

Outcome is_current_program(Machine& m, String& hash) {
  const std::string& known = program_hash(m).hash;
  return Value::boolean(!known.empty() && known == to_utf8(hash));
}

// Keeps the program that runs here; its content hash, or #f when there is none.
Outcome save_current_program(Machine& m, Fixnum store) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  const Service::ProgramHash& known = program_hash(m);
  if (known.hash.empty()) return kFalse;
  struct Nothing {};
  return ask_store<Nothing>(
      m, store,
      [hash = known.hash, text = known.text](Store& s, Nothing&) {
        return s.put_program(hash, text);
      },
      [hash = known.hash](Machine& m, Said<Nothing>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return string_of(m, hash);
      });
}

Outcome malformed(Machine& m) {
  return m.error(ConditionKind::damaged, "the program of this flow cannot be read");
}

// ---- making a program again ------------------------------------------------------------

// Libraries that every program shares: natives, and those that Fermata carries.
bool is_carried_library(Value denotation) {
  const auto* library = cast<scheme::Library>(denotation);
  if (library == nullptr) return false;
  if (library->declarations == nullptr) return true;
  const auto* source = library->declarations->text;
  return source != nullptr && to_utf8(as<String>(source->name)).starts_with(scheme::kCarried);
}

// A table of libraries with the carried ones of `all`.
scheme::Environment& carried_libraries(Machine& m, const scheme::Environment& all) {
  struct Context {
    Machine& m;
    scheme::Environment& kept;
  } context{m, scheme::make_environment(m, kFalse, scheme::EnvironmentMode::prompt)};
  scheme::for_each_binding(
      all,
      [](void* p, scheme::Binding& b) {
        auto& c = *static_cast<Context*>(p);
        if (is_carried_library(b.denotation))
          scheme::define_syntax(c.m, c.kept, b.identifier, b.denotation);
      },
      &context);
  return context.kept;
}

// From now on libraries and included files are those of that program.  What
// leave_program() needs to restore the present ones.
Outcome enter_program(Machine& m, String& text) {
  Runtime& r = Runtime::of(m);
  Value program = kFalse;
  try {
    program = from_journal_text(m, to_utf8(text));
  } catch (const scheme::SyntaxError&) {
    return malformed(m);
  }
  auto files = std::make_unique<std::vector<scheme::SourceFile>>();
  for (Value rest = program.is_pair() ? program.pair()->cdr : kNull; rest.is_pair();
       rest = rest.pair()->cdr) {
    const Value file = rest.pair()->car;
    if (!file.is_pair() || !is<String>(file.pair()->car) || !file.pair()->cdr.is_pair() ||
        !is<String>(file.pair()->cdr.pair()->car))
      return malformed(m);
    files->push_back(
        {to_utf8(as<String>(file.pair()->car)), to_utf8(as<String>(file.pair()->cdr.pair()->car))});
  }
  if (files->empty()) return malformed(m);
  const Value libraries = r.libraries;
  r.libraries = value_of(&carried_libraries(m, as<scheme::Environment>(libraries)));
  r.pinned_files = files.get();
  Service::find(m)->programs.push_back(std::move(files));
  return libraries;
}

Outcome not_entered(Machine& m) {
  return m.error(ConditionKind::flow, std::string(m.native_name()) + ": no program was entered");
}

Outcome leave_program(Machine& m, Value libraries) {
  Runtime& r = Runtime::of(m);
  auto& programs = Service::find(m)->programs;
  if (programs.empty()) return not_entered(m);
  if (!is<scheme::Environment>(libraries)) return m.wrong_type(1, "what %flow-enter-program! returned", libraries);
  r.libraries = libraries;
  programs.pop_back();
  r.pinned_files = programs.empty() ? nullptr : programs.back().get();
  return kUnspecified;
}

// A loader of the entered program's script, for %load-next.
Outcome program_loader(Machine& m) {
  Runtime& r = Runtime::of(m);
  if (r.pinned_files == nullptr) return not_entered(m);
  const scheme::SourceFile& script = r.pinned_files->front();
  return scheme::make_loader(m, script.name, script.text,
                             script.name == kPromptProgram
                                 ? scheme::make_prompt_environment(r, "program")
                                 : scheme::make_program_environment(r, "program"));
}

// Whether the program is what was typed at a prompt: the entered one, else that which runs here.
Outcome is_typed(Machine& m) {
  const Runtime& r = Runtime::of(m);
  if (r.pinned_files != nullptr) return Value::boolean(r.pinned_files->front().name == kPromptProgram);
  return Value::boolean(r.script && r.script->name == kPromptProgram);
}

// A loader of a script's file, which becomes the program of this interpreter.
Outcome open_script(Machine& m, String& name) {
  Runtime& r = Runtime::of(m);
  const std::string file = to_utf8(name);
  std::string text;
  try {
    text = scheme::read_source(r, file, {});
  } catch (const scheme::SyntaxError& e) {
    return m.raise(scheme::condition_of(m, e));
  }
  // A line for the kernel is a comment; offsets stay as they are.
  if (text.starts_with("#!/") || text.starts_with("#! ")) text.replace(0, 2, ";;");
  const auto slash = file.rfind('/');
  r.options.library_path.push_back(slash == std::string::npos ? "." : file.substr(0, slash));
  r.files_read.clear();
  r.script = scheme::SourceFile{file, text};
  Service::find(m)->program_hash = {};
  r.program = &scheme::make_program_environment(r, "program");
  return scheme::make_loader(m, file, text, *r.program);
}

// What a top-level form defines, without the rest of it; null: nothing.  A definition stands
// in the outermost sequences alone, or in the body of the let that define-values becomes.
scheme::Node* definitions_of(Machine& m, scheme::Node* tree) {
  switch (tree->node_kind()) {
    case scheme::NodeKind::global_define:
      return tree;
    case scheme::NodeKind::sequence: {
      auto& nodes = *static_cast<scheme::Sequence*>(tree)->nodes;
      GcVector<scheme::Node*> kept(m.heap);
      for (scheme::Node* node : nodes)
        if (scheme::Node* definition = definitions_of(m, node)) kept.push_back(definition);
      if (kept.empty()) return nullptr;
      auto* list = scheme::make_list_of<scheme::Node>(m.heap, kept.size());
      std::copy(kept.begin(), kept.end(), list->begin());
      return scheme::make_node<scheme::Sequence>(m.heap, scheme::NodeKind::sequence, tree->span(),
                                                 list);
    }
    case scheme::NodeKind::let:
      return definitions_of(m, static_cast<scheme::Let*>(tree)->body) ? tree : nullptr;
    default:
      return nullptr;
  }
}

Outcome definitions(Machine& m, Value tree) {
  if (!is<scheme::Node>(tree)) return kFalse;
  scheme::Node* kept = definitions_of(m, &as<scheme::Node>(tree));
  return kept ? value_of(kept) : kFalse;
}

constexpr Builtin kProgram[] = {
    builtin<current_program>("(%flow-current-program)",
                             "Text of the program that runs here, or #f."),
    builtin<is_current_program>("(%flow-current-program? hash)",
                                "Whether it has that content hash."),
    builtin<save_current_program>("(%flow-save-current-program store)",
                                  "Stores the program that runs here; its content hash, or #f."),
    builtin<enter_program>("(%flow-enter-program! text)",
                           "Libraries and files are those of that program now."),
    builtin<leave_program>("(%flow-leave-program! saved)", "Undoes %flow-enter-program!."),
    builtin<program_loader>("(%flow-program-loader)", "A loader of the entered program's script."),
    builtin<is_typed>("(%flow-typed-program?)",
                      "Whether the program, an entered one before all, was typed at a prompt."),
    builtin<open_script>("(%flow-open-script file)",
                         "A loader of a script, which becomes the program."),
    builtin<definitions>("(%flow-definitions tree)",
                         "What a form's tree defines, without the rest; or #f."),
};

}  // namespace

std::span<const Builtin> program_builtins() { return kProgram; }

}  // namespace fermata::flow
