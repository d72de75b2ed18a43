// Commands of the prompt about tasks: ,tasks ,task ,kill ,mailbox.
#pragma once

#include <string>

namespace fermata::repl {

class Session;

void list_tasks(Session& session, const std::string&);
void show_task(Session& session, const std::string& number);
void kill_task(Session& session, const std::string& number);
void show_mailbox(Session& session, const std::string& number);

}  // namespace fermata::repl
