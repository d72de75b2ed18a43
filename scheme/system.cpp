// The process, the clock, and small things: R7RS 6.14, boxes, ephemerons, the collector, and errors
// for procedures written in Scheme.
#include <unistd.h>

#include <bit>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/features.hpp"
#include "scheme/lists.hpp"
#include "scheme/runtime.hpp"
#include "scheme/world.hpp"
#include "vm/condition.hpp"
#include "vm/ephemerons.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

extern char** environ;

namespace fermata::scheme {

using namespace vm;

const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list{"r7rs", "exact-closed", "exact-complex", "ieee-float", "full-unicode", "ratios",
                                  "regexp-non-greedy", "regexp-unicode",  // (srfi 115)
                                  "fermata", std::string("fermata-") + kVersion};
#if defined(__linux__)
    list.insert(list.end(), {"posix", "unix", "linux", "gnu-linux"});
#elif defined(__APPLE__)
    list.insert(list.end(), {"posix", "unix", "darwin"});
#endif
#if defined(__x86_64__)
    list.emplace_back("x86-64");
#elif defined(__aarch64__)
    list.emplace_back("aarch64");
#endif
    if (sizeof(void*) == 8 && sizeof(long) == 8) list.emplace_back("lp64");
    list.emplace_back(std::endian::native == std::endian::little ? "little-endian" : "big-endian");
    return list;
  }();
  return names;
}

