#include "api/capabilities.hpp"

#include <filesystem>

#include "sched/engine.hpp"
#include "scheme/environment.hpp"
#include "scheme/held_path.hpp"
#include "scheme/library.hpp"
#include "scheme/ports.hpp"
#include "scheme/runtime.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;

namespace {

using scheme::HeldPaths;
using Last = HeldPaths::Last;

// How a native is asked about.
enum class Ask : std::uint8_t {
  whole,        // the capability without limit
  some,         // any grant of it: another native has asked for more, or its caller will
  path,         // the first argument is a file's name (a port: it was opened before)
  two_paths,    // so are the first two
  both,         // a path, to be read and written
  variable,     // the first argument is an environment variable
  store,        // the first argument is a store's URL; else it is the one that the host chose
  look_up,      // host and port
  address,      // an address that a granted look-up gave
  job,          // what it gives may be such addresses
  program       // the first argument is a command line
};

struct Row {
  std::string_view native;
  fermata_capability needs;
  Ask ask;
  bool opens = false;  // a port, a socket, a pipe
  HeldPaths::Last last = HeldPaths::Last::followed;  // of paths
};

// Every native that reaches the world.
constexpr Row kRows[] = {
    {"open-input-file", FERMATA_MAY_READ, Ask::path, true},
    {"open-binary-input-file", FERMATA_MAY_READ, Ask::path, true},
    {"file-exists?", FERMATA_MAY_READ, Ask::path},
    {"read-symlink", FERMATA_MAY_READ, Ask::path, false, Last::kept},
    {"real-path", FERMATA_MAY_READ, Ask::path},
    {"file-space", FERMATA_MAY_READ, Ask::path},
    {"%file-info", FERMATA_MAY_READ, Ask::path},
    {"%directory-files", FERMATA_MAY_READ, Ask::path},
    {"%file-loader", FERMATA_MAY_READ, Ask::path},
    {"%flow-open-script", FERMATA_MAY_READ, Ask::path},
    {"open-output-file", FERMATA_MAY_WRITE, Ask::path, true, Last::made},
    {"open-binary-output-file", FERMATA_MAY_WRITE, Ask::path, true, Last::made},
    {"delete-file", FERMATA_MAY_WRITE, Ask::path, false, Last::kept},
    {"create-directory", FERMATA_MAY_WRITE, Ask::path, false, Last::kept},
    {"create-fifo", FERMATA_MAY_WRITE, Ask::path, false, Last::kept},
    {"create-hard-link", FERMATA_MAY_WRITE, Ask::two_paths, false, Last::kept},
    {"create-symlink", FERMATA_MAY_WRITE, Ask::two_paths, false, Last::kept},
    {"rename-file", FERMATA_MAY_WRITE, Ask::two_paths, false, Last::kept},
    {"delete-directory", FERMATA_MAY_WRITE, Ask::path, false, Last::kept},
    {"set-file-mode", FERMATA_MAY_WRITE, Ask::path},
    {"set-file-owner", FERMATA_MAY_WRITE, Ask::path},
    {"%set-file-times", FERMATA_MAY_WRITE, Ask::path},
    {"%truncate-file", FERMATA_MAY_WRITE, Ask::path},
    {"open-file", FERMATA_MAY_READ, Ask::both, true, Last::made},
    {"get-environment-variable", FERMATA_MAY_ENVIRONMENT, Ask::variable},
    {"get-environment-variables", FERMATA_MAY_ENVIRONMENT, Ask::whole},
    {"%process-environment", FERMATA_MAY_RUN, Ask::some},
    {"current-second", FERMATA_MAY_CLOCK, Ask::whole},
    {"current-jiffy", FERMATA_MAY_CLOCK, Ask::whole},
    {"runtime", FERMATA_MAY_CLOCK, Ask::whole},
    {"%clock", FERMATA_MAY_CLOCK, Ask::whole},
    {"%clock-resolution", FERMATA_MAY_CLOCK, Ask::whole},
    {"%local-offset", FERMATA_MAY_CLOCK, Ask::whole},
    {"%net-look-up", FERMATA_MAY_NETWORK, Ask::look_up},
    {"%tcp-connect", FERMATA_MAY_NETWORK, Ask::address, true},
    {"%tcp-listen", FERMATA_MAY_NETWORK, Ask::address, true},
    {"%tcp-accept", FERMATA_MAY_NETWORK, Ask::some, true},
    {"%http-post", FERMATA_MAY_NETWORK, Ask::whole},
    {"%http-listen", FERMATA_MAY_NETWORK, Ask::whole},
    {"%job-wait", FERMATA_MAY_NETWORK, Ask::job},
    {"%process-start", FERMATA_MAY_RUN, Ask::program, true},
    {"%process-signal", FERMATA_MAY_RUN, Ask::some},
    {"%make-system-pipe", FERMATA_MAY_RUN, Ask::some, true},
    {"fd->port", FERMATA_MAY_RUN, Ask::whole, true},
    {"emergency-exit", FERMATA_MAY_EXIT, Ask::whole},
    {"umask", FERMATA_MAY_RUN, Ask::whole},
    {"set-umask!", FERMATA_MAY_RUN, Ask::whole},
    {"current-directory", FERMATA_MAY_RUN, Ask::some},
    {"set-current-directory!", FERMATA_MAY_RUN, Ask::whole},
    {"pid", FERMATA_MAY_RUN, Ask::whole},
    {"nice", FERMATA_MAY_RUN, Ask::whole},
    {"user-uid", FERMATA_MAY_RUN, Ask::whole},
    {"user-gid", FERMATA_MAY_RUN, Ask::whole},
    {"user-effective-uid", FERMATA_MAY_RUN, Ask::whole},
    {"user-effective-gid", FERMATA_MAY_RUN, Ask::whole},
    {"user-supplementary-gids", FERMATA_MAY_RUN, Ask::whole},
    {"%user-info", FERMATA_MAY_RUN, Ask::whole},
    {"%group-info", FERMATA_MAY_RUN, Ask::whole},
    {"set-environment-variable!", FERMATA_MAY_RUN, Ask::whole},
    {"delete-environment-variable!", FERMATA_MAY_RUN, Ask::whole},
    {"%zone-offset", FERMATA_MAY_CLOCK, Ask::whole},
    {"%zone-instant", FERMATA_MAY_CLOCK, Ask::whole},
    {"%flow-store", FERMATA_MAY_FLOWS, Ask::store},
    {"%flow-create", FERMATA_MAY_FLOWS, Ask::some},
};

// Where natives stand, beside the builtins.
constexpr std::string_view kLibraries[] = {
    "(fermata builtins)",        "(fermata sched streams)", "(fermata sched sockets)",
    "(fermata sched processes)", "(fermata flow builtins)", "(fermata flow sources)",
    "(fermata flow items)",      "(fermata flow looks)",
    "(fermata flow http)",
};

constexpr char kNarrowed = 0;  // Foreign::type of Grants in Fiber::rights

std::string text_of(Value v) { return is<String>(v) ? to_utf8(as<String>(v)) : std::string(); }
std::string plain_name(std::string_view native) { return std::string(native.substr(native.starts_with('%'))); }
std::string bytes_of(Bytevector& b) { return {reinterpret_cast<const char*>(b.bytes()), b.length()}; }

}  // namespace

