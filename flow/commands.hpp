// What `fermata flow ...` shows and does, for the command line.
//
// Looking needs no interpreter: list_text and show_text read the store.  Acting does: the
// other functions give a program as text, to be run like any script (Runtime::loader with a
// null environment, after install_flow); it prints what there is to say and raises what went
// wrong.  Values are texts as the user typed them: the program reads one datum from each, and says
// what is wrong with a text that is none.
//
//   fermata flow list                             list_text
//   fermata flow show ID                          show_text
//   fermata flow start FILE NAME [INPUT]          start_program
//   fermata flow resume ID [--tag TAG] VALUE      resume_program
//   fermata flow resume ID                        recover_program (its process ended halfway)
//   fermata flow cancel ID [REASON]               cancel_program
//   fermata flow signal ID NAME [VALUE]           signal_program
//   fermata flow update ID NAME [VALUE]           update_program
//   fermata flow query ID NAME                    query_program
//   fermata flow work [--once]                    work_program
//   fermata flow serve FILE --listen HOST:PORT --peers PEERS  serve_program
//   fermata flow delegate ID PEER                 delegate_program
//   fermata flow replicate [PEER] [--name FLOW] [--queue QUEUE] [--stop]  replicate_program
//   fermata flow recall ID                        recall_program
//   fermata flow promote ID | --all-of PEER       promote_program
//   fermata flow key FILE                         key_text
//   fermata flow schedule ACTION [ID]             schedule_program
//   fermata flow compat FILE                      compat_program
//   fermata flow migrate [--dry-run] ID FILE      migrate_program
//   fermata flow fork ID RECORDS [--value VALUE] [--with FILE]  fork_program
//   fermata flow check FILE NAME [INPUT] [--seed N]  check_program
//   fermata flow import FILE                      import_program
//   fermata flow retry ID                         retry_program
//   fermata flow skip ID VALUE                    skip_program
// The store is FERMATA_STORE or --store; see set_default_store in builtins.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flow/store.hpp"

namespace fermata::flow {

// Both answer false, with the text saying why, when the store or the flow is not to be had.
struct Shown {
  bool fine = false;
  std::string text;
};
// One line a flow, the newest first, and where they are kept.
Shown list_text(Store& store, std::int64_t now_ms, const ListFilter& filter = {});
// One line a record: a timeline, each branch indented under its fork.
Shown show_text(Store& store, std::string_view id, std::int64_t now_ms);

// Makes the secret key of a peer and writes it to that file; its public key.
Shown key_text(const std::string& file);

std::string start_program(std::string_view file, std::string_view name, std::string_view input);
std::string resume_program(std::string_view id, std::string_view tag, std::string_view value);
std::string recover_program(std::string_view id);
std::string cancel_program(std::string_view id, std::string_view reason);
std::string signal_program(std::string_view id, std::string_view name, std::string_view value);
std::string update_program(std::string_view id, std::string_view name, std::string_view value);
std::string query_program(std::string_view id, std::string_view name);
struct Work {
  bool once = false, json = false;
  int limit = 0;                    // flows at a time; 0: as flow/work has it
  std::vector<std::string> queues;  // empty: all
  std::string name;                 // empty: made of the machine and the process
};
std::string work_program(const Work& work);
std::string workers_program(bool json);
std::string handoff_program(std::string_view id, std::string_view worker);
std::string delegate_program(std::string_view id, std::string_view peer);
// name, queue: of the flows, or empty.
std::string replicate_program(std::string_view peer, std::string_view name, std::string_view queue,
                              bool stop);
std::string replicas_program();
std::string recall_program(std::string_view id);
std::string promote_program(std::string_view id);
std::string promote_all_program(std::string_view peer);
std::string serve_program(std::string_view file, std::string_view peers, std::string_view host,
                          std::string_view port);
std::string schedule_program(std::string_view action, std::string_view id);
std::string compat_program(std::string_view file);
std::string migrate_program(std::string_view id, std::string_view file, bool dry_run);
// value: what the last of the records says instead, or null.  file: another program, or empty.
std::string fork_program(std::string_view id, std::string_view length, const std::string* value,
                         std::string_view file);
std::string check_program(std::string_view file, std::string_view name, std::string_view input,
                          std::string_view seed);
std::string import_program(std::string_view file);
std::string retry_program(std::string_view id);
std::string skip_program(std::string_view id, std::string_view value);

}  // namespace fermata::flow
