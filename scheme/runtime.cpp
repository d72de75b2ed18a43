// A Runtime comes to life: the builtins first, then the two libraries in Scheme that everything
// else needs, (fermata control) and (fermata eval).
#include "scheme/runtime.hpp"

#include "scheme/builtins.hpp"
#include "scheme/core_forms.hpp"
#include "scheme/eval.hpp"
#include "scheme/library.hpp"
#include "scheme/ports.hpp"
#include "scheme/printer.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Value list_of(Machine& m, std::initializer_list<std::string_view> names) {
  Value list = kNull;
  for (auto i = names.end(); i != names.begin();) list = m.heap.cons(m.symbols.intern(*--i), list);
  return list;
}

// "fermata flow builtins" -> (fermata flow builtins)
Value library_name(Machine& m, std::string_view words) {
  const auto end = std::min(words.find(' '), words.size());
  const Value rest = end < words.size() ? library_name(m, words.substr(end + 1)) : kNull;
  return m.heap.cons(m.symbols.intern(words.substr(0, end)), rest);
}

void define_constant(Machine& m, Environment& env, std::string_view name, Value value) {
  Cell& cell = define(m, env, m.symbols.intern(name));
  cell.value = value;
  cell.set_constant();
}

void define_table(Machine& m, Environment& env, std::span<const Builtin> table) {
  for (const Builtin& row : table)
    define_constant(m, env, row.name(), value_of(&m.heap.make<Native>(&row)));
}

void make_builtins(Runtime& r) {
  Machine& m = r.machine;
  r.builtins = &make_environment(m, list_of(m, {"fermata", "builtins"}), EnvironmentMode::library);
  for (std::size_t i = 0; i < core_forms().size(); ++i)
    define_syntax(m, *r.builtins, m.symbols.intern(core_forms()[i].name()),
                  denotation_of(static_cast<Core>(i)));
  for (const auto& table : all_builtins()) define_table(m, *r.builtins, table);
  const auto port = [&](std::string_view name, Root root) {
    define_constant(m, *r.builtins, name, m.roots[static_cast<std::size_t>(root)]);
  };
  port("current-input-port", Root::current_input);
  port("current-output-port", Root::current_output);
  port("current-error-port", Root::current_error);
  register_library(r, r.builtins->name, *r.builtins);
}

// What derived forms call is looked up among the builtins; some of it is written in Scheme.
void share_exports(Runtime& r, const Library& library) {
  struct Context {
    Runtime& r;
    Value name;
  } context{r, library.name};
  for_each_binding(
      *library.exports,
      [](void* p, Binding& b) {
        const auto& c = *static_cast<Context*>(p);
        bind_import(c.r.machine, *c.r.builtins, b.identifier, b.denotation, c.name);
      },
      &context);
}

}  // namespace

// At the prompt everything is there: the builtins, and the libraries that eval.sld imports.
Environment& make_prompt_environment(Runtime& r, std::string_view name) {
  Machine& m = r.machine;
  Environment& made = make_environment(m, m.symbols.intern(name), EnvironmentMode::prompt);
  struct Context {
    Runtime& r;
    Environment& made;
  } context{r, made};
  for_each_binding(
      *r.builtins,
      [](void* p, Binding& b) {
        auto& [r, made] = *static_cast<Context*>(p);
        if (b.is_mentioned() || !is<Symbol>(b.identifier)) return;
        if (string_ref(as<String>(as<Symbol>(b.identifier).name), 0) == U'%') return;
        bind_import(r.machine, made, b.identifier, b.denotation, r.builtins->name);
      },
      &context);
  return made;
}

Runtime& Runtime::create(Machine& m, RuntimeOptions options) {
  Runtime& r = *::new (allocate_root(sizeof(Runtime))) Runtime(m);
  m.services[kRuntimeService] = &r;
  r.options = std::move(options);
  install_printer(m);
  install_ports(m);
  r.libraries = value_of(&make_environment(m, kFalse, EnvironmentMode::prompt));
  make_builtins(r);
  share_exports(r, instantiate_now(r, list_of(m, {"fermata", "control"})));
  const Library& eval = instantiate_now(r, list_of(m, {"fermata", "eval"}));
  share_exports(r, eval);
  const auto own = [&](std::string_view name) {
    return as<Cell>(lookup(*eval.environment, m.symbols.intern(name))).value;
  };
  r.transformer_caller = own("%call-transformer");
  r.transforming = own("%transforming");
  r.load_procedure = own("%load");
  r.compile_procedure = own("%compile-program");
  r.load_compiled_procedure = own("%load-compiled");
  r.interaction = &make_prompt_environment(r, "interaction");
  return r;
}

void Runtime::destroy(Runtime& r) {
  Machine& m = r.machine;
  uninstall_ports(m);
  m.services[kRuntimeService] = nullptr;
  r.~Runtime();
  free_root(&r);
}

void Runtime::define_natives(std::string_view library, std::span<const Builtin> natives) {
  Environment& env =
      make_environment(machine, library_name(machine, library), EnvironmentMode::library);
  define_table(machine, env, natives);
  seal(env);
  register_library(*this, env.name, env);
}

Environment& Runtime::begin_program(std::string_view name, std::string_view text) {
  program = &make_program_environment(*this, "program");
  if (!script) script = SourceFile{std::string(name), std::string(text)};
  return *program;
}

Value Runtime::loader(std::string_view name, std::string_view text, Environment* env) {
  if (env == nullptr) env = &begin_program(name, text);
  const Value arguments[] = {make_loader(machine, name, text, *env)};
  return make_thunk(*this, load_procedure, arguments);
}

Environment& make_program_environment(Runtime& r, std::string_view name) {
  Machine& m = r.machine;
  Environment& env = make_environment(m, m.symbols.intern(name), EnvironmentMode::program);
  for (const Core core : {Core::import, Core::define_library, Core::begin, Core::cond_expand,
                          Core::include, Core::include_ci}) {
    const Value name = m.symbols.intern(core_form(core).name());
    bind_import(m, env, name, denotation_of(core), r.builtins->name);
    find_binding(env, name)->set(Binding::kInitial);
  }
  return env;
}

}  // namespace fermata::scheme