bool Capabilities::may(Machine& m, auto test) const {
  if (!test(grants_)) return false;
  const auto* engine = static_cast<const sched::Engine*>(m.services[sched::kSchedService]);
  if (engine == nullptr) return true;
  for (Value r = engine->current->rights; r.is_pair(); r = r.pair()->cdr) {
    if (!test(*static_cast<const Grants*>(as<Foreign>(r.pair()->car).pointer))) return false;
  }
  return true;
}

struct Capabilities::Guard : Builtin {
  Guard(const Builtin& row, const Row& r, Capabilities& c)
      : Builtin(row), original(row.function), rule(r), capabilities(c) {
    function = call;
  }
  const NativeFunction original;
  const Row& rule;
  Capabilities& capabilities;

  static Outcome call(Machine& m, Args args) {
    const auto& g = static_cast<const Guard&>(*as<Native>(args.data[-1]).row);
    HeldPaths held(m);
    const std::string refused = g.refused(m, args, held);
    if (!refused.empty()) {
      return m.error(ConditionKind::denied, plain_name(g.name()) + ": the host does not let this interpreter " + refused);
    }
    if (g.rule.opens && !g.capabilities.has_room(m))
      return m.error(ConditionKind::io, plain_name(g.name()) + ": there are as many open ports as the host lets this interpreter have");
    const Outcome outcome = g.original(m, args);
    if (g.rule.ask == Ask::job && outcome.is_value()) g.note_addresses(outcome.value);
    return outcome;
  }

  void note_addresses(Value list) const {
    for (; list.is_pair(); list = list.pair()->cdr) {
      if (auto* b = cast<Bytevector>(list.pair()->car)) capabilities.addresses_.insert(bytes_of(*b));
    }
  }

