// Compiled programs for hosts: scheme/compiled.hpp says what they are.
#include "scheme/compiled.hpp"

#include "api/errors.hpp"
#include "api/running.hpp"

using namespace fermata;
using namespace fermata::api;

fermata_error* fermata_compile(fermata_interp* in, const char* text, size_t size, const char* file,
                               const fermata_run* run, fermata_sink sink, void* data) {
  if (fermata_error* e = in->check()) return e;
  if (fermata_error* e = prepare(*in)) return e;
  try {
    scheme::Runtime& r = *in->runtime;
    const scheme::KeptLibraries kept(r);
    scheme::Environment& env = scheme::copy_environment(r, *r.interaction);
    const vm::Value compiler =
        scheme::make_program_compiler(r, file != nullptr ? file : "<host>", {text, size}, env);
    vm::Value bytes;
    if (fermata_error* e = run_procedure(*in, compiler, {}, run, bytes)) return e;
    auto& all = vm::as<vm::Bytevector>(bytes);
    sink(data, reinterpret_cast<const char*>(all.bytes()), all.length());
    return nullptr;
  } catch (const std::bad_alloc&) {
    return error_of(FERMATA_MEMORY, "out of memory");
  }
}

fermata_error* fermata_load_compiled(fermata_interp* in, const void* bytes, size_t size,
                                     const fermata_run* run, fermata_view* out) {
  if (fermata_error* e = in->check()) return e;
  try {
    scheme::Runtime& r = *in->runtime;
    const std::string_view all(static_cast<const char*>(bytes), size);
    const vm::Value program = scheme::make_compiled_loader(r, all, r.interaction);
    vm::Value result;
    fermata_error* e = run_procedure(*in, program, {}, run, result);
    if (e == nullptr && out != nullptr) *out = view_of(*in, result);
    return e;
  } catch (const scheme::CompiledError& e) {
    return error_of(FERMATA_COMPILED, e.what());
  } catch (const std::bad_alloc&) {
    return error_of(FERMATA_MEMORY, "out of memory");
  }
}
