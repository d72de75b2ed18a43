#include "api/capabilities.hpp"

#include <filesystem>

#include "scheme/environment.hpp"
#include "scheme/library.hpp"
#include "scheme/runtime.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;
namespace fs = std::filesystem;

namespace {

// How a native is asked about.
enum class Ask : std::uint8_t {
  whole,        // the capability without limit
  path,         // the first argument is a file's name (a port: it was opened before)
  two_paths,    // so are the first two
  both,         // a path, to be read and written
  variable,     // the first argument is an environment variable
  look_up,      // host and port
  address,      // an address that a granted look-up gave
  job,          // what it gives may be such addresses
  program       // the first argument is a command line
};

struct Row {
  std::string_view native;
  fermata_capability needs;
  Ask ask;
};

// Every native that reaches the world.
constexpr Row kRows[] = {
    {"open-input-file", FERMATA_MAY_READ, Ask::path},
    {"open-binary-input-file", FERMATA_MAY_READ, Ask::path},
    {"file-exists?", FERMATA_MAY_READ, Ask::path},
    {"read-symlink", FERMATA_MAY_READ, Ask::path},
    {"real-path", FERMATA_MAY_READ, Ask::path},
    {"file-space", FERMATA_MAY_READ, Ask::path},
    {"%file-info", FERMATA_MAY_READ, Ask::path},
    {"%directory-files", FERMATA_MAY_READ, Ask::path},
    {"%file-loader", FERMATA_MAY_READ, Ask::path},
    {"%flow-open-script", FERMATA_MAY_READ, Ask::path},
    {"open-output-file", FERMATA_MAY_WRITE, Ask::path},
    {"open-binary-output-file", FERMATA_MAY_WRITE, Ask::path},
    {"delete-file", FERMATA_MAY_WRITE, Ask::path},
    {"create-directory", FERMATA_MAY_WRITE, Ask::path},
    {"create-fifo", FERMATA_MAY_WRITE, Ask::path},
    {"create-hard-link", FERMATA_MAY_WRITE, Ask::two_paths},
    {"create-symlink", FERMATA_MAY_WRITE, Ask::two_paths},
    {"rename-file", FERMATA_MAY_WRITE, Ask::two_paths},
    {"delete-directory", FERMATA_MAY_WRITE, Ask::path},
    {"set-file-mode", FERMATA_MAY_WRITE, Ask::path},
    {"set-file-owner", FERMATA_MAY_WRITE, Ask::path},
    {"%set-file-times", FERMATA_MAY_WRITE, Ask::path},
    {"%truncate-file", FERMATA_MAY_WRITE, Ask::path},
    {"open-file", FERMATA_MAY_READ, Ask::both},
    {"get-environment-variable", FERMATA_MAY_ENVIRONMENT, Ask::variable},
    {"get-environment-variables", FERMATA_MAY_ENVIRONMENT, Ask::whole},
    {"%process-environment", FERMATA_MAY_ENVIRONMENT, Ask::whole},
    {"current-second", FERMATA_MAY_CLOCK, Ask::whole},
    {"current-jiffy", FERMATA_MAY_CLOCK, Ask::whole},
    {"runtime", FERMATA_MAY_CLOCK, Ask::whole},
    {"%clock", FERMATA_MAY_CLOCK, Ask::whole},
    {"%clock-resolution", FERMATA_MAY_CLOCK, Ask::whole},
    {"%local-offset", FERMATA_MAY_CLOCK, Ask::whole},
    {"%net-look-up", FERMATA_MAY_NETWORK, Ask::look_up},
    {"%tcp-connect", FERMATA_MAY_NETWORK, Ask::address},
    {"%tcp-listen", FERMATA_MAY_NETWORK, Ask::address},
    {"%job-wait", FERMATA_MAY_NETWORK, Ask::job},
    {"%process-start", FERMATA_MAY_RUN, Ask::program},
    {"%process-signal", FERMATA_MAY_RUN, Ask::whole},
    {"%make-system-pipe", FERMATA_MAY_RUN, Ask::whole},
    {"fd->port", FERMATA_MAY_RUN, Ask::whole},
    {"emergency-exit", FERMATA_MAY_RUN, Ask::whole},
    {"umask", FERMATA_MAY_RUN, Ask::whole},
    {"set-umask!", FERMATA_MAY_RUN, Ask::whole},
    {"current-directory", FERMATA_MAY_RUN, Ask::whole},
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
    {"%flow-store", FERMATA_MAY_FLOWS, Ask::variable},
};

// Where natives stand, beside the builtins.
constexpr std::string_view kLibraries[] = {
    "(fermata builtins)",        "(fermata sched streams)", "(fermata sched sockets)",
    "(fermata sched processes)", "(fermata flow builtins)", "(fermata flow sources)",
};

const char* what_for(fermata_capability c) {
  switch (c) {
    case FERMATA_MAY_READ: return "read files";
    case FERMATA_MAY_WRITE: return "write files";
    case FERMATA_MAY_ENVIRONMENT: return "see the environment";
    case FERMATA_MAY_NETWORK: return "use the network";
    case FERMATA_MAY_RUN: return "touch processes and descriptors";
    case FERMATA_MAY_CLOCK: return "ask for the time";
    case FERMATA_MAY_STDIO: return "use the standard ports";
    case FERMATA_MAY_FLOWS: return "open stores of flows";
    case FERMATA_MAY_ALL: break;
  }
  return "do that";
}

std::string text_of(Value v) { return is<String>(v) ? to_utf8(as<String>(v)) : std::string(); }

bool is_below(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

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
    const std::string refused = g.refused(m, args);
    if (!refused.empty()) {
      std::string name(g.name());
      if (name.starts_with('%')) name.erase(0, 1);
      return m.error(ConditionKind::denied, name + ": the host does not let this interpreter " + refused);
    }
    const Outcome outcome = g.original(m, args);
    if (g.rule.ask == Ask::job && outcome.is_value()) g.note_addresses(outcome.value);
    return outcome;
  }

