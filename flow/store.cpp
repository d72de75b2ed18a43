// Choosing a store by its URL, and where flows live when nobody says.
#include "flow/store.hpp"

#include <cstdlib>

namespace fermata::flow {

std::string_view answer_name(Answer answer) {
  switch (answer) {
    case Answer::ok:
      return "ok";
    case Answer::duplicate:
      return "duplicate";
    case Answer::fenced:
      return "fenced";
    case Answer::missing:
      return "missing";
    case Answer::closed:
      return "closed";
    case Answer::busy:
      return "busy";
    case Answer::refused:
      return "refused";
    case Answer::damaged:
      return "damaged";
    case Answer::full:
      return "full";
    case Answer::fail_stop:
      return "fail-stop";
  }
  return "unknown";
}

std::string_view holder(const FlowRow& row) {
  std::string_view name = row.owner;
  if (!name.empty() && name.front() == kHandedTo) name.remove_prefix(1);
  return name;
}

bool is_held(const FlowRow& row, const StoreOptions& options) {
  const std::string_view name = holder(row);
  if (name.empty() || row.lease_until < options.now()) return false;
  const bool is_mine = name == options.owner && name.size() < row.owner.size();
  return !is_mine && !options.is_gone(name);
}

std::string default_store_url() {
  if (const char* url = std::getenv("FERMATA_STORE"); url != nullptr && *url != '\0') return url;
  std::string folder;
  // The XDG specification: a relative path is to be ignored.
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    folder = state;
  } else {
    const char* home = std::getenv("HOME");
    folder = std::string(home != nullptr ? home : "") + "/.local/state";
  }
  return "sqlite:" + folder + "/fermata/flows.sqlite";
}

std::unique_ptr<Store> open_store(std::string_view url, StoreOptions options, std::string& error) {
  if (url == "memory:" || url == "memory") return make_memory_store(std::move(options));
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) {
    url.remove_prefix(kSqlite.size());
  } else if (const auto colon = url.find(':');
             colon != std::string_view::npos && url.find('/') > colon) {
    error = "no store is called `" + std::string(url.substr(0, colon)) +
            ":`; there are sqlite:PATH and memory:";
    return nullptr;
  }
  if (url.empty()) {
    error = "the store's path is empty; write sqlite:PATH";
    return nullptr;
  }
  return open_sqlite_store(std::string(url), std::move(options), error);
}

}  // namespace fermata::flow
