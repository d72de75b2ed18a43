// Errors as the host gets them.
//
// An error that was raised in Scheme keeps the object and where it was raised as roots.  Its
// texts are made when somebody asks, because most hosts only want to know that it failed;
// before the interpreter closes they are made in any case.
#pragma once

#include <string>
#include <vector>

#include "api/instance.hpp"

struct fermata_error {
  std::atomic<std::uint32_t> uses{1};
  fermata_code code = FERMATA_INTERNAL;
  int exit_status = 0;
  std::string message, file, excerpt, hint, report;
  const char* kind = "error";
  std::uint32_t line = 0, column = 0;
  std::vector<std::string> frames;
  const void* host_tag = nullptr;
  std::shared_ptr<void> host;
  fermata_datum* payload = nullptr;
  // Until it is told: who can, and of what.
  fermata_interp* in = nullptr;
  fermata::api::Kept raised, trace;
  fermata_error* previous = nullptr;
  fermata_error* next = nullptr;
};

namespace fermata::api {

// Makes the texts, in the thread of the interpreter; in another one nothing happens.
void tell(fermata_error& e);
// The interpreter closes.
void tell_all_errors(Instance& in);
// For an error that the host makes of a task that (exit) ended.
fermata_error* exit_error(int status);

}  // namespace fermata::api
