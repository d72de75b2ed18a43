// See postgres.hpp.
#include "flow/postgres.hpp"

#include <poll.h>

#include <cerrno>
#include <functional>
#include <utility>

namespace fermata::flow {

namespace {

template <class N>
void add_big_endian(std::string& bytes, N n) {
  for (int shift = 8 * (sizeof n - 1); shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(n) >> shift);
}

unsigned array_of(PgColumn::Type type) {
  switch (type) {
    case PgColumn::Type::number:
      return 1016;
    case PgColumn::Type::text:
      return 1009;
    case PgColumn::Type::bytes:
      return 1001;
    case PgColumn::Type::boolean:
      return 1000;
  }
  return 0;
}

constexpr int kBinary = 1;

int milliseconds_until(PgSession::Time until) {
  using namespace std::chrono;
  const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

std::string first_line(const char* text) {
  const std::string all = text != nullptr ? text : "";
  return all.substr(0, all.find('\n'));
}

}  // namespace

// ---- parameters --------------------------------------------------------------------
PgColumn& PgColumn::add(std::int64_t n) {
  ++count_;
  add_big_endian(cells_, std::int32_t{8});
  add_big_endian(cells_, n);
  return *this;
}
PgColumn& PgColumn::add(std::string_view text) {
  ++count_;
  add_big_endian(cells_, static_cast<std::int32_t>(text.size()));
  cells_ += text;
  return *this;
}
PgColumn& PgColumn::add_boolean(bool is) { return add(std::string_view(is ? "\1" : "\0", 1)); }
PgColumn& PgColumn::add_null() {
  ++count_;
  add_big_endian(cells_, std::int32_t{-1});
  return *this;
}

void PgParameters::add(unsigned type, std::string_view bytes) {
  bytes_ += bytes;
  types_.push_back(type);
  ends_.push_back(static_cast<int>(bytes_.size()));
  are_null_.push_back(false);
}
PgParameters& PgParameters::add(std::int64_t n) {
  std::string bytes;
  add_big_endian(bytes, n);
  return add(static_cast<unsigned>(PgColumn::Type::number), bytes), *this;
}
PgParameters& PgParameters::add(std::string_view text) {
  return add(static_cast<unsigned>(PgColumn::Type::text), text), *this;
}
PgParameters& PgParameters::add_bytes(std::string_view bytes) {
  return add(static_cast<unsigned>(PgColumn::Type::bytes), bytes), *this;
}
PgParameters& PgParameters::add_boolean(bool is) {
  const char byte = is ? 1 : 0;
  return add(static_cast<unsigned>(PgColumn::Type::boolean), {&byte, 1}), *this;
}
PgParameters& PgParameters::add_null() {
  add(static_cast<unsigned>(PgColumn::Type::number), "");
  are_null_.back() = true;
  return *this;
}
PgParameters& PgParameters::add(const PgColumn& column) {
  std::string bytes;
  add_big_endian(bytes, std::int32_t{column.count_ == 0 ? 0 : 1});  // dimensions
  add_big_endian(bytes, std::int32_t{1});                           // there may be nulls
  add_big_endian(bytes, static_cast<unsigned>(column.type_));
  if (column.count_ != 0) {
    add_big_endian(bytes, column.count_);
    add_big_endian(bytes, std::int32_t{1});  // the first index
  }
  return add(array_of(column.type_), bytes + column.cells_), *this;
}

// ---- results -----------------------------------------------------------------------
PgRows::PgRows(const Libpq& library, PgResult* result) : library_(&library), result_(result) {
  const int status = library.PQresultStatus(result);
  state_ = status == kPgCommandOk || status == kPgTuplesOk ? State::ok : State::refused;
  count_ = library.PQntuples(result);
  if (state_ == State::ok) return;
  const char* const code = library.PQresultErrorField(result, kPgDiagSqlState);
  const char* const text = library.PQresultErrorField(result, kPgDiagMessage);
  sql_state_ = code != nullptr ? code : "";
  message_ = text != nullptr ? text : "PostgreSQL does not say what is wrong";
}

PgRows::~PgRows() {
  if (result_ != nullptr) library_->PQclear(result_);
}

PgRows::PgRows(PgRows&& other) noexcept
    : state_(other.state_),
      message_(std::move(other.message_)),
      sql_state_(std::move(other.sql_state_)),
      library_(other.library_),
      result_(std::exchange(other.result_, nullptr)),
      count_(std::exchange(other.count_, 0)) {}

PgRows& PgRows::operator=(PgRows&& other) noexcept {
  std::swap(state_, other.state_), std::swap(message_, other.message_);
  std::swap(sql_state_, other.sql_state_), std::swap(library_, other.library_);
  std::swap(result_, other.result_), std::swap(count_, other.count_);
  return *this;
}

std::string_view PgRows::cell(int row, int column) const {
  return {library_->PQgetvalue(result_, row, column),
          static_cast<std::size_t>(library_->PQgetlength(result_, row, column))};
}
bool PgRows::is_null(int row, int column) const {
  return library_->PQgetisnull(result_, row, column) != 0;
}
std::int64_t PgRows::number(int row, int column) const {
  std::uint64_t n = 0;
  for (const char c : cell(row, column)) n = n << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(n);
}
bool PgRows::boolean(int row, int column) const { return number(row, column) != 0; }
std::string PgRows::text(int row, int column) const { return std::string(cell(row, column)); }

// ---- sessions ----------------------------------------------------------------------
bool PgSession::wait(short events, Time until) {
  pollfd one{library_.PQsocket(connection_), events, 0};
  for (;;) {
    const int ready = poll(&one, 1, milliseconds_until(until));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

bool PgSession::open(const std::string& url, Time until) {
  close();
  const char* const names[] = {"dbname", "fallback_application_name", "client_encoding", nullptr};
  const char* const values[] = {url.c_str(), "fermata", "UTF8", nullptr};
  connection_ = library_.PQconnectStartParams(names, values, 1);
  if (connection_ == nullptr) return error_ = "no memory for a connection", false;
  int next = kPgPollWriting;
  while (library_.PQstatus(connection_) != kPgConnectionBad && next != kPgPollOk) {
    if (next != kPgPollReading && next != kPgPollWriting) break;
    if (!wait(next == kPgPollReading ? POLLIN : POLLOUT, until)) {
      close();
      return error_ = "the server does not answer", false;
    }
    next = library_.PQconnectPoll(connection_);
  }
  if (library_.PQstatus(connection_) == kPgConnectionOk && next == kPgPollOk) {
    library_.PQsetnonblocking(connection_, 1);
    return true;
  }
  error_ = first_line(library_.PQerrorMessage(connection_));
  close();
  return false;
}

void PgSession::close() {
  if (connection_ != nullptr) library_.PQfinish(connection_);
  connection_ = nullptr;
  prepared_.clear();
}

PgRows PgSession::lose(const std::string& why) {
  error_ = why;
  close();
  return {PgRows::State::lost, why};
}

PgRows PgSession::finish(bool is_sent, Time until) {
  const auto broken = [this] { return lose(first_line(library_.PQerrorMessage(connection_))); };
  if (!is_sent) return broken();
  // What the server says meanwhile is read too: it might not take more before it has said it.
  for (int left = 1; (left = library_.PQflush(connection_)) != 0;) {
    if (left < 0) return broken();
    if (!wait(POLLIN | POLLOUT, until)) return lose("the server does not answer");
    if (library_.PQconsumeInput(connection_) == 0) return broken();
  }
  PgRows rows(PgRows::State::refused, "there was no answer");
  for (;;) {
    while (library_.PQisBusy(connection_) != 0) {
      if (!wait(POLLIN, until)) return lose("the server does not answer");
      if (library_.PQconsumeInput(connection_) == 0) return broken();
    }
    PgResult* const result = library_.PQgetResult(connection_);
    if (result == nullptr) break;
    PgRows next(library_, result);
    if (rows.sql_state().empty()) rows = std::move(next);  // of a script the first error counts
  }
  if (library_.PQstatus(connection_) == kPgConnectionBad) return broken();
  // The server is shutting down or has become one that only reads: a lost connection, told
  // politely.  57P: operator intervention; 25006: read only; 08: the connection.
  const std::string& code = rows.sql_state();
  if (code.starts_with("57P") || code == "25006" || code.starts_with("08"))
    return lose(rows.message());
  return rows;
}

bool PgSession::prepare(const char* sql, const PgParameters& p, std::string& name, Time until,
                        PgRows& problem) {
  const auto known = prepared_.find(sql);
  if (known == prepared_.end()) {
    // Named after what it says: behind a pooler that mixes sessions another's is never taken for it.
    name = "fermata_" + std::to_string(std::hash<std::string_view>()(sql));
    const bool is_sent = library_.PQsendPrepare(connection_, name.c_str(), sql,
                                                static_cast<int>(p.types_.size()),
                                                p.types_.data()) != 0;
    problem = finish(is_sent, until);
    if (!problem.ok()) return false;
    prepared_.emplace(sql, name);
    return true;
  }
  name = known->second;
  return true;
}

PgRows PgSession::run(const char* sql, const PgParameters& p, Plan plan, Time until) {
  if (!is_open()) return {PgRows::State::lost, error_};
  const std::size_t count = p.types_.size();
  std::vector<const char*> values(count);
  std::vector<int> lengths(count), formats(count, kBinary);
  for (std::size_t i = 0; i < count; ++i) {
    const int begin = i == 0 ? 0 : p.ends_[i - 1];
    values[i] = p.are_null_[i] ? nullptr : p.bytes_.data() + begin;
    lengths[i] = p.ends_[i] - begin;
  }
  const int n = static_cast<int>(count);
  if (plan == Plan::anew) {
    const int sent = library_.PQsendQueryParams(connection_, sql, n, p.types_.data(),
                                                values.data(), lengths.data(), formats.data(),
                                                kBinary);
    return finish(sent != 0, until);
  }
  std::string name;
  PgRows problem(PgRows::State::ok, "");
  if (!prepare(sql, p, name, until, problem)) return problem;
  const int sent = library_.PQsendQueryPrepared(connection_, name.c_str(), n, values.data(),
                                                lengths.data(), formats.data(), kBinary);
  return finish(sent != 0, until);
}

PgRows PgSession::run_script(const std::string& script, Time until) {
  if (!is_open()) return {PgRows::State::lost, error_};
  return finish(library_.PQsendQuery(connection_, script.c_str()) != 0, until);
}

std::vector<std::string> PgSession::await_notifications(int also_wake_by, Time until) {
  std::vector<std::string> came;
  while (is_open()) {
    while (PgNotification* const notification = library_.PQnotifies(connection_)) {
      if (notification->process != library_.PQbackendPID(connection_))
        came.emplace_back(notification->extra);
      library_.PQfreemem(notification);
    }
    if (!came.empty()) return came;
    pollfd both[] = {{library_.PQsocket(connection_), POLLIN, 0}, {also_wake_by, POLLIN, 0}};
    const int ready = poll(both, 2, milliseconds_until(until));
    if (ready == 0 || (ready > 0 && both[1].revents != 0)) return came;
    if (ready > 0 && library_.PQconsumeInput(connection_) == 0)
      lose(first_line(library_.PQerrorMessage(connection_)));
  }
  return came;
}

}  // namespace fermata::flow
