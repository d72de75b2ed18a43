// See sqlite.hpp.
#include "flow/sqlite.hpp"

namespace fermata::flow {

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

int Connection::open(const std::string& path) {
  return sqlite3_open_v2(
      path.c_str(), &handle_,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
}

Query Connection::query(const char* sql) {
  auto [place, is_new] = statements_.try_emplace(sql, nullptr);
  if (place->second == nullptr)
    sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &place->second, nullptr);
  return Query(place->second);
}

int Connection::run(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
}

std::int64_t Connection::number(const char* sql, std::int64_t otherwise) {
  sqlite3_stmt* statement = nullptr;
  std::int64_t n = otherwise;
  if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    n = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return n;
}

}  // namespace fermata::flow