  void note_addresses(Value list) const {
    for (; list.is_pair(); list = list.pair()->cdr) {
      if (auto* b = cast<Bytevector>(list.pair()->car))
        capabilities.addresses.emplace(reinterpret_cast<const char*>(b->bytes()), b->length());
    }
  }

  // What the host does not let it do; empty: it may.
  std::string refused(Machine& m, Args args) const {
    const Capabilities& c = capabilities;
    const auto refuse = [&](std::string_view what = {}) {
      return std::string(what_for(rule.needs)) + (what.empty() ? "" : ": " + std::string(what));
    };
    const auto path = [&](fermata_capability needs, std::size_t i) -> std::string {
      if (args.count <= i || !is<String>(args[i]) || c.may_touch(needs, text_of(args[i]))) return {};
      return std::string(what_for(needs)) + ": " + text_of(args[i]);
    };
    switch (rule.ask) {
      case Ask::whole:
        return c.unlimited(rule.needs) ? "" : refuse();
      case Ask::path:
        return c.has(rule.needs) ? path(rule.needs, 0) : refuse(args.count > 0 ? text_of(args[0]) : "");
      case Ask::two_paths: {
        if (!c.has(rule.needs)) return refuse();
        const std::string first = path(rule.needs, 0);
        return first.empty() ? path(rule.needs, 1) : first;
      }
      case Ask::both: {
        const std::string first = path(FERMATA_MAY_READ, 0);
        return first.empty() ? path(FERMATA_MAY_WRITE, 0) : first;
      }
      case Ask::variable: {
        const std::string name = args.count > 0 ? text_of(args[0]) : "";
        return c.names(rule.needs, name) ? "" : refuse(name);
      }
      case Ask::look_up: {
        const std::string host = args.count > 0 ? text_of(args[0]) : "";
        const std::string port =
            args.count > 1 && args[1].is_fixnum() ? std::to_string(args[1].fixnum()) : "";
        return c.may_connect(host, port) ? "" : refuse(host + ":" + port);
      }
      case Ask::address: {
        if (c.unlimited(rule.needs)) return {};
        auto* b = args.count > 0 ? cast<Bytevector>(args[0]) : nullptr;
        const bool known = b != nullptr && c.addresses.contains(std::string(
                                               reinterpret_cast<const char*>(b->bytes()), b->length()));
        return known ? "" : refuse();
      }
      case Ask::job:
        return {};
      case Ask::program: {
        Value list = args.count > 0 ? args[0] : kNull;
        const std::string name = list.is_pair() ? text_of(list.pair()->car) : "";
        return c.names(rule.needs, name) ? "" : refuse(name);
      }
    }
    return refuse();
  }
};

Capabilities::Capabilities(std::span<const fermata_grant> grants) {
  for (const fermata_grant& g : grants) {
    if (g.may == FERMATA_MAY_ALL) {
      for (Granted& each : grants_) each.any = true;
      continue;
    }
    Granted& granted = grants_[g.may];
    if (g.what == nullptr || *g.what == '\0') {
      granted.any = true;
    } else if (g.may == FERMATA_MAY_READ || g.may == FERMATA_MAY_WRITE) {
      std::error_code none;
      granted.narrow.push_back(fs::weakly_canonical(g.what, none).string());
    } else {
      granted.narrow.emplace_back(g.what);
    }
  }
}

Capabilities::~Capabilities() = default;

bool Capabilities::may_touch(fermata_capability c, std::string_view path) const {
  if (grants_[c].any) return true;
  if (path.find('\0') != path.npos) return false;
  std::error_code failed;
  const std::string real = fs::weakly_canonical(fs::path(path), failed).string();
  if (failed) return false;
  for (const std::string& folder : grants_[c].narrow) {
    if (is_below(real, folder)) return true;
  }
  return false;
}

bool Capabilities::names(fermata_capability c, std::string_view what) const {
  if (grants_[c].any) return true;
  for (const std::string& name : grants_[c].narrow) {
    if (name == what) return true;
  }
  return false;
}

bool Capabilities::may_connect(std::string_view host, std::string_view port) const {
  return names(FERMATA_MAY_NETWORK, std::string(host) + ":" + std::string(port)) ||
         names(FERMATA_MAY_NETWORK, std::string(host) + ":*");
}

void Capabilities::install(scheme::Runtime& runtime) {
  Machine& m = runtime.machine;
  const auto& libraries = as<scheme::Environment>(runtime.libraries);
  for (const std::string_view name : kLibraries) {
    const Value found = scheme::lookup(libraries, m.symbols.intern(name));
    if (!is<scheme::Library>(found)) continue;
    const scheme::Environment& env = *as<scheme::Library>(found).environment;
    for (const Row& row : kRows) {
      if (grants_[row.needs].any && row.ask != Ask::both) continue;
      if (row.ask == Ask::both && grants_[FERMATA_MAY_READ].any && grants_[FERMATA_MAY_WRITE].any) continue;
      const Value denotation = scheme::lookup(env, m.symbols.intern(row.native));
      auto* cell = cast<Cell>(denotation);
      auto* native = cell != nullptr ? cast<Native>(cell->value) : nullptr;
      if (native == nullptr || native->row->function == Guard::call) continue;
      guards_.push_back(std::make_unique<Guard>(*native->row, row, *this));
      native->row = guards_.back().get();
    }
  }
}

}  // namespace fermata::api
