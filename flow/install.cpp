// Joining the flow layer to an interpreter; see builtins.hpp.
#include "flow/builtins.hpp"
#include "flow/guard.hpp"
#include "flow/program.hpp"
#include "flow/service.hpp"
#include "sched/builtins.hpp"
#include "scheme/runtime.hpp"

namespace fermata::flow {

void install_flow(scheme::Runtime& runtime) {
  sched::Engine::create(runtime.machine);
  runtime.define_natives("fermata sched tasks", sched::task_builtins());
  runtime.define_natives("fermata sched waits", sched::wait_builtins());
  runtime.define_natives("fermata sched scopes", sched::scope_builtins());
  runtime.define_natives("fermata sched streams", sched::stream_builtins());
  runtime.define_natives("fermata sched sockets", sched::net_builtins());
  runtime.define_natives("fermata sched processes", sched::process_builtins());
  runtime.define_natives("fermata sched control", sched::control_builtins());
  runtime.define_natives("fermata sched meetings", sched::meeting_builtins());
  runtime.define_natives("fermata sched timed-calls", sched::timed_call_builtins());
  runtime.machine.services[kFlowService] = new Service;
  install_guard(runtime);
  runtime.define_natives("fermata flow builtins", flow_builtins());
  runtime.define_natives("fermata flow journals", journal_builtins());
  runtime.define_natives("fermata flow asking", asking_builtins());
  runtime.define_natives("fermata flow items", item_builtins());
  runtime.define_natives("fermata flow envelopes", peer_builtins());
  runtime.define_natives("fermata flow http", http_builtins());
  runtime.define_natives("fermata flow moving", moving_builtins());
  runtime.define_natives("fermata flow looks", look_builtins());
  runtime.define_natives("fermata flow guards", guard_builtins());
  runtime.define_natives("fermata flow sources", program_builtins());
}

void uninstall_flow(scheme::Runtime& runtime) {
  uninstall_guard(runtime);
  delete Service::find(runtime.machine);
  runtime.machine.services[kFlowService] = nullptr;
  sched::Engine::destroy(sched::Engine::of(runtime.machine));
}

void set_default_store(scheme::Runtime& runtime, std::string url) {
  Service& service = *Service::find(runtime.machine);
  service.default_url = std::move(url);
  service.default_store = -1;
}

void set_default_store(scheme::Runtime& runtime, std::unique_ptr<Store> store) {
  Service& service = *Service::find(runtime.machine);
  service.default_store = service.adopt(std::move(store));
}

}  // namespace fermata::flow
