// Functions of the host, as Scheme calls them.
//
// The row of a native is a HostFunction, and the native itself stands in the frame before
// its arguments; so the machine needs no more than for its own natives.
#include <algorithm>

#include "api/errors.hpp"
#include "api/running.hpp"
#include "sched/builtins.hpp"
#include "scheme/environment.hpp"
#include "scheme/library.hpp"
#include "scheme/reader.hpp"

using namespace fermata;
using namespace fermata::api;
using vm::Value;

namespace {

vm::Outcome call_host(vm::Machine& m, vm::Args args) {
  const auto& f = static_cast<const HostFunction&>(*vm::as<vm::Native>(args.data[-1]).row);
  sched::Fiber& fiber = *f.in->engine->current;
  // It waited, and is run again: what it waited for is its result.
  if (fiber.resuming) [[unlikely]] {
    return sched::wait_here(m, fiber.wait, fiber.waits_on, sched::Answer::is_value);
  }
  const fermata_outcome o =
      f.call(f.in, f.data, reinterpret_cast<const fermata_word*>(args.data), args.count);
  return {Value::from_bits(o.word), static_cast<vm::Outcome::Kind>(o.kind)};
}

struct Shape {
  std::string text;  // from the name on: it lives with the function
  int required = 0, optional = 0;
  bool rest = false;
};

constexpr char kHostProcedure = 0;  // HostObject::type

// A procedure whose function lives no longer than itself.
struct HostNative : vm::Native {
  HostObject* function;
};

// "(fetch url [timeout] x ...)"
std::optional<Shape> shape_of(std::string_view text) {
  if (text.size() < 3 || text.front() != '(' || text.back() != ')') return std::nullopt;
  Shape s{std::string(text), 0, 0, false};
  bool first = true, optional = false;
  std::size_t at = 1;
  while (at < text.size() - 1) {
    const char c = text[at];
    if (c == ' ' || c == ']') {
      ++at;
    } else if (c == '[') {
      optional = true;
      ++at;
    } else {
      const std::size_t end = std::min(text.find_first_of(" []()", at), text.size() - 1);
      if (end == at) return std::nullopt;
      const std::string_view word = text.substr(at, end - at);
      at = end;
      if (std::exchange(first, false)) continue;
      if (word == "...") {
        s.rest = true;
        --(optional ? s.optional : s.required);
      } else {
        ++(optional ? s.optional : s.required);
      }
    }
  }
  if (first || s.required < 0 || s.optional < 0) return std::nullopt;
  return s;
}

std::unique_ptr<HostFunction> make(fermata_interp& in, std::string_view signature, const char* doc, fermata_function call, void* data,
                   fermata_drop drop) {
  const auto shape = shape_of(signature);
  if (!shape) return nullptr;
  auto made = std::make_unique<HostFunction>(
      vm::Builtin{call_host, {}, {}, shape->required, shape->optional, shape->rest}, &in);
  made->text = shape->text;
  made->doc_text = doc != nullptr ? doc : "";
  made->signature = made->text;
  made->doc = made->doc_text;
  made->call = call;
  made->data = data;
  made->drop = drop;
  return made;
}

Value native_of(fermata_interp& in, HostFunction& f) {
  return vm::value_of(&in.machine->heap.make<vm::Native>(static_cast<const vm::Builtin*>(&f)));
}

// The environment of the host's own library of that name.
scheme::Environment& library_of(fermata_interp& in, std::string_view name) {
  const auto found = in.libraries.find(std::string(name));
  if (found != in.libraries.end()) return vm::as<scheme::Environment>(found->second.get());
  vm::Machine& m = *in.machine;
  scheme::Reader& reader = scheme::make_reader(m);
  std::size_t at = 0;
  scheme::feed(m, reader, name, at, true);
  const Value list = scheme::take(reader);
  scheme::Environment& env = scheme::make_environment(m, list, scheme::EnvironmentMode::library);
  scheme::seal(env);
  scheme::register_library(*in.runtime, list, env);
  in.libraries.emplace(std::string(name), Kept(*in.hub, vm::value_of(&env)));
  return env;
}

}  // namespace

fermata_error* fermata_define(fermata_interp* in, const char* given, const char* doc, fermata_function function,
                              void* data, fermata_drop drop) {
  fermata_error* e = in->check();
  std::string_view signature(given), library;
  if (const auto end = signature.find(") ("); end != signature.npos) {
    library = signature.substr(0, end + 1);
    signature.remove_prefix(end + 2);
  }
  if (e == nullptr && library.empty()) e = prepare(*in);
  auto f = e == nullptr ? make(*in, signature, doc, function, data, drop) : nullptr;
  if (f == nullptr) {
    if (drop != nullptr) drop(data);
    return e != nullptr ? e : error_of(FERMATA_SYNTAX, "not a signature: " + std::string(signature));
  }
  try {
    scheme::Environment& env = library.empty() ? *in->runtime->interaction : library_of(*in, library);
    in->functions.push_back(std::move(f));  // for as long as the interpreter: it may be defined again
    HostFunction& kept = *in->functions.back();
    scheme::define_value(*in->machine, env, kept.name(), native_of(*in, kept));
  } catch (const scheme::SyntaxError& problem) {
    return error_of(FERMATA_SYNTAX, "not the name of a library: " + std::string(library));
  }
  return nullptr;
}

fermata_view fermata_make_function(fermata_interp* in, const char* signature, fermata_function function, void* data,
                                   fermata_drop drop) {
  HostFunction* f = make(*in, signature, nullptr, function, data, drop).release();
  if (f == nullptr) {
    if (drop != nullptr) drop(data);
    return {0, nullptr};
  }
  // Dropped in the interpreter's thread, once nobody can call it.
  HostObject& object = in->hub->add({nullptr, &kHostProcedure, f, f,
                                     [](void* made) { delete static_cast<HostFunction*>(made); }, nullptr});
  auto& native = *::new (in->machine->heap.traced(sizeof(HostNative)))
      HostNative{{{vm::make_header(vm::Kind::native, vm::kVariadic)}, f}, &object};
  vm::set_finalizer(native, [](vm::Object& found) {
    HostObject& o = *static_cast<HostNative&>(found).function;
    o.hub->unreachable(o);
  });
  return view_of(*in, vm::value_of(static_cast<vm::Native*>(&native)));
}

fermata_outcome fermata_return(fermata_view v) { return {v.word, 0}; }

fermata_outcome fermata_raise(fermata_interp* in, fermata_error* e) {
  const Value raised = raised_of(*in, e);
  return {raised.bits(), static_cast<std::uint64_t>(vm::Outcome::Kind::raise)};
}

fermata_outcome fermata_wrong_type(fermata_interp* in, size_t argument, const char* wanted, fermata_view got) {
  const vm::Outcome o = in->machine->wrong_type(argument, wanted, value_of_view(got));
  return {o.value.bits(), static_cast<std::uint64_t>(o.kind)};
}
