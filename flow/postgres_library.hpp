// libpq, loaded when the first store in PostgreSQL is opened.
//
// Who keeps flows in a file needs no PostgreSQL, neither to build nor to run: the few functions
// used here are declared here, as libpq's stable interface (libpq.so.5) has them, and looked up
// by name.
#pragma once

#include <string>

namespace fermata::flow {

struct PgConnection;  // libpq's PGconn
struct PgResult;      // libpq's PGresult

// Values of libpq's enumerations, those that matter here.
inline constexpr int kPgConnectionOk = 0, kPgConnectionBad = 1;
inline constexpr int kPgPollReading = 1, kPgPollWriting = 2, kPgPollOk = 3;
inline constexpr int kPgCommandOk = 1, kPgTuplesOk = 2;
inline constexpr int kPgDiagSqlState = 'C', kPgDiagMessage = 'M', kPgDiagDetail = 'D';

struct PgNotification {  // libpq's PGnotify
  char* channel;
  int process;
  char* extra;
  PgNotification* next;
};

// name in the library, its result, its parameters
#define FERMATA_LIBPQ_FUNCTIONS(FUNCTION)                                                        \
  FUNCTION(PQconnectStartParams, PgConnection*, (const char* const*, const char* const*, int))   \
  FUNCTION(PQconnectPoll, int, (PgConnection*))                                                  \
  FUNCTION(PQfinish, void, (PgConnection*))                                                      \
  FUNCTION(PQstatus, int, (const PgConnection*))                                                 \
  FUNCTION(PQsocket, int, (const PgConnection*))                                                 \
  FUNCTION(PQerrorMessage, char*, (const PgConnection*))                                         \
  FUNCTION(PQsetnonblocking, int, (PgConnection*, int))                                          \
  FUNCTION(PQsendQuery, int, (PgConnection*, const char*))                                       \
  FUNCTION(PQsendPrepare, int,                                                                   \
           (PgConnection*, const char*, const char*, int, const unsigned*))                      \
  FUNCTION(PQsendQueryParams, int,                                                               \
           (PgConnection*, const char*, int, const unsigned*, const char* const*, const int*,    \
            const int*, int))                                                                    \
  FUNCTION(PQsendQueryPrepared, int,                                                             \
           (PgConnection*, const char*, int, const char* const*, const int*, const int*, int))   \
  FUNCTION(PQflush, int, (PgConnection*))                                                        \
  FUNCTION(PQconsumeInput, int, (PgConnection*))                                                 \
  FUNCTION(PQisBusy, int, (PgConnection*))                                                       \
  FUNCTION(PQgetResult, PgResult*, (PgConnection*))                                              \
  FUNCTION(PQbackendPID, int, (const PgConnection*))                                             \
  FUNCTION(PQnotifies, PgNotification*, (PgConnection*))                                         \
  FUNCTION(PQfreemem, void, (void*))                                                             \
  FUNCTION(PQclear, void, (PgResult*))                                                           \
  FUNCTION(PQresultStatus, int, (const PgResult*))                                               \
  FUNCTION(PQresultErrorField, char*, (const PgResult*, int))                                    \
  FUNCTION(PQntuples, int, (const PgResult*))                                                    \
  FUNCTION(PQgetvalue, char*, (const PgResult*, int, int))                                       \
  FUNCTION(PQgetlength, int, (const PgResult*, int, int))                                        \
  FUNCTION(PQgetisnull, int, (const PgResult*, int, int))

struct Libpq {
#define FUNCTION(name, result, parameters) result(*name) parameters = nullptr;
  FERMATA_LIBPQ_FUNCTIONS(FUNCTION)
#undef FUNCTION
  // Null when it is not there; `error` then says what to install.  Kept for ever.
  static const Libpq* load(std::string& error);
};

}  // namespace fermata::flow
