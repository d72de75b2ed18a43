// PostgreSQL, as much of it as the store needs: owned connections, parameters and results.
//
// Whatever is sent and received has PostgreSQL's binary form.  Nothing waits longer than the
// time that is given: a connection that does not answer until then counts as lost, because
// behind a broken network it would never answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/postgres_library.hpp"

namespace fermata::flow {

// One array for a statement that works on many rows at once.
class PgColumn {
 public:
  enum class Type : unsigned { number = 20, text = 25, bytes = 17, boolean = 16 };
  explicit PgColumn(Type type) : type_(type) {}
  PgColumn& add(std::int64_t n);
  PgColumn& add(std::string_view text);  // text or bytes
  PgColumn& add_boolean(bool is);
  PgColumn& add_null();

 private:
  friend class PgParameters;
  Type type_;
  std::int32_t count_ = 0;
  std::string cells_;
};

class PgParameters {
 public:
  PgParameters& add(std::int64_t n);
  PgParameters& add(std::string_view text);
  PgParameters& add_bytes(std::string_view bytes);
  PgParameters& add_boolean(bool is);
  PgParameters& add_null();  // a number that is not there
  PgParameters& add(const PgColumn& column);

 private:
  friend class PgSession;
  void add(unsigned type, std::string_view bytes);
  std::string bytes_;
  std::vector<unsigned> types_;
  std::vector<int> ends_;       // where each ends in bytes_
  std::vector<bool> are_null_;
};

// What a statement gave.
class PgRows {
 public:
  // ok: it ran.  refused: it changed nothing, see sql_state().  lost: the connection broke, and
  // whether the statement took place nobody knows.
  enum class State : std::uint8_t { ok, refused, lost };

  PgRows(State state, std::string message) : state_(state), message_(std::move(message)) {}
  PgRows(const Libpq& library, PgResult* result);
  ~PgRows();
  PgRows(PgRows&& other) noexcept;
  PgRows& operator=(PgRows&& other) noexcept;

  State state() const { return state_; }
  bool ok() const { return state_ == State::ok; }
  const std::string& message() const { return message_; }
  // Five characters, PostgreSQL's appendix A.
  const std::string& sql_state() const { return sql_state_; }

  int count() const { return count_; }
  bool is_null(int row, int column) const;
  std::int64_t number(int row, int column) const;  // 0 for null
  bool boolean(int row, int column) const;
  std::string text(int row, int column) const;

 private:
  std::string_view cell(int row, int column) const;
  State state_;
  std::string message_, sql_state_;
  const Libpq* library_ = nullptr;
  PgResult* result_ = nullptr;
  int count_ = 0;
};

// A connection, used by one thread at a time.
class PgSession {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // kept: prepared once for each connection, by the address of the literal.  anew: planned with
  // these parameters each time, for statements whose best plan depends on them.
  enum class Plan : std::uint8_t { kept, anew };

  explicit PgSession(const Libpq& library) : library_(library) {}
  ~PgSession() { close(); }
  PgSession(const PgSession&) = delete;
  PgSession& operator=(const PgSession&) = delete;

  // Whether it is connected before `until`; error() says why not.
  bool open(const std::string& url, Time until);
  void close();
  const std::string& error() const { return error_; }
  // False; error() says why from now on.
  bool fail(std::string why) { return error_ = std::move(why), false; }

  PgRows run(const char* sql, const PgParameters& parameters, Plan plan, Time until);
  // Several statements in one transaction, without parameters or rows.
  PgRows run_script(const std::string& script, Time until);
  // Waits for notifications of other sessions, and gives what they say; none: none came until then,
  // somebody wrote to that descriptor, or the connection is lost.
  std::vector<std::string> await_notifications(int also_wake_by, Time until);
  bool is_open() const { return connection_ != nullptr; }

 private:
  bool prepare(const char* sql, const PgParameters& parameters, std::string& name, Time until,
               PgRows& problem);
  PgRows finish(bool is_sent, Time until);
  PgRows lose(const std::string& why);
  bool wait(short events, Time until);

  const Libpq& library_;
  PgConnection* connection_ = nullptr;
  std::string error_;
  std::unordered_map<const char*, std::string> prepared_;
};

}  // namespace fermata::flow
