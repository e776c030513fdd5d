#include "runner/postgres/connection.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

#include "test/runner/errors.h"
#include "test/support/database.h"

using namespace plinth;
using namespace std::chrono_literals;
using test::code_of;
using test::Database;
using test::error_of;
using test::meta;

TEST_CASE("a statement returns rows, parameters travel as values") {
  const Database db;
  Connection c = db.connect();
  CHECK(c.server_version() >= 120000);
  const Result r = c.run(Query{"SELECT $1::text AS a, $2::text AS \"B\", 7 AS n", {"it's", std::nullopt}});
  CHECK(r.rows() == 1);
  CHECK(r.columns() == 3);
  CHECK(r.column_name(1) == "B");
  CHECK(r.at(0, 0) == "it's");
  CHECK(r.is_null(0, 1));
  CHECK(r.at(0, 2) == "7");
  c.run("CREATE TABLE t (a int)");
  CHECK(c.run("INSERT INTO t SELECT generate_series(1, 5)").affected() == 5);
  CHECK(c.run("SELECT current_setting('application_name')").at(0, 0) == "plinth");
  CHECK(c.run("SHOW client_encoding").at(0, 0) == "UTF8");
  CHECK(c.run("SELECT 1; SELECT 2").at(0, 0) == "2");
}

TEST_CASE("truthy is what a check passes with") {
  const Database db;
  Connection c = db.connect();
  for (const char* sql : {"SELECT true", "SELECT 't'::text", "SELECT 1", "SELECT -0.5", "SELECT 'yes'::text"}) {
    CHECK_MESSAGE(c.run(Sql::trusted(sql)).truthy(), sql);
  }
  for (const char* sql : {"SELECT false", "SELECT 0", "SELECT 0.00", "SELECT NULL", "SELECT ''::text",
                          "SELECT 'false'::text", "SELECT 1 WHERE false", "SELECT"}) {
    CHECK_FALSE_MESSAGE(c.run(Sql::trusted(sql)).truthy(), sql);
  }
}

TEST_CASE("a failed statement tells what the server knows") {
  const Database db;
  Connection c = db.connect();
  c.run("CREATE TABLE t (a int CONSTRAINT a_positive CHECK (a > 0), b int NOT NULL UNIQUE)");
  auto e = error_of([&] { c.run("INSERT INTO t VALUES (-1, 1)"); });
  REQUIRE(e);
  CHECK(e->code() == Code::database_query_failed);
  CHECK(meta(*e, "sqlState") == "\"23514\"");
  CHECK(meta(*e, "constraint") == "\"a_positive\"");
  CHECK(meta(*e, "table") == "\"t\"");
  CHECK(meta(*e, "detail") == "\"Failing row contains (-1, 1).\"");
  e = error_of([&] { c.run("INSERT INTO t (a) VALUES (1)"); });
  REQUIRE(e);
  CHECK(meta(*e, "column") == "\"b\"");
  e = error_of([&] { c.run("SELECT 1 FORM t"); });
  REQUIRE(e);
  CHECK(meta(*e, "sqlState") == "\"42601\"");
  CHECK(meta(*e, "position") == "15");
  CHECK(c.run("SELECT 1").truthy());
}

TEST_CASE("text with a NUL is refused before it is cut") {
  const Database db;
  Connection c = db.connect();
  CHECK(code_of([&] { c.run(Query{"SELECT $1::text", {std::string("a\0b", 3)}}); }) == "DATABASE.QUERY_FAILED");
  CHECK(code_of([&] { c.run(Sql::trusted(std::string("SELECT 1\0", 9))); }) == "DATABASE.QUERY_FAILED");
}

TEST_CASE("COPY to and from the client is refused and leaves the connection usable") {
  const Database db;
  Connection c = db.connect();
  c.run("CREATE TABLE t (a int)");
  CHECK(code_of([&] { c.run("COPY t FROM STDIN"); }) == "DATABASE.QUERY_FAILED");
  CHECK(code_of([&] { c.run("COPY (SELECT generate_series(1, 100000)) TO STDOUT"); }) == "DATABASE.QUERY_FAILED");
  CHECK(c.run("SELECT count(*) = 0 FROM t").truthy());
  CHECK(code_of([&] { c.run_all({{"COPY t FROM STDIN", {}}}); }) != "none");
}

TEST_CASE("a pipeline hands over all results in order") {
  const Database db;
  Connection c = db.connect();
  const auto results = c.run_all({{"SELECT 1", {}}, {"SELECT $1::int + 1", {"1"}}, {"SELECT 3 WHERE false", {}}});
  REQUIRE(results.size() == 3);
  CHECK(results[0].at(0, 0) == "1");
  CHECK(results[1].at(0, 0) == "2");
  CHECK(results[2].rows() == 0);
  CHECK(c.run_all({}).empty());
}

