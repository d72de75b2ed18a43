// SQLite, as much of it as the store needs: owned connections and statements.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fermata::flow {

// A prepared statement in use; gives itself back, reset, at the end of its scope.
// Texts handed to bind() must live until then.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  ~Query() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t n) {
    sqlite3_bind_int64(statement_, ++bound_, n);
    return *this;
  }
  Query& bind(std::string&&) = delete;  // it is not copied
  Query& bind(std::string_view text) {
    sqlite3_bind_text64(statement_, ++bound_, text.data() ? text.data() : "", text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  Query& bind_bytes(std::string_view bytes) {
    sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }
  Query& bind_null() {
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
  }
  // SQLITE_ROW, SQLITE_DONE or what went wrong.
  int step() { return statement_ ? sqlite3_step(statement_) : SQLITE_ERROR; }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const {
    const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return p ? std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
             : std::string();
  }
  // Valid until the next step.
  std::string_view bytes(int column) const {
    const auto* p = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {p ? p : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Connection {
 public:
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int open(const std::string& path);
  // Requires: sql is a literal; statements are kept by its address.
  Query query(const char* sql);
  int run(const char* sql);  // several statements, no result
  std::int64_t number(const char* sql, std::int64_t otherwise);
  std::string message() const { return handle_ ? sqlite3_errmsg(handle_) : "not open"; }
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace fermata::flow
