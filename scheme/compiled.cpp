// What lib/fermata/eval.sld drives to compile a program and to run a compiled one.
#include "scheme/compiled.hpp"

#include "scheme/builtins.hpp"
#include "scheme/compiled_format.hpp"
#include "scheme/compiled_reader.hpp"
#include "scheme/compiled_writer.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/loader.hpp"
#include "scheme/world.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"
#include "vm/verify.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// A compiled program being run.
struct CompiledProgram : Object {
  static constexpr Kind kKind = Kind::work;
  Loader* loader;  // of the forms that are source
  List<CompiledForm>* forms;
};

Outcome compiled_environment(Machine&, CompiledProgram& program) {
  return value_of(program.loader->env);
}

// The form's thunk, or its expansion where it is source; #f after the last one.
Outcome compiled_next(Machine& m, CompiledProgram& program, Index number) {
  if (number >= program.forms->count) return kFalse;
  const CompiledForm& form = *(*program.forms)[number];
  Loader& loader = *program.loader;
  return guarded(m, [&](Runtime& r) -> Outcome {
    if (form.tree == nullptr) {
      set_fold_case(*loader.reader, form.fold_case.is_true());
      auto at = static_cast<std::size_t>(form.position.fixnum());
      Expansion* const e = begin_loading(r, loader, at);
      if (e == nullptr)
        throw SyntaxError({loader.spans->text, 0, 0}, "the source of a compiled form is not there");
      return value_of(e);
    }
    begin_form(m, *loader.env, form.position.fixnum());
    Node* const tree = link_form(r, form, *loader.env);
    note_trees(m, m.heap.cons(value_of(tree), kNull));
    m.charge(form.globals->count / 4);
    const Value thunk = make_thunk(r, tree);
    const std::string problem = verify(*as<Closure>(thunk).code);
    if (!problem.empty())
      throw SourceError(ConditionKind::internal, tree->span(),
                        "the code of a compiled form: " + problem);
    return thunk;
  });
}

// A row of what %write-compiled wants; `tree` is #f where the source is.
Outcome compiled_row(Machine& m, Loader& loader, Index position, bool folds_case, Value tree) {
  Vector& row = m.heap.make_vector(4, kFalse);
  row.slots()[0] = Value::fixnum(static_cast<std::int64_t>(position.value));
  row.slots()[1] = Value::boolean(folds_case);
  row.slots()[2] = tree;
  row.slots()[3] = kNull;
  if (auto* node = cast<Node>(tree))
    row.slots()[3] = names_of_globals(Runtime::of(m), node, *loader.env);
  return value_of(&row);
}

Outcome loader_folds_case(Machine&, Loader& loader) {
  return Value::boolean(folds_case(*loader.reader));
}

// How many keywords, imports and libraries programs have declared: a form during which that
// grew is more than its tree says.
Outcome declarations(Machine& m) {
  return Value::fixnum(static_cast<std::int64_t>(Runtime::of(m).declarations));
}

Outcome write_compiled_native(Machine& m, Loader& loader, Value rows) {
  const std::string bytes = write_compiled(Runtime::of(m), *loader.spans->text, rows);
  Bytevector& all = m.heap.make_bytevector(bytes.size());
  std::copy(bytes.begin(), bytes.end(), all.bytes());
  return value_of(&all);
}

constexpr Builtin kCompiled[] = {
    builtin<compiled_environment>("(%compiled-environment program)",
                                  "Where its forms are evaluated."),
    builtin<compiled_next>("(%compiled-next program number)",
                           "The form's thunk, or its expansion; #f after the last one."),
    builtin<compiled_row>("(%compiled-row loader position folds-case tree)",
                          "What is written of a form; tree: #f for its source."),
    builtin<loader_folds_case>("(%loader-folds-case? loader)", "Whether #!fold-case is on."),
    builtin<declarations>("(%declarations)", "How much syntax was declared so far."),
    builtin<write_compiled_native>("(%write-compiled loader rows)",
                                   "The compiled program, the last row first."),
};

}  // namespace

std::span<const Builtin> compiled_builtins() { return kCompiled; }

bool is_compiled(std::string_view bytes) { return bytes.starts_with(kCompiledName); }

Environment& copy_environment(Runtime& r, const Environment& env) {
  Machine& m = r.machine;
  Environment& copy = make_environment(m, env.name, mode_of(env));
  copy.imports = env.imports;
  struct Context {
    Machine& m;
    Environment& copy;
  } context{m, copy};
  for_each_binding(
      env,
      [](void* p, Binding& b) {
        auto& [m, copy] = *static_cast<Context*>(p);
        if (b.is_mentioned()) return;  // whoever mentioned it waits for the real one
        Value denotation = b.denotation;
        if (const auto* cell = cast<Cell>(denotation); cell != nullptr && b.is_defined())
          denotation = value_of(&m.heap.make<Cell>(cell->value, cell->name, cell->home));
        if (b.is_imported())
          bind_import(m, copy, b.identifier, denotation, b.origin);
        else
          define_syntax(m, copy, b.identifier, denotation);
        find_binding(copy, b.identifier)->flags = b.flags;
      },
      &context);
  return copy;
}

Value make_program_compiler(Runtime& r, std::string_view name, std::string_view text,
                            Environment& env) {
  const Value arguments[] = {make_loader(r.machine, name, text, env)};
  return make_thunk(r, r.compile_procedure, arguments);
}

Value make_compiled_loader(Runtime& r, std::string_view bytes, Environment* env) {
  Machine& m = r.machine;
  const CompiledForms read = read_compiled(r, bytes);
  if (env == nullptr)
    env = &r.begin_program(to_utf8(as<String>(read.text->name)), read.text->view());
  auto& program = m.heap.make<CompiledProgram>(&make_loader(m, *read.text, *env), read.forms);
  const Value arguments[] = {value_of(&program)};
  return make_thunk(r, r.load_compiled_procedure, arguments);
}

KeptLibraries::KeptLibraries(Runtime& r)
    : r_(r), before_(value_of(&copy_environment(r, as<Environment>(r.libraries)))) {}

KeptLibraries::~KeptLibraries() {
  auto& before = as<Environment>(before_.get());
  for_each_binding(
      as<Environment>(r_.libraries),
      [](void* p, Binding& b) {
        const auto& before = *static_cast<Environment*>(p);
        const auto* library = cast<Library>(b.denotation);
        // One that came from a file of its own is as good as before.
        if (library != nullptr && library->is_of_program())
          b.denotation = lookup(before, b.identifier);
      },
      &before);
}

}  // namespace fermata::scheme
