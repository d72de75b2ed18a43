// The natives under the durable flows: the library (fermata flow builtins).
//
// They give Scheme the store and the journal; what a flow is, how branches run and when an
// answer enters is Scheme (flow/lib).  Stores and journals are small integers there.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "vm/native.hpp"

namespace fermata::scheme {
class Runtime;
}

namespace fermata::flow {

class Store;

std::span<const vm::Builtin> flow_builtins();     // data, stores, taking flows
std::span<const vm::Builtin> journal_builtins();  // a journal that was taken
std::span<const vm::Builtin> asking_builtins();   // commits, and taking a flow, which may wait
std::span<const vm::Builtin> item_builtins();     // queues, schedules, time zones
std::span<const vm::Builtin> peer_builtins();     // envelopes of peers
std::span<const vm::Builtin> http_builtins();     // how they reach each other
std::span<const vm::Builtin> moving_builtins();   // flows that go to other stores
std::span<const vm::Builtin> look_builtins();     // looking at flows, time
std::span<const vm::Builtin> guard_builtins();    // acting and waiting

// Makes (fermata flow builtins) importable and the service behind it; once per interpreter.
void install_flow(scheme::Runtime& runtime);
// Closes the stores; before the machine is destroyed.
void uninstall_flow(scheme::Runtime& runtime);

// Which store is used when a program names none: --store.  "" means default_store_url().
void set_default_store(scheme::Runtime& runtime, std::string url);
// A store that the host made becomes the default one (tests; hosts with a store of their own).
void set_default_store(scheme::Runtime& runtime, std::unique_ptr<Store> store);

}  // namespace fermata::flow
