// Natives on processes of the system: the base of (fermata task)'s process-task.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sched/builtins.hpp"
#include "sched/descriptor.hpp"
#include "sched/failure.hpp"
#include "vm/string.hpp"
#include "vm/world.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

struct Limit {
  std::string_view name;
  int resource;
};
constexpr Limit kLimits[] = {
    {"cpu", RLIMIT_CPU},          {"memory", RLIMIT_AS},       {"file-size", RLIMIT_FSIZE},
    {"files", RLIMIT_NOFILE},     {"processes", RLIMIT_NPROC}, {"core", RLIMIT_CORE},
};
constexpr const char* kLimitNames = "cpu, memory, file-size, files, processes or core";

// False: not a list of strings without #\null.
bool read_strings(Value list, std::vector<std::string>& into) {
  for (; list.is_pair(); list = list.pair()->cdr) {
    const auto* s = cast<String>(list.pair()->car);
    if (s == nullptr) return false;
    into.push_back(to_utf8(*s));
    if (into.back().find('\0') != std::string::npos) return false;
  }
  return list == kNull;
}

Outcome start(Machine& m, Value arguments, Value environment, String& directory, Value limits, Vector& streams) {
  if (auto problem = touch_world(m)) return *problem;
  SpawnPlan plan;
  if (!read_strings(arguments, plan.arguments) || plan.arguments.empty()) {
    return m.wrong_type(1, "a list of strings, the program first", arguments);
  }
  if (!read_strings(environment, plan.environment)) return m.wrong_type(2, "a list of strings", environment);
  plan.directory = to_utf8(directory);
  for (Value rest = limits; rest.is_pair(); rest = rest.pair()->cdr) {
    const auto* row = rest.pair()->car.is_pair() ? rest.pair()->car.pair() : nullptr;
    const auto* name = row != nullptr ? cast<Symbol>(row->car) : nullptr;
    const std::string text = name != nullptr ? to_utf8(as<String>(name->name)) : "";
    const Limit* found = nullptr;
    for (const Limit& each : kLimits) found = each.name == text ? &each : found;
    if (found == nullptr || !row->cdr.is_fixnum() || row->cdr.fixnum() < 0) {
      return m.wrong_type(4, std::string("a list of pairs of a limit (") + kLimitNames + ") and a number", limits);
    }
    plan.limits.emplace_back(found->resource, static_cast<rlim_t>(row->cdr.fixnum()));
  }
  // The descriptors live as long as these do.
  std::shared_ptr<Descriptor> held[3];
  for (std::size_t i = 0; i < 3 && i < streams.length(); ++i) {
    const Value stream = streams.slots()[i];
    if (stream.is_fixnum()) plan.streams[i] = static_cast<int>(stream.fixnum());
    if ((held[i] = descriptor_of(stream)) != nullptr) plan.streams[i] = held[i]->fd;
  }
  plan.own_group = plan.streams[0] != STDIN_FILENO || ::isatty(STDIN_FILENO) == 0;
  const Spawned spawned = spawn_process(plan);
  if (spawned.pid < 0) {
    return system_failure(m, std::string("cannot ") + spawned.doing + " \"" + plan.arguments[0] + '"',
                          spawned.error);
  }
  return value_of(&Engine::of(m).children.add(spawned, plan.own_group));
}

Outcome wait(Machine& m, Vector& cell) {
  if (auto problem = touch_world(m)) return *problem;
  const Value status = cell.slots()[Children::kStatus];
  return status != kFalse ? Outcome(status) : m.retry_when(cell.slots()[Children::kQueue]);
}
Outcome pid(Machine&, Vector& cell) { return cell.slots()[Children::kPid]; }
Outcome status(Machine& m, Vector& cell) {
  if (auto problem = touch_world(m)) return *problem;
  return cell.slots()[Children::kStatus];
}

Outcome signal_group(Machine& m, Vector& cell, Symbol& name) {
  if (auto problem = touch_world(m)) return *problem;
  const std::string text = to_utf8(as<String>(name.name));
  const int number = text == "kill" ? SIGKILL : text == "terminate" ? SIGTERM : SIGINT;
  return Value::boolean(Engine::of(m).children.signal(cell, number));
}

Outcome environment(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  Value list = kNull;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    list = m.heap.cons(value_of(&make_string(m.heap, std::string_view(*each))), list);
  }
  return list;
}

constexpr Builtin kProcesses[] = {
    builtin<start>("(%process-start arguments environment directory limits streams)",
                   "Starts a program; a cell that stands for the process."),
    builtin<wait>("(%process-wait cell)", "Waits for its end: exit code, or 128 and the signal."),
    builtin<pid>("(%process-pid cell)", "Its number, and that of its group."),
    builtin<status>("(%process-status cell)", "The same as %process-wait; #f as long as it runs."),
    builtin<signal_group>("(%process-signal cell name)",
                          "Sends terminate, kill or interrupt to its group; #f when it has ended."),
    builtin<environment>("(%process-environment)", "A list of NAME=value."),
};

}  // namespace

std::span<const Builtin> process_builtins() { return kProcesses; }

}  // namespace fermata::sched