namespace {

Value text_value(Machine& m, std::string_view utf8) { return value_of(&make_string(m.heap, utf8)); }

Outcome features(Machine& m) {
  ListBuilder list(m.heap);
  for (const std::string& name : feature_names()) list.push(m.symbols.intern(name));
  return list.finish();
}

// ---- time ------------------------------------------------------------------------

constexpr std::int64_t kJiffiesPerSecond = 1'000'000'000;

// POSIX time as the system has it; leap seconds are not added, since the system's count
// does not say which of them it smeared.
Outcome current_second(Machine& m) {
  note_question(m);
  return m.heap.make_flonum(static_cast<double>(m.clock->real_ns()) / kJiffiesPerSecond);
}

Outcome current_jiffy(Machine& m) {
  note_question(m);
  return Value::fixnum(m.clock->monotonic_ns());
}

Outcome jiffies_per_second(Machine&) { return Value::fixnum(kJiffiesPerSecond); }

Outcome runtime(Machine& m) {
  return m.heap.make_flonum(static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
}

// ---- the process -------------------------------------------------------------------

Outcome command_line(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  ListBuilder list(m.heap);
  for (const std::string& word : Runtime::of(m).options.command_line) list.push(text_value(m, word));
  return list.finish();
}

// The program's file, by its full name; a program from standard input or a prompt has none.
Outcome script_file(Machine& m) {
  const auto& script = Runtime::of(m).script;
  if (!script) return kFalse;
  const std::unique_ptr<char, void (*)(void*)> path(::realpath(script->name.c_str(), nullptr), std::free);
  return path ? text_value(m, path.get()) : kFalse;
}

Outcome get_environment_variable(Machine& m, String& name) {
  if (auto problem = touch_world(m)) return *problem;
  const std::string wanted = to_utf8(name);
  if (wanted.find('\0') != std::string::npos) return kFalse;
  const char* value = std::getenv(wanted.c_str());
  return value ? text_value(m, value) : kFalse;
}

Outcome get_environment_variables(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  ListBuilder list(m.heap);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const Value name = text_value(m, text.substr(0, equals));
    list.push(m.heap.cons(name, text_value(m, text.substr(equals + 1))));
  }
  return list.finish();
}

// What the process answers for (exit obj): integers as they are, as far as eight bits go,
// but what means failure never becomes 0.
int exit_status(std::optional<Value> obj) {
  if (!obj || *obj == kTrue || *obj == kUnspecified) return 0;
  if (!obj->is_fixnum()) return 1;
  const int low = static_cast<int>(obj->fixnum() & 0xff);
  return low == 0 && obj->fixnum() != 0 ? 255 : low;
}

Outcome exit_code(Machine&, std::optional<Value> obj) { return Value::fixnum(exit_status(obj)); }

// Runs no `after` thunk and flushes no port.
Outcome emergency_exit(Machine&, std::optional<Value> obj) { _exit(exit_status(obj)); }

// ---- boxes, ephemerons, the collector ------------------------------------------------------------

Outcome box(Machine& m, Value v) { return value_of(&m.heap.make<Box>(v)); }
Outcome is_box(Machine&, Value v) { return Value::boolean(is<Box>(v)); }
Outcome unbox(Machine&, Box& b) { return b.value; }
Outcome set_box(Machine& m, Box& b, Value v) {
  if (auto problem = check_mutable(m, b)) return *problem;
  b.value = v;
  return kUnspecified;
}

Outcome new_ephemeron(Machine&, Value key, Value datum) {
  return value_of(&make_ephemeron(key, datum));
}
Outcome is_ephemeron(Machine&, Value v) { return Value::boolean(is<Ephemeron>(v)); }
Outcome is_broken(Machine&, Ephemeron& e) { return Value::boolean(e.key == kTombstone); }
Outcome ephemeron_key(Machine&, Ephemeron& e) {
  const Value key = e.key;
  return key == kTombstone ? kFalse : key;
}
Outcome ephemeron_datum(Machine&, Ephemeron& e) { return e.datum; }
// The call itself does it: it holds the key.
Outcome reference_barrier(Machine&, Value) { return kUnspecified; }

// For procedures written in Scheme: the errors that natives raise, in another's name.
Outcome raise_about(Machine& m, ConditionKind kind, Symbol& who, std::size_t argument, String& wanted,
                    Value got) {
  const std::string name = to_utf8(as<String>(who.name));
  const Value condition = m.make_condition(kind,
                                           name + ": argument " + std::to_string(argument) +
                                               " must be " + to_utf8(wanted) + ", got " +
                                               m.describe(got),
                                           m.heap.cons(got, kNull));
  as<Condition>(condition).who = value_of(&who);
  return m.raise(condition);
}
Outcome wrong_type(Machine& m, Symbol& who, Index argument, String& wanted, Value got) {
  return raise_about(m, ConditionKind::type, who, argument, wanted, got);
}
Outcome out_of_range(Machine& m, Symbol& who, Index argument, String& wanted, Value got) {
  return raise_about(m, ConditionKind::range, who, argument, wanted, got);
}

Outcome nothing(Machine&, Args) { return kUnspecified; }

Outcome collect(Machine& m) {
  collect_now();
  return integer_from_unsigned(m.heap, heap_bytes());
}

constexpr Builtin kSystem[] = {
    builtin<features>("(features)", "A list of the symbols that cond-expand knows."),
    builtin<current_second>("(current-second)", "Seconds since the start of 1970, inexact."),
    builtin<current_jiffy>("(current-jiffy)", "Jiffies since some moment in the past."),
    builtin<jiffies_per_second>("(jiffies-per-second)", "How many jiffies there are in a second."),
    builtin<runtime>("(runtime)", "Seconds of processor time that the process has used."),
    builtin<command_line>("(command-line)", "A list of the words of the command line."),
    builtin<script_file>("(%script-file)", "The full name of the program's file, or #f."),
    builtin<get_environment_variable>("(get-environment-variable name)",
                                      "The value of the environment variable, or #f."),
    builtin<get_environment_variables>("(get-environment-variables)",
                                       "A list of pairs (name . value) of strings."),
    builtin<exit_code>("(%exit-code [obj])", "The status that (exit obj) gives the process."),
    builtin<emergency_exit>("(emergency-exit [obj])",
                            "Ends the process at once; no after thunk runs, no port is flushed."),
    builtin<box>("(box obj)", "A new box that holds obj."),
    builtin<is_box>("(box? obj)", "Whether obj is a box."),
    builtin<unbox>("(unbox box)", "What the box holds."),
    builtin<set_box>("(set-box! box obj)", "Makes the box hold obj."),
    builtin<new_ephemeron>("(make-ephemeron key datum)",
                           "An ephemeron: it holds datum for as long as something other than it and "
                           "datum holds key."),
    builtin<is_ephemeron>("(ephemeron? obj)", "Whether obj is an ephemeron."),
    builtin<is_broken>("(ephemeron-broken? ephemeron)",
                       "Whether the key was collected; key and datum are #f then."),
    builtin<ephemeron_key>("(ephemeron-key ephemeron)",
                           "The key, or #f if it was collected."),
    builtin<ephemeron_datum>("(ephemeron-datum ephemeron)",
                             "The datum, or #f if the key was collected."),
    builtin<reference_barrier>("(reference-barrier key)",
                               "Does nothing: until this call key is not collected."),
    builtin<wrong_type>("(%wrong-type who argument wanted got)",
                        "Raises: that argument of who must be of another type."),
    builtin<out_of_range>("(%out-of-range who argument wanted got)",
                          "Raises: that argument of who must be another value."),
    builtin<nothing>("(void obj ...)", "The unspecified value."),
    builtin<collect>("(gc)", "Collects garbage; answers the bytes of the heap."),
};

}  // namespace

std::span<const Builtin> system_builtins() { return kSystem; }

}  // namespace fermata::scheme