  // A path that was allowed, so that it leads nowhere else when the native follows it.
  std::string hold(Machine& m, const std::string& file, const std::string& real, std::size_t i, Args args,
                   fermata_capability needs, HeldPaths& held) const {
    if (rule.native == "create-symlink" && i == 0) return {};  // is only written down
    const bool is_link_itself = rule.last == Last::kept ||
                                (rule.native == "%file-info" && args.count > 1 && args[1] == kFalse);
    if (!is_link_itself) {
      held.hold(file, real, rule.last);
      return {};
    }
    // What stands there may be a link, which is not followed: it is its folder that counts.
    namespace fs = std::filesystem;
    fs::path given(file);
    if (!given.has_filename()) given = given.parent_path();
    const auto folder = real_path(given.has_parent_path() ? given.parent_path().string() : ".");
    const std::string name = given.filename().string();
    if (name == "." || name == ".." || name.empty()) {
      held.hold(file, real, Last::followed);
      return {};
    }
    const std::string whole = folder ? (*folder == "/" ? "/" : *folder + "/") + name : "";
    if (!folder || !capabilities.may(m, [&](const Grants& g) { return g.may_touch_real(needs, whole); }))
      return std::string(what_for(needs)) + ": " + file;
    held.hold(file, whole, Last::kept);
    return {};
  }

  // What the host does not let it do; empty: it may.
  std::string refused(Machine& m, Args args, HeldPaths& held) const {
    const auto may = [&](auto test) { return capabilities.may(m, test); };
    const auto unless = [&](bool allowed, std::string_view what = {}) {
      if (allowed) return std::string();
      return std::string(what_for(rule.needs)) + (what.empty() ? "" : ": " + std::string(what));
    };
    const auto path = [&](fermata_capability needs, std::size_t i) -> std::string {
      if (args.count <= i || !is<String>(args[i])) return {};
      if (may([&](const Grants& g) { return g.unlimited(needs); })) return {};
      const std::string file = text_of(args[i]);
      const bool some = may([&](const Grants& g) { return g.has(needs); });  // else the system is not even asked
      const std::optional<std::string> real = some ? real_path(file) : std::nullopt;
      if (!real || !may([&](const Grants& g) { return g.may_touch_real(needs, *real); }))
        return std::string(what_for(needs)) + ": " + file;
      return hold(m, file, *real, i, args, needs, held);
    };
    const std::string first = args.count > 0 ? text_of(args[0]) : "";
    const auto has = [&](const Grants& g) { return g.has(rule.needs); };
    const auto named = [&](const std::string& name) {
      return unless(may([&](const Grants& g) { return g.names(rule.needs, name); }), name);
    };
    switch (rule.ask) {
      case Ask::whole:
        return unless(may([&](const Grants& g) { return g.unlimited(rule.needs); }));
      case Ask::some:
        return unless(may(has));
      case Ask::path:
        return may(has) ? path(rule.needs, 0) : unless(false, first);
      case Ask::two_paths: {
        if (!may(has)) return unless(false);
        const std::string problem = path(rule.needs, 0);
        return problem.empty() ? path(rule.needs, 1) : problem;
      }
      case Ask::both: {
        const std::string problem = path(FERMATA_MAY_READ, 0);
        return problem.empty() ? path(FERMATA_MAY_WRITE, 0) : problem;
      }
      case Ask::variable:
        return named(first);
      case Ask::store:
        return args.count > 0 && is<String>(args[0]) ? named(first) : unless(may(has));
      case Ask::look_up: {
        const std::string port = args.count > 1 && args[1].is_fixnum() ? std::to_string(args[1].fixnum()) : "";
        return unless(may([&](const Grants& g) { return g.may_connect(first, port); }), first + ":" + port);
      }
      case Ask::address: {
        if (may([](const Grants& g) { return g.unlimited(FERMATA_MAY_NETWORK); })) return {};
        auto* b = args.count > 0 ? cast<Bytevector>(args[0]) : nullptr;
        return unless(may(has) && b != nullptr && capabilities.addresses_.contains(bytes_of(*b)));
      }
      case Ask::job:
        return {};
      case Ask::program: {
        const Value list = args.count > 0 ? args[0] : kNull;
        return named(list.is_pair() ? text_of(list.pair()->car) : "");
      }
    }
    return unless(false);
  }
};

Capabilities::Capabilities(Grants grants) : grants_(std::move(grants)) {}
Capabilities::~Capabilities() = default;

