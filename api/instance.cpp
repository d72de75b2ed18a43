// Making and closing interpreters; which thread owns one.
#include "api/instance.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "api/background.hpp"
#include "api/errors.hpp"
#include "api/events.hpp"
#include "api/later.hpp"
#include "api/streams.hpp"
#include "api/tasks.hpp"
#include "flow/builtins.hpp"
#include "flow/service.hpp"
#include "sched/scheduler.hpp"
#include "vm/steps.hpp"

using namespace fermata;
using namespace fermata::api;

namespace {

// An archive's member that nobody needs is left out: this needs the carried libraries.
extern "C" const char fermata_images[];
[[gnu::used]] const char* const images = fermata_images;

// Options of a host that was built against an older header end earlier.
fermata_options complete(const fermata_options* given) {
  fermata_options all = {};
  if (given != nullptr) std::memcpy(&all, given, std::min(given->size, sizeof all));
  return all;
}

void make_runtime(fermata_interp& in, const fermata_options& o) {
  std::vector<std::string> path(o.library_path, o.library_path + o.library_path_count);
  in.runtime = &scheme::Runtime::create(*in.machine, {path, {}, {}, {}});
  flow::install_flow(*in.runtime);
  in.capabilities->install(*in.runtime, path, o.most_ports);
  in.engine = &sched::Engine::of(*in.machine);
  in.events = std::make_shared<Events>(o.queue > 0 ? o.queue : 1024, in.engine->door);
  flow::Service::find(*in.machine)->tell_rest = [events = in.events](std::string_view id, std::string_view status) {
    if (!events->has_room()) return;
    std::string text = "(\"";  // ids hold nothing that would have to be quoted
    text.append(id).append("\" \"").append(status).append("\")");
    fermata_datum* d = nullptr;
    fermata_error* e = fermata_datum_parse(text.data(), text.size(), &d);
    if (e != nullptr) return fermata_error_free(e);
    events->put({FERMATA_FLOW_RESTS, 0, d, nullptr});
  };
  in.engine->report = tell_of_failure;
  sched::Scheduler& root = *in.engine->root;
  if (o.most_tasks > 0) in.engine->most_tasks = o.most_tasks;
  if (o.most_messages > 0) in.engine->most_messages = o.most_messages;
  if (o.most_depth > 0) in.machine->set_most_depth(o.most_depth);
  if (o.slice_gas > 0) root.gas = static_cast<std::int64_t>(o.slice_gas);
  sched::set_seed(root, o.seed > 0 ? o.seed : 1);
  root.policy = static_cast<sched::Policy>(std::clamp(o.policy, 0, 3));
  root.on_error = in.machine->symbols.intern("log");
}

}  // namespace

unsigned fermata_abi_version(void) { return FERMATA_ABI; }
const char* fermata_version(void) { return FERMATA_VERSION; }

fermata_error* fermata_create(const fermata_options* given, fermata_interp** out) {
  const fermata_options options = complete(given);
  auto in = std::make_unique<fermata_interp>();
  in->bounds = enter_collector(options.collector_ours != 0 ? vm::GcPolicy::ours : vm::GcPolicy::as_found);
  if (options.collector_ours == 2) vm::collect_in_steps();
  in->owner.store(vm::this_thread(), std::memory_order_relaxed);
  in->options = options;
  try {
    in->machine = &vm::Machine::create();
    in->machine->services[kHostService] = in.get();
    in->hub = new Hub(*in);
    in->capabilities = std::make_unique<Capabilities>(Grants(std::span(options.grants, options.grant_count)));
    in->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    make_runtime(*in, options);
    install_streams(*in);
    // The folders and names of the options are the host's again from here on.
    in->options.grants = nullptr;
    in->options.library_path = nullptr;
    in->machine->heap.set_limit(options.heap_bytes > 0 ? options.heap_bytes : vm::memory_here() / 2);
  } catch (const std::bad_alloc&) {
    return error_of(FERMATA_MEMORY, "there is not enough memory for an interpreter");
  } catch (const std::exception& e) {
    return error_of(FERMATA_INTERNAL, e.what());
  }
  *out = in.release();
  return nullptr;
}

fermata_interp::~fermata_interp() {
  if (runtime != nullptr) {
    close_tasks(*this);
    close_laters(*this);
    if (engine != nullptr) flow::uninstall_flow(*runtime);
    tell_all_errors(*this);
    scheme::Runtime::destroy(*runtime);
  }
  libraries.clear();
  functions.clear();  // what they hold may be handles
  if (hub != nullptr) hub->close();
  if (events != nullptr) events->close();
  if (machine != nullptr) vm::Machine::destroy(*machine);
  if (wake_fd >= 0) ::close(wake_fd);
  if (owner.load(std::memory_order_relaxed) == vm::this_thread()) leave_collector();
}

void fermata_close(fermata_interp* in) {
  if (in == nullptr) return;
  if (in->background != nullptr) fermata_error_free(fermata_stop_background(in));
  fermata_error_free(fermata_attach(in));
  delete in;
}

fermata_error* fermata_interp::refuse() const {
  if (background != nullptr)
    return error_of(FERMATA_THREAD, "a background thread runs this interpreter: use submit or post");
  if (owner.load(std::memory_order_relaxed) == 0)
    return error_of(FERMATA_THREAD, "the interpreter is detached: attach it to this thread first");
  if (owner.load(std::memory_order_relaxed) != vm::this_thread())
    return error_of(FERMATA_THREAD, "another thread owns this interpreter; it may detach it, or use post");
  return error_of(FERMATA_THREAD,
                  "the interpreter was entered on a stack that is not its thread's own: a fiber of the "
                  "host must hand the call to the thread's stack");
}

fermata_error* fermata_attach(fermata_interp* in) {
  std::uintptr_t nobody = 0;
  if (in->owner.load(std::memory_order_relaxed) == vm::this_thread()) return nullptr;
  if (!in->owner.compare_exchange_strong(nobody, vm::this_thread(), std::memory_order_acquire)) return in->refuse();
  in->bounds = enter_collector();
  in->hub->claim();
  in->engine->door->enter();
  return nullptr;
}

void fermata_detach(fermata_interp* in) {
  if (in->owner.load(std::memory_order_relaxed) != vm::this_thread() || in->run != nullptr) return;
  in->hub->leave();
  in->owner.store(0, std::memory_order_release);
  leave_collector();
}

void fermata_interrupt(fermata_interp* in) {
  in->interrupted.store(true, std::memory_order_release);
  in->machine->interrupt();
  const std::uint64_t one = 1;
  static_cast<void>(!::write(in->wake_fd, &one, sizeof one));
}

void fermata_forget_interrupt(fermata_interp* in) {
  in->interrupted.store(false, std::memory_order_relaxed);
  in->machine->clear_interrupt();
}

fermata_stats fermata_statistics(fermata_interp* in) {
  return {vm::heap_bytes(), in->hub->roots(), in->engine->root->live, vm::collections(), in->gas_used,
          in->machine->heap.most_kept()};
}
