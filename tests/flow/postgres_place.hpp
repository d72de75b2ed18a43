// A place for a test in the PostgreSQL that tests/run.py starts.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "flow/owner.hpp"
#include "flow/postgres.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

// A schema.  False, and the test says why, where there is no PostgreSQL.  The one with the tables
// of a store is made once for this process, and emptied for each test; it goes with the server.
class PostgresPlace {
 public:
  enum class Tables : std::uint8_t { yes, no };
  explicit PostgresPlace(Tables tables = Tables::yes) {
    const char* const server = std::getenv("FERMATA_TEST_POSTGRES");
    if (server == nullptr) {
      WARN("FERMATA_TEST_POSTGRES is not set: nothing is tested in PostgreSQL");
      return;
    }
    server_ = server;
    if (tables == Tables::no) {
      name_ = "t" + std::to_string(random_number());
      run("CREATE SCHEMA " + name_);
      return;
    }
    static std::string made;
    if (made.empty()) {
      name_ = made = "t" + std::to_string(random_number());
      run("CREATE SCHEMA " + name_);
      std::string error;
      const bool done = change_store(url(), StoreChange::init, error);
      INFO(error);
      REQUIRE(done);
    }
    name_ = made;
    run("DELETE FROM flow; DELETE FROM journal; DELETE FROM inbox; DELETE FROM beat;"
        "DELETE FROM attribute; DELETE FROM item; DELETE FROM admission; DELETE FROM program");
  }

  explicit operator bool() const { return !server_.empty(); }
  const std::string& name() const { return name_; }
  // The server can be reached at another host; sessions are known by the application's name.
  std::string url(const std::string& more = "") const {
    return server_ + "&application_name=" + name_ + "&options=-csearch_path%3D" + name_ +
           "%2Cpg_catalog" + more;
  }
  // Statements in that schema, behind the store's back.
  void run(const std::string& script) const {
    std::string error;
    const Libpq* const library = Libpq::load(error);
    REQUIRE(library != nullptr);
    PgSession session(*library);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    const bool is_open = session.open(server_, until);
    INFO(session.error());
    REQUIRE(is_open);
    const PgRows rows = session.run_script("SET search_path = " + name_ + ";" + script, until);
    INFO(rows.message());
    REQUIRE(rows.ok());
  }
  // Ends the sessions of stores here.
  void disconnect() const {
    run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '" +
        name_ + "'");
  }

 private:
  std::string server_, name_;
};

}  // namespace fermata::flow
