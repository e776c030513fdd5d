#include "runner/connection.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include "runner/connection_url.h"
#include "test/support/database.h"

using namespace plinth;
using namespace std::chrono_literals;
using test::Database;

namespace {

std::optional<Error> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e;
  }
  return {};
}

std::string code_of(const std::function<void()>& action) {
  const auto e = error_of(action);
  return e ? std::string(row(e->code()).name) : "none";
}

/// The JSON text of one entry of an error's meta; empty when it is absent.
std::string meta(const Error& e, std::string_view key) {
  for (const auto& [k, v] : e.meta()) {
    if (k == key) return v;
  }
  return {};
}

/// Whether any part of an error shows a text.
bool shows(const Error& e, const std::string& text) { return e.envelope().find(text) != std::string::npos; }

/// Replaces an environment variable while it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Environment() { unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

/// A TCP port of this machine that takes connections and never answers.
class SilentPort {
 public:
  SilentPort() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(fd_, 4) == 0);
    REQUIRE(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { close(fd_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
};

}  // namespace

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

TEST_CASE("a failed connect says why") {
  const Database db;
  CHECK(code_of([&] { Connection c(with_database(db.url(), "no such database")); }) == "DATABASE.NOT_FOUND");
  CHECK(code_of([&] { Connection c("postgresql://nobody:secret@127.0.0.1:1/x"); }) == "DATABASE.CONNECTION_FAILED");
  const auto missing_role = error_of([&] { Connection c(db.url() + "&user=nobody_at_all"); });
  REQUIRE(missing_role);
  CHECK(missing_role->code() == Code::database_authentication_failed);
  CHECK(meta(*missing_role, "sqlState") == "\"28000\"");

  Connection admin = db.connect();
  admin.run("CREATE ROLE plinth_guest LOGIN");
  const std::string name(admin.run("SELECT current_database()").at(0, 0));
  admin.run(Sql("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", Ident{name}));
  CHECK(code_of([&] { Connection c(db.url() + "&user=plinth_guest"); }) == "DATABASE.INSUFFICIENT_PRIVILEGE");
  admin.run("DROP ROLE plinth_guest");
}

TEST_CASE("a server that does not answer is given up after connect_timeout") {
  const SilentPort silent;
  const std::string url = "postgresql://u:topsecret@127.0.0.1:" + std::to_string(silent.port()) + "/x";
  const auto start = std::chrono::steady_clock::now();
  const auto e = error_of([&] { Connection c(url + "?connect_timeout=1"); });
  REQUIRE(e);
  CHECK(e->code() == Code::database_connection_failed);
  CHECK(e->reason() == "timeout expired");
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK_FALSE(shows(*e, "topsecret"));
  const Environment variable("PGCONNECT_TIMEOUT", "1");
  CHECK(code_of([&] { Connection c(url); }) == "DATABASE.CONNECTION_FAILED");
  CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("a refused password is told, and never shown") {
  const test::TemporaryDirectory directory;
  const EmbeddedServer strict("embedded:" + directory.path() + "?durable=off");
  Connection admin(strict.url());
  admin.run("SET password_encryption = 'scram-sha-256'");
  admin.run("CREATE ROLE guest LOGIN PASSWORD 'right'");
  std::ofstream(strict.directory() + "/data/pg_hba.conf") << "local all postgres trust\nlocal all all scram-sha-256\n";
  admin.run("SELECT pg_reload_conf()");
  const std::string socket = strict.url().substr(strict.url().find('?'));
  const auto wait_for_reload = [&] {
    for (int i = 0; i < 100; ++i) {
      if (code_of([&] { Connection c("postgresql://guest@/postgres" + socket); }) != "none") return;
      std::this_thread::sleep_for(20ms);
    }
  };
  wait_for_reload();
  CHECK_NOTHROW(Connection("postgresql://guest:right@/postgres" + socket));
  auto e = error_of([&] { Connection c("postgresql://guest:wr0ng-pw@/postgres" + socket); });
  REQUIRE(e);
  CHECK(e->code() == Code::database_authentication_failed);
  CHECK(meta(*e, "sqlState") == "\"28P01\"");
  CHECK_FALSE(shows(*e, "wr0ng-pw"));
  CHECK(shows(*e, "guest"));
  e = error_of([&] { Connection c("postgresql://guest@/postgres" + socket); });  // none at all
  REQUIRE(e);
  CHECK(e->code() == Code::database_authentication_failed);
  const Environment variable("PGPASSWORD", "wr0ng-too");
  e = error_of([&] { Connection c("user=guest dbname=postgres host=" + strict.directory() + "/socket port=5432"); });
  REQUIRE(e);
  CHECK(e->code() == Code::database_authentication_failed);
  CHECK_FALSE(shows(*e, "wr0ng-too"));
}

TEST_CASE("a URL that cannot be read is told without its password") {
  for (const char* url : {"", "mysql://root:topsecret@host/db", "postgresql://u:topsecret@host/db?nonsense=1",
                          "postgres://u:topsecret@[::1/db", "postgres://u:top%zzsecret@host/db",
                          "host=x password=topsecret and more", "password = 'topsecret", "just words"}) {
    const auto e = error_of([&] { Connection c(url); });
    REQUIRE_MESSAGE(e, url);
    CHECK_MESSAGE(e->code() == Code::database_invalid_url, url);
    CHECK_FALSE_MESSAGE(shows(*e, "secret"), e->envelope());
  }
  // libpq takes these for a host or a port.
  for (const char* url : {"postgres://u:top/secret@host/db?connect_timeout=2", "postgres://u:5432topsecret/w@h/db"}) {
    const auto e = error_of([&] { Connection c(url); });
    REQUIRE_MESSAGE(e, url);
    CHECK_FALSE_MESSAGE(shows(*e, "secret"), e->envelope());
  }
  const auto named = error_of([] { Connection c("postgresql://u:topsecret@host/db?nonsense=1"); });
  REQUIRE(named);
  CHECK(shows(*named, "nonsense"));
}

TEST_CASE("masked_url hides passwords and nothing else") {
  CHECK(masked_url("postgresql://u:pw@h:5432/d?sslmode=require") == "postgresql://u:***@h:5432/d?sslmode=require");
  CHECK(masked_url("postgresql://u@h:5432/d") == "postgresql://u@h:5432/d");
  CHECK(masked_url("postgresql://h:5432/d") == "postgresql://h:5432/d");
  CHECK(masked_url("postgresql://u:p@ss/w?rd@h/d") == "postgresql://u:***@h/d");
  CHECK(masked_url("postgresql:///d?user=u&password=pw&host=h") == "postgresql:///d?user=u&password=***&host=h");
  CHECK(masked_url("postgresql:///d?p%61ssword=pw") == "postgresql:///d?p%61ssword=***");
  CHECK(masked_url("host=h password=pw dbname=d") == "host=h password=*** dbname=d");
  CHECK(masked_url("password = 'a \\' b' host=h") == "password = *** host=h");
  CHECK(masked_url("embedded:/some/where?dbname=x") == "embedded:/some/where?dbname=x");
  CHECK(hide_secrets("said \"pw\" and pw", "postgresql://u:pw@h/d") == "said \"***\" and pw");
  CHECK(hide_secrets("user \"postgres\"", "postgresql://postgres:postgres@h/d") == "user \"postgres\"");
}

TEST_CASE("with_database changes the database and nothing else") {
  CHECK(with_database("postgresql://u:p@h:1/old?sslmode=require", "a b") ==
        "postgresql://u:p@h:1/a%20b?sslmode=require");
  CHECK(with_database("postgresql://u:p?w@h", "x") == "postgresql://u:p?w@h/x");
  CHECK(with_database("postgres://h/old?dbname=older&user=u", "x") == "postgres://h/x?user=u");
  CHECK(with_database("postgres://?host=/tmp", "x") == "postgres:///x?host=/tmp");
  CHECK(with_database("host=h dbname=old", "it's") == "host=h dbname=old dbname='it\\'s'");
  CHECK(with_database("embedded:", "x") == "embedded:?dbname=x");
  CHECK(with_database("embedded:/d?dbname=y&durable=off", "x/y") == "embedded:/d?durable=off&dbname=x%2Fy");
}