TEST_CASE("a failed pipeline throws its first real error and leaves nothing behind") {
  const Database db;
  Connection c = db.connect();
  const auto e = error_of([&] {
    c.run_all({{"CREATE TABLE t (a int)", {}}, {"SELECT 1/0", {}}, {"SELECT nothing", {}}});
  });
  REQUIRE(e);
  CHECK(meta(*e, "sqlState") == "\"22012\"");
  CHECK(c.run("SELECT to_regclass('t') IS NULL").truthy());
}

TEST_CASE("the error of a commit at a pipeline's end is heard") {
  const Database db;
  Connection c = db.connect();
  c.run("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  const auto e = error_of([&] { c.run_all({{"INSERT INTO t VALUES (1)", {}}, {"INSERT INTO t VALUES (1)", {}}}); });
  REQUIRE(e);
  CHECK(meta(*e, "sqlState") == "\"23505\"");
}

TEST_CASE("closing statements run even after a failure") {
  const Database db;
  Connection c = db.connect();
  c.send_all({{"BEGIN", {}}, {"SELECT 1/0", {}}}, {{"ROLLBACK", {}}});
  const auto e = error_of([&] { c.receive_all(); });
  REQUIRE(e);
  CHECK(meta(*e, "sqlState") == "\"22012\"");
  CHECK_FALSE(c.in_transaction());
}

TEST_CASE("a pipeline that nobody received does not disturb what follows") {
  const Database db;
  Connection c = db.connect();
  c.send_all({{"SELECT 1", {}}, {"SELECT 1/0", {}}});
  CHECK(c.run("SELECT 'mine'").at(0, 0) == "mine");
}

TEST_CASE("a pipeline larger than the buffers between client and server does not block") {
  const Database db;
  Connection c = db.connect();
  std::vector<Query> queries(200, Query{"SELECT repeat($1, 100)", {std::string(20000, 'x')}});
  const auto results = c.run_all(queries);
  REQUIRE(results.size() == queries.size());
  CHECK(results.back().at(0, 0).size() == 2000000);
}

TEST_CASE("a transaction rolls back unless it was committed") {
  const Database db;
  Connection c = db.connect();
  {
    Transaction t(c);
    CHECK(c.in_transaction());
    c.run("CREATE TABLE lost (a int)");
  }
  CHECK_FALSE(c.in_transaction());
  {
    Transaction t(c);
    c.run("CREATE TABLE kept (a int)");
    t.commit();
  }
  CHECK(c.run("SELECT to_regclass('lost') IS NULL AND to_regclass('kept') IS NOT NULL").truthy());
  Transaction failed(c);
  CHECK(code_of([&] { c.run("SELECT 1/0"); }) == "DATABASE.QUERY_FAILED");
  CHECK(c.in_transaction());
  CHECK(code_of([&] { failed.commit(); }) == "DATABASE.QUERY_FAILED");
  CHECK_FALSE(c.in_transaction());
}

TEST_CASE("SQLSTATEs that a caller can act on have codes of their own") {
  const Database db;
  Connection c = db.connect();
  c.run("CREATE TABLE t (a int)");
  c.run("SET default_transaction_read_only = on");
  CHECK(code_of([&] { c.run("INSERT INTO t VALUES (1)"); }) == "DATABASE.READ_ONLY");
  c.run("SET default_transaction_read_only = off");
  c.run("SET statement_timeout = '20ms'");
  CHECK(code_of([&] { c.run("SELECT pg_sleep(5)"); }) == "DATABASE.STATEMENT_TIMEOUT");
  c.run("SET statement_timeout = 0");

  Connection other = db.connect();
  Transaction holder(other);
  other.run("LOCK TABLE t");
  c.run("SET lock_timeout = '20ms'");
  CHECK(code_of([&] { c.run("ALTER TABLE t ADD b int"); }) == "DATABASE.LOCK_TIMEOUT");

  c.run("CREATE ROLE plinth_limited");
  c.run("SET ROLE plinth_limited");
  CHECK(code_of([&] { c.run("CREATE ROLE more"); }) == "DATABASE.INSUFFICIENT_PRIVILEGE");
  c.run("RESET ROLE");
  c.run("DROP ROLE plinth_limited");
  CHECK(code_of([&] { c.run("DO $$ BEGIN RAISE disk_full; END $$"); }) == "DATABASE.DISK_FULL");
}

TEST_CASE("a statement is cancelled from another thread") {
  const Database db;
  Connection c = db.connect();
  const auto cancel = c.canceller();
  const auto start = std::chrono::steady_clock::now();
  std::thread other([&] {
    std::this_thread::sleep_for(50ms);
    cancel->cancel();
  });
  CHECK(code_of([&] { c.run("SELECT pg_sleep(30)"); }) == "RPC.CANCELLED");
  other.join();
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  CHECK(c.run("SELECT 1").truthy());

  std::thread again([&] {
    std::this_thread::sleep_for(50ms);
    cancel->cancel();
  });
  CHECK(code_of([&] {
          c.run_all({{"SELECT 1", {}}, {"SELECT pg_sleep(30)", {}}, {"SELECT 2", {}}});
        }) == "RPC.CANCELLED");
  again.join();
}

TEST_CASE("a cancel that comes too late harms nothing") {
  const Database db;
  std::shared_ptr<Cancel> cancel;
  {
    Connection c = db.connect();
    cancel = c.canceller();
    cancel->cancel();
    c.run("SET statement_timeout = '20ms'");
    CHECK(code_of([&] { c.run("SELECT pg_sleep(5)"); }) == "DATABASE.STATEMENT_TIMEOUT");
  }
  cancel->cancel();
}

TEST_CASE("notices reach the listener, before and after the connection has moved") {
  const Database db;
  Connection first = db.connect();
  std::vector<std::string> heard;
  first.on_notice(
      [&](const std::string& severity, const std::string& text) { heard.push_back(severity + ": " + text); });
  first.run("DO $$ BEGIN RAISE NOTICE 'one'; END $$");
  Connection c = std::move(first);
  c.run("DO $$ BEGIN RAISE WARNING 'two'; END $$");
  CHECK(heard == std::vector<std::string>{"NOTICE: one", "WARNING: two"});
}

TEST_CASE("a session that the server ends is a lost connection, and stays one") {
  const Database db;
  Connection c = db.connect();
  const std::string pid(c.run("SELECT pg_backend_pid()").at(0, 0));
  Connection other = db.connect();
  other.run(Query{"SELECT pg_terminate_backend($1::int)", {pid}});
  std::this_thread::sleep_for(50ms);
  CHECK(code_of([&] { c.run("SELECT 1"); }) == "DATABASE.CONNECTION_LOST");
  CHECK_FALSE(c.alive());
  CHECK_FALSE(c.in_transaction());
  CHECK(code_of([&] { c.run("SELECT 1"); }) == "DATABASE.CONNECTION_LOST");
  CHECK(code_of([&] { c.run_all({{"SELECT 1", {}}}); }) == "DATABASE.CONNECTION_LOST");
}

TEST_CASE("a session that ends in the middle of a statement or a transaction is a lost connection") {
  const Database db;
  for (const bool pipeline : {false, true}) {
    Connection c = db.connect();
    const std::string pid(c.run("SELECT pg_backend_pid()").at(0, 0));
    std::thread killer([&] {
      std::this_thread::sleep_for(50ms);
      db.connect().run(Query{"SELECT pg_terminate_backend($1::int)", {pid}});
    });
    CHECK(code_of([&] {
            Transaction t(c);
            if (pipeline) c.run_all({{"SELECT 1", {}}, {"SELECT pg_sleep(30)", {}}, {"SELECT 2", {}}});
            c.run("SELECT pg_sleep(30)");
          }) == "DATABASE.CONNECTION_LOST");
    killer.join();
    CHECK_FALSE(c.alive());
  }
}

TEST_CASE("a server that is killed is a lost connection, then a failed one") {
  const test::TemporaryDirectory directory;
  const EmbeddedServer second("embedded:" + directory.path() + "?durable=off");
  Connection c(second.url());
  pid_t postmaster = 0;
  std::ifstream(second.directory() + "/data/postmaster.pid") >> postmaster;
  REQUIRE(postmaster > 0);
  std::thread killer([&] {
    std::this_thread::sleep_for(50ms);
    kill(postmaster, SIGKILL);
  });
  CHECK(code_of([&] {
          for (int i = 0; i < 200; ++i) c.run("SELECT pg_sleep(0.05)");
        }) == "DATABASE.CONNECTION_LOST");
  killer.join();
  CHECK(code_of([&] { c.run("SELECT 1"); }) == "DATABASE.CONNECTION_LOST");
  CHECK(code_of([&] { Connection again(second.url()); }) == "DATABASE.CONNECTION_FAILED");
}
