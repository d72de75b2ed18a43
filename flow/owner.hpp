// Who owns a flow: processes, as the store names them.
//
// An owner's name says on which machine (boot and process namespace) and in which process
// it runs, so that another process of the same machine sees at once that it has ended and
// need not wait for its lease.  Being wrong here costs a takeover, never a record: appends
// are fenced by the epoch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fermata::flow {

// A name for one store opened by this process; different at each call.
std::string make_owner_name();
// What people call this process when it works for a store: the machine's name and the process's
// number.
std::string make_worker_name();
// Certain that the owner's process has ended.
bool owner_is_gone(std::string_view owner);

// This program, as a shell here finds it: "fermata", or a path.
std::string command_for_shell();

std::int64_t boot_clock_ms();  // runs on while the machine sleeps
std::int64_t wall_clock_ms();  // since 1970
std::uint64_t random_number();
// "publish-x7k2m9": the name, readable, and six random letters.
std::string make_flow_id(std::string_view name, std::uint64_t random);

}  // namespace fermata::flow