void Capabilities::guard(scheme::Runtime& runtime, bool also_unlimited) {
  Machine& m = runtime.machine;
  const auto& libraries = as<scheme::Environment>(runtime.libraries);
  for (const std::string_view name : kLibraries) {
    const Value found = scheme::lookup(libraries, m.symbols.intern(name));
    if (!is<scheme::Library>(found)) continue;
    const scheme::Environment& env = *as<scheme::Library>(found).environment;
    for (const Row& row : kRows) {
      const bool unlimited = row.ask == Ask::both ? grants_.unlimited(FERMATA_MAY_READ) && grants_.unlimited(FERMATA_MAY_WRITE)
                                                  : grants_.unlimited(row.needs);
      if (unlimited && !also_unlimited && !(row.opens && most_ports_ > 0)) continue;
      const Value denotation = scheme::lookup(env, m.symbols.intern(row.native));
      auto* cell = cast<Cell>(denotation);
      auto* native = cell != nullptr ? cast<Native>(cell->value) : nullptr;
      if (native == nullptr || native->row->function == Guard::call) continue;
      guards_.push_back(std::make_unique<Guard>(*native->row, row, *this));
      native->row = guards_.back().get();
    }
  }
}

// ---- tasks with less ------------------------------------------------------------------------

void Capabilities::narrow(Machine& m, sched::Fiber& task, Grants grants) {
  if (!all_guarded_) guard(*runtime_, true);
  all_guarded_ = true;
  auto& f = m.heap.make<Foreign>(static_cast<const void*>(&kNarrowed), static_cast<void*>(nullptr), kFalse);
  f.pointer = new Grants(std::move(grants));
  set_finalizer(f, [](Object& o) { delete static_cast<Grants*>(static_cast<Foreign&>(o).pointer); });
  task.rights = m.heap.cons(value_of(&f), task.rights.is_pair() ? task.rights : kNull);
}

// (narrow-capabilities! grant ...), a grant being a symbol or a list of one and strings.
Outcome Capabilities::narrow_here(Machine& m, Args args) {
  const auto& row = static_cast<const Guard&>(*as<Native>(args.data[-1]).row);
  Grants grants;
  for (std::size_t i = 0; i < args.count; ++i) {
    const Value name = args[i].is_pair() ? args[i].pair()->car : args[i];
    const auto capability =
        is<Symbol>(name) ? capability_named(to_utf8(as<String>(as<Symbol>(name).name))) : std::nullopt;
    if (!capability) return m.wrong_type(i + 1, "a capability such as clock or (read \"/srv\")", args[i]);
    if (!args[i].is_pair()) grants.add(*capability);
    Value rest = args[i].is_pair() ? args[i].pair()->cdr : kNull;
    for (; rest.is_pair(); rest = rest.pair()->cdr) {
      if (!is<String>(rest.pair()->car) || text_of(rest.pair()->car).empty())
        return m.wrong_type(i + 1, "a capability and strings that narrow it", args[i]);
      grants.add(*capability, text_of(rest.pair()->car));
    }
  }
  row.capabilities.narrow(m, *sched::Engine::of(m).current, std::move(grants));
  return kUnspecified;
}

bool Capabilities::has_room(Machine& m) const {
  if (most_ports_ == 0 || scheme::open_ports(m) < most_ports_) return true;
  collect_now();
  run_finalizers();
  return scheme::open_ports(m) < most_ports_;
}

void Capabilities::install(scheme::Runtime& runtime, std::span<const std::string> library_path,
                           std::size_t most_ports) {
  runtime_ = &runtime;
  most_ports_ = most_ports;
  guard(runtime, false);
  Machine& m = runtime.machine;
  constexpr std::string_view kSignature = "(narrow-capabilities! grant ...)";
  static constexpr Row kNone = {"", FERMATA_MAY_ALL, Ask::job};
  const Builtin narrow{narrow_here, kSignature,
                       "From now on this task, and those it begins, may do to the world no more than the grants\n"
                       "say: symbols read, write, environment, network, run, clock, stdio, flows, exit, or lists\n"
                       "(read \"/srv\" ...), (network \"host:port\" ...). Nothing widens that again.",
                       0, 0, true};
  guards_.push_back(std::make_unique<Guard>(narrow, kNone, *this));
  guards_.back()->function = narrow_here;
  runtime.define_natives("fermata capabilities", std::span<const Builtin>(static_cast<const Builtin*>(guards_.back().get()), 1));

  Grants libraries;
  for (const std::string& folder : library_path) libraries.add(FERMATA_MAY_READ, folder);
  runtime.options.may_read = [this, &m, libraries = std::move(libraries)](std::string_view file) {
    return libraries.may_touch(FERMATA_MAY_READ, file) ||
           may(m, [&](const Grants& g) { return g.may_touch(FERMATA_MAY_READ, file); });
  };
}

}  // namespace fermata::api
