// Every binding that a library exports, called in an interpreter without grants.  world_test.sh
// runs this under strace and sees what the system was asked.
#include <catch2/catch.hpp>

#include <fermata/fermata.hpp>
#include "api/instance.hpp"
#include "scheme/embedded.hpp"
#include "scheme/environment.hpp"
#include "scheme/library.hpp"
#include "vm/string.hpp"

using namespace fermata;

namespace {

std::vector<std::string> carried_libraries() {
  std::vector<std::string> names;
  for (const scheme::EmbeddedText& t : scheme::embedded_texts()) {
    std::string name(t.path);
    if (!name.ends_with(".sld")) continue;
    name.resize(name.size() - 4);
    for (char& c : name) c = c == '/' ? ' ' : c;
    names.push_back("(" + name + ")");
  }
  for (const char* natives : {"builtins", "capabilities", "sched tasks", "sched waits", "sched scopes", "sched streams",
                              "sched sockets", "sched processes", "sched control", "sched meetings",
                              "sched timed-calls", "flow builtins", "flow journals", "flow asking", "flow items", "flow looks",
                              "flow guards", "flow sources"})
    names.push_back(std::string("(fermata ") + natives + ")");
  return names;
}

// The values that a library exports, by name.
std::vector<std::pair<std::string, Value>> exports_of(Interpreter& in, const std::string& library) {
  fermata_interp& raw = *in.raw();
  struct Found {
    fermata_interp& in;
    std::vector<std::pair<std::string, Value>> all;
  } found{raw, {}};
  const vm::Value known = scheme::lookup(vm::as<scheme::Environment>(raw.runtime->libraries), raw.machine->symbols.intern(library));
  if (!vm::is<scheme::Library>(known)) return {};
  const auto* exported = vm::as<scheme::Library>(known).exports;
  if (exported == nullptr) exported = vm::as<scheme::Library>(known).environment;
  if (exported == nullptr) return {};  // it cannot be had
  scheme::for_each_name(
      *exported,
      [](void* context, vm::Value name, vm::Value denotation) {
        auto& f = *static_cast<Found*>(context);
        if (auto* cell = vm::cast<vm::Cell>(denotation); cell != nullptr && cell->value.is_procedure())
          f.all.emplace_back(vm::to_utf8(vm::as<vm::String>(vm::as<vm::Symbol>(name).name)),
                             Value(View(api::view_of(f.in, cell->value))));
      },
      &found);
  return found.all;
}

// Lists of arguments that would do harm, if anything did.
constexpr const char* kArguments[] = {
    "()", "(\"/tmp/fermata-harm\")", "(\"/tmp/fermata-harm\" \"/tmp/fermata-harm-2\")", "(\"/tmp/fermata-harm\" 0)",
    "(\"localhost\" 22)", "(\"localhost\" 22 #f)", "((\"touch\" \"/tmp/fermata-harm\"))", "(0)", "(1 2)", "(1 #f)",
    "(fermata-harm)", "(#t)", "((\"touch\" \"/tmp/fermata-harm\") () #f () ())", "(\"HOME\")", "(\"HOME\" \"x\")",
    "(\"/tmp/fermata-harm\" binary-input 0)", "(\"/tmp/fermata-harm\" textual-output 577 420)", "(\"Europe/Berlin\" 0)",
    "(\"sqlite:/tmp/fermata-harm\")", "(#u8(2 0 0 22 127 0 0 1 0 0 0 0 0 0 0 0) 5)", "(1 binary-output)", "(kill 15)",
};

}  // namespace

TEST_CASE("every exported binding, called without grants", "[.][every-binding]") {
  std::size_t called = 0, libraries = 0;
  for (const std::string& library : carried_libraries()) {
    Interpreter in = Interpreter::create({.heap = std::size_t{1} << 30}).value();
    const RunOptions soon{.timeout = std::chrono::milliseconds(50), .gas = 20'000};
    if (!in.eval("(import " + library + ")")) {
      INFO(library);
      in.eval("(import (only " + library + "))").value_or(Value());
    }
    const auto names = exports_of(in, library);
    libraries += !names.empty();
    std::vector<Value> arguments;
    for (const char* text : kArguments) arguments.push_back(in.eval("'" + std::string(text)).value());
    const Value apply = in.eval("apply").value();
    for (const auto& [name, procedure] : names) {
      if (name == "gc" || name == "make-initialized-list") continue;
      for (const Value& a : arguments) {
        static_cast<void>(in.call(soon, apply, procedure, a).has_value());
        ++called;
      }
    }
  }
  CHECK(libraries > 100);
  CHECK(called > 50'000);
  WARN(libraries << " libraries, " << called << " calls");
}
