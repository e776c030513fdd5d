// How a connection begins: URLs, passwords, patience.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "runner/postgres/connection_url.h"
#include "test/runner/errors.h"
#include "test/support/database.h"

using namespace plinth;
using namespace std::chrono_literals;
using test::code_of;
using test::Database;
using test::error_of;
using test::meta;

namespace {

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

TEST_CASE("whatever looks like a password in a malformed URL is hidden, and its pieces as well") {
  for (const std::string url : {
           "postgresql://postgres:Tr0ub4dor@SECRETTAIL@127.0.0.1:1/postgres",
           "postgresql://postgres:Tr0ub4dor@SECRETTAIL:1/x@127.0.0.1:1/postgres",
           "postgres:SECRETTAIL@127.0.0.1:1/postgres",
           "postgresql:postgres:SECRETTAIL@127.0.0.1:1/postgres",
           " postgresql://postgres:SECRETTAIL@127.0.0.1:1/postgres",
           "postgresql://postgres:x?SECRETTAIL=1@127.0.0.1:1/postgres",
           "user=postgres;password=SECRETTAIL;host=127.0.0.1",
           "user=postgres;Password = SECRETTAIL;host=127.0.0.1",
           "Server=127.0.0.1;User Id=postgres;Pwd=SECRETTAIL;",
           "password=x password=SECRETTAIL SECRETTAIL",
           "postgres:secret-SECRETTAIL",
       }) {
    const auto e = error_of([&] { Connection c(url); });
    REQUIRE_MESSAGE(e, url);
    CHECK_FALSE_MESSAGE(shows(*e, "SECRET"), e->envelope());
    CHECK_FALSE_MESSAGE(shows(*e, "TAIL"), e->envelope());
    CHECK_FALSE_MESSAGE(shows(*e, "Tr0ub"), e->envelope());
  }
}

TEST_CASE("a URL that cannot be read says what to change") {
  const auto said = [](const std::string& url) {
    const auto e = error_of([&] { Connection c(url); });
    REQUIRE_MESSAGE(e, url);
    CHECK_MESSAGE(e->code() == Code::database_invalid_url, url);
    return e->envelope();
  };
  const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(holds(said("mysql://u@h/d"), "Its scheme is mysql, not postgresql."));
  CHECK(holds(said("http://u:p@h/"), "Its scheme is http, not postgresql."));
  CHECK(holds(said("postgresql://u:p@h/d?schema=public&sslmode=prefer&connection_limit=1"),
              "libpq does not: schema, connection_limit."));
  CHECK(holds(said("postgresql://h:notaport/d"), "notaport"));
  CHECK(holds(said("postgresql://h:99999999/d"), "99999999"));
  CHECK(holds(said("host=h port=1x"), "1x"));
}

TEST_CASE("masked_url hides passwords and nothing else") {
  CHECK(masked_url("user=u;password=pw;host=h") == "user=u;password=***");
  CHECK(masked_url("postgres:pw@h:1/d") == "postgres:***@h:1/d");
  CHECK(masked_url("host=::1 user=u@h") == "host=::1 user=u@h");
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
